//! The JSON Schemas of the agent's files, from the types that are written; closed.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{PortFile, RoutingDomainFile, ServiceFile, SnatFile, Topology};

/// A file of an endpoint: a port's or a SNAT interface's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum EndpointFile {
    /// A port's, by MAC.
    Port(Box<PortFile>),
    /// A SNAT interface's, by external network.
    Snat(SnatFile),
}

/// The schema of `*.ep`.
#[must_use]
pub fn endpoint_schema() -> Value {
    schema_for!(EndpointFile).to_value()
}

/// The schema of `*.rdconfig`.
#[must_use]
pub fn routing_domain_schema() -> Value {
    schema_for!(RoutingDomainFile).to_value()
}

/// The schema of `*.as`.
#[must_use]
pub fn service_schema() -> Value {
    schema_for!(ServiceFile).to_value()
}

/// The schema of `neutron.json`.
#[must_use]
pub fn topology_schema() -> Value {
    schema_for!(Topology).to_value()
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $pattern:expr;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    )*};
}

texts! {
    /// An IPv4 address.
    Ipv4Text = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$";
    /// An address of either family, bare: the agent does not announce one with a length.
    IpText = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*)$";
    /// A prefix of either family.
    PrefixText = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*)/[0-9]{1,3}$";
    /// An address or a prefix.
    TargetText = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*)(/[0-9]{1,3})?$";
    /// A MAC: one that the agent cannot read loses the whole file.
    MacText = "^[0-9a-f]{2}(:[0-9a-f]{2}){5}$";
    /// The name of a network interface, by the kernel's limit.
    InterfaceText = r"^[^/\s]{1,15}$";
    /// `<application profile>|<group>`.
    GroupText = r"^[^|]+\|[^|]+$";
    /// `<port id>|<mac with dashes>`.
    IdentityText = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\|[0-9a-f]{2}(-[0-9a-f]{2}){5}$";
}
