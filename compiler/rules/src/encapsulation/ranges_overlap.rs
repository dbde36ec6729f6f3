#![doc = include_str!("ranges_overlap.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::vlans::{Range, Use, ranges};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI504",
        name: "ranges-overlap",
        severity: Severity::Error,
        page: include_str!("ranges_overlap.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // The pools of a domain are often made of the VLANs of a physical network, and are meant to.
    let (physical, others): (Vec<Range>, Vec<Range>) =
        ranges(input).into_iter().partition(|range| range.what == Use::Physical);
    for list in [others, physical] {
        sweep(list, diagnostics);
    }
}

/// Compares each range with the one before it that reaches farthest.
fn sweep(mut list: Vec<Range>, diagnostics: &mut Diagnostics) {
    list.sort_by_key(|range| (range.low, range.span));
    let mut farthest: Option<&Range> = None;
    for range in &list {
        let Some(other) = farthest else {
            farthest = Some(range);
            continue;
        };
        if range.low <= other.high {
            report(other, range, diagnostics);
        }
        if range.high > other.high {
            farthest = Some(range);
        }
    }
}

fn report(one: &Range, two: &Range, diagnostics: &mut Diagnostics) {
    let (first, second) = if one.span <= two.span { (one, two) } else { (two, one) };
    let (low, high) = (two.low, one.high.min(two.high));
    let shared = if low == high { format!("VLAN {low}") } else { format!("VLANs {low} to {high}") };
    let message = match first.owner == second.owner {
        true => format!("`{}` and `{}` of {} share {shared}", second.text, first.text, first.owner),
        false => format!("`{}` of {} shares {shared} with {}", second.text, second.owner, first.owner),
    };
    let mut finding = Diagnostic::at(RULE.code, second.span, message).label(first.span, "the other range");
    // On another leaf or port the same VLAN may be another network, which no file of the cloud says.
    if (first.what, second.what) != (Use::Pool, Use::Pool) {
        finding.severity = Severity::Warning;
    }
    diagnostics.push(finding.help("choose ranges that share no VLAN"));
}
