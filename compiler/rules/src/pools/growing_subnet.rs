#![doc = include_str!("growing_subnet.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::usage::{planned, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1314",
        name: "subnet-too-small-for-growth",
        severity: Severity::Warning,
        page: include_str!("growing_subnet.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = super::measured(input) else { return };
    let Some(share) = &site.growth.ports else { return };
    for counts in planned(site).iter().filter(|counts| !counts.outside && counts.missing() > 0 && !counts.is_over()) {
        let (Some(capacity), used, more) = (counts.capacity(), counts.used(), counts.planned) else { continue };
        let Some(span) = written(site.intent, site.fabric, counts.subnet) else { continue };
        let network = &site.fabric.networks[counts.subnet.network];
        let whose = format!("{}/{}", network.project, network.handle);
        let ports = if more == 1 { "port is" } else { "ports are" };
        let message = format!(
            "`{whose}/{}` has {capacity} addresses, {}, and {more} more {ports} planned for",
            counts.subnet.handle,
            super::taken(used)
        );
        // Neutron changes the allocation pools of a subnet, and never its prefix.
        let help = match counts.length_for(counts.needed()) {
            Some(length) if length >= counts.subnet.prefix.length() => {
                format!("widen its allocation pools, or add another subnet to `{whose}`")
            }
            Some(length) => {
                format!(
                    "it takes a /{length}, and the prefix of a subnet cannot change: add another subnet to `{whose}`"
                )
            }
            None => "no subnet holds so many; plan for fewer".to_owned(),
        };
        let finding = Diagnostic::at(RULE.code, span, message).label(share.span, "planned here");
        diagnostics.push(finding.help(help));
    }
}
