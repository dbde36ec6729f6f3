#![doc = include_str!("nested_vlan.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::value::Value;

use super::vlans::ranges;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI517",
        name: "nested-vlan",
        severity: Severity::Warning,
        page: include_str!("nested_vlan.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if !input.ini.is_unified() {
        return;
    }
    let Some(option) = input.ini.option("aim_mapping", "nested_host_vlan") else { return };
    let Value::Int(nested) = *option.value else { return };
    let Ok(nested) = u16::try_from(nested) else { return };
    for range in ranges(input).into_iter().filter(|range| range.contains(nested)) {
        let message =
            format!("`{}` of {} holds VLAN {nested}, which hosts of nested clouds use", range.text, range.owner);
        let mut finding = Diagnostic::at(RULE.code, range.span, message);
        if let Some(span) = option.span() {
            finding = finding.label(span, "the VLAN of nested hosts");
        }
        diagnostics
            .push(finding.help("leave it out of the range, or set another `nested_host_vlan` in `[aim_mapping]`"));
    }
}
