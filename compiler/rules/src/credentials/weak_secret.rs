#![doc = include_str!("weak_secret.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::options::group_of_section;
use aciform_syntax::ini::{Entry, Section};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI702", name: "weak-secret", severity: Severity::Error, page: include_str!("weak_secret.md") },
    fix: None,
    on: true,
    check,
};

/// The default of `openstack_password`; as that it is a finding of its own.
pub(super) const DEFAULT: &str = "somepassword";

/// Defaults of products and examples of documents, in lower case.
const KNOWN: &[&str] = &[
    "12345",
    "123456",
    "12345678",
    "admin",
    "admin123",
    "c1sco123",
    "c1sco12345",
    "changeme",
    "cisco",
    "cisco123",
    "ins3965!",
    "letmein",
    "mysecretpassword",
    "openstack",
    "passw0rd",
    "password",
    "password123",
    "qwerty",
    "secret",
    "somepassword",
];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in input.ini.sections().filter(|section| is_ours(section)) {
        let users: BTreeMap<&str, &str> = section
            .entries
            .iter()
            .filter(|entry| entry.key.value.ends_with("user") || entry.key.value.ends_with("username"))
            .map(|entry| (entry.key.value.as_str(), entry.value.value.as_str()))
            .collect();
        for entry in section.entries.iter().filter(|entry| entry.key.value.ends_with("password")) {
            if is_weak(entry, &users) {
                let key = &entry.key.value;
                let message =
                    format!("`{key}` is a default, an example or the name of its user: one of the first tried");
                let finding = Diagnostic::at(RULE.code, entry.value.span, message);
                diagnostics.push(finding.help("give the account a password of its own"));
            }
        }
    }
}

/// Whether the passwords of a section are those of this plugin; what other services do is not ours to judge.
fn is_ours(section: &Section) -> bool {
    let name = section.name.value.as_str();
    name.starts_with("apic_vmdom:") || group_of_section(name).is_some()
}

fn is_weak(entry: &Entry, users: &BTreeMap<&str, &str>) -> bool {
    let (key, value) = (entry.key.value.as_str(), entry.value.value.as_str());
    if value.is_empty() || key == "openstack_password" && value == DEFAULT {
        return false;
    }
    let stem = key.strip_suffix("password").unwrap_or(key);
    let own = |end: &str| users.get(format!("{stem}{end}").as_str()) == Some(&value);
    KNOWN.contains(&value.to_lowercase().as_str()) || own("user") || own("username")
}
