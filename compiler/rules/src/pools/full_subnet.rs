#![doc = include_str!("full_subnet.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::usage::{planned, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1311",
        name: "subnet-nearly-full",
        severity: Severity::Info,
        page: include_str!("full_subnet.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = super::measured(input) else { return };
    // What is planned for is measured against that.
    for counts in planned(site).iter().filter(|counts| !counts.outside && counts.planned == 0 && !counts.is_over()) {
        let (Some(capacity), used) = (counts.capacity(), counts.used()) else { continue };
        if !super::is_nearly_full(capacity, used) {
            continue;
        }
        let Some(span) = written(site.intent, site.fabric, counts.subnet) else { continue };
        let network = &site.fabric.networks[counts.subnet.network];
        let left = match capacity.saturating_sub(used) {
            0 => "the next port gets none".to_owned(),
            1 => "1 is left".to_owned(),
            left => format!("{left} are left"),
        };
        let message = format!(
            "{used} of {capacity} addresses of `{}/{}/{}` are taken; {left}",
            network.project, network.handle, counts.subnet.handle
        );
        // Neutron cannot change the prefix of a subnet.
        let help = format!(
            "add another subnet to `{}/{}`: the prefix of a subnet cannot change",
            network.project, network.handle
        );
        diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
    }
}
