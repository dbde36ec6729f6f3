#![doc = include_str!("topology_key_place.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::Generation;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI810",
        name: "topology-key-place",
        severity: Severity::Info,
        page: include_str!("topology_key_place.md"),
    },
    fix: None,
    on: true,
    check,
};

/// What both read, each in its own section.
const OPTIONS: &[&str] = &["apic_host_uplink_ports", "apic_agent_poll_interval", "apic_agent_report_interval"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for name in OPTIONS {
        // In the new style this one is read from `[apic]`, and a line here is a finding already.
        if *name == "apic_host_uplink_ports" && input.config.generation == Generation::NewStyle {
            continue;
        }
        let (there, here) = (input.ini.line("apic_host_agent", name), input.ini.line("ml2_cisco_apic", name));
        let Some(entry) = here.filter(|_| there.is_none()) else { continue };
        let message = format!("the newer host agent reads `{name}` in `[apic_host_agent]`, not here");
        let finding = Diagnostic::at(RULE.code, entry.key.span, message);
        diagnostics.push(
            finding.help("move the line to `[apic_host_agent]`, or keep it in both for the old topology service"),
        );
    }
}
