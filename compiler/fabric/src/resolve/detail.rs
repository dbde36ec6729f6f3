//! Ports that stay what they are but for their groups, pairs, port security and written addresses: they are resolved again
//! by themselves, with what looks at them (the members of groups, the endpoints and zones of their hosts).
//!
//! It answers only where nothing else can come out otherwise, and says so where it cannot tell.

use std::collections::BTreeSet;
use std::net::IpAddr;

use aciform_intent::model as intent;

use super::context::Context;
use super::network::subnet_with;
use super::port::{filter, has_security, scope};
use super::reference::Catalogue;
use super::{Ground, host, security};
use crate::allocate::pool::usable;
use crate::lock::Kind;
use crate::model::{FixedIp, FloatingId, NetworkKind, Port, PortId};

/// Resolves these ports again, by project and path. `false`: it takes more than that; the fabric is then not to be used.
pub(super) fn again<'a>(
    cx: &mut Context<'a>,
    ground: &Ground<'a>,
    groups: &Catalogue<'a>,
    before: &intent::Intent,
    ports: &BTreeSet<(String, String)>,
) -> bool {
    let mut hosts = BTreeSet::new();
    for (project, path) in ports {
        let (Some(old), Some(new)) = (written(before, project, path), written(cx.intent, project, path)) else {
            return false;
        };
        let is_it = |row: &Port| row.path == *path && row.project == *project;
        let Some(id) = cx.fabric.ports.entries().find(|(_, row)| is_it(row)).map(|(id, _)| id) else { return false };
        if !addresses(cx, ground, id, old, new) {
            return false;
        }
        let mut row = cx.fabric.ports[id].clone();
        (row.security_groups, row.pairs, row.zone) = (Vec::new(), Vec::new(), None);
        row.port_security = has_security(cx, &ground.sources, row.network, new);
        filter(cx, groups, &ground.sources, project, new, &mut row);
        row.source = new.handle.span;
        hosts.extend(row.host);
        cx.fabric.ports[id] = row;
    }
    security::members(cx);
    hosts.into_iter().all(|host| host::again(cx, &ground.sources, &ground.routing, host))
}

/// A port by its path, as the intent has it.
fn written<'i>(intent: &'i intent::Intent, project: &str, path: &str) -> Option<&'i intent::Port> {
    let project = intent.projects.get(project)?;
    match path.split_once('/') {
        Some((instance, port)) => project.instances.get(instance)?.ports.get(port).map(|port| &**port),
        None => project.ports.get(path),
    }
}

/// Moves a port from written addresses to other free ones of the same subnets.
fn addresses(cx: &mut Context<'_>, ground: &Ground<'_>, id: PortId, old: &intent::Port, new: &intent::Port) -> bool {
    let values = |port: &intent::Port| -> Option<Vec<intent::FixedIp>> {
        Some(port.fixed_ips.as_ref()?.iter().map(|ip| ip.value.clone()).collect())
    };
    let (old, new) = (values(old), values(new));
    if old == new {
        return true;
    }
    let (Some(old), Some(new)) = (old.and_then(plain), new.and_then(plain)) else { return false };
    let row = &cx.fabric.ports[id];
    let (network, held) = (row.network, row.fixed_ips.clone());
    // Outside, gateways and floating IPs draw from the same addresses; with automatic ones behind them there is more to look at.
    let outside = matches!(cx.fabric.networks[network].kind, NetworkKind::External(_));
    if outside || !held.iter().map(|fixed| fixed.address).eq(old.iter().copied()) || new.len() != old.len() {
        return false;
    }
    let mut moved = Vec::with_capacity(new.len());
    for (address, fixed) in new.iter().zip(&held) {
        let subnet = &cx.fabric.subnets[fixed.subnet];
        let is_usable = usable(subnet.prefix).is_some_and(|(first, last)| first <= *address && *address <= last);
        let in_place = subnet_with(&ground.sources, network, *address) == Some(fixed.subnet);
        let others = cx.fabric.ports.entries().filter(|(other, row)| *other != id && row.network == network);
        let mut taken = others.flat_map(|(_, row)| &row.fixed_ips).map(|fixed| fixed.address);
        let is_free = ground.addresses.is_free(network, *address)
            && subnet.gateway != Some(*address)
            && !moved.iter().any(|other: &FixedIp| other.address == *address)
            && taken.all(|other| other != *address);
        // What nobody has kept is handed out by what is free, and that changes.
        let is_settled = cx.ledger.is_settled(Kind::FixedIp, &scope(cx, fixed.subnet));
        if !is_usable || !in_place || !is_free || !is_settled {
            return false;
        }
        moved.push(FixedIp { subnet: fixed.subnet, address: *address });
    }
    let followed = floating(cx, id, &held, &moved);
    cx.fabric.ports[id].fixed_ips = moved;
    followed
}

/// Lets the floating IPs of a port follow its one IPv4 address. `false`: they say which address they mean, or there are several.
fn floating(cx: &mut Context<'_>, id: PortId, held: &[FixedIp], moved: &[FixedIp]) -> bool {
    let of_port = cx.fabric.floating_ips.entries().filter(|(_, row)| row.port.is_some_and(|(port, _)| port == id));
    let of_port: Vec<FloatingId> = of_port.map(|(at, _)| at).collect();
    let v4 = |list: &[FixedIp]| list.iter().map(|fixed| fixed.address).filter(IpAddr::is_ipv4).collect::<Vec<_>>();
    let (held, moved) = (v4(held), v4(moved));
    for at in of_port {
        let row = &cx.fabric.floating_ips[at];
        let project = cx.intent.projects.get(&row.project);
        let written = project.and_then(|project| project.floating_ips.get(&row.handle));
        let ([_], [address]) = (held.as_slice(), moved.as_slice()) else { return false };
        if written.is_none_or(|written| written.fixed_ip.is_some()) {
            return false;
        }
        cx.fabric.floating_ips[at].port = Some((id, *address));
    }
    true
}

/// Addresses alone, no wishes for any of a subnet.
fn plain(fixed_ips: Vec<intent::FixedIp>) -> Option<Vec<IpAddr>> {
    let address = |fixed| match fixed {
        intent::FixedIp::Address(address) => Some(address),
        intent::FixedIp::Subnet(_) => None,
    };
    fixed_ips.into_iter().map(address).collect()
}
