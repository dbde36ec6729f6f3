#![doc = include_str!("host_two_segments.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};

use crate::list::items;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI418",
        name: "host-two-segments",
        severity: Severity::Error,
        page: include_str!("host_two_segments.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for section in input.ini.named("apic_physical_network") {
        let name = section.name.value.as_str();
        for (host, span) in section.get("hosts").into_iter().flat_map(items) {
            let (first, place) = *known.entry(host).or_insert((name, span));
            if first == name {
                continue;
            }
            let message =
                format!("`{host}` is in the physical networks `{first}` and `{name}`: which one counts is chance");
            let finding = Diagnostic::at(RULE.code, span, message).label(place, "the other one");
            diagnostics.push(finding.help("leave the host in one of them"));
        }
    }
}
