#![doc = include_str!("pair_not_used.md")]

use std::collections::BTreeSet;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{discovers, switches};
use super::pair::{self, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI409",
        name: "pair-not-used",
        severity: Severity::Warning,
        page: include_str!("pair_not_used.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let switches = switches(input);
    // Without any section, and with discovery, hosts are found by LLDP.
    if switches.is_empty() || input.config.incomplete || discovers(input) {
        return;
    }
    let known: BTreeSet<&str> = switches.iter().map(|switch| switch.id.value.as_str()).collect();
    let mut told = BTreeSet::new();
    for (item, span) in written(input) {
        let Some((one, two)) = pair::switches(item).filter(|(one, two)| one != two) else { continue };
        let missing: Vec<&str> =
            [one, two].into_iter().filter(|switch| !known.contains(switch) && told.insert(*switch)).collect();
        let (message, help) = match missing.as_slice() {
            [] => continue,
            [switch, _, ..] => (
                format!("neither {one} nor {two} of a vPC pair has a section: there are no links for them"),
                format!("add `[apic_switch:{switch}]` and `[apic_switch:{two}]` with their hosts, or drop the pair"),
            ),
            [switch] => {
                let partner = if *switch == one { two } else { one };
                let effect = match known.contains(partner) {
                    true => format!("the hosts on {partner} are half connected"),
                    false => "there are no links for it".to_owned(),
                };
                (
                    format!("switch {switch} of a vPC pair has no section: {effect}"),
                    format!("add `[apic_switch:{switch}]` with its hosts"),
                )
            }
        };
        diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
    }
}
