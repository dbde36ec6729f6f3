#![doc = include_str!("inert_rule.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_intent::model::{Direction, EtherType, SecurityGroup};

use super::cover::Cover;
use super::groups::is_for_any;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1418",
        name: "rule-without-effect",
        severity: Severity::Warning,
        page: include_str!("inert_rule.md"),
    },
    fix: None,
    on: true,
    check,
};

/// How many of the rules that one makes idle are shown.
const SHOWN: usize = 3;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    for group in site.intent.projects.values().flat_map(|project| project.security_groups.values()) {
        beside_wider(group, diagnostics);
        beside_default(group, diagnostics);
    }
}

/// Rules with a remote beside one without; one finding for each wide rule.
fn beside_wider(group: &SecurityGroup, diagnostics: &mut Diagnostics) {
    let cover = Cover::of(group.rules.iter().filter(|rule| is_for_any(rule)));
    let mut idle: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for rule in group.rules.iter().filter(|rule| !is_for_any(rule)) {
        if rule.direction == Direction::Egress && has_default_egress(group) {
            continue;
        }
        if let Some(wide) = cover.covers(rule) {
            idle.entry(wide).or_default().push(rule.span);
        }
    }
    for (wide, spans) in idle {
        let count = spans.len();
        let what = if count == 1 { "a narrower rule".to_owned() } else { format!("{count} narrower rules") };
        let message =
            format!("{what} of group `{}` have no effect: this one lets everybody through", group.handle.value);
        let message = if count == 1 { message.replace(" have no effect", " has no effect") } else { message };
        let mut finding = Diagnostic::at(RULE.code, cover.span(wide), message);
        for span in spans.iter().take(SHOWN) {
            finding = finding.label(*span, "has no effect");
        }
        diagnostics.push(finding.help("take this rule out, or the narrower ones"));
    }
}

/// Egress rules beside those that Neutron puts into every group; one finding for each family.
fn beside_default(group: &SecurityGroup, diagnostics: &mut Diagnostics) {
    if !has_default_egress(group) {
        return;
    }
    for family in [EtherType::IPv4, EtherType::IPv6] {
        let rules = group.rules.iter().filter(|rule| rule.direction == Direction::Egress && rule.ethertype == family);
        let spans: Vec<Span> = rules.map(|rule| rule.span).collect();
        let Some((first, others)) = spans.split_first() else { continue };
        let more = match others.len() {
            0 => String::new(),
            1 => " (and another)".to_owned(),
            count => format!(" (and {count} others)"),
        };
        let message =
            format!("this egress rule{more} has no effect: group `{}` lets everything out", group.handle.value);
        let mut finding = Diagnostic::at(RULE.code, *first, message);
        for span in others.iter().take(SHOWN) {
            finding = finding.label(*span, "this one too");
        }
        finding.severity = Severity::Info;
        diagnostics.push(finding.help("add `default_egress: false` to the group, or take the rule out"));
    }
}

fn has_default_egress(group: &SecurityGroup) -> bool {
    group.default_egress.as_ref().is_none_or(|egress| egress.value)
}
