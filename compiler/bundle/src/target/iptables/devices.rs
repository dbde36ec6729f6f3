//! What Neutron's server answers when the host's agent asks for the security groups of its devices.
//!
//! The rules of the host follow from this answer and from the members of remote groups. Members are left out, as they are
//! the devices of all hosts, and of the ports on no host, which have a file of their own; so are trusted ports, which the
//! server leaves out. A changed rule of a group shows here once for a host, and not once for each port.

use std::collections::BTreeSet;
use std::net::IpAddr;

use aciform_fabric::model::{Fabric, GroupId, Port, PortOwner, Remote, SecurityRule};
use aciform_intent::model::{Direction, EtherType, Protocol};
use aciform_intent::scalar::Prefix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The file's name below the host's folder; at the bundle's top that of the ports that are on no host.
pub(super) const FILE: &str = "security-groups.json";

/// The answer to `security_group_info_for_devices`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "security groups of a host's devices")]
pub struct SecurityGroupInfo {
    /// The instances' ports, by id.
    #[schemars(length(min = 1))]
    pub devices: Vec<Device>,
    /// The groups that these hold, by id.
    pub security_groups: Vec<Group>,
}

/// A port of an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The port's id, which names its chains and interfaces.
    pub device: Uuid,
    /// The name of its instance.
    pub name: String,
    /// Its network's id.
    pub network_id: Uuid,
    /// Its MAC.
    #[schemars(regex(pattern = MAC))]
    pub mac_address: String,
    /// Its addresses in listed order.
    pub fixed_ips: Vec<IpAddr>,
    /// Further sources that it may use, in listed order.
    pub allowed_address_pairs: Vec<AddressPair>,
    /// Whether it is filtered at all.
    pub port_security_enabled: bool,
    /// The ids of its groups in listed order, which decides about connection tracking.
    pub security_groups: Vec<Uuid>,
}

/// A source that a port may use besides its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressPair {
    /// An address, or a prefix with its length.
    pub ip_address: String,
    /// The MAC it goes with.
    #[schemars(regex(pattern = MAC))]
    pub mac_address: String,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// Whether its connections are tracked.
    pub stateful: bool,
    /// What it allows, in order.
    pub rules: Vec<Rule>,
}

/// A rule of a group. What is absent is any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Seen from the instance.
    pub direction: RuleDirection,
    /// The family.
    pub ethertype: RuleFamily,
    /// Neutron's name of the protocol, or its number where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub protocol: Option<String>,
    /// The lowest destination port; with ICMP the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16")]
    pub port_range_min: Option<u16>,
    /// The highest destination port; with ICMP the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16")]
    pub port_range_max: Option<u16>,
    /// The other side, as a prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub remote_ip_prefix: Option<String>,
    /// The other side, as the members of a group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Uuid")]
    pub remote_group_id: Option<Uuid>,
}

/// Directions, in Neutron's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleDirection {
    /// Towards the instance.
    Ingress,
    /// From the instance.
    Egress,
}

/// Families, in Neutron's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RuleFamily {
    /// IPv4.
    IPv4,
    /// IPv6.
    IPv6,
}

const MAC: &str = "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$";

/// The closed schema of the file.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(SecurityGroupInfo)
}

impl SecurityGroupInfo {
    /// The answer for these ports, which are not trusted ones and sorted by id.
    pub(super) fn new<'a>(fabric: &Fabric, ports: impl Iterator<Item = &'a Port>) -> Self {
        let mut held: BTreeSet<GroupId> = BTreeSet::new();
        let devices = ports
            .map(|port| {
                held.extend(&port.security_groups);
                device(fabric, port)
            })
            .collect();
        let mut security_groups: Vec<Group> = held.into_iter().map(|id| group(fabric, id)).collect();
        security_groups.sort_by_key(|group| group.id);
        Self { devices, security_groups }
    }
}

fn device(fabric: &Fabric, port: &Port) -> Device {
    let pair = |prefix: Prefix| if prefix.is_host() { prefix.network().to_string() } else { prefix.to_string() };
    Device {
        device: port.id,
        name: owner(port),
        network_id: fabric.networks[port.network].id,
        mac_address: port.mac.to_string(),
        fixed_ips: port.fixed_ips.iter().map(|fixed| fixed.address).collect(),
        allowed_address_pairs: port
            .pairs
            .iter()
            .map(|it| AddressPair { ip_address: pair(it.prefix), mac_address: it.mac.to_string() })
            .collect(),
        port_security_enabled: port.port_security,
        security_groups: port.security_groups.iter().map(|group| fabric.security_groups[*group].id).collect(),
    }
}

/// Whose port it is; a port of nobody is on no host and goes by its own name.
fn owner(port: &Port) -> String {
    match &port.owner {
        PortOwner::Instance(name) => name.clone(),
        PortOwner::Dhcp | PortOwner::Unbound => port.path.clone(),
    }
}

fn group(fabric: &Fabric, id: GroupId) -> Group {
    let group = &fabric.security_groups[id];
    let rules = group.rules.iter().map(|it| rule(fabric, it)).collect();
    Group { id: group.id, stateful: group.stateful, rules }
}

fn rule(fabric: &Fabric, rule: &SecurityRule) -> Rule {
    let (port_range_min, port_range_max) = match (rule.port, rule.icmp) {
        (Some(ports), _) => (Some(ports.first), Some(ports.last)),
        (None, Some(icmp)) => (Some(icmp.kind.into()), icmp.code.map(u16::from)),
        (None, None) => (None, None),
    };
    let (remote_ip_prefix, remote_group_id) = match rule.remote {
        Remote::Any => (None, None),
        Remote::Prefix(prefix) => (Some(prefix.to_string()), None),
        Remote::Group(group) => (None, Some(fabric.security_groups[group].id)),
    };
    Rule {
        direction: match rule.direction {
            Direction::Ingress => RuleDirection::Ingress,
            Direction::Egress => RuleDirection::Egress,
        },
        ethertype: match rule.ethertype {
            EtherType::IPv4 => RuleFamily::IPv4,
            EtherType::IPv6 => RuleFamily::IPv6,
        },
        protocol: rule.protocol.map(protocol),
        port_range_min,
        port_range_max,
        remote_ip_prefix,
        remote_group_id,
    }
}

/// A protocol by the name that Neutron's API has for it; of names with one number, the one that says more.
fn protocol(Protocol(number): Protocol) -> String {
    let name = match number {
        1 => "icmp",
        2 => "igmp",
        4 => "ipip",
        6 => "tcp",
        8 => "egp",
        17 => "udp",
        33 => "dccp",
        41 => "ipv6-encap",
        43 => "ipv6-route",
        44 => "ipv6-frag",
        46 => "rsvp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        58 => "ipv6-icmp",
        59 => "ipv6-nonxt",
        60 => "ipv6-opts",
        89 => "ospf",
        112 => "vrrp",
        113 => "pgm",
        132 => "sctp",
        136 => "udplite",
        _ => return number.to_string(),
    };
    name.to_owned()
}
