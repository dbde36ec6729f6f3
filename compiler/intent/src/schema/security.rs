//! Security groups and rules.

use schemars::JsonSchema;

use super::scalars::{AddressOrCidr, EtherType, Id, Octet, Ports, ProtocolName, QualifiedName, Text};

/// A security group.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SecurityGroup {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// Whether answers to what is allowed pass by themselves. Default: true.
    stateful: Option<bool>,
    /// Whether everything may leave, by Neutron's two egress rules. Default: true.
    default_egress: Option<bool>,
    /// What is allowed.
    rules: Option<Vec<Rule>>,
}

/// A rule: what is allowed.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Rule {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Seen from the instance. Default: ingress.
    direction: Option<Direction>,
    /// The family. Default: that of the prefix, else of the protocol, else IPv4.
    ethertype: Option<EtherType>,
    /// The protocol. Default: any.
    protocol: Option<ProtocolName>,
    /// The destination ports; with tcp, udp, sctp, dccp and udplite.
    port: Option<Ports>,
    /// ICMP type and code; with icmp and icmpv6.
    icmp: Option<Icmp>,
    /// The other side, as an address or prefix.
    remote_ip_prefix: Option<AddressOrCidr>,
    /// The other side, as a security group.
    remote_group: Option<QualifiedName>,
}

/// Seen from the instance.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
enum Direction {
    Ingress,
    Egress,
}

/// ICMP type and code.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Icmp {
    /// The type.
    r#type: Octet,
    /// The code. Default: any.
    code: Option<Octet>,
}
