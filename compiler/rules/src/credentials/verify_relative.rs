#![doc = include_str!("verify_relative.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI710",
        name: "verify-relative",
        severity: Severity::Warning,
        page: include_str!("verify_relative.md"),
    },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

/// What apicapi takes for yes and AIM for a file name.
const ON: &[&str] = &["on", "yes", "y", "t", "1"];
/// What is no path in any file.
const WORDS: &[&str] = &["true", "false", "f", "no", "n", "off", "0", ""];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(option) = input.ini.plugin("verify_ssl_certificate") else { return };
    let Some(span) = option.span().filter(|_| !option.secret) else { return };
    let text = option.text;
    let word = text.to_lowercase();
    // A template has its path put in later.
    let placeholder = text.contains(['<', '{', '%', '$', '\n']);
    if WORDS.contains(&word.as_str()) || text.starts_with('/') || placeholder {
        return;
    }
    if !ON.contains(&word.as_str()) {
        let message = format!("`{text}` is a relative path: it starts at the folder that the service runs in");
        let finding = Diagnostic::at(RULE.code, span, message);
        diagnostics.push(finding.help("write the whole path, as in `/etc/neutron/apic-ca.pem`"));
    } else if input.ini.is_unified() {
        let message = format!("the unified plugin reads `{text}` as the name of a file");
        let fix = Fix::safe("write `true`", vec![Edit::replace(span, "true")]);
        let finding = Diagnostic::at(RULE.code, span, message);
        diagnostics.push(finding.help("write `verify_ssl_certificate = true`, or the path of the CA").fix(fix));
    }
}
