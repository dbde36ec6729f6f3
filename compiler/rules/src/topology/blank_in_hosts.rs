#![doc = include_str!("blank_in_hosts.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_syntax::ini::Entry;

use super::link::{is_pod, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI402",
        name: "blank-in-hosts",
        severity: Severity::Error,
        page: include_str!("blank_in_hosts.md"),
    },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input) {
        for entry in switch.lines.entries.iter().filter(|entry| !is_pod(&entry.key.value)) {
            let blanks = blanks(entry);
            let Some((_, host)) = blanks.first() else { continue };
            let more = match blanks.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let message = format!("a host is called `{host}`, blank and all{more}: hosts are not trimmed");
            let finding = Diagnostic::at(RULE.code, entry.key.span, message);
            let edits = blanks.iter().map(|(span, _)| Edit::delete(*span)).collect();
            let fix = Fix::safe("take the blanks out", edits);
            diagnostics.push(finding.help("write the hosts without blanks around the commas").fix(fix));
        }
    }
}

/// The blanks around the hosts of a line, each with its host as the driver takes it.
fn blanks(entry: &Entry) -> Vec<(Span, &str)> {
    let file = entry.key.span.file;
    let mut start = entry.key.span.range().start;
    let mut found = Vec::new();
    for item in entry.key.value.split(',') {
        let end = start + item.len();
        let host = item.split('|').next().unwrap_or(item);
        // What is empty but for blanks is a host too many, not one with blanks.
        if !item.trim().is_empty() {
            let front = host.len() - host.trim_start().len();
            let back = host.len() - host.trim_end().len();
            if front > 0 {
                found.push((Span::new(file, start, start + front), host));
            }
            if back > 0 && front < host.len() {
                found.push((Span::new(file, start + host.len() - back, start + host.len()), host));
            }
        }
        start = end + 1;
    }
    found
}
