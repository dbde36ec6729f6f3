#![doc = include_str!("cert_ignored.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::written;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI707",
        name: "cert-ignored",
        severity: Severity::Warning,
        page: include_str!("cert_ignored.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(password) = written(input, "apic_password") else { return };
    let options = ["certificate_name", "private_key_file"].into_iter();
    let certificate: Vec<_> = options.filter_map(|name| written(input, name)).collect();
    if certificate.is_empty() {
        return;
    }
    let message = "`apic_password` wins over the certificate, which is ignored";
    let mut finding = Diagnostic::at(RULE.code, password.key.span, message);
    for entry in certificate {
        finding = finding.label(entry.key.span, "ignored");
    }
    diagnostics.push(finding.help("delete the line with the password, or those of the certificate"));
}
