#![doc = include_str!("vpc_order.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::pair::{switches, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI415", name: "vpc-order", severity: Severity::Error, page: include_str!("vpc_order.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (item, span) in written(input) {
        let Some((one, two)) = switches(item).filter(|(one, two)| swapped(one, two)) else { continue };
        let (low, high) = (one.min(two), one.max(two));
        let message = format!("the ids of this pair are ordered as text: its path would be `protpaths-{low}-{high}`");
        let finding = Diagnostic::at(RULE.code, span, message);
        diagnostics.push(finding.help("give the two members ids with the same number of digits"));
    }
}

/// Whether the order of two ids as texts is not that of the numbers.
fn swapped(one: &str, two: &str) -> bool {
    let number = |id: &str| id.parse::<u64>().unwrap_or(u64::MAX);
    one.len() != two.len() && (one < two) != (number(one) < number(two))
}
