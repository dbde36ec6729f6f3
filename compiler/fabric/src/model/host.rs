//! What one host carries: endpoints, translations, services, and the numbers of its ports.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::Span;
use aciform_intent::scalar::{Interface, MacAddr, Prefix};
use uuid::Uuid;

use super::table::{EpgId, ExtNetId, PortId, VrfId};

/// A host with everything on it.
#[derive(Clone, Debug)]
pub struct Host {
    /// The name its agents report.
    pub name: String,
    /// Whether instances may run here.
    pub compute: bool,
    /// Physical interfaces, in written order.
    pub uplinks: Vec<String>,
    /// The OpenFlow port of the VXLAN tunnel (`br-int_vxlan0`).
    pub tunnel: u32,
    /// Every port of `br-int` that the flows use, by number.
    pub ofports: Vec<OfPort>,
    /// Endpoints, by port id, then primary before secondary MACs in MAC order.
    pub endpoints: Vec<Endpoint>,
    /// SNAT interfaces in use, by external network handle. A mapping names one by its position here.
    pub snats: Vec<Snat>,
    /// Metadata services, by VRF table order.
    pub services: Vec<MetadataService>,
    /// Routing domains that need a file here: the VRFs of its endpoints, in table order.
    pub routing_domains: Vec<RoutingDomain>,
    /// Groups the host has to know, in table order: of its endpoints and SNAT interfaces, of its mappings, and the NAT groups of its VRFs' routes.
    pub epgs: Vec<EpgId>,
    /// Bound ports with an iptables chain or accept rules, by id: filtered, trusted (DHCP) and without port security.
    pub ports: Vec<PortId>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// A port of `br-int`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfPort {
    /// Interface name, at most 15 bytes.
    pub name: String,
    /// OpenFlow number, 1 to 65279.
    pub number: u32,
}

/// One MAC of one port: one endpoint file, one set of flows.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The port.
    pub port: PortId,
    /// An instance's or DHCP's.
    pub kind: EndpointKind,
    /// The MAC of this endpoint: the port's, or one that only an allowed address pair names.
    pub mac: MacAddr,
    /// Whether `mac` is the port's; the others have pairs only.
    pub primary: bool,
    /// The `qvo…` or `tap…` on `br-int`.
    pub interface: String,
    /// Its OpenFlow number.
    pub ofport: u32,
    /// Its group; bridge domain and VRF follow from it.
    pub epg: EpgId,
    /// Fixed addresses, sorted as text. Empty on secondary MACs.
    pub addresses: Vec<IpAddr>,
    /// Allowed address pairs with this MAC, by prefix text.
    pub virtual_ips: Vec<VirtualIp>,
    /// Whether every source is let through: DHCP ports, and ports without port security.
    pub promiscuous: bool,
    /// The name that APIC shows: the instance's, or `dhcp|<tenant>|<profile>|<group>`.
    pub vm_name: String,
    /// The network's id in Neutron.
    pub network: Uuid,
    /// Whether metadata is answered on the host for it.
    pub metadata_optimization: bool,
    /// What the agent answers to DHCPv4.
    pub dhcp4: Option<Dhcp4>,
    /// What the agent answers to DHCPv6.
    pub dhcp6: Option<Dhcp6>,
    /// Translations, sorted by mapped then outer address, both as text.
    pub mappings: Vec<Mapping>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// Whose endpoint it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// An instance's.
    Instance,
    /// The DHCP server's.
    Dhcp,
}

/// An allowed address pair as the agent sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VirtualIp {
    /// An address or a prefix.
    pub prefix: Prefix,
    /// The MAC.
    pub mac: MacAddr,
}

/// The one lease of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dhcp4 {
    /// The address offered.
    pub address: Ipv4Addr,
    /// The subnet's length.
    pub prefix_length: u8,
    /// The subnet's gateway.
    pub router: Option<Ipv4Addr>,
    /// Written name servers, or else the DHCP ports' addresses.
    pub dns_servers: Vec<Ipv4Addr>,
    /// The domain name.
    pub domain: String,
    /// The subnet's DHCP port's address.
    pub server: Option<Ipv4Addr>,
    /// Host routes, then those the server adds.
    pub static_routes: Vec<Route4>,
    /// Advertised MTU.
    pub mtu: Option<u16>,
    /// Seconds; `None`: the agent's default.
    pub lease_time: Option<u32>,
}

/// A route of option 121.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route4 {
    /// Where to, host bits cleared.
    pub destination: Prefix,
    /// Through whom.
    pub next_hop: Ipv4Addr,
}

/// What the agent answers to DHCPv6.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dhcp6 {
    /// Written name servers of the first IPv6 subnet, or else its DHCP ports' addresses; never empty.
    pub dns_servers: Vec<IpAddr>,
    /// Advertised MTU; the OVS agent reads past it.
    pub mtu: Option<u16>,
}

/// A translation of one address of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Unique on the host: the floating IP's id, or a name-based one.
    pub uuid: Uuid,
    /// The private address.
    pub mapped: IpAddr,
    /// The outer address: public for a floating IP, internal (169.254/16) for SNAT.
    pub outer: IpAddr,
    /// The NAT group.
    pub nat_epg: EpgId,
    /// Through what.
    pub kind: MappingKind,
}

/// Kinds of translations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MappingKind {
    /// One to one, by the switch.
    FloatingIp,
    /// Through the SNAT interface at this position of [`Host::snats`].
    Snat(usize),
}

/// A SNAT interface in its namespace, which is itself an endpoint of the NAT group.
#[derive(Clone, Debug)]
pub struct Snat {
    /// The external network.
    pub external_network: ExtNetId,
    /// Name of the interface and of the namespace: `of-` and 12 hex digits of the MD5 of the segment's name.
    pub interface: String,
    /// Its OpenFlow number.
    pub ofport: u32,
    /// Its MAC.
    pub mac: MacAddr,
    /// Its pool address with the pool's length, and the pool's gateway.
    pub address: Interface,
    /// The pool's gateway: the namespace's default route.
    pub gateway: IpAddr,
    /// The NAT group it sits in.
    pub epg: EpgId,
    /// `snat|<host>|<external network>`.
    pub vm_name: String,
    /// Its endpoint's identity, name-based.
    pub uuid: Uuid,
    /// `nat_mtu_size`, where set.
    pub mtu: Option<u32>,
}

/// The metadata service of one VRF on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataService {
    /// The VRF.
    pub vrf: VrfId,
    /// MD5 of `<vrf tenant>|<vrf name>` laid out as a UUID.
    pub uuid: Uuid,
    /// `of-svc-ovsport`'s OpenFlow number.
    pub ofport: u32,
    /// `of-svc-nsport`'s MAC.
    pub mac: MacAddr,
    /// The address that tells VRFs apart: 169.254.240.3 and up.
    pub next_hop: Ipv4Addr,
}

/// A routing domain known to a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingDomain {
    /// The VRF.
    pub vrf: VrfId,
}
