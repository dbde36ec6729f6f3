//! Projects, and the record of renames.

use std::collections::BTreeMap;

use aciform_diagnostics::Spanned;
use uuid::Uuid;

use super::instance::{FloatingIp, Instance, Port};
use super::network::Network;
use super::router::Router;
use super::security::SecurityGroup;

/// A project and all it owns. Over several files projects merge; each leaf object stands in one file.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The key, where it was first seen.
    pub handle: Option<Spanned<String>>,
    /// Its Keystone id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Networks by handle.
    pub networks: BTreeMap<String, Network>,
    /// Routers by handle.
    pub routers: BTreeMap<String, Router>,
    /// Security groups by handle; `default` always exists, written out or not.
    pub security_groups: BTreeMap<String, SecurityGroup>,
    /// Instances by handle.
    pub instances: BTreeMap<String, Instance>,
    /// Ports on no instance, by handle.
    pub ports: BTreeMap<String, Port>,
    /// Floating IPs by handle.
    pub floating_ips: BTreeMap<String, FloatingIp>,
}

impl Project {
    /// Every port: those of instances, then those of nobody, each by handle.
    pub fn every_port(&self) -> impl Iterator<Item = &Port> {
        let bound = self.instances.values().flat_map(|instance| instance.ports.values().map(|port| &**port));
        bound.chain(self.ports.values())
    }
}

/// Renames by kind: the old handle path to the new one (`Project/OldName: Project/NewName`).
/// The kinds are the plural nouns of the language: `projects`, `networks`, `subnets`, `routers`, `security_groups`,
/// `instances`, `ports`, `floating_ips`, `external_networks`, `hosts`.
#[derive(Clone, Debug, Default)]
pub struct Renamed {
    /// Kind to old path to new path; both with their places.
    pub kinds: BTreeMap<String, Vec<Rename>>,
}

/// One rename.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The path the lock knows.
    pub from: Spanned<String>,
    /// The path the intent has now.
    pub to: Spanned<String>,
}
