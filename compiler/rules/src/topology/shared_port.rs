#![doc = include_str!("shared_port.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{Link, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI411", name: "shared-port", severity: Severity::Info, page: include_str!("shared_port.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        let mut ports: BTreeMap<&str, Vec<&Link<'_>>> = BTreeMap::new();
        // Of hosts with blanks nothing is sure but the blanks.
        let plain = |link: &&Link<'_>| link.has_port() && !link.entry.key.value.contains([' ', '\t']);
        for link in switch.links.iter().filter(plain) {
            ports.entry(link.port()).or_default().push(link);
        }
        for (port, links) in ports {
            let Some((first, others)) = links.split_first() else { continue };
            let Some(other) = others.iter().find(|link| link.host != first.host) else { continue };
            let message =
                format!("`{}` and `{}` share port {port} of switch {}", first.host, other.host, switch.id.value);
            let finding = Diagnostic::at(RULE.code, first.span, message).label(other.span, "the same port");
            diagnostics.push(
                finding.help(
                    "nothing to do for blades of one chassis or hosts behind an extender; otherwise correct a port",
                ),
            );
        }
    }
}
