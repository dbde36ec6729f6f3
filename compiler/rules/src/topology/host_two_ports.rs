#![doc = include_str!("host_two_ports.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{pairs, switches};
use super::rows::rows;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI405",
        name: "host-two-ports",
        severity: Severity::Error,
        page: include_str!("host_two_ports.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (switches, pairs) = (switches(input), pairs(input));
    for ((host, _), links) in rows(&switches, &pairs) {
        let Some((first, others)) = links.split_first() else { continue };
        let Some(other) = others.iter().find(|link| link.switch == first.switch && link.port() != first.port()) else {
            continue;
        };
        let message = format!(
            "`{host}` hangs on the ports {} and {} of switch {}: only one of the links survives",
            first.port(),
            other.port(),
            first.switch
        );
        let finding = Diagnostic::at(RULE.code, other.span, message).label(first.span, "the other link");
        diagnostics.push(finding.help(format!("name the interfaces, as in `{host}|eth2` and `{host}|eth3`")));
    }
}
