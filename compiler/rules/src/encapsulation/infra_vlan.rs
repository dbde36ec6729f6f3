#![doc = include_str!("infra_vlan.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::vlans::ranges;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI505", name: "infra-vlan", severity: Severity::Error, page: include_str!("infra_vlan.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let declared = input.site.and_then(|site| site.intent.fabric.infra_vlan.as_ref());
    // An agent reaches its leaf in that VLAN. The usual one is no fact about this fabric.
    let encaps = input.agents.iter().flat_map(|agent| &agent.encaps);
    let known = if declared.is_some() { "the infra VLAN" } else { "the agent's uplink is on it" };
    let Some(infra) = declared.or(encaps.filter_map(|encap| encap.uplink_vlan.as_ref()).next()) else { return };
    for range in ranges(input).into_iter().filter(|range| range.contains(infra.value)) {
        let message = format!("`{}` of {} holds the infra VLAN {}", range.text, range.owner, infra.value);
        let finding = Diagnostic::at(RULE.code, range.span, message).label(infra.span, known);
        let help = match (range.low < infra.value, infra.value < range.high) {
            (true, true) => format!("write `{}:{},{}:{}`", range.low, infra.value - 1, infra.value + 1, range.high),
            (true, false) => format!("write `{}:{}`", range.low, infra.value - 1),
            (false, true) => format!("write `{}:{}`", infra.value + 1, range.high),
            (false, false) => "choose another VLAN".to_owned(),
        };
        diagnostics.push(finding.help(help));
    }
}
