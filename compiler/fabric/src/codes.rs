//! The codes of resolving: what several objects get wrong together.
//!
//! Made in the file of `resolve` that is named after the noun: pools in `snat.rs` and `overlap.rs`, references that lead
//! nowhere in `reference.rs`, addresses of ports in `port/addressing.rs`, what is not compiled yet in `unsupported.rs`.

use aciform_diagnostics::{Applicability, Code, Severity};

pub(crate) use aciform_intent::ini::{NAME_CHARS, NAME_LONG};

macro_rules! codes {
    ($($(#[$doc:meta])* $symbol:ident = $id:literal, $name:literal, $severity:ident $(, $fix:ident)?;)*) => {
        $($(#[$doc])*
        pub static $symbol: Code = Code {
            id: $id,
            name: $name,
            severity: Severity::$severity,
            page: include_str!(concat!("codes/", $id, ".md")),
        };)*

        /// Every code of resolving, in order of number.
        pub static RESOLVE: &[&Code] = &[$(&$symbol),*];

        /// The best fix that findings of a code can have; what is not listed has none.
        pub static FIXES: &[(&Code, Applicability)] = &[$($((&$symbol, Applicability::$fix),)?)*];
    };
}

codes! {
    /// More hosts than the SNAT pool has addresses.
    POOL_TOO_SMALL = "ACI310", "pool-too-small", Error;
    /// SNAT pools of two external networks in one VRF share addresses.
    POOLS_OVERLAP = "ACI313", "pools-overlap", Error;
    /// A floating IP subnet shares addresses with the SNAT pool of its network.
    POOL_VS_FLOATING = "ACI314", "pool-vs-fip", Error;
    /// A SNAT pool or floating IP subnet shares addresses with a tenant's subnet.
    POOL_VS_TENANT = "ACI315", "pool-vs-tenant", Warning;
    /// A prefix shares addresses with the fabric's TEP pool.
    INFRA_OVERLAP = "ACI316", "infra-overlap", Error;
    /// A prefix shares addresses with a range that hosts use themselves.
    RESERVED_RANGE = "ACI317", "reserved-range", Error;
    /// A section that no external network of the intent uses.
    UNUSED_EXTERNAL = "ACI324", "unused-external", Info;
    /// An external network without its section in the ini.
    UNDEFINED_EXTERNAL = "ACI325", "undefined-external", Error;
    /// A section that is named like an external network of the intent but for case, blanks or hyphens.
    NAME_CASE = "ACI326", "name-case", Warning, Unsafe;
    /// Two objects that would become one on APIC.
    NAME_COLLISION = "ACI605", "name-collision", Error;
    /// A tenant name that APIC keeps for itself.
    RESERVED_NAME = "ACI608", "reserved-name", Error;
    /// The tunnel's remote end outside the TEP pool.
    PEER_OUTSIDE = "ACI801", "peer-outside", Error;
    /// A reference to nothing.
    UNKNOWN_REFERENCE = "ACI1120", "reference-to-nothing", Error, Unsafe;
    /// Gateways on two external networks from one VRF.
    TWO_DEFAULT_ROUTES = "ACI1121", "two-default-routes", Error;
    /// One id for two objects.
    REPEATED_ID = "ACI1122", "repeated-id", Error;
    /// A router interface on another project's network.
    FOREIGN_INTERFACE = "ACI1123", "router-on-foreign-network", Error;
    /// A network used by a project that may not.
    NOT_SHARED = "ACI1124", "network-not-shared", Error;
    /// A router interface or gateway on the wrong kind of network.
    WRONG_NETWORK = "ACI1125", "network-of-other-kind", Error;
    /// A host used for what it does not do.
    ROLE = "ACI1126", "host-without-role", Error;
    /// An external network named otherwise than its section.
    EXTERNAL_NAME = "ACI1127", "external-network-renamed", Error;
    /// An L3Out that the external network's objects cannot name.
    L3OUT_TENANT = "ACI1128", "l3out-out-of-reach", Error;
    /// An external network that nobody owns.
    OWNERLESS = "ACI1129", "external-network-without-owner", Error;
    /// A handle that is the id of another object.
    HANDLE_IS_ID = "ACI1130", "handle-of-other-id", Error;
    /// An external network whose SNAT file the OVS agent would not read.
    LEADING_DOT = "ACI1131", "external-network-with-leading-dot", Error;
    /// Two subnets of a VRF that share addresses.
    OVERLAP = "ACI1220", "overlapping-subnets", Error;
    /// An address in no subnet of its network.
    OUTSIDE = "ACI1221", "address-outside-subnets", Error;
    /// An address that no port can have.
    UNUSABLE_ADDRESS = "ACI1222", "unusable-address", Error;
    /// One address for two ports.
    ADDRESS_TWICE = "ACI1223", "repeated-port-address", Error;
    /// One MAC for two ports of a network.
    MAC_TWICE = "ACI1224", "repeated-mac", Error;
    /// A subnet whose gateway or pools do not fit it.
    SUBNET_SHAPE = "ACI1225", "subnet-does-not-fit", Error;
    /// A router interface without an address.
    INTERFACE_ADDRESS = "ACI1226", "router-interface-without-address", Error;
    /// An address on a subnet whose addresses are made from MACs.
    AUTOMATIC_SUBNET = "ACI1227", "address-on-automatic-subnet", Error;
    /// A floating IP whose port cannot be reached from its network.
    UNREACHABLE_FLOATING_IP = "ACI1230", "unreachable-floating-ip", Error;
    /// A floating IP that does not say which address it stands for.
    FLOATING_TARGET = "ACI1231", "floating-ip-without-target", Error;
    /// An address of an external network that its subnets do not hold.
    EXTERNAL_ADDRESS = "ACI1232", "address-outside-external-subnets", Error;
    /// A floating IP whose port runs nowhere.
    IDLE_FLOATING_IP = "ACI1233", "floating-ip-on-unbound-port", Info;
    /// A port that needs SNAT on a host that has no address of the pool.
    HOST_WITHOUT_SNAT = "ACI1301", "host-without-snat", Error;
    /// A network with DHCP and no host to serve it.
    NO_DHCP_HOST = "ACI1302", "dhcp-without-host", Info;
    /// A SNAT pool without room for the growth that the site plans for.
    GROWTH = "ACI1303", "pool-too-small-for-growth", Warning;
    /// Stateful and stateless groups on one port.
    MIXED_STATE = "ACI1401", "stateful-with-stateless", Error;
    /// Two ports whose chains would have one name.
    PORT_PREFIX = "ACI1402", "port-ids-too-alike", Error;
    /// Two groups whose sets would have one name.
    GROUP_PREFIX = "ACI1403", "group-ids-too-alike", Error;
    /// Groups or pairs on a port whose network has port security off.
    UNFILTERED_PORT = "ACI1404", "filter-on-unfiltered-network", Error;
    /// One OpenFlow port number for two ports of a host.
    OFPORT_TWICE = "ACI1515", "repeated-ofport", Error;
    /// A fact about an interface or port that its host does not have.
    FACT_ABOUT_NOTHING = "ACI1518", "fact-about-nothing", Warning;
    /// Something upstream can do and this compiler not yet.
    NOT_SUPPORTED_YET = "ACI1601", "construct-not-supported-yet", Error;
    /// Access-side objects are asked for and not emitted.
    ACCESS_SIDE_LEFT_OUT = "ACI1603", "access-side-left-out", Warning;
    /// A DNS domain of a network that DHCP does not give out.
    DNS_DOMAIN_LEFT_OUT = "ACI1604", "dns-domain-left-out", Info;
}
