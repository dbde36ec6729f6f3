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
    let mut told = BTreeSet::new();
    for switch in switches.iter().filter(|switch| switch.is_read) {
        let id = switch.id.value.as_str();
        let Some(partner) = pairs.partner(id).filter(|partner| *partner != id) else { continue };
        // A partner without a section is one finding, not one for each host.
        let (Some(own), Some(other)) = (members.get(id), members.get(partner)) else { continue };
        let half = own.without(other);
        if other.hosts.is_empty() && half.len() > 1 {
            diagnostics.push(empty(&half, other));
            continue;
        }
        // A switch that many take for their partner has a pair with one of them at most.
        let mutual = pairs.partner(partner) == Some(id);
        let mates = if mutual { mates(&half, &other.without(own)) } else { BTreeMap::new() };
        for link in half {
            if told.contains(&(id, link.host.as_str())) {
                continue;
            }
            if let Some(mate) = mates.get(link.host.as_str()) {
                told.insert((partner, mate.host.as_str()));
                diagnostics.push(misspelt(link, mate));
                continue;
            }
            let message =
                format!("`{}` hangs on {id} and not on {partner} of the vPC pair: no port is programmed", link.host);
            let finding = Diagnostic::at(RULE.code, link.span, message);
            let fix = other.with(&[link]);
            diagnostics.push(finding.help(format!("add the host to `[apic_switch:{partner}]` too")).maybe_fix(fix));
        }
    }
}

/// The partner's section has no host at all, which is one cause for all hosts of the switch.
fn empty(half: &[&Link<'_>], other: &Member<'_, '_>) -> Diagnostic {
    let (first, partner) = (half[0], &other.switch.id.value);
    let more = if half.len() == 2 { "1 more host".to_owned() } else { format!("{} more hosts", half.len() - 1) };
    let message = format!(
        "`{}` and {more} hang on {} and not on {partner} of the vPC pair: no port is programmed",
        first.host, first.switch
    );
    let finding = Diagnostic::at(RULE.code, first.span, message).label(other.switch.id.span, "no hosts here");
    finding.help(format!("add the hosts to `[apic_switch:{partner}]` too")).maybe_fix(other.with(half))
}

/// Two names for the host on one port of the pair.
fn misspelt(link: &Link<'_>, mate: &Link<'_>) -> Diagnostic {
    let message = format!(
        "`{}` hangs on {} and `{}` on {} of the vPC pair, both on `{}`: no port is programmed",
        link.host,
        link.switch,
        mate.host,
        mate.switch,
        link.port()
    );
    let finding = Diagnostic::at(RULE.code, link.span, message).label(mate.span, "another name");
    finding.help("write one name on both, if they are one host; else add each to the other switch too")
}

/// The hosts of one member that are on the other's list by another name, as far as the port tells: each is alone there.
fn mates<'l, 'a>(half: &[&'l Link<'a>], others: &[&'l Link<'a>]) -> BTreeMap<&'l str, &'l Link<'a>> {
    let by_port = |links: &[&'l Link<'a>]| {
        let mut ports: BTreeMap<&str, Vec<&'l Link<'a>>> = BTreeMap::new();
        for link in links.iter().filter(|link| link.has_port()) {
            ports.entry(link.port()).or_default().push(link);
        }
        ports
    };
    let others = by_port(others);
    let pairs =
        by_port(half).into_iter().filter_map(|(port, links)| match (links.as_slice(), others.get(port)?.as_slice()) {
            ([link], [mate]) => Some((link.host.as_str(), *mate)),
            _ => None,
        });
    pairs.collect()
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

    /// The first link of each host that the other member has not.
    fn without(&self, other: &Self) -> Vec<&'l Link<'a>> {
        let mut seen = BTreeSet::new();
        let links = self.switch.links.iter();
        links.filter(|link| !other.hosts.contains(link.host.as_str()) && seen.insert(link.host.as_str())).collect()
    }

    /// Adds hosts on the same ports: the cables of a pair usually are.
    fn with(&self, links: &[&Link<'_>]) -> Option<Fix> {
        if !self.switch.is_read || !links.iter().all(|link| link.has_port()) {
            return None;
        }
        let mut text = String::new();
        for link in links {
            // A name that was read from an escape is written with one; what a line cannot start with is left alone.
            let host =
                link.host.replace('\\', "\\\\").replace(':', "\\x3a").replace(',', "\\x2c").replace('=', "\\x3d");
            if host.starts_with(['#', ';', '[']) || host.contains(char::is_control) {
                return None;
            }
            text += &format!("{host} = {}{}", link.port(), self.behind);
        }
        let title = match links {
            [link] => format!("add `{}` on the same port", link.host),
            _ => "add the hosts on the same ports".to_owned(),
        };
        Some(Fix::unsafe_(title, vec![Edit::replace(self.end, format!("{}{text}", self.before))]))
    }
}
