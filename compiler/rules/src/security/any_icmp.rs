#![doc = include_str!("any_icmp.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::model::EtherType;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1414",
        name: "icmp-type-of-all",
        severity: Severity::Warning,
        page: include_str!("any_icmp.md"),
    },
    fix: None,
    on: true,
    check,
};

/// What iptables takes for any type.
const ANY: u8 = 255;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    for group in site.intent.projects.values().flat_map(|project| project.security_groups.values()) {
        for rule in group.rules.iter().filter(|rule| rule.ethertype == EtherType::IPv4) {
            let Some(icmp) = rule.icmp.as_ref().filter(|icmp| icmp.value.kind == ANY) else { continue };
            let message = "ICMP type 255 is any type to iptables: the rule lets all ICMP through";
            let finding = Diagnostic::at(RULE.code, icmp.span, message);
            diagnostics
                .push(finding.help("write the type that is meant (8 is echo), or leave `icmp` out to say all of it"));
        }
    }
}
