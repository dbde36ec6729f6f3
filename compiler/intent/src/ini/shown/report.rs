//! What `show ini --format json` prints: the closed shape behind `schema/show-ini.schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

/// The configuration of some ini files as the services get it.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Effective ini")]
pub struct Report {
    /// Every registered option. Groups of the unified plugin only where they are set.
    pub options: Vec<OptionReport>,
    /// The free-form sections as raw texts, repeats merged; none of a reader that stops.
    pub sections: Vec<SectionReport>,
    /// Where the driver's own readers stop. What they would have read is null below.
    pub stops: Vec<StopReport>,
    /// `[apic_external_network:NAME]`.
    pub external_networks: Option<Vec<ExternalNetworkReport>>,
    /// `[apic_vmdom:NAME]`.
    pub vmm_domains: Option<Vec<DomainReport>>,
    /// `[apic_physdom:NAME]`.
    pub physical_domains: Option<Vec<DomainReport>>,
    /// `[apic_physical_network:SEGMENT]`.
    pub physical_networks: Option<Vec<PhysicalNetworkReport>>,
    /// `apic_vpc_pairs`: each switch and its partner. Null where the option cannot be read.
    pub vpc_pairs: Option<BTreeMap<String, String>>,
    /// `[apic_switch:ID]`.
    pub switches: Option<Vec<SwitchReport>>,
    /// The driver's table of host links, by host and interface.
    pub host_links: Option<Vec<HostLinkReport>>,
    /// `[opflex_external_segment:NAME]`, as the opflex agent reads it.
    pub external_segments: Vec<ExternalSegmentReport>,
}

/// A registered option.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionReport {
    /// The group as it is registered.
    pub group: String,
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["string", "boolean", "integer", "float", "list", "dict"]))]
    pub kind: String,
    /// The value that oslo.config hands over, references expanded; `***` for a secret; null where there is none.
    pub value: ValueReport,
    /// Whether reading it stops the service.
    pub refused: bool,
    /// `file:line:column`, or `default`.
    pub place: String,
}

/// A value of any type.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ValueReport {
    /// No value.
    Null(()),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text; of a float also `nan`, `inf` and `-inf`, and a whole number beyond 64 bits.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A dict.
    Dict(BTreeMap<String, String>),
}

/// A free-form section.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionReport {
    /// Its header: prefix, colon, name.
    pub section: String,
    /// `file:line:column` of its name.
    pub place: String,
    /// The first value of every key.
    pub keys: Vec<KeyReport>,
}

/// A key of a free-form section.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyReport {
    /// The key.
    pub name: String,
    /// Its value; `***` for a secret.
    pub value: String,
    /// `file:line:column` of the value.
    pub place: String,
}

/// Where a reader stops.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopReport {
    /// What is read: a prefix, or `host_links`.
    pub reader: String,
    /// Why it stops.
    pub reason: String,
    /// `file:line:column`.
    pub place: String,
}

/// An external network.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalNetworkReport {
    /// Its name.
    pub name: String,
    /// `file:line:column` of the name.
    pub place: String,
    /// Whether the L3Out is there already.
    pub preexisting: bool,
    /// Whether the network asks for NAT.
    pub enable_nat: bool,
    /// Whether the border router is asked to translate.
    pub edge_nat: bool,
    /// Every key with its text.
    pub keys: BTreeMap<String, String>,
}

/// A VMM or physical domain.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainReport {
    /// Its name on APIC.
    pub name: String,
    /// `file:line:column` of the name.
    pub place: String,
    /// Its options: texts, and lists split at commas without trimming; `***` for a secret.
    pub options: BTreeMap<String, TextOrList>,
}

/// A raw option of a domain.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum TextOrList {
    /// As it stands.
    Text(String),
    /// Split at commas.
    List(Vec<String>),
}

/// A physical network.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhysicalNetworkReport {
    /// Its name.
    pub name: String,
    /// `file:line:column` of the name.
    pub place: String,
    /// The hosts that reach it.
    pub hosts: Vec<String>,
    /// Its type; `vlan` where none is written.
    pub segment_type: String,
}

/// A leaf.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchReport {
    /// Its node id.
    pub id: String,
    /// `file:line:column` of the id.
    pub place: String,
    /// Its pod; `1` where none is written.
    pub pod_id: String,
    /// The hosts on its ports, in the order in which the driver takes them.
    pub links: Vec<SwitchLinkReport>,
}

/// A host on a port of a leaf, as it is written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchLinkReport {
    /// The host, escapes decoded, blanks kept.
    pub host: String,
    /// What stands behind `|`; null: none is named.
    pub interface: Option<String>,
    /// The module: in front of the first slash; null where there is none.
    pub module: Option<String>,
    /// The port: behind the first slash, or all where there is none.
    pub port: String,
    /// `file:line:column` of the host.
    pub place: String,
}

/// A row of the table of host links.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostLinkReport {
    /// The host.
    pub host: String,
    /// The interface: written, `static`, or `static-vpc-SWITCH` on a vPC pair.
    pub interface: String,
    /// The leaf.
    pub switch: String,
    /// The module; `vpc-MODULE-PORT` on a vPC pair.
    pub module: String,
    /// The port; on a vPC pair the bundle, empty while the host is on one member only.
    pub port: String,
    /// The pod.
    pub pod_id: String,
    /// The path on APIC; null without a port.
    pub path: Option<String>,
    /// `file:line:column` of the host that the row comes from.
    pub place: String,
}

/// An external segment of the opflex agent.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalSegmentReport {
    /// Its name.
    pub name: String,
    /// `file:line:column` of the name.
    pub place: String,
    /// The first IPv4 address.
    pub ip_start: Option<String>,
    /// The last IPv4 address.
    pub ip_end: Option<String>,
    /// `address/length` of the IPv4 gateway.
    pub ip_gateway: Option<String>,
    /// The first IPv6 address.
    pub ip6_start: Option<String>,
    /// The last IPv6 address.
    pub ip6_end: Option<String>,
    /// `address/length` of the IPv6 gateway.
    pub ip6_gateway: Option<String>,
}
