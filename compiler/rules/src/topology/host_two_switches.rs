#![doc = include_str!("host_two_switches.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::bundle::bundle;
use super::link::{Link, option, pairs, switches};
use super::rows::{are_paired, rows};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI404",
        name: "host-two-switches",
        severity: Severity::Error,
        page: include_str!("host_two_switches.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (switches, pairs) = (switches(input), pairs(input));
    let written = option(input, "apic_vpc_pairs").is_some_and(|pairs| pairs.is_written());
    let elsewhere = input.config.incomplete || input.ini.header(input.ini.plugin_group().name).is_none();
    // Bundles that two switches share: that these are no pair is one cause for all hosts on them.
    let mut bundled: BTreeMap<(&str, &str), Vec<(&Link<'_>, &Link<'_>)>> = BTreeMap::new();
    for ((host, _), links) in rows(&switches, &pairs) {
        let Some((first, others)) = links.split_first() else { continue };
        let other =
            others.iter().find(|link| link.switch != first.switch && !are_paired(&pairs, first.switch, link.switch));
        let Some(other) = other else { continue };
        if [first, other].iter().all(|link| bundle(link.port()).is_some()) {
            // A bundle says that they are a pair; the pairs may stand in a file that is not among these.
            if written || !elsewhere {
                bundled.entry((first.switch, other.switch)).or_default().push((first, other));
            }
            continue;
        }
        let message = format!(
            "`{host}` hangs on switch {} and on {}, which are no pair: only one of the links survives",
            first.switch, other.switch
        );
        let mut finding = Diagnostic::at(RULE.code, other.span, message).label(first.span, "the other link");
        if !written && elsewhere {
            finding.severity = Severity::Warning;
        }
        let help = format!(
            "name the interfaces, as in `{host}|eth2`, or add `{}:{}` to `apic_vpc_pairs`",
            first.switch, other.switch
        );
        diagnostics.push(finding.help(help));
    }
    for ((one, two), links) in &bundled {
        diagnostics.push(unpaired(one, two, links));
    }
}

/// One finding for the hosts whose bundles join two switches that are no pair, at the first of them.
fn unpaired(one: &str, two: &str, links: &[(&Link<'_>, &Link<'_>)]) -> Diagnostic {
    let (first, other) = links.iter().min_by_key(|(_, other)| other.span).expect("a link for each key");
    let who = match links.len() {
        1 => format!("`{}` hangs", other.host),
        2 => format!("`{}` and 1 more host hang", other.host),
        more => format!("`{}` and {} more hosts hang", other.host, more - 1),
    };
    let message =
        format!("{who} on a bundle of the switches {one} and {two}, which are no pair: only one of the links survives");
    let finding = Diagnostic::at(RULE.code, other.span, message).label(first.span, "the other link");
    finding.help(format!("add `{one}:{two}` to `apic_vpc_pairs`"))
}
