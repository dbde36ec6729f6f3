#![doc = include_str!("unfiltered.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_fabric::model::{NetworkId, PortId};

use super::exposure::{is_guests, ways};
use super::groups::and_more;
use super::ports::written;
use crate::{Input, Rule, SiteInput};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1411",
        name: "port-security-off",
        severity: Severity::Warning,
        page: include_str!("unfiltered.md"),
    },
    fix: None,
    on: true,
    check,
};

/// The unfiltered ports of a network: by its own switch, or by theirs.
#[derive(Debug)]
struct Unfiltered {
    place: Span,
    ports: Vec<PortId>,
}

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let found = unfiltered(&site);
    if found.is_empty() {
        return;
    }
    let ways = ways(input, &site);
    for ((network, by_network), Unfiltered { place, ports }) in found {
        let name = &site.fabric.networks[network].handle;
        let first = site.fabric.ports[ports[0]].path.as_str();
        let what = if by_network {
            format!("port security is off on network `{name}`: {}", and_more(first, ports.len()))
        } else {
            format!("port security is off: {}", and_more(first, ports.len()))
        };
        let verb = if ports.len() == 1 { "is" } else { "are" };
        let message = format!("{what} {verb} not filtered and may send as anybody");
        let mut finding = Diagnostic::at(RULE.code, place, message);
        match ports.iter().find_map(|port| ways.get(port)?.first()) {
            Some(way) => finding = finding.label(way.place, format!("{} leads to one from outside", way.address)),
            None => finding.severity = Severity::Info,
        }
        diagnostics.push(
            finding
                .help("leave port security on, and write what else a port may send as under `allowed_address_pairs`"),
        );
    }
}

/// By network and whether its own switch is off.
fn unfiltered(site: &SiteInput<'_>) -> BTreeMap<(NetworkId, bool), Unfiltered> {
    let fabric = site.fabric;
    let mut ports = fabric.ports.entries().filter(|(_, port)| !port.port_security && is_guests(port)).peekable();
    let mut found: BTreeMap<(NetworkId, bool), Unfiltered> = BTreeMap::new();
    if ports.peek().is_none() {
        return found;
    }
    let written = written(site);
    for (id, port) in ports {
        let own = written.get(&(port.project.as_str(), port.path.clone()));
        let own = own.and_then(|own| own.port_security_enabled.as_ref()).map(|switch| switch.span);
        let place = own.or_else(|| switch_of(site, port.network)).unwrap_or(port.source);
        let entry = found.entry((port.network, own.is_none()));
        let known = entry.or_insert_with(|| Unfiltered { place, ports: Vec::new() });
        known.place = known.place.min(place);
        known.ports.push(id);
    }
    for known in found.values_mut() {
        known.ports.sort_by_key(|port| fabric.ports[*port].source);
    }
    found
}

/// Where a network switches port security off.
fn switch_of(site: &SiteInput<'_>, network: NetworkId) -> Option<Span> {
    let row = &site.fabric.networks[network];
    let own = site.intent.projects.get(&row.project).and_then(|project| project.networks.get(&row.handle));
    let outside = site.intent.external_networks.get(&row.handle);
    let own = own.and_then(|network| network.port_security_enabled.as_ref());
    let outside = outside.and_then(|network| network.port_security_enabled.as_ref());
    [own, outside].into_iter().flatten().find(|switch| !switch.value).map(|switch| switch.span)
}
