//! Facts that fit nothing: a mistyped interface, a zone of a port that runs elsewhere.
//!
//! Facts are read off live hosts and outlive what they are about, so one that is merely not in use now is let pass:
//! SNAT interfaces of known external networks, the metadata service's ports.

use std::collections::{BTreeSet, HashMap};

use aciform_diagnostics::{Diagnostic, Span};

use super::context::Context;
use super::endpoint;
use super::host::snat_interface;
use super::port::Ports;
use crate::model::{HostId, Id, PortId};
use crate::{codes, defaults};

/// Warns of every fact whose key is no interface or port of its host.
pub(crate) fn check(cx: &mut Context<'_>, ports: &Ports<'_>) {
    let mut facts = cx.intent.hosts.values().map(|host| &host.facts);
    if facts.all(|facts| facts.ofports.is_empty() && facts.macs.is_empty() && facts.zones.is_empty()) {
        return;
    }
    // What could not be read or bound may be what a fact is about.
    if !cx.intent.incomplete.is_empty() || !ports.are_whole() {
        return;
    }
    let mut interfaces: HashMap<String, PortId> = HashMap::new();
    let mut ids: HashMap<String, PortId> = HashMap::new();
    for (id, port) in cx.fabric.ports.entries() {
        interfaces.extend(endpoint::interface(port).map(|interface| (interface, id)));
        ids.insert(port.id.to_string(), id);
    }
    let externals = cx.config.external_networks.keys().chain(cx.intent.external_networks.keys());
    let mut always: BTreeSet<String> = externals.map(|handle| snat_interface(handle)).collect();
    always.extend([defaults::TUNNEL, defaults::METADATA_PORT, defaults::METADATA_PEER].map(str::to_owned));
    for at in 0..cx.fabric.hosts.len() {
        let host = HostId::from_index(at);
        let Some(facts) = cx.intent.hosts.get(&cx.fabric.hosts[host].name).map(|host| &host.facts) else { continue };
        let place = |map, name: &String, value| facts.names.get(&(map, name.clone())).copied().unwrap_or(value);
        let written = facts.ofports.iter().map(|(name, number)| (name, place("ofports", name, number.span)));
        for (name, span) in written.chain(facts.macs.iter().map(|(name, mac)| (name, place("macs", name, mac.span)))) {
            if !always.contains(name) {
                one(cx, host, ("interface", name, span), interfaces.get(name).copied(), &always);
            }
        }
        for (id, zone) in &facts.zones {
            one(cx, host, ("port", id, place("zones", id, zone.span)), ids.get(id).copied(), &BTreeSet::new());
        }
    }
}

/// Reports one fact, if its port is not on the host.
fn one(
    cx: &mut Context<'_>,
    host: HostId,
    (what, key, span): (&str, &str, Span),
    port: Option<PortId>,
    always: &BTreeSet<String>,
) {
    let name = cx.fabric.hosts[host].name.clone();
    let elsewhere = port.map(|port| &cx.fabric.ports[port]).filter(|port| port.host != Some(host));
    let finding = match (port, elsewhere) {
        (Some(_), None) => return,
        (_, Some(port)) => {
            let (message, help) = match port.host.map(|host| cx.fabric.hosts[host].name.as_str()) {
                Some(other) => (
                    format!("`{key}` belongs to port `{}` on host `{other}`, not on `{name}`", port.path),
                    format!("move the fact to `{other}`, or delete it"),
                ),
                None => (
                    format!("`{key}` belongs to port `{}`, which is on no host", port.path),
                    "delete the fact".to_owned(),
                ),
            };
            Diagnostic::at(&codes::FACT_ABOUT_NOTHING, span, message).label(port.source, "the port").help(help)
        }
        (None, None) => {
            let bound = &cx.fabric.hosts[host].ports;
            let bound = bound.iter().map(|port| &cx.fabric.ports[*port]);
            let mut names: BTreeSet<String> = match what {
                "port" => bound.map(|port| port.id.to_string()).collect(),
                _ => bound.filter_map(endpoint::interface).collect(),
            };
            names.extend(always.iter().cloned());
            let near = cx.nearest(key, names.iter().map(String::as_str)).map(str::to_owned);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "delete the fact, or correct its name".to_owned(),
            };
            let message = format!("host `{name}` has no {what} `{key}`");
            Diagnostic::at(&codes::FACT_ABOUT_NOTHING, span, message).help(help)
        }
    };
    cx.report(finding);
}
