#![doc = include_str!("no_ssl.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::value::Value;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI703", name: "no-ssl", severity: Severity::Error, page: include_str!("no_ssl.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(option) = input.ini.plugin("apic_use_ssl") else { return };
    let Some(span) = option.span().filter(|_| *option.value == Value::Bool(false)) else { return };
    let message = "`apic_use_ssl` is off: the password crosses the network in clear text";
    // A port in `apic_hosts` may be the one of HTTP, so the line alone may not be all there is to change.
    let fix = Fix::unsafe_("write `True`", vec![Edit::replace(span, "True")]);
    diagnostics.push(Diagnostic::at(RULE.code, span, message).help("write `apic_use_ssl = True`").fix(fix));
}
