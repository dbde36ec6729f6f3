#![doc = include_str!("bundle_mismatch.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::bundle::{self, bundle};
use super::link::switches;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI417",
        name: "bundle-mismatch",
        severity: Severity::Warning,
        page: include_str!("bundle_mismatch.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        let id = switch.id.value.as_str();
        let mut last = None;
        for link in &switch.links {
            let Some((one, two)) = bundle(link.port()).and_then(bundle::switches) else { continue };
            if [one, two].contains(&id) || last == Some(link.entry.whole) {
                continue;
            }
            last = Some(link.entry.whole);
            let message = format!("this bundle joins the switches {one} and {two}, and stands under {id}");
            let finding = Diagnostic::at(RULE.code, link.entry.value.span, message);
            let finding = finding.label(switch.id.span, "the switch");
            diagnostics.push(finding.help(format!(
                "correct the bundle, or move the host to `[apic_switch:{one}]` and `[apic_switch:{two}]`"
            )));
        }
    }
}
