#![doc = include_str!("admin_user.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI706", name: "admin-user", severity: Severity::Warning, page: include_str!("admin_user.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(option) = input.ini.plugin("apic_username") else { return };
    // `apic:DOMAIN\admin` is the account of a login domain.
    let account = option.text.rsplit('\\').next().unwrap_or(option.text);
    let Some(span) = option.span().filter(|_| account == "admin") else { return };
    let message = "the service logs in as `admin`, who may do everything on the fabric";
    let help = "make an account for this cloud, with the roles that it needs, and write its name";
    diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
}
