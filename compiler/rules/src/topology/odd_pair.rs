#![doc = include_str!("odd_pair.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};

use super::pair::{switches, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI407", name: "odd-pair", severity: Severity::Error, page: include_str!("odd_pair.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for (item, span) in written(input) {
        let Some((one, two)) = switches(item) else { continue };
        if one == two {
            let finding = Diagnostic::at(RULE.code, span, format!("switch {one} is paired with itself"));
            diagnostics.push(finding.help("write the ids of both members, as in `201:202`"));
            continue;
        }
        let twice = [(one, two), (two, one)].into_iter().find_map(|(switch, partner)| {
            let (before, place) = known.get(switch).filter(|(before, _)| *before != partner)?;
            Some((switch, partner, *before, *place))
        });
        if let Some((switch, partner, before, place)) = twice {
            let message = format!(
                "switch {switch} is in two pairs: its partner is {partner}, and {before} still takes it for its own"
            );
            let finding = Diagnostic::at(RULE.code, span, message).label(place, "the other pair");
            diagnostics.push(finding.help("a switch is in one pair: take one of the two items out"));
        }
        known.insert(one, (two, span));
        known.insert(two, (one, span));
    }
}
