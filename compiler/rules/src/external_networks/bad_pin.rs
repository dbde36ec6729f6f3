#![doc = include_str!("bad_pin.md")]

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_syntax::ini::Entry;

use super::section::{pool, sections};
use crate::{Input, Rule};

/// The agent's own sections: a next hop that is fixed on one host.
const PREFIX: &str = "opflex_external_segment:";

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI330", name: "bad-pin", severity: Severity::Error, page: include_str!("bad_pin.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let networks: BTreeMap<&str, _> =
        sections(input).into_iter().map(|section| (section.name.value.as_str(), section)).collect();
    let mut known: BTreeMap<IpAddr, Span> = BTreeMap::new();
    for section in input.ini.sections() {
        let Some(name) = section.name.value.strip_prefix(PREFIX) else { continue };
        let Some((address, span)) = pinned(&section.entries) else { continue };
        if let Some(first) = known.get(&address) {
            let message = format!("{address} is pinned twice: one of the two segments gets no answers");
            let finding = Diagnostic::at(RULE.code, span, message).label(*first, "pinned here first");
            diagnostics.push(finding.help("give each external segment an address of its own pool"));
            continue;
        }
        known.insert(address, span);
        let Some(pool) = networks.get(name).and_then(|section| pool(section)) else { continue };
        let network = pool.value.network;
        if address == pool.value.address {
            let message = format!("{address} is pinned for SNAT, and is the gateway of the pool of `{name}`");
            let finding = Diagnostic::at(RULE.code, span, message).label(pool.span, "the gateway");
            diagnostics.push(finding.help(format!("write another address of {network}")));
        } else if !network.contains(address) && !is_floating(input, name, address) {
            let message = format!("{address} is pinned for SNAT, and lies outside the pool {network} of `{name}`");
            let mut finding = Diagnostic::at(RULE.code, span, message).label(pool.span, "the pool");
            // Without an intent it may be an address of a floating IP subnet, which reaches the host as well.
            if input.site.is_none() {
                finding.severity = Severity::Warning;
            }
            diagnostics.push(finding.help(format!("write an address of {network}")));
        }
    }
}

/// The first address of `ip_address_range`, with its place.
fn pinned(entries: &[Entry]) -> Option<(IpAddr, Span)> {
    let entry = entries.iter().find(|entry| entry.key.value == "ip_address_range")?;
    let text = entry.value.value.as_str();
    let first = text.split(',').next().unwrap_or_default();
    let start = first.len() - first.trim_start().len();
    let address = first.trim().parse().ok()?;
    Some((address, entry.part(start..start + first.trim().len())))
}

/// Whether an address lies in a floating IP subnet, which is on the same bridge domain.
fn is_floating(input: &Input<'_>, name: &str, address: IpAddr) -> bool {
    let network = input.site.and_then(|site| site.intent.external_networks.get(name));
    network.is_some_and(|network| network.subnets.values().any(|subnet| subnet.cidr.value.contains(address)))
}
