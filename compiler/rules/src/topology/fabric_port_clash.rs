#![doc = include_str!("fabric_port_clash.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::link::{Link, switches};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI422",
        name: "fabric-port-clash",
        severity: Severity::Error,
        page: include_str!("fabric_port_clash.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let switches = switches(input);
    let mut ports: BTreeMap<(&str, &str), &Link<'_>> = BTreeMap::new();
    for link in switches.iter().flat_map(|switch| &switch.links).filter(|link| link.has_port()) {
        ports.entry((link.switch, link.port())).or_insert(link);
    }
    // Of an L3Out that exists the two are not read.
    for section in input.config.external_networks.values() {
        let (Some(switch), Some(port)) = (&section.switch, &section.port) else { continue };
        let Some(link) = ports.get(&(switch.value.as_str(), port.value.as_str())) else { continue };
        let message = format!(
            "port {} of switch {} is that of `{}`, and the L3Out `{}` needs it for itself",
            port.value, switch.value, link.host, section.name.value
        );
        let finding = Diagnostic::at(RULE.code, port.span, message).label(link.entry.value.span, "the host's port");
        diagnostics.push(finding.help("correct one of the two ports"));
    }
}
