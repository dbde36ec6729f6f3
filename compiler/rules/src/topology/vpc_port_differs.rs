#![doc = include_str!("vpc_port_differs.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::bundle::{self, bundle, plain};
use super::link::{Link, pairs, provisions, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI414",
        name: "vpc-port-differs",
        severity: Severity::Error,
        page: include_str!("vpc_port_differs.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (switches, pairs) = (switches(input), pairs(input));
    // The bundles of each host on each switch; several mean several bonds, which cannot be matched.
    let mut bundles: BTreeMap<(&str, &str), Vec<(&str, &Link<'_>)>> = BTreeMap::new();
    let mut plainly: BTreeMap<(&str, &str), Vec<&Link<'_>>> = BTreeMap::new();
    for link in switches.iter().flat_map(|switch| &switch.links) {
        // A bundle of other switches is a finding of its own.
        let own = |name: &&str| bundle::switches(name).is_none_or(|(one, two)| [one, two].contains(&link.switch));
        match bundle(link.port()) {
            Some(name) if own(&name) => bundles.entry((link.switch, &link.host)).or_default().push((name, link)),
            Some(_) => {}
            None if link.has_port() => plainly.entry((link.switch, &link.host)).or_default().push(link),
            None => {}
        }
    }
    for ((switch, host), own) in &bundles {
        let ([(name, link)], Some(partner)) = (own.as_slice(), pairs.partner(switch)) else { continue };
        let Some(others) = bundles.get(&(partner, host)) else {
            // Where ports are not programmed, a plain one is a finding of its own.
            let there = plainly.get(&(partner, *host)).filter(|_| provisions(input));
            there
                .and_then(|there| half(name, link, partner, there))
                .into_iter()
                .for_each(|found| diagnostics.push(found));
            continue;
        };
        let [(other, there)] = others.as_slice() else { continue };
        // Each two are met from both sides.
        if name == other || link.span < there.span {
            continue;
        }
        let message = format!("`{host}` is in {name} on {switch} and in {other} on {partner}: a vPC is one bundle");
        let finding = Diagnostic::at(RULE.code, link.entry.value.span, message);
        let finding = finding.label(there.entry.value.span, "the other member");
        diagnostics.push(finding.help("write the same text under both switches"));
    }
}

/// A bundle on one member and a port of its own on the other; where ports are named by number, which is found.
fn half(name: &str, link: &Link<'_>, partner: &str, there: &[&Link<'_>]) -> Option<Diagnostic> {
    let [there] = there else { return None };
    plain(there.port())?;
    let (host, switch, port) = (&link.host, link.switch, there.port());
    let message = format!("`{host}` is in {name} on {switch} and on port {port} of {partner}: a vPC is one bundle");
    let finding = Diagnostic::at(RULE.code, there.entry.value.span, message);
    let finding = finding.label(link.entry.value.span, "the other member");
    Some(finding.help(format!("write `{}` under both switches, or a port under both", link.port())))
}
