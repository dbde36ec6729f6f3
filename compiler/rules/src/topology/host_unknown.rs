#![doc = include_str!("host_unknown.md")]

use std::collections::BTreeSet;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::nearest;

use super::link::{by_host, discovers, provisions, switches};
use super::spelling::Known;
use crate::list::items;
use crate::{Input, Rule};

/// So many findings get a "did you mean": each one reads every candidate.
const SUGGESTIONS: usize = 50;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI412",
        name: "host-unknown",
        severity: Severity::Warning,
        page: include_str!("host_unknown.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site.filter(|site| !site.intent.hosts.is_empty() && site.intent.incomplete.is_empty())
    else {
        return;
    };
    let switches = switches(input);
    let hosts = by_host(&switches);
    let known = Known::new(site.intent);
    // Hosts of physical networks run no agent that the intent would know.
    let physical = input.ini.named("apic_physical_network").iter().filter_map(|section| section.get("hosts"));
    let physical: BTreeSet<&str> = physical.flat_map(items).map(|(host, _)| host).collect();
    let mut suggestions = SUGGESTIONS;
    let mut meant: BTreeSet<&str> = BTreeSet::new();
    for (host, links) in &hosts {
        if site.intent.hosts.contains_key(*host) || physical.contains(host) {
            continue;
        }
        if let Some(other) = known.other_form(host) {
            meant.insert(other);
            continue;
        }
        let Some(link) = links.first() else { continue };
        let near = suggestions.checked_sub(1).and_then(|left| {
            suggestions = left;
            let free = site.intent.hosts.keys().map(String::as_str).filter(|name| !hosts.contains_key(name));
            nearest(host, free)
        });
        meant.extend(near);
        let finding = Diagnostic::at(RULE.code, link.span, format!("no host of the intent is called `{host}`"));
        let finding = match near {
            Some(near) => {
                let edits = links.iter().map(|link| Edit::replace(link.span, near)).collect();
                finding.help(format!("did you mean `{near}`?")).fix(Fix::unsafe_(format!("write `{near}`"), edits))
            }
            None => finding.help("declare it under `hosts`, as its agents report it, or delete it here"),
        };
        diagnostics.push(finding);
    }
    // What is missing here may stand in a section or a line that cannot be read.
    let whole = switches.iter().all(|switch| switch.is_read) && !input.config.incomplete;
    if switches.is_empty() || !whole || !provisions(input) || discovers(input) {
        return;
    }
    for (name, host) in &site.intent.hosts {
        if !hosts.contains_key(name.as_str()) && !meant.contains(name.as_str()) {
            let message = format!("`{name}` hangs on no switch of the ini: no port is programmed for it");
            let finding = Diagnostic::at(RULE.code, host.handle.span, message);
            diagnostics.push(finding.help(format!("add `{name} = module/port` to the `[apic_switch:ID]` of its leaf")));
        }
    }
}
