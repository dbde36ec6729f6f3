//! The kinds of allocations: names in the file, scopes, and what their values may be.

use std::ops::RangeInclusive;

/// A kind of allocation: one flat map of the lock file.
/// Kinds with a scope (a host, a pool, a network) carry it as the first word of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Neutron ids, by `<kind> <project>/<handle path>`.
    Id,
    /// Mapped APIC names of projects and networks, by `<kind> <project>/<handle path>`: kept for the life of the thing,
    /// so that a new name or a newcomer changes nobody's DN.
    Name,
    /// MACs, by `<kind> <project>/<handle path>` or `<host> <interface>`.
    Mac,
    /// Fixed addresses that were not written, by `<project>/<network>/<subnet> <port path>`.
    FixedIp,
    /// The host that serves DHCP for a network without pins, by network path.
    DhcpHost,
    /// Router gateway addresses, by `<external network> <router path>`.
    RouterGateway,
    /// Floating IP addresses that were not written, by `<external network> <floating IP path>`.
    FloatingIp,
    /// SNAT addresses, by `<external network> <host>`; removed ones stay as tombstones.
    Snat,
    /// Internal NAT addresses, by `<host> <external network> <address owner>`.
    InternalNat,
    /// VXLAN network ids of endpoint groups, by DN.
    Vnid,
    /// Bridge domains' local numbers, by DN.
    BridgeDomain,
    /// Flood domains' local numbers, by DN.
    FloodDomain,
    /// VRFs' local numbers, by DN.
    Vrf,
    /// External groups' local numbers, by DN.
    ExternalNetwork,
    /// Contract rules' local numbers, by DN.
    Rule,
    /// OpenFlow ports, by `<host> <interface>`.
    OfPort,
    /// Conntrack zones, by `<host> <port id>`.
    Zone,
    /// Metadata next hops, by `<host> <VRF DN>`, counted from 0.
    MetadataNextHop,
}

/// What the values of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Number,
    Address,
    Id,
    Mac,
    Text,
}

/// The name of the map that holds tombstones.
pub(super) const REMOVED_SNAT: &str = "snat_removed";

impl Kind {
    /// Every kind, in the order of the file.
    pub const ALL: [Self; 18] = [
        Self::Id,
        Self::Name,
        Self::Mac,
        Self::FixedIp,
        Self::DhcpHost,
        Self::RouterGateway,
        Self::FloatingIp,
        Self::Snat,
        Self::InternalNat,
        Self::Vnid,
        Self::BridgeDomain,
        Self::FloodDomain,
        Self::Vrf,
        Self::ExternalNetwork,
        Self::Rule,
        Self::OfPort,
        Self::Zone,
        Self::MetadataNextHop,
    ];

    /// The name of its map in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What its values are called in a message, in the plural.
    pub(super) fn nouns(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Id => ("id", "ids"),
            Self::Name => ("name", "APIC names"),
            Self::Mac => ("mac", "MACs"),
            Self::FixedIp => ("fixed_ip", "fixed addresses"),
            Self::DhcpHost => ("dhcp_host", "DHCP hosts"),
            Self::RouterGateway => ("router_gateway", "router gateway addresses"),
            Self::FloatingIp => ("floating_ip", "floating IP addresses"),
            Self::Snat => ("snat", "SNAT addresses"),
            Self::InternalNat => ("internal_nat", "internal NAT addresses"),
            Self::Vnid => ("vnid", "VNIDs"),
            Self::BridgeDomain => ("bridge_domain", "bridge domain numbers"),
            Self::FloodDomain => ("flood_domain", "flood domain numbers"),
            Self::Vrf => ("vrf", "VRF numbers"),
            Self::ExternalNetwork => ("external_network", "external network numbers"),
            Self::Rule => ("rule", "rule numbers"),
            Self::OfPort => ("ofport", "OpenFlow ports"),
            Self::Zone => ("zone", "conntrack zones"),
            Self::MetadataNextHop => ("metadata_next_hop", "metadata next hops"),
        }
    }

    pub(super) fn form(self) -> Form {
        match self {
            Self::Id => Form::Id,
            Self::Mac => Form::Mac,
            Self::DhcpHost | Self::Name => Form::Text,
            Self::FixedIp | Self::RouterGateway | Self::FloatingIp | Self::Snat | Self::InternalNat => Form::Address,
            Self::Vnid
            | Self::BridgeDomain
            | Self::FloodDomain
            | Self::Vrf
            | Self::ExternalNetwork
            | Self::Rule
            | Self::OfPort
            | Self::Zone
            | Self::MetadataNextHop => Form::Number,
        }
    }

    /// The numbers that can be right in any site; the range of a site may be smaller.
    pub(super) fn bounds(self) -> RangeInclusive<u32> {
        match self {
            // 24 bits on the wire; flows use bits 30 and 31 of the register for other things.
            Self::Vnid => 1..=0x00ff_ffff,
            // OFPP_MAX is 0xff00; what lies above has a meaning of its own.
            Self::OfPort => 1..=0xfeff,
            // Zone 0 is the host's; agents that use VLAN tags as zones have those up to 4094.
            Self::Zone => 4097..=0xffff,
            Self::MetadataNextHop => 0..=u32::MAX,
            Self::Id
            | Self::Name
            | Self::Mac
            | Self::FixedIp
            | Self::DhcpHost
            | Self::RouterGateway
            | Self::FloatingIp
            | Self::Snat
            | Self::InternalNat
            | Self::BridgeDomain
            | Self::FloodDomain
            | Self::Vrf
            | Self::ExternalNetwork
            | Self::Rule => 1..=u32::MAX,
        }
    }

    /// The part of a key within which values are unique; `None` where they need not be.
    pub(super) fn scope(self, key: &str) -> Option<&str> {
        match self {
            // Two projects may each have a network of one name.
            Self::DhcpHost | Self::Name => None,
            Self::Mac
            | Self::Vnid
            | Self::BridgeDomain
            | Self::FloodDomain
            | Self::Vrf
            | Self::ExternalNetwork
            | Self::Rule => Some(""),
            Self::Id
            | Self::FixedIp
            | Self::RouterGateway
            | Self::FloatingIp
            | Self::Snat
            | Self::InternalNat
            | Self::OfPort
            | Self::Zone
            | Self::MetadataNextHop => Some(key.split(' ').next().unwrap_or_default()),
        }
    }

    pub(super) fn leaves_tombstones(self) -> bool {
        self == Self::Snat
    }
}
