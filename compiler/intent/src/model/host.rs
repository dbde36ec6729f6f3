//! Hosts and what only they can tell.

use std::collections::BTreeMap;

use aciform_diagnostics::{Span, Spanned};

use crate::scalar::MacAddr;

/// What a host does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Runs instances; gets SNAT addresses.
    Compute,
    /// Runs the Neutron DHCP agent.
    Dhcp,
}

/// A host, named as its agents report it.
#[derive(Clone, Debug)]
pub struct Host {
    /// The key.
    pub handle: Spanned<String>,
    /// Default `[compute]`.
    pub roles: Option<Vec<Spanned<Role>>>,
    /// Its physical interfaces towards the fabric.
    pub uplinks: Vec<Spanned<String>>,
    /// What the host decided by itself.
    pub facts: HostFacts,
}

/// Numbers and addresses read from a live host.
#[derive(Clone, Debug, Default)]
pub struct HostFacts {
    /// Port name on `br-int` to OpenFlow port number, 1 to 65279.
    pub ofports: BTreeMap<String, Spanned<u32>>,
    /// Interface name to MAC.
    pub macs: BTreeMap<String, Spanned<MacAddr>>,
    /// Port id to conntrack zone, 4097 to 65535.
    pub zones: BTreeMap<String, Spanned<u16>>,
    /// Where the names of these maps are written, by the map and the name.
    pub names: BTreeMap<(&'static str, String), Span>,
}
