#![doc = include_str!("half_vpc.md")]

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};

use super::link::{Link, Switch, pairs, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI408", name: "half-vpc", severity: Severity::Error, page: include_str!("half_vpc.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (switches, pairs) = (switches(input), pairs(input));
    let by_id: BTreeMap<&str, &Switch<'_>> = switches.iter().map(|switch| (switch.id.value.as_str(), switch)).collect();
    for switch in switches.iter().filter(|switch| switch.is_read) {
        let Some(partner) = pairs.partner(&switch.id.value).filter(|partner| *partner != switch.id.value) else {
            continue;
        };
        // A partner without a section is one finding, not one for each host.
        let Some(other) = by_id.get(partner) else { continue };
        let there: BTreeSet<&str> = other.links.iter().map(|link| link.host.as_str()).collect();
        let mut seen = BTreeSet::new();
        for link in switch.links.iter().filter(|link| !there.contains(link.host.as_str())) {
            if !seen.insert(link.host.as_str()) {
                continue;
            }
            let (host, id) = (&link.host, &switch.id.value);
            let message = format!("`{host}` hangs on {id} and not on {partner} of the vPC pair: no port is programmed");
            let finding = Diagnostic::at(RULE.code, link.span, message);
            let fix = (other.is_read && link.has_port()).then(|| fix(input, link, other));
            diagnostics.push(finding.help(format!("add the host to `[apic_switch:{partner}]` too")).maybe_fix(fix));
        }
    }
}

/// Adds the host to the other section, on the same port: cables of a pair usually are.
fn fix(input: &Input<'_>, link: &Link<'_>, other: &Switch<'_>) -> Fix {
    let file = other.id.span.file;
    let text = &input.sources.file(file).text;
    let header = other.id.span.range().end;
    let header = text[header..].find('\n').map_or(text.len(), |end| header + end + 1);
    // A header that is written again may have its lines elsewhere; behind the first line of the first one is right too.
    let at = other.lines.entries.iter().map(|entry| entry.whole).filter(|whole| whole.file == file);
    let at = at.map(|whole| whole.range().end).max().unwrap_or(header);
    let end = if text[..at].ends_with("\r\n") { "\r\n" } else { "\n" };
    let before = if text[..at].ends_with(['\n', '\r']) { "" } else { end };
    let line = format!("{before}{} = {}{end}", link.host, link.port());
    Fix::unsafe_(format!("add `{}` on the same port", link.host), vec![Edit::replace(Span::new(file, at, at), line)])
}
