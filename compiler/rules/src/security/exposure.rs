//! Which ports can be reached from outside, and which groups they hold.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::Span;
use aciform_fabric::model::{GroupId, NetworkKind, Port, PortId, PortOwner, SubnetId};

use super::routed::untranslated;
use crate::{Input, SiteInput};

/// A way in from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// The address that outsiders write.
    pub(super) address: IpAddr,
    /// What makes it: a floating IP, a port on an external network, or a router's gateway.
    pub(super) place: Span,
}

/// The way to each port that has one: its floating IP, or an address of its own on an external network or behind a router
/// that does not translate.
pub(super) fn ways(input: &Input<'_>, site: &SiteInput<'_>) -> BTreeMap<PortId, Vec<Way>> {
    let fabric = site.fabric;
    let mut routed: BTreeMap<SubnetId, Span> = BTreeMap::new();
    for way in untranslated(input, site) {
        routed.extend(way.router.interfaces.iter().map(|(subnet, _)| (*subnet, way.gateway.network.span)));
    }
    let mut ways: BTreeMap<PortId, Vec<Way>> = BTreeMap::new();
    for floating in &fabric.floating_ips {
        if let Some((port, _)) = floating.port {
            ways.entry(port).or_default().push(Way { address: floating.address, place: floating.source });
        }
    }
    for (id, port) in fabric.ports.entries() {
        if !is_guests(port) {
            continue;
        }
        let outside = matches!(fabric.networks[port.network].kind, NetworkKind::External(_));
        for fixed in &port.fixed_ips {
            let place = if outside { Some(port.source) } else { routed.get(&fixed.subnet).copied() };
            if let Some(place) = place {
                ways.entry(id).or_default().push(Way { address: fixed.address, place });
            }
        }
    }
    ways
}

/// Whether a port is not one of the cloud's own servers.
pub(super) fn is_guests(port: &Port) -> bool {
    port.owner != PortOwner::Dhcp
}

/// The ways to the ports that hold a group, in one family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exposed {
    /// One of them.
    pub(super) first: Way,
    /// How many ports there are.
    pub(super) ports: usize,
}

/// What each group guards from outside, by group and whether IPv4.
pub(super) fn exposed(input: &Input<'_>, site: &SiteInput<'_>) -> BTreeMap<(GroupId, bool), Exposed> {
    let mut found: BTreeMap<(GroupId, bool), Exposed> = BTreeMap::new();
    for (port, ways) in ways(input, site) {
        for is_v4 in [true, false] {
            let Some(way) = ways.iter().find(|way| way.address.is_ipv4() == is_v4) else { continue };
            for group in &site.fabric.ports[port].security_groups {
                let exposed = found.entry((*group, is_v4)).or_insert(Exposed { first: *way, ports: 0 });
                exposed.ports += 1;
            }
        }
    }
    found
}
