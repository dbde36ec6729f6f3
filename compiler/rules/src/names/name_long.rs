//! `name-long`: names in headers, and with the prefixes that the plugin puts in front of them.
//!
//! Options are measured where they are read, what the intent names where it is resolved; here is the rest.

use aciform_diagnostics::{Diagnostic, Diagnostics, Span};
use aciform_intent::ini::{ExternalNetworkSection, NAME_LONG};

use super::named::{domains, external_networks, mapped_length};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &NAME_LONG, fix: None, on: true, check };

/// What APIC takes of most names.
const LIMIT: usize = 64;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in external_networks(input) {
        external(input, section, diagnostics);
    }
    for name in domains(input) {
        measure(diagnostics, name.span, "domain", &name.value, name.value.chars().count(), "");
    }
}

fn external(input: &Input<'_>, section: &ExternalNetworkSection, diagnostics: &mut Diagnostics) {
    let ml2 = &input.config.ml2;
    let (name, place) = (section.name.value.as_str(), section.name.span);
    let count = |text: &str| text.chars().count();
    let scope = if ml2.scope_names.value { format!("_{}_", ml2.system_id.value) } else { String::new() };
    let shadow = if section.edge_nat.value { "Auto-" } else { "Shd-" };
    let (Some(exists), Some(nat)) = (section.exists(), section.asks_for_nat()) else { return };
    if exists {
        let prefix = if nat && !section.edge_nat.value { "EXT-epg-" } else { "" };
        let noun = if prefix.is_empty() { "L3Out" } else { "endpoint group" };
        if measure(diagnostics, place, noun, &format!("{prefix}{name}"), count(prefix) + count(name), "") {
            return;
        }
    }
    if !nat {
        return;
    }
    let length = count(&scope) + count(shadow) + mapped_length(ml2, name);
    let why = " with the prefix of the cloud";
    measure(diagnostics, place, "L3Out", &format!("{scope}{shadow}{name}"), length, why);
    if let Some(epg) = &section.external_epg {
        let whole = format!("{scope}{shadow}{}", epg.value);
        measure(diagnostics, epg.span, "external EPG", &whole, count(&whole), why);
    }
}

/// Reports a name that APIC refuses for its length.
fn measure(diagnostics: &mut Diagnostics, place: Span, noun: &str, name: &str, length: usize, why: &str) -> bool {
    if length <= LIMIT {
        return false;
    }
    let message = format!("{noun} `{name}` would have {length} characters{why}, APIC takes {LIMIT}");
    let system = if why.is_empty() { "" } else { ", or `apic_system_id`" };
    let help = format!("make the name {} shorter{system}", length - LIMIT);
    diagnostics.push(Diagnostic::at(RULE.code, place, message).help(help));
    true
}
