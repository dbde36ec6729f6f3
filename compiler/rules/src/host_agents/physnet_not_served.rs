#![doc = include_str!("physnet_not_served.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI806",
        name: "physnet-not-served",
        severity: Severity::Error,
        page: include_str!("physnet_not_served.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let (served, wanted) = ("opflex_networks", "default_opflex_network");
    let Some(networks) = input.ini.option("OPFLEX", served) else { return };
    let Some(default) = input.ini.option("ml2_type_opflex", wanted) else { return };
    // Only what both sides say: the default of one may be set in a file that is not here.
    let (Some(place), Some(other)) = (networks.span(), default.span()) else { return };
    let name = default.text;
    let covered = networks.items().iter().any(|item| item == "*" || item == name);
    if covered || name.is_empty() || networks.secret || default.secret {
        return;
    }
    let message = format!("`{served}` does not hold `{name}`, on which networks are made: no port of them binds here");
    let finding = Diagnostic::at(RULE.code, place, message).label(other, "the network they are on");
    diagnostics.push(finding.help(format!("add `{name}`, or write `*` for all")));
}
