#![doc = include_str!("cert_incomplete.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::written;
use crate::reported::escalate;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI708",
        name: "cert-incomplete",
        severity: Severity::Error,
        page: include_str!("cert_incomplete.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // With a password the certificate is not used at all, which is a finding of its own.
    let group = input.ini.plugin_group().name;
    let elsewhere = |name: &str| input.surroundings.is_set_elsewhere(group, name);
    if !input.is_whole() || input.config.incomplete || written(input, "apic_password").is_some() {
        return;
    }
    let (name, key) = (written(input, "certificate_name"), written(input, "private_key_file"));
    let (there, has, lacks, example) = match (name, key) {
        (Some(name), None) => (name, "certificate_name", "private_key_file", "/etc/neutron/apic.key"),
        (None, Some(key)) => (key, "private_key_file", "certificate_name", "neutron"),
        (Some(_), Some(_)) | (None, None) => return,
    };
    if elsewhere(lacks) || elsewhere("apic_password") {
        return;
    }
    if input.ini.line(group, lacks).is_none() && !input.ini.is_unset(group, lacks) {
        input.ini.doubt(group, lacks).into_iter().for_each(|cause| escalate(diagnostics, cause));
        return;
    }
    let message = format!("`{has}` is set and `{lacks}` is not: the login with a certificate needs both");
    let finding = Diagnostic::at(RULE.code, there.key.span, message);
    diagnostics.push(finding.help(format!("add for example `{lacks} = {example}`")));
}
