//! What the OVS agent reads from its folders: endpoints, routing domains, services.

use std::net::IpAddr;

use serde::Deserialize;

/// `.ep`: a port's, or a SNAT interface's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Endpoint {
    pub(crate) uuid: String,
    pub(crate) policy_space_name: String,
    pub(crate) endpoint_group_name: String,
    pub(crate) interface_name: String,
    pub(crate) promiscuous_mode: bool,
    pub(crate) neutron_network: Option<String>,
    pub(crate) neutron_metadata_optimization: Option<bool>,
    pub(crate) dhcp4: Option<Dhcp4>,
    pub(crate) dhcp6: Option<Dhcp6>,
    #[serde(default)]
    pub(crate) ip: Vec<IpAddr>,
    pub(crate) mac: Option<String>,
    #[serde(default)]
    pub(crate) anycast_return_ip: Vec<IpAddr>,
    #[serde(default)]
    pub(crate) virtual_ip: Vec<VirtualIp>,
    pub(crate) attributes: Attributes,
    pub(crate) domain_policy_space: Option<String>,
    pub(crate) domain_name: Option<String>,
    #[serde(default)]
    pub(crate) ip_address_mapping: Vec<Mapping>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Attributes {
    pub(crate) vm_name: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct VirtualIp {
    pub(crate) ip: String,
    pub(crate) mac: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Dhcp4 {
    pub(crate) ip: IpAddr,
    pub(crate) prefix_len: u8,
    pub(crate) routers: Vec<IpAddr>,
    pub(crate) dns_servers: Vec<IpAddr>,
    pub(crate) domain: String,
    pub(crate) server_ip: Option<IpAddr>,
    pub(crate) static_routes: Vec<Route>,
    pub(crate) interface_mtu: Option<u16>,
    pub(crate) lease_time: Option<u32>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Route {
    pub(crate) dest: IpAddr,
    pub(crate) dest_prefix: u8,
    pub(crate) next_hop: IpAddr,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Dhcp6 {
    pub(crate) dns_servers: Vec<IpAddr>,
    pub(crate) interface_mtu: Option<u16>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Mapping {
    pub(crate) uuid: String,
    pub(crate) mapped_ip: IpAddr,
    pub(crate) floating_ip: IpAddr,
    pub(crate) policy_space_name: String,
    pub(crate) endpoint_group_name: String,
    pub(crate) next_hop_if: Option<String>,
    pub(crate) next_hop_mac: Option<String>,
}

/// `.rdconfig`: what a VRF routes inside.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RoutingDomain {
    pub(crate) domain_policy_space: String,
    pub(crate) domain_name: String,
    pub(crate) internal_subnets: Vec<String>,
}

/// `.as`: the metadata service of a VRF.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Service {
    pub(crate) uuid: String,
    pub(crate) interface_name: String,
    pub(crate) service_mac: String,
    pub(crate) domain_policy_space: String,
    pub(crate) domain_name: String,
    pub(crate) service_mapping: Vec<ServiceMapping>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ServiceMapping {
    pub(crate) service_ip: IpAddr,
    pub(crate) gateway_ip: IpAddr,
    pub(crate) next_hop_ip: IpAddr,
}
