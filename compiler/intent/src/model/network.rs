//! Networks and subnets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Span, Spanned};
use uuid::Uuid;

use super::fabric::GroupFacts;
use crate::scalar::{AddressRange, MacAddr, Prefix};

/// A project's network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Who else may attach to it.
    pub shared_with: SharedWith,
    /// Its MTU, advertised by DHCP.
    pub mtu: Option<Spanned<u16>>,
    /// Its DNS domain in Neutron. Generation L does not give it out: DHCP answers hold `dhcp_domain` of the ini.
    pub dns_domain: Option<Spanned<String>>,
    /// Default of its ports; default true.
    pub port_security_enabled: Option<Spanned<bool>>,
    /// Its subnets by handle.
    pub subnets: BTreeMap<String, Box<Subnet>>,
    /// Host name to pinned DHCP port; absent: one host with the role `dhcp` is chosen and kept.
    pub dhcp_ports: Option<BTreeMap<String, DhcpPort>>,
    /// Facts of its endpoint group.
    pub facts: GroupFacts,
}

/// Who may attach to a network besides its owner.
#[derive(Clone, Debug, Default)]
pub enum SharedWith {
    /// Nobody.
    #[default]
    Nobody,
    /// Every project: `"*"`.
    Everybody(Span),
    /// These projects.
    Projects(Vec<Spanned<String>>),
}

/// A subnet of a network or of an external network.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Its prefix.
    pub cidr: Spanned<Prefix>,
    /// Its gateway.
    pub gateway_ip: Gateway,
    /// Default true.
    pub enable_dhcp: Option<Spanned<bool>>,
    /// Given out by DHCP.
    pub dns_nameservers: Vec<Spanned<IpAddr>>,
    /// What Neutron may allocate from; default all but network, broadcast and gateway.
    pub allocation_pools: Option<Vec<Spanned<AddressRange>>>,
    /// Given out by DHCP.
    pub host_routes: Vec<HostRoute>,
    /// How IPv6 addresses come about.
    pub ipv6_address_mode: Option<Spanned<Ipv6Mode>>,
    /// Who sends router advertisements.
    pub ipv6_ra_mode: Option<Spanned<Ipv6Mode>>,
    /// External networks only: the project whose floating IPs this subnet is reserved for.
    pub project: Option<Spanned<String>>,
}

/// What stands under `gateway_ip`.
#[derive(Clone, Debug, Default)]
pub enum Gateway {
    /// Absent: the first address of the prefix.
    #[default]
    First,
    /// `null`: none.
    None(Span),
    /// Written, and it could not be read.
    Unread,
    /// This address.
    At(Spanned<IpAddr>),
}

/// A route, for hosts of a subnet or of a router.
#[derive(Clone, Debug)]
pub struct HostRoute {
    /// Of the whole entry.
    pub span: Span,
    /// Where to.
    pub destination: Spanned<Prefix>,
    /// Through whom.
    pub nexthop: Spanned<IpAddr>,
}

/// Neutron's IPv6 modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ipv6Mode {
    /// `slaac`
    Slaac,
    /// `dhcpv6-stateful`
    Dhcpv6Stateful,
    /// `dhcpv6-stateless`
    Dhcpv6Stateless,
}

/// A pinned DHCP port.
#[derive(Clone, Debug)]
pub struct DhcpPort {
    /// The host it runs on.
    pub host: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its MAC.
    pub mac_address: Option<Spanned<MacAddr>>,
    /// Its addresses; subnets without one are served by an allocated one.
    pub fixed_ips: Vec<Spanned<IpAddr>>,
}
