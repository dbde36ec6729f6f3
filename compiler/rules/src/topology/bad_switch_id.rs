//! ACI410 for the sections of switches.

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::{SWITCH_ID, is_placeholder_name};

use super::link::switches;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &SWITCH_ID, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for switch in switches(input).into_iter().filter(|switch| switch.is_read) {
        let id = switch.id.value.as_str();
        let number = id.bytes().all(|byte| byte.is_ascii_digit());
        // A placeholder was reported.
        if is_placeholder_name(id) || number && id.parse::<u16>().is_ok_and(|id| (101..=4000).contains(&id)) {
            continue;
        }
        let message = match number {
            true => format!("{id} is no usual node id of a leaf, which are 101 to 4000"),
            false => format!("`{id}` is no node id, which is a number"),
        };
        let mut finding = Diagnostic::at(RULE.code, switch.id.span, message);
        if number {
            finding.severity = Severity::Warning;
        }
        diagnostics.push(finding.help("write the node id of the leaf, as in `[apic_switch:203]`"));
    }
}
