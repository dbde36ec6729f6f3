#![doc = include_str!("shared_fixed_name.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI611",
        name: "shared-fixed-name",
        severity: Severity::Info,
        page: include_str!("shared_fixed_name.md"),
    },
    fix: None,
    on: false,
    check,
};

const DEFAULT: &str = "openstack_sw_pg";

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if !input.is_whole() || input.config.incomplete || !input.config.ml2.provision_infra.value {
        return;
    }
    let group = input.ini.plugin_group().name;
    let Some(option) = input.ini.plugin("apic_switch_pg_name").filter(|option| option.text == DEFAULT) else { return };
    let unset = || input.ini.header(group).filter(|_| input.is_unset(group, "apic_switch_pg_name"));
    let Some(place) = option.span().or_else(unset) else { return };
    let id = &input.config.ml2.system_id.value;
    let message = format!("the switch policy group is called `{DEFAULT}`, as that of any other cloud on the fabric");
    let finding = Diagnostic::at(RULE.code, place, message);
    diagnostics.push(finding.help(format!("write `apic_switch_pg_name = {id}_sw_pg`")));
}
