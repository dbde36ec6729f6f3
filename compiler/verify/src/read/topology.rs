//! `neutron.json`: networks and routers as Neutron has them.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;

use crate::net::Net;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topology {
    pub(crate) hosts: Vec<String>,
    pub(crate) options: Options,
    pub(crate) networks: Vec<Network>,
    pub(crate) routers: Vec<Router>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    pub(crate) anycast_tep: Ipv4Addr,
    pub(crate) vmm_domains: Vec<VmmDomain>,
    pub(crate) bridge_domains: Option<BridgeDomainOptions>,
    pub(crate) dhcp_domain: String,
    pub(crate) dhcp_lease_time: Option<u32>,
    pub(crate) advertise_mtu: bool,
    pub(crate) nat_mtu: Option<u32>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VmmDomain {
    pub(crate) name: String,
    pub(crate) multicast_address: String,
    pub(crate) controller_host: String,
    pub(crate) user: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BridgeDomainOptions {
    pub(crate) arp_flood: bool,
    pub(crate) unknown_mac_unicast: String,
    pub(crate) unicast_route: bool,
    pub(crate) ep_move_detect: String,
    pub(crate) limit_ip_learn: bool,
    pub(crate) subnet_scope: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) external: bool,
    pub(crate) mapped_name: Option<String>,
    pub(crate) endpoint_group: Option<String>,
    pub(crate) mtu: Option<u16>,
    pub(crate) subnets: Vec<Subnet>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subnet {
    pub(crate) cidr: String,
    pub(crate) gateway_ip: Option<IpAddr>,
    pub(crate) enable_dhcp: bool,
    pub(crate) dns_nameservers: Vec<IpAddr>,
    pub(crate) host_routes: Vec<HostRoute>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostRoute {
    pub(crate) destination: String,
    pub(crate) nexthop: IpAddr,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Router {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) external_network: Option<String>,
    pub(crate) networks: Vec<String>,
}

impl Subnet {
    pub(crate) fn net(&self) -> Option<Net> {
        Net::parse(&self.cidr)
    }

    /// Its gateway, as APIC has it.
    pub(crate) fn gateway(&self) -> Option<(IpAddr, Net)> {
        Some((self.gateway_ip?, self.net()?))
    }
}

impl Network {
    /// The subnet that holds an address.
    pub(crate) fn around(&self, address: IpAddr) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.net().is_some_and(|net| net.contains(address)))
    }
}
