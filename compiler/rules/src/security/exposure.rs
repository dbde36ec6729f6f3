//! Which ports can be reached from outside, and which groups they hold.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::Span;
use aciform_fabric::model::{Fabric, GroupId, NetworkKind, Port, PortId, PortOwner};

/// A way in from outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// The address that outsiders write.
    pub(super) address: IpAddr,
    /// What makes it: a floating IP, or a port on an external network.
    pub(super) place: Span,
}

/// The way to each port that has one: its floating IP, or an address of its own on an external network.
pub(super) fn ways(fabric: &Fabric) -> BTreeMap<PortId, Vec<Way>> {
    let mut ways: BTreeMap<PortId, Vec<Way>> = BTreeMap::new();
    for floating in &fabric.floating_ips {
        if let Some((port, _)) = floating.port {
            ways.entry(port).or_default().push(Way { address: floating.address, place: floating.source });
        }
    }
    for (id, port) in fabric.ports.entries() {
        let outside = matches!(fabric.networks[port.network].kind, NetworkKind::External(_));
        if outside && is_guests(port) {
            let own = port.fixed_ips.iter().map(|fixed| Way { address: fixed.address, place: port.source });
            ways.entry(id).or_default().extend(own);
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
pub(super) fn exposed(fabric: &Fabric) -> BTreeMap<(GroupId, bool), Exposed> {
    let mut found: BTreeMap<(GroupId, bool), Exposed> = BTreeMap::new();
    for (port, ways) in ways(fabric) {
        for is_v4 in [true, false] {
            let Some(way) = ways.iter().find(|way| way.address.is_ipv4() == is_v4) else { continue };
            for group in &fabric.ports[port].security_groups {
                let exposed = found.entry((*group, is_v4)).or_insert(Exposed { first: *way, ports: 0 });
                exposed.ports += 1;
            }
        }
    }
    found
}
