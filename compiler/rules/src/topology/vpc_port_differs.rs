#![doc = include_str!("vpc_port_differs.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::bundle::{self, bundle};
use super::link::{Link, pairs, switches};
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
    for link in switches.iter().flat_map(|switch| &switch.links) {
        // A bundle of other switches is a finding of its own.
        let own = |name: &&str| bundle::switches(name).is_none_or(|(one, two)| [one, two].contains(&link.switch));
        if let Some(name) = bundle(link.port()).filter(own) {
            bundles.entry((link.switch, &link.host)).or_default().push((name, link));
        }
    }
    for ((switch, host), own) in &bundles {
        let ([(name, link)], Some(partner)) = (own.as_slice(), pairs.partner(switch)) else { continue };
        let Some([(other, there)]) = bundles.get(&(partner, host)).map(Vec::as_slice) else { continue };
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
