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
    let members: BTreeMap<&str, Member<'_, '_>> =
        switches.iter().map(|switch| (switch.id.value.as_str(), Member::new(input, switch))).collect();
    for switch in switches.iter().filter(|switch| switch.is_read) {
        let id = switch.id.value.as_str();
        let Some(partner) = pairs.partner(id).filter(|partner| *partner != id) else { continue };
        // A partner without a section is one finding, not one for each host.
        let Some(other) = members.get(partner) else { continue };
        let mut seen = BTreeSet::new();
        for link in &switch.links {
            let host = link.host.as_str();
            if other.hosts.contains(host) || !seen.insert(host) {
                continue;
            }
            let message = format!("`{host}` hangs on {id} and not on {partner} of the vPC pair: no port is programmed");
            let finding = Diagnostic::at(RULE.code, link.span, message);
            let fix = (other.switch.is_read && link.has_port()).then(|| other.with(link)).flatten();
            diagnostics.push(finding.help(format!("add the host to `[apic_switch:{partner}]` too")).maybe_fix(fix));
        }
    }
}

/// A switch as the partner of others.
struct Member<'l, 'a> {
    switch: &'l Switch<'a>,
    hosts: BTreeSet<&'l str>,
    /// Where another line goes, and the line ends around there.
    end: Span,
    before: &'static str,
    behind: &'static str,
}

impl<'l, 'a> Member<'l, 'a> {
    fn new(input: &Input<'_>, switch: &'l Switch<'a>) -> Self {
        let file = switch.id.span.file;
        let text = &input.sources.file(file).text;
        let header = switch.id.span.range().end;
        let header = text[header..].find('\n').map_or(text.len(), |end| header + end + 1);
        // Behind the last line of the section in the file of its first header, or behind that header.
        let lines = switch.lines.entries.iter().map(|entry| entry.whole).filter(|whole| whole.file == file);
        let at = lines.map(|whole| whole.range().end).max().unwrap_or(header);
        let behind = if text[..at].ends_with("\r\n") { "\r\n" } else { "\n" };
        let before = if text[..at].ends_with(['\n', '\r']) { "" } else { behind };
        let hosts = switch.links.iter().map(|link| link.host.as_str()).collect();
        Self { switch, hosts, end: Span::new(file, at, at), before, behind }
    }

    /// Adds a host on the same port: the cables of a pair usually are.
    fn with(&self, link: &Link<'_>) -> Option<Fix> {
        // A name that was read from an escape is written with one; what a line cannot start with is left alone.
        let host = link.host.replace('\\', "\\\\").replace(':', "\\x3a").replace(',', "\\x2c").replace('=', "\\x3d");
        if host.starts_with(['#', ';', '[']) || host.contains(char::is_control) {
            return None;
        }
        let line = format!("{}{host} = {}{}", self.before, link.port(), self.behind);
        Some(Fix::unsafe_(format!("add `{}` on the same port", link.host), vec![Edit::replace(self.end, line)]))
    }
}
