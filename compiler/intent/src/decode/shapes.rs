//! The keys of every object of the language, in one table.
//!
//! `decode` reads objects through these shapes and a test holds the JSON Schema to them, so a key cannot be known to one and not to the other.

use super::node::Node;
use super::reader::Reader;

/// The keys of one kind of object.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Its name in the JSON Schema.
    pub(crate) name: &'static str,
    /// What messages call it: `a subnet`.
    pub(crate) noun: &'static str,
    /// Its keys in the order that they are documented in.
    pub(crate) keys: &'static [Key],
}

/// One key of an object.
#[derive(Debug)]
pub(crate) struct Key {
    /// As written.
    pub(crate) name: &'static str,
    /// Whether the object is nothing without it.
    pub(crate) required: bool,
}

impl Shape {
    /// Where a key stands in the table.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.name == name)
    }

    /// Whether nothing at all is a whole object of this kind.
    pub(crate) fn may_be_empty(&self) -> bool {
        !self.keys.iter().any(|key| key.required)
    }
}

/// Makes a shape and the struct that its nodes are handed out in; `: required` marks what the object is nothing without.
macro_rules! shapes {
    (@is) => { false };
    (@is required) => { true };
    ($($(#[$doc:meta])* $name:ident $noun:literal { $($key:ident $(: $required:ident)?),* $(,)? })*) => {
        $($(#[$doc])*
        pub(crate) struct $name<'t> {
            $(pub(crate) $key: Option<Node<'t>>,)*
        }

        impl<'t> $name<'t> {
            pub(crate) const SHAPE: &'static Shape = &Shape {
                name: stringify!($name),
                noun: $noun,
                keys: &[$(Key { name: plain(stringify!($key)), required: shapes!(@is $($required)?) }),*],
            };

            /// Takes a map apart and reports what is unknown or missing; `None` where it is no map.
            pub(crate) fn read(reader: &mut Reader<'_>, node: Option<Node<'t>>) -> Option<Self> {
                let node = node?;
                let [$($key),*] = reader.object(node, Self::SHAPE)?;
                Some(Self { $($key),* })
            }
        })*

        /// Every shape.
        pub(crate) static ALL: &[&Shape] = &[$($name::SHAPE),*];
    };
}

/// The name of a key whose identifier had to be written raw (`r#type`).
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

shapes! {
    /// `aciform.yaml`.
    SiteFile "the site file" { aciform: required, ini, intent, golden, releases, growth, allow, apic }
    /// Whose output is reproduced.
    Releases "`releases`" { opflex_agent, agent_ovs, neutron, apic }
    /// What to plan for.
    Growth "`growth`" { compute_hosts, floating_ips, ports }
    /// A finding that is accepted.
    Allow "an entry of `allow`" { code: required, at, reason: required }
    /// The APIC side.
    Apic "`apic`" { password }
    /// Where a password is kept.
    Password "`password`" { env, file, command }

    /// An intent file.
    IntentFile "an intent file" { fabric, hosts, external_networks, projects, renamed }
    /// The infra side of the fabric.
    Fabric "`fabric`" { infra_vlan, tep_pool, anycast_tep }
    /// A host.
    Host "a host" { roles, uplinks, facts }
    /// What only a live host can tell.
    HostFacts "`facts` of a host" { ofports, macs, zones }
    /// An external network.
    ExternalNetwork "an external network" {
        id, name, project, shared, l3out, subnets, hosts, mtu, dns_domain, port_security_enabled, facts
    }
    /// Where a pre-existing L3Out lies.
    L3Out "`l3out`" { tenant, vrf }
    /// What only a live APIC decides.
    GroupFacts "`facts` of a network" { vnid, mcast }
    /// A project.
    Project "a project" { id, name, networks, routers, security_groups, instances, ports, floating_ips }
    /// A network.
    Network "a network" { id, name, shared_with, mtu, dns_domain, port_security_enabled, subnets, dhcp_ports, facts }
    /// A subnet of a network.
    Subnet "a subnet" {
        id, name, cidr: required, gateway_ip, enable_dhcp, dns_nameservers, allocation_pools, host_routes, ipv6_address_mode,
        ipv6_ra_mode
    }
    /// A subnet of an external network.
    ExternalSubnet "a subnet of an external network" {
        id, name, cidr: required, gateway_ip, enable_dhcp, dns_nameservers, allocation_pools, host_routes, ipv6_address_mode,
        ipv6_ra_mode, project
    }
    /// A route of a subnet's hosts or of a router.
    Route "a route" { destination: required, nexthop: required }
    /// A pinned DHCP port.
    DhcpPort "a DHCP port" { id, mac_address, fixed_ips }
    /// A router.
    Router "a router" { id, name, admin_state_up, external_gateway, interfaces, routes }
    /// A router's way out.
    ExternalGateway "`external_gateway`" { network: required, fixed_ip, enable_snat }
    /// A router interface that is not the subnet's gateway.
    Interface "an interface" { subnet: required, ip }
    /// A security group.
    SecurityGroup "a security group" { id, name, stateful, default_egress, rules }
    /// A rule.
    Rule "a rule" { id, direction, ethertype, protocol, port, icmp, remote_ip_prefix, remote_group }
    /// ICMP type and code.
    Icmp "`icmp`" { r#type: required, code }
    /// An instance.
    Instance "an instance" { id, name, host: required, ports }
    /// A port.
    Port "a port" {
        id, name, mac_address, network: required, fixed_ips, security_groups, allowed_address_pairs, port_security_enabled
    }
    /// One entry of `fixed_ips`, in its long form.
    FixedIp "an entry of `fixed_ips`" { ip_address, subnet }
    /// One entry of `allowed_address_pairs`, in its long form.
    AddressPair "an address pair" { ip: required, mac }
    /// A floating IP.
    FloatingIp "a floating IP" { id, network: required, address, port, fixed_ip }
    /// Handles that changed, by kind.
    Renamed "`renamed`" {
        projects, networks, subnets, routers, security_groups, instances, ports, floating_ips, external_networks, hosts
    }
}
