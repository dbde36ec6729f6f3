//! The intent in Neutron's nouns, as written: what is absent is `None`, references are text, every value has its place.
//!
//! Every map is keyed by handle; the `handle` inside repeats the key with its place.

mod fabric;
mod growth;
mod host;
mod incomplete;
mod instance;
mod network;
mod project;
mod router;
mod security;
mod site;

pub use fabric::{ExternalNetwork, FabricFacts, GroupFacts, L3OutRef};
pub use growth::{FloatingGrowth, Growth, Increase};
pub use host::{Host, HostFacts, Role};
pub use incomplete::Incomplete;
pub use instance::{AddressPair, FixedIp, FloatingIp, Instance, Port};
pub use network::{DhcpPort, Gateway, HostRoute, Ipv6Mode, Network, SharedWith, Subnet};
pub use project::{Project, Rename, Renamed};
pub use router::{ExternalGateway, Router, RouterInterface};
pub use security::{Direction, EtherType, Every, Icmp, PortRange, Protocol, Rule, SecurityGroup};
pub use site::{Allow, ApicPassword, OpflexAgent, Releases, Site};

use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything the intent files of a site say, merged.
#[derive(Clone, Debug, Default)]
pub struct Intent {
    /// Facts about the fabric's infra side.
    pub fabric: FabricFacts,
    /// The hosts, by the name their agents report.
    pub hosts: BTreeMap<String, Host>,
    /// The external networks, by handle.
    pub external_networks: BTreeMap<String, ExternalNetwork>,
    /// The projects, by handle; shared with other readings of files in which they stand unchanged.
    pub projects: BTreeMap<String, Arc<Project>>,
    /// Handles that changed since the lock was written.
    pub renamed: Renamed,
    /// What is written and could not be made.
    pub incomplete: Incomplete,
}
