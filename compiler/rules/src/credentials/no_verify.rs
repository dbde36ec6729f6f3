#![doc = include_str!("no_verify.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI704", name: "no-verify", severity: Severity::Warning, page: include_str!("no_verify.md") },
    fix: None,
    on: true,
    check,
};

const OPTION: &str = "verify_ssl_certificate";

/// What apicapi takes for no.
const OFF: &[&str] = &["false", "f", "no", "n", "off", "0", ""];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let secured = input.ini.plugin("apic_use_ssl").is_some_and(|ssl| ssl.is_true());
    let Some(option) = input.ini.plugin(OPTION).filter(|_| secured && input.is_whole()) else {
        return;
    };
    let group = input.ini.plugin_group().name;
    if !OFF.contains(&option.text.to_lowercase().as_str()) {
        return;
    }
    let (span, message) = match option.span() {
        Some(span) => (Some(span), "the certificate of APIC is not checked: any server can pose as APIC"),
        None if !input.lacks(group, OPTION) => return,
        None => {
            (input.ini.header(group), "`verify_ssl_certificate` is not set, so the certificate of APIC is not checked")
        }
    };
    let Some(span) = span else { return };
    let help = "write the file with the CA of APIC's certificate: `verify_ssl_certificate = /etc/neutron/apic-ca.pem`";
    diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
}
