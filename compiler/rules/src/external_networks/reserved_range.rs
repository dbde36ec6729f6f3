//! ACI317 for what a site does not lower: bare ini files, and the interfaces of L3Outs.

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::codes::RESERVED_RANGE;
use aciform_fabric::reserved_ranges;

use super::section::unlowered;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &RESERVED_RANGE, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (key, name, written) in unlowered(input) {
        let network = written.value.network.unmapped();
        let Some((range, why)) = reserved_ranges().into_iter().find(|(range, _)| range.overlaps(network)) else {
            continue;
        };
        let message = format!("`{key}` of `{name}` ({}) shares addresses with {range}", written.value);
        let finding = Diagnostic::at(RULE.code, written.span, message);
        diagnostics.push(finding.help(format!("choose another prefix: {why}")));
    }
}
