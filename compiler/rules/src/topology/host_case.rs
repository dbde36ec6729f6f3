#![doc = include_str!("host_case.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{Link, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI420", name: "host-case", severity: Severity::Warning, page: include_str!("host_case.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let switches = switches(input);
    let mut names: BTreeMap<String, BTreeMap<&str, &Link<'_>>> = BTreeMap::new();
    for link in switches.iter().flat_map(|switch| &switch.links) {
        names.entry(link.host.to_lowercase()).or_default().entry(&link.host).or_insert(link);
    }
    for spellings in names.into_values() {
        let mut links: Vec<&Link<'_>> = spellings.into_values().collect();
        links.sort_by_key(|link| link.span);
        let [first, second, ..] = links[..] else { continue };
        let message = format!("`{}` and `{}` are two hosts", first.host, second.host);
        let finding = Diagnostic::at(RULE.code, second.span, message).label(first.span, "spelt otherwise");
        diagnostics.push(finding.help("write the name as the agents of the host report it, everywhere"));
    }
}
