//! The subnets as they are written, inside and outside, and what an address of one can be.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aciform_intent::model::{Intent, Subnet};
use aciform_intent::scalar::Prefix;

/// Every network, those of projects first, with its path and subnets.
pub(super) fn networks(intent: &Intent) -> impl Iterator<Item = (String, &BTreeMap<String, Box<Subnet>>)> {
    let inside = intent.projects.iter().flat_map(|(project, own)| {
        own.networks.iter().map(move |(network, body)| (format!("{project}/{network}"), &body.subnets))
    });
    let outside = intent.external_networks.iter().map(|(network, body)| (network.clone(), &body.subnets));
    inside.chain(outside)
}

/// Every subnet with its path.
pub(super) fn every(intent: &Intent) -> impl Iterator<Item = (String, &Subnet)> {
    networks(intent).flat_map(|(network, subnets)| {
        subnets.iter().map(move |(handle, subnet)| (format!("{network}/{handle}"), &**subnet))
    })
}

/// Whether one of some prefixes holds an address.
pub(super) fn holds(prefixes: &BTreeSet<Prefix>, address: IpAddr) -> bool {
    let width = if address.is_ipv4() { 32 } else { 128 };
    (0..=width).any(|length| prefixes.contains(&Prefix::containing(address, length)))
}

/// What an address of a prefix is that no host can have; IPv6 has no broadcast, and two addresses need neither.
pub(super) fn no_host(prefix: Prefix, address: IpAddr) -> Option<&'static str> {
    if !prefix.is_ipv4() || prefix.length() > 30 {
        None
    } else if address == prefix.network() {
        Some("network")
    } else if address == prefix.last() {
        Some("broadcast")
    } else {
        None
    }
}
