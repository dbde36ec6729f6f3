//! The fabric's own facts, and the external networks that lead out of it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use aciform_diagnostics::{Span, Spanned};
use uuid::Uuid;

use super::network::Subnet;
use crate::scalar::Prefix;

/// The infra side of the fabric.
#[derive(Clone, Debug, Default)]
pub struct FabricFacts {
    /// The infrastructure VLAN. Default 4093.
    pub infra_vlan: Option<Spanned<u16>>,
    /// The TEP pool. Default 10.0.0.0/16.
    pub tep_pool: Option<Spanned<Prefix>>,
    /// The anycast tunnel endpoint that hosts send to. Default 10.0.0.32.
    pub anycast_tep: Option<Spanned<Ipv4Addr>>,
}

/// What only a live APIC decides about an endpoint group.
#[derive(Clone, Debug, Default)]
pub struct GroupFacts {
    /// The VXLAN network id, 1 to 0xffffff.
    pub vnid: Option<Spanned<u32>>,
    /// The multicast group for flooding.
    pub mcast: Option<Spanned<Ipv4Addr>>,
}

/// An external network (`router:external`), tied to `[apic_external_network:HANDLE]`.
#[derive(Clone, Debug)]
pub struct ExternalNetwork {
    /// The key: its name in the ini too.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name in Neutron; default the handle.
    pub name: Option<Spanned<String>>,
    /// The project that owns it.
    pub project: Option<Spanned<String>>,
    /// Whether every project may use it; default false.
    pub shared: Option<Spanned<bool>>,
    /// Where a pre-existing L3Out lies.
    pub l3out: L3OutRef,
    /// Its floating IP subnets.
    pub subnets: BTreeMap<String, Box<Subnet>>,
    /// The compute hosts that need an address of its SNAT pool; default every one.
    pub hosts: Option<Vec<Spanned<String>>>,
    /// Its MTU.
    pub mtu: Option<Spanned<u16>>,
    /// Its DNS domain.
    pub dns_domain: Option<Spanned<String>>,
    /// Default of its ports; default true.
    pub port_security_enabled: Option<Spanned<bool>>,
    /// Facts of its NAT endpoint group.
    pub facts: GroupFacts,
}

/// Tenant and VRF of a pre-existing L3Out, which no file of the cloud says.
#[derive(Clone, Debug)]
pub struct L3OutRef {
    /// Of the `l3out` key, or of the external network where it is absent.
    pub span: Span,
    /// The APIC tenant. Default `common`.
    pub tenant: Option<Spanned<String>>,
    /// The VRF in that tenant. Default `default`.
    pub vrf: Option<Spanned<String>>,
}
