#![doc = include_str!("empty_host.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use super::link::{is_pod, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI403", name: "empty-host", severity: Severity::Error, page: include_str!("empty_host.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        for entry in switch.lines.entries.iter().filter(|entry| !is_pod(&entry.key.value)) {
            let items: Vec<&str> = entry.key.value.split(',').collect();
            let kept: Vec<&str> = items.iter().copied().filter(|item| !item.trim().is_empty()).collect();
            if kept.len() == items.len() {
                continue;
            }
            let message = "a comma too many makes a host without a name";
            let finding = Diagnostic::at(RULE.code, entry.key.span, message).help("take the comma out");
            let edit = || vec![Edit::replace(entry.key.span, kept.join(","))];
            // A line that starts so would be a comment or a header.
            let is_key = !kept.is_empty() && !kept.join(",").trim_start().starts_with(['#', ';', '[']);
            let fix = is_key.then(|| Fix::safe("take the comma out", edit()));
            diagnostics.push(finding.maybe_fix(fix));
        }
    }
}
