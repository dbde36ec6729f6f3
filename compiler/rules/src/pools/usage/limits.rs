//! What Cisco publishes that a fabric takes, against what this cloud alone puts on it.
//!
//! The figures are those that were verified: of the guide to release 1.1(1j), and what a live APIC of unknown release
//! says of itself (`fvcapRule`); the page of ACI1312 has each with its source. L3Outs have no row, because no figure for
//! them could be verified. Other tenants of the fabric come on top, and newer releases take more of some.

use std::collections::BTreeSet;

use aciform_fabric::model::{Endpoint, Fabric, MappingKind, PortOwner};
use aciform_intent::model::Increase;

use super::{Kind, Measured, Row, Use, User, count, planned};

/// A figure and what it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The objects, in the plural.
    pub objects: &'static str,
    /// Their class on APIC.
    pub class: &'static str,
    /// How many a fabric takes.
    pub most: u64,
    /// Where the figure is from.
    pub source: &'static str,
    /// How many this site makes.
    pub made: u64,
}

const GUIDE: &str = "guide 1.1(1j)";
/// The class of what a host registers.
pub(super) const ENDPOINT: &str = "fvCEp";

const CAPABILITIES: &str = "fvcapRule";

/// How many endpoints more the site plans for: of ports by their share, one for each floating IP, and one for each new
/// host on each external network that translates there.
pub(super) fn endpoints(site: Measured<'_>, hosts: u64) -> u64 {
    let endpoints = site.fabric.hosts.iter().flat_map(|host| &host.endpoints).filter(|endpoint| is_declared(endpoint));
    // Networks do not grow, and so neither do their servers.
    let files = endpoints.filter(|endpoint| site.fabric.ports[endpoint.port].owner != PortOwner::Dhcp).count();
    let ports = site.growth.ports.as_ref().map_or(0, |share| Increase::Percent(share.value).more(files));
    let floating = planned(site).iter().filter(|counts| counts.outside).map(|counts| counts.planned).sum::<u64>();
    hosts.saturating_add(count(ports)).saturating_add(floating)
}

/// Whether the agent tells the fabric of it: not without an address, and of what only address pairs name not before one of
/// them is active.
fn is_declared(endpoint: &Endpoint) -> bool {
    endpoint.primary && !endpoint.addresses.is_empty()
}

/// The endpoints that an endpoint's floating IPs make: one with its MAC in each NAT group.
fn translated(endpoint: &Endpoint) -> usize {
    let floating = endpoint.mappings.iter().filter(|mapping| mapping.kind == MappingKind::FloatingIp);
    floating.map(|mapping| mapping.nat_epg).collect::<BTreeSet<_>>().len()
}

/// Every figure of which the site makes any.
pub(in crate::pools) fn all(fabric: &Fabric) -> Vec<Limit> {
    let of_host = |endpoints: &[Endpoint]| -> usize {
        endpoints.iter().filter(|endpoint| is_declared(endpoint)).map(|endpoint| 1 + translated(endpoint)).sum()
    };
    let endpoints = fabric.hosts.iter().map(|host| of_host(&host.endpoints) + host.snats.len()).sum();
    let limit = |objects, class, most, source, made| Limit { objects, class, most, source, made: count(made) };
    let limits = [
        limit("tenants", "fvTenant", 1_000, GUIDE, fabric.tenants.iter().filter(|tenant| tenant.owned).count()),
        limit("VRFs", "fvCtx", 1_000, GUIDE, fabric.vrfs.iter().filter(|vrf| vrf.owned).count()),
        limit("contracts", "vzBrCP", 1_000, GUIDE, fabric.contracts.len()),
        limit("filters", "vzFilter", 10_000, GUIDE, fabric.filters.len()),
        limit("bridge domains", "fvBD", 15_000, CAPABILITIES, fabric.bridge_domains.len()),
        limit("endpoint groups", "fvAEPg", 15_000, CAPABILITIES, fabric.epgs.len()),
        limit("endpoints", ENDPOINT, 180_000, CAPABILITIES, endpoints),
    ];
    limits.into_iter().filter(|limit| limit.made > 0).collect()
}

impl Limit {
    /// As a row of the table, with how many more are planned for.
    pub(super) fn row(&self, growth: u64) -> Row {
        Row {
            kind: Kind::Limit,
            name: format!("APIC {}", self.objects),
            range: self.source.to_owned(),
            span: None,
            size: self.most,
            reserved: 0,
            uses: vec![Use { by: User::Objects, count: self.made }],
            grows: false,
            growth,
            smallest: None,
            recommended: None,
        }
    }
}
