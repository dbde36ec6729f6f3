//! From the intent and the options to the fabric: every name bound, every default filled in, everything allocated.
//!
//! The order is that of dependence: identities, networks, routers, ACI objects, groups, ports, external addresses,
//! hosts. A step that cannot bind something reports it and leaves it out; later steps then say nothing about it.

mod address;
pub mod again;
mod alike;
mod ambiguous;
mod context;
mod detail;
mod dhcp;
mod endpoint;
mod external;
mod facts;
mod floating;
mod group;
mod growth;
mod host;
mod identity;
mod lease;
mod naming;
mod network;
mod overlap;
mod port;
mod reference;
mod router;
mod security;
mod snat;
mod system;
mod unsupported;

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostics, Span};
use aciform_intent::ini::Config;
use aciform_intent::model::{Intent, Site};

use crate::lock::Ledger;
use crate::model::{Fabric, Id, PortId, PortOwner};

use address::Addresses;
use context::Context;
use network::Sources;
use reference::Catalogue;
use router::Routing;

/// Resolves a site. `file` names the file of a span, for the places of secrets.
///
/// What is wrong is pushed to `diagnostics`, all of it at once; the fabric then lacks what could not be bound and is not
/// to be emitted. The ledger has to be parsed before and rendered after; its renames are applied here.
pub fn resolve(
    site: &Site,
    config: &Config,
    intent: &Intent,
    ledger: &mut Ledger,
    file: &dyn Fn(Span) -> String,
    diagnostics: &mut Diagnostics,
) -> Fabric {
    let mut cx = Context::new(config, intent, std::mem::take(ledger), std::mem::take(diagnostics));
    let ground = ground(&mut cx, site, file);
    above(&mut cx, ground, site);
    (*ledger, *diagnostics) = (cx.ledger, cx.diagnostics);
    cx.fabric
}

/// What groups, ports and floating IPs stand on: projects, hosts by name, networks, routers, ACI objects.
#[derive(Clone, Debug)]
struct Ground<'a> {
    catalogue: Catalogue<'a>,
    sources: Sources<'a>,
    addresses: Addresses,
    routing: Routing<'a>,
}

/// Resolves everything in which no group, port or floating IP takes part. Of those it asks just for the ids and MACs that
/// are written, and whether a project has any: [`again`] relies on it.
fn ground<'a>(cx: &mut Context<'a>, site: &Site, file: &dyn Fn(Span) -> String) -> Ground<'a> {
    let intent = cx.intent;
    cx.ledger.rename(&intent.renamed, &|kind, path| identity::exists(intent, kind, path), &mut cx.diagnostics);
    let mut catalogue = Catalogue::default();
    unsupported::options(cx);
    unsupported::access_side(cx);
    unsupported::routes(cx);
    unsupported::dns_domains(cx);
    identity::check(cx);
    reserve(cx);
    system::resolve(cx, site, file);
    for (handle, project) in &intent.projects {
        let id = cx.id("project", handle, project.id.as_ref());
        catalogue.projects.insert(handle, id);
        catalogue.project_ids.insert(id, handle);
    }
    host::declare(cx, &mut catalogue);
    let sources = network::resolve(cx, &mut catalogue);
    let mut addresses = Addresses::default();
    network::gateways(cx, &sources, &mut addresses);
    let routing = router::resolve(cx, &catalogue, &sources, &mut addresses);
    let mapping = naming::map(cx, &catalogue, &sources);
    group::resolve(cx, &catalogue, &sources, &routing, &mapping);
    overlap::check(cx, &sources);
    Ground { catalogue, sources, addresses, routing }
}

/// Resolves the rest: groups, ports, floating IPs and what the hosts carry.
fn above<'a>(cx: &mut Context<'a>, ground: Ground<'a>, site: &Site) {
    let Ground { mut catalogue, sources, mut addresses, routing } = ground;
    let (catalogue, addresses) = (&mut catalogue, &mut addresses);
    security::resolve(cx, catalogue);
    let serving = dhcp::resolve(cx, catalogue, &sources);
    let (ports, wishes) = port::resolve(cx, catalogue, &sources, addresses, &serving);
    let floating = floating::resolve(cx, catalogue, &sources, &routing, &wishes, addresses);
    ambiguous::check(cx, catalogue);
    wishes.serve(cx, addresses);
    dhcp_servers(cx);
    security::members(cx);
    floating::bind(cx, &sources, &routing, &ports, floating);
    let uses = snat::resolve(cx, catalogue, &sources, &routing, site.growth.compute_hosts.as_ref());
    growth::check(cx, catalogue, &site.growth);
    host::resolve(cx, &sources, &uses);
    facts::check(cx, &ports);
    for finding in cx.ledger.take_findings() {
        cx.report(finding);
    }
}

/// Announces what the intent writes itself, so that nothing derived takes it.
fn reserve(cx: &mut Context<'_>) {
    let intent = cx.intent;
    for host in intent.hosts.values() {
        for mac in host.facts.macs.values() {
            cx.ledger.reserve_mac(mac);
        }
    }
    for project in intent.projects.values() {
        let pins = project.networks.values().flat_map(|network| network.dhcp_ports.iter().flatten());
        let pins = pins.map(|(_, pin)| (&pin.id, &pin.mac_address));
        for (id, mac) in pins.chain(project.every_port().map(|port| (&port.id, &port.mac_address))) {
            if let Some(id) = id {
                cx.ledger.reserve_port_id(id);
            }
            if let Some(mac) = mac {
                cx.ledger.reserve_mac(mac);
            }
        }
    }
}

/// Tells each subnet the addresses of its DHCP ports.
fn dhcp_servers(cx: &mut Context<'_>) {
    let mut servers = BTreeMap::new();
    for at in 0..cx.fabric.ports.len() {
        let port = &cx.fabric.ports[PortId::from_index(at)];
        if port.owner != PortOwner::Dhcp {
            continue;
        }
        for fixed in &port.fixed_ips {
            servers.entry(fixed.subnet).or_insert_with(Vec::new).push(fixed.address);
        }
    }
    for (subnet, mut addresses) in servers {
        addresses.sort_unstable();
        if cx.fabric.subnets[subnet].enable_dhcp {
            cx.fabric.subnets[subnet].dhcp_servers = addresses;
        }
    }
}
