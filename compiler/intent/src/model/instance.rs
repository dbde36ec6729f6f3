//! Instances, ports and floating IPs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Span, Spanned};
use uuid::Uuid;

use crate::scalar::{MacAddr, Prefix};

/// An instance and its ports.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Nova id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name in Nova; default the handle.
    pub name: Option<Spanned<String>>,
    /// The host it runs on.
    pub host: Spanned<String>,
    /// Its ports by handle.
    pub ports: BTreeMap<String, Box<Port>>,
}

/// A port, of an instance or of nobody.
#[derive(Clone, Debug)]
pub struct Port {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Its MAC; default derived.
    pub mac_address: Option<Spanned<MacAddr>>,
    /// The network: handle, `project/handle` or id; also an external network.
    pub network: Spanned<String>,
    /// Absent: one address of the first subnet of each family.
    pub fixed_ips: Option<Vec<Spanned<FixedIp>>>,
    /// Absent: the project's `default`; empty: none.
    pub security_groups: Option<Vec<Spanned<String>>>,
    /// What else it may send as.
    pub allowed_address_pairs: Vec<AddressPair>,
    /// Default the network's.
    pub port_security_enabled: Option<Spanned<bool>>,
}

/// One entry of `fixed_ips`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixedIp {
    /// This address, on the subnet that holds it.
    Address(IpAddr),
    /// Any free address of this subnet (handle or id).
    Subnet(String),
}

/// An allowed address pair.
#[derive(Clone, Debug)]
pub struct AddressPair {
    /// Of the whole entry.
    pub span: Span,
    /// An address (as a prefix of full length) or a prefix.
    pub ip: Spanned<Prefix>,
    /// Default the port's.
    pub mac: Option<Spanned<MacAddr>>,
}

/// A floating IP, associated or reserved.
#[derive(Clone, Debug)]
pub struct FloatingIp {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// The external network: handle or id.
    pub network: Spanned<String>,
    /// Its address; default allocated.
    pub address: Option<Spanned<IpAddr>>,
    /// `instance/port`, a port's handle, or an id; absent: reserved only.
    pub port: Option<Spanned<String>>,
    /// Which of the port's addresses; default its only IPv4 one.
    pub fixed_ip: Option<Spanned<IpAddr>>,
}
