//! Instances, ports and floating IPs.

use schemars::JsonSchema;

use super::scalars::{Address, AddressOrCidr, Handles, Id, Mac, Name, PortName, QualifiedName, Text};

/// An instance.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Instance {
    /// Its Nova id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// The host that it runs on.
    host: Name,
    /// Its ports.
    ports: Option<Handles<Port>>,
}

/// A port.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Port {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// Its MAC. Default: derived.
    mac_address: Option<Mac>,
    /// The network that it is on.
    network: QualifiedName,
    /// Its addresses. Default: one of the first subnet of each family.
    fixed_ips: Option<Vec<FixedIpEntry>>,
    /// Its security groups; `[]` for none. Default: `[default]`.
    security_groups: Option<Vec<QualifiedName>>,
    /// What else it may send as.
    #[schemars(length(max = 10))]
    allowed_address_pairs: Option<Vec<AddressPairEntry>>,
    /// Whether it is filtered. Default: as the network says.
    port_security_enabled: Option<bool>,
}

/// An address, a subnet to allocate from, or either in its long form.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum FixedIpEntry {
    Address(Address),
    Subnet(Name),
    Long(FixedIp),
}

/// An address or a subnet to allocate from: exactly one of the two.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1, "maxProperties" = 1))]
struct FixedIp {
    /// The address.
    ip_address: Option<Address>,
    /// The subnet.
    subnet: Option<Name>,
}

/// An address or prefix, alone or with a MAC.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum AddressPairEntry {
    Short(AddressOrCidr),
    Long(AddressPair),
}

/// An address or prefix with a MAC.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AddressPair {
    /// The address or prefix.
    ip: AddressOrCidr,
    /// The MAC. Default: the port's.
    mac: Option<Mac>,
}

/// A floating IP, on a port or reserved.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct FloatingIp {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// The external network.
    network: QualifiedName,
    /// Its address. Default: allocated.
    address: Option<Address>,
    /// The port that it leads to. Default: none, reserved only.
    port: Option<PortName>,
    /// Which of the port's addresses it leads to. Default: its only IPv4 one.
    fixed_ip: Option<Address>,
}
