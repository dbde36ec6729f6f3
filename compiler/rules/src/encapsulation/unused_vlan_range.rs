#![doc = include_str!("unused_vlan_range.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI514",
        name: "unused-vlan-range",
        severity: Severity::Info,
        page: include_str!("unused_vlan_range.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(entry) = input.ini.line(input.ini.plugin_group().name, "apic_vlan_range") else { return };
    let message = "`apic_vlan_range` is read and never used";
    let finding = Diagnostic::at(RULE.code, entry.key.span, message);
    let fix = Fix::unsafe_("delete the line", vec![Edit::delete(entry.whole)]);
    diagnostics
        .push(finding.help("delete the line, or call it `vlan_ranges` if it is the pool of the domain").fix(fix));
}
