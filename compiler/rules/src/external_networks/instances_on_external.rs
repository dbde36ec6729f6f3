#![doc = include_str!("instances_on_external.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::sections;
use crate::usage::names;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI333",
        name: "instances-on-external",
        severity: Severity::Error,
        page: include_str!("instances_on_external.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let closed: BTreeMap<&str, _> = sections(input)
        .into_iter()
        .filter(|section| !section.enable_nat.value || section.edge_nat.value)
        .map(|section| (section.name.value.as_str(), section))
        .collect();
    if closed.is_empty() {
        return;
    }
    let names = names(site.intent);
    for project in site.intent.projects.values() {
        for instance in project.instances.values() {
            for port in instance.ports.values() {
                let reference = port.network.value.as_str();
                // A network of the project's own comes first.
                let Some(name) = names.get(reference).filter(|_| !project.networks.contains_key(reference)) else {
                    continue;
                };
                let Some(section) = closed.get(name) else { continue };
                let (why, cause) = match section.edge_nat.value {
                    true => ("the border router translates", &section.edge_nat),
                    false => ("there is no NAT", &section.enable_nat),
                };
                let message = format!(
                    "instance `{}` stands on `{name}`, where {why}: the driver refuses the port",
                    instance.handle.value
                );
                let finding = Diagnostic::at(RULE.code, port.network.span, message);
                let finding = finding.label(cause.span.unwrap_or(section.name.span), why);
                diagnostics.push(
                    finding.help("put the port on a network of the project, and give it a floating IP or a route out"),
                );
            }
        }
    }
}
