#![doc = include_str!("vpc_pods.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{Switch, switches};
use super::pair::{self, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI416", name: "vpc-pods", severity: Severity::Error, page: include_str!("vpc_pods.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let switches = switches(input);
    let read = switches.iter().filter(|switch| switch.is_read);
    let by_id: BTreeMap<&str, &Switch<'_>> = read.map(|switch| (switch.id.value.as_str(), switch)).collect();
    for (item, span) in written(input) {
        let Some((one, two)) = pair::switches(item).filter(|(one, two)| one != two) else { continue };
        let (Some(first), Some(second)) = (by_id.get(one), by_id.get(two)) else { continue };
        let (Some(here), Some(there)) = (pod(first), pod(second)) else { continue };
        if here == there {
            continue;
        }
        let message = format!("switch {one} lies in pod {here} and {two} in pod {there}: a vPC pair lies in one");
        // The pair is right more often than a pod that was left out.
        let place = |switch: &Switch<'_>| switch.lines.get("pod_id").map_or(switch.id.span, |entry| entry.value.span);
        let finding = Diagnostic::at(RULE.code, place(second), message);
        let finding = finding.label(place(first), "the other pod").label(span, "the pair");
        diagnostics.push(finding.help("write the same `pod_id` in both sections"));
    }
}

/// The pod of a switch; `None`: it cannot be read, which is reported.
fn pod<'a>(switch: &Switch<'a>) -> Option<&'a str> {
    let misspelt =
        switch.lines.entries.iter().any(|entry| super::link::is_pod(&entry.key.value) && entry.key.value != "pod_id");
    let pod = switch.lines.get("pod_id").map_or("1", |entry| entry.value.value.as_str());
    let number = !pod.is_empty() && pod.bytes().all(|byte| byte.is_ascii_digit());
    (number && !misspelt).then_some(pod)
}
