#![doc = include_str!("uplink_vlan.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI804", name: "uplink-vlan", severity: Severity::Error, page: include_str!("uplink_vlan.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // The usual VLAN is no fact about this fabric.
    let Some(infra) = input.site.and_then(|site| site.intent.fabric.infra_vlan.as_ref()) else { return };
    let encaps = input.agents.iter().flat_map(|agent| &agent.encaps);
    for vlan in encaps.filter_map(|encap| encap.uplink_vlan.as_ref()).filter(|vlan| vlan.value != infra.value) {
        let message = format!("the uplink is on VLAN {}, and the infra VLAN is {}", vlan.value, infra.value);
        let finding = Diagnostic::at(RULE.code, vlan.span, message).label(infra.span, "the fabric's");
        diagnostics
            .push(finding.help(format!("write `\"uplink-vlan\": {}`, and put the interface on it", infra.value)));
    }
}
