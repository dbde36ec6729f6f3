#![doc = include_str!("default_system_id.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI606",
        name: "default-system-id",
        severity: Severity::Warning,
        page: include_str!("default_system_id.md"),
    },
    fix: None,
    on: true,
    check,
};

/// What a cloud is called that nobody named.
const DEFAULT: &str = "openstack";

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let help = "add `apic_system_id = ` with a short name of the cloud to `[DEFAULT]`, before anything is deployed";
    if let Some(option) = input.ini.option("DEFAULT", "apic_system_id")
        && let Some(span) = option.span()
    {
        if option.text == DEFAULT {
            let message = "`apic_system_id` is the default: another cloud on the fabric may use it too";
            let help = "write a short name of the cloud; on a cloud that runs, it renames everything on APIC";
            diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
        }
        return;
    }
    // The unified plugin's options are spread over files of several services.
    if input.ini.is_unified() || !input.lacks("DEFAULT", "apic_system_id") {
        return;
    }
    let group = input.ini.plugin_group().name;
    let Some(header) = input.ini.header("DEFAULT").or_else(|| input.ini.header(group)) else { return };
    let message = "`apic_system_id` is not set: the cloud is called `openstack`, as another on the fabric may be";
    diagnostics.push(Diagnostic::at(RULE.code, header, message).help(help));
}
