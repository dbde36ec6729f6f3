#![doc = include_str!("reserved_vlan.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::vlans::ranges;
use crate::{Input, Rule};

/// The first of the VLANs that a leaf keeps for itself unless it is configured otherwise.
const FIRST: u16 = 3968;

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI506",
        name: "reserved-vlan",
        severity: Severity::Warning,
        page: include_str!("reserved_vlan.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for range in ranges(input) {
        let what = if range.high >= FIRST {
            format!(
                "reaches into {FIRST} and up, which leaf switches keep for themselves unless they are told otherwise"
            )
        } else if range.low == 1 {
            "holds VLAN 1, the native VLAN of many a port".to_owned()
        } else {
            continue;
        };
        let (low, high) = (range.low.max(2), range.high.min(FIRST - 1));
        let message = format!("`{}` of {} {what}", range.text, range.owner);
        let finding = Diagnostic::at(RULE.code, range.span, message);
        diagnostics.push(finding.help(match low <= high {
            true => format!("write `{low}:{high}`"),
            false => format!("choose VLANs from 2 to {}", FIRST - 1),
        }));
    }
}
