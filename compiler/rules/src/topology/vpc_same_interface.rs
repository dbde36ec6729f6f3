#![doc = include_str!("vpc_same_interface.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{pairs, switches};
use super::rows::{are_paired, rows};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI423",
        name: "vpc-same-interface",
        severity: Severity::Error,
        page: include_str!("vpc_same_interface.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (switches, pairs) = (switches(input), pairs(input));
    for ((host, interface), links) in rows(&switches, &pairs) {
        let Some((first, others)) = links.split_first() else { continue };
        let other =
            others.iter().find(|link| link.switch != first.switch && are_paired(&pairs, first.switch, link.switch));
        let Some(other) = other else { continue };
        let message = format!(
            "`{host}` has the interface `{interface}` on both members of a vPC pair: only one of the links survives"
        );
        let finding = Diagnostic::at(RULE.code, other.span, message).label(first.span, "the other link");
        diagnostics.push(finding.help(format!("write two interfaces, as in `{host}|eth2` and `{host}|eth3`, or none")));
    }
}
