//! What Neutron's server told the host's agent, and the namespaces that it made.

use std::net::IpAddr;

use serde::Deserialize;

/// `security-groups.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) devices: Vec<Device>,
    pub(crate) security_groups: Vec<Group>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    pub(crate) device: String,
    pub(crate) name: String,
    pub(crate) network_id: String,
    pub(crate) mac_address: String,
    pub(crate) fixed_ips: Vec<IpAddr>,
    pub(crate) allowed_address_pairs: Vec<Pair>,
    pub(crate) port_security_enabled: bool,
    pub(crate) security_groups: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pair {
    pub(crate) ip_address: String,
    pub(crate) mac_address: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) stateful: bool,
    pub(crate) rules: Vec<Rule>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) direction: Direction,
    pub(crate) ethertype: Family,
    pub(crate) protocol: Option<String>,
    pub(crate) port_range_min: Option<u16>,
    pub(crate) port_range_max: Option<u16>,
    pub(crate) remote_ip_prefix: Option<String>,
    pub(crate) remote_group_id: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Ingress,
    Egress,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub(crate) enum Family {
    IPv4,
    IPv6,
}

/// `netns.json`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Namespace {
    pub(crate) bridge: String,
    pub(crate) interface: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) mac: String,
    pub(crate) namespace: String,
    pub(crate) sysctls: Vec<Sysctl>,
    pub(crate) mtu: Option<u32>,
    pub(crate) addresses: Vec<String>,
    pub(crate) routes: Vec<NamespaceRoute>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sysctl {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamespaceRoute {
    pub(crate) destination: String,
    pub(crate) nexthop: String,
}
