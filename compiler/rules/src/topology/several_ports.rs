#![doc = include_str!("several_ports.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::switches;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI419",
        name: "several-ports",
        severity: Severity::Error,
        page: include_str!("several_ports.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        let mut last = None;
        for link in &switch.links {
            let Some((_, port)) = link.port().split_once('/') else { continue };
            if !port.contains(',') || port.contains(['=', '\n']) || last == Some(link.entry.whole) {
                continue;
            }
            last = Some(link.entry.whole);
            let message = format!("this is one port called `{port}`: there is one port in a line");
            let finding = Diagnostic::at(RULE.code, link.entry.value.span, message);
            let host = &link.host;
            diagnostics.push(
                finding
                    .help(format!("write a line for each port, as in `{host}|eth2 = 1/10` and `{host}|eth3 = 1/11`")),
            );
        }
    }
}
