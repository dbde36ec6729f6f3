#![doc = include_str!("missing_required.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::reported::escalate;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI120",
        name: "missing-required",
        severity: Severity::Error,
        page: include_str!("missing_required.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Any of these is the beginning of a login.
const LOGIN: [&str; 3] = ["apic_password", "certificate_name", "private_key_file"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let group = input.ini.plugin_group().name;
    let Some(header) = input.ini.header(group) else { return };
    if !input.connects() || input.config.incomplete {
        return;
    }
    let written = |name: &str| !input.ini.is_unset(group, name);
    let has_line = |name: &&str| input.ini.line(group, name).is_some();
    let mut lacking: Vec<&str> = ["apic_hosts", "apic_username"].into_iter().filter(|name| !has_line(name)).collect();
    if !LOGIN.iter().any(has_line) {
        lacking.extend(LOGIN);
    }
    let mut report = |name: &str, help: &str| {
        let message = format!("`{name}` is not set in `[{group}]`: the service cannot log in on APIC");
        diagnostics.push(Diagnostic::at(RULE.code, header, message).help(help));
    };
    if !written("apic_hosts") {
        report("apic_hosts", "add `apic_hosts = ` and the addresses of the controllers");
    }
    if !written("apic_username") {
        report("apic_username", "add `apic_username = ` and the account on APIC");
    }
    // A site may keep the password elsewhere, and one half of a certificate is a finding of its own.
    let elsewhere = input.site.is_some_and(|site| site.site.apic_password.is_some());
    let login = LOGIN.iter().any(|name| written(name));
    if !login && !elsewhere {
        report("apic_password", "add `certificate_name` and `private_key_file`, or `apic_password`");
    }
    // Where a line is meant for it, the service cannot log in either.
    let doubts = lacking.iter().filter_map(|name| input.ini.doubt(group, name));
    doubts.for_each(|cause| escalate(diagnostics, cause));
}
