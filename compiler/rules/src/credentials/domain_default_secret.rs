#![doc = include_str!("domain_default_secret.md")]

use std::collections::BTreeSet;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::{Generation, Setting, VmmDomain};

use super::weak_secret::DEFAULT;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI709",
        name: "domain-default-secret",
        severity: Severity::Warning,
        page: include_str!("domain_default_secret.md"),
    },
    fix: None,
    on: true,
    check,
};

const PASSWORD: &str = "openstack_password";

const HELP: &str = "add `openstack_password = ` and a password of its own";

const WRITTEN_HELP: &str = "write a password of its own in its place";

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in input.ini.sections() {
        let written = section.entries.iter().filter(|entry| entry.key.value == PASSWORD);
        for entry in written.filter(|entry| entry.value.value == DEFAULT) {
            let message = "`openstack_password` is the default, which the VMM domain stores on APIC";
            diagnostics.push(Diagnostic::at(RULE.code, entry.value.span, message).help(WRITTEN_HELP));
        }
    }
    // The unified plugin keeps its domains in a file of their own.
    let group = input.ini.plugin_group().name;
    if input.ini.is_unified() || !input.lacks(group, "openstack_password") {
        return;
    }
    let Some(header) = input.ini.header(group) else { return };
    let domains = input.config.vmm();
    let doubtful = doubtful(input);
    let bare: Vec<_> = domains
        .iter()
        .filter(|domain| stores_default(input, domain) && !doubtful.contains(domain.name.value.as_str()))
        .collect();
    let Some(first) = bare.first() else { return };
    let (noun, others, verb) = match bare.len() {
        1 => ("domain", String::new(), "stores"),
        2 => ("domains", " and one more".to_owned(), "store"),
        count => ("domains", format!(" and {} more", count - 1), "store"),
    };
    // A name that follows from what cannot be read is not the one it has.
    let left_out = |setting: &Setting<String>, group: &str, option: &str| {
        setting.span.is_none() && input.ini.line(group, option).is_some()
    };
    let refused = left_out(&input.config.ml2.system_id, "DEFAULT", "apic_system_id")
        || left_out(&first.name, group, "apic_domain_name");
    // Beside its one domain of VMware, the legacy style makes one of OpenStack, called like the cloud.
    let id = &input.config.ml2.system_id.value;
    let name = if first.vmm_type.value == "vmware" { id } else { &first.name.value };
    let name = if refused { String::new() } else { format!(" `{name}`") };
    let message =
        format!("the VMM {noun}{name}{others} {verb} the default of `openstack_password`, which is well known");
    diagnostics.push(Diagnostic::at(RULE.code, header, message).help(HELP));
}

/// The domains whose sections have a line that may be meant for it.
fn doubtful<'r>(input: &'r Input<'_>) -> BTreeSet<&'r str> {
    let sections = input.ini.named("apic_vmdom").iter();
    sections.filter(|section| section.is_in_doubt(PASSWORD)).map(|section| section.name.value.as_str()).collect()
}

/// Whether a domain has no password of its own, and is one that stores a login: one of VMware exists already.
fn stores_default(input: &Input<'_>, domain: &VmmDomain) -> bool {
    let new_style = input.config.generation == Generation::NewStyle;
    let section = format!("apic_vmdom:{}", domain.name.value);
    domain.password.is_none()
        && !(new_style && domain.vmm_type.value == "vmware")
        && !(new_style && input.surroundings.is_set_elsewhere(&section, "openstack_password"))
}
