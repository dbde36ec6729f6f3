#![doc = include_str!("missing_required.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_syntax::ini::Entry;

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

/// One of them has to be there beside the user name.
const LOGIN: &[&str] = &["apic_password", "certificate_name", "private_key_file"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let hosts = missing(input, diagnostics, &["apic_hosts"], "`apic_hosts = ` and the addresses of the controllers");
    let user = missing(input, diagnostics, &["apic_username"], "`apic_username = ` and the account on APIC");
    // A site may keep the password elsewhere, and one half of a certificate is a finding of its own.
    let elsewhere = input.site.is_some_and(|site| site.site.apic_password.is_some());
    let help = "`certificate_name` and `private_key_file`, or `apic_password`";
    let login = if elsewhere { None } else { missing(input, diagnostics, LOGIN, help) };
    for finding in [hosts, user, login].into_iter().flatten() {
        diagnostics.push(finding);
    }
}

/// Where none of some options is set to something: the finding about the first of them, or about the first that is empty.
fn missing(input: &Input<'_>, diagnostics: &mut Diagnostics, names: &[&str], help: &str) -> Option<Diagnostic> {
    let group = input.ini.plugin_group().name;
    if !input.is_whole() || input.config.incomplete {
        return None;
    }
    let empty: Vec<&Entry> = names.iter().filter_map(|name| empty(input, group, name)).collect();
    let written = names.iter().filter(|name| input.ini.line(group, name).is_some()).count();
    let elsewhere = || names.iter().any(|name| input.surroundings.is_set_elsewhere(group, name));
    if written > empty.len() || elsewhere() {
        return None;
    }
    // Where a line is meant for it, the service cannot log in either, and that line's finding says so.
    if written == 0 && names.iter().any(|name| !input.ini.is_unset(group, name)) {
        let doubts = names.iter().filter_map(|name| input.ini.doubt(group, name));
        doubts.for_each(|cause| escalate(diagnostics, cause));
        return None;
    }
    let (place, name, what, verb) = match empty.first() {
        Some(entry) => (entry.key.span, entry.key.value.as_str(), "is empty", "write"),
        None => (input.ini.header(group)?, *names.first()?, "is not set", "add"),
    };
    let message = format!("`{name}` {what} in `[{group}]`: the service cannot log in on APIC");
    Some(Diagnostic::at(RULE.code, place, message).help(format!("{verb} {help}")))
}

/// The line of an option that is set to nothing.
fn empty<'a>(input: &Input<'a>, group: &str, name: &str) -> Option<&'a Entry> {
    let option = input.ini.option(group, name)?;
    // A list of commas has no items either.
    let nothing = option.text.trim_matches(|c: char| c == ',' || c.is_whitespace()).is_empty();
    option.entry.filter(|_| nothing)
}
