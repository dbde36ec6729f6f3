#![doc = include_str!("plain_secret.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::is_placeholder;
use aciform_intent::ini::options::group_of_section;
use aciform_syntax::ini::{Entry, Section};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI701",
        name: "plain-secret",
        severity: Severity::Warning,
        page: include_str!("plain_secret.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Options of other services whose value is a URL that may hold a password.
const URLS: &[&str] = &["connection", "slave_connection", "transport_url"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in input.ini.sections() {
        for entry in &section.entries {
            if let Some(what) = held(section, entry) {
                let key = entry.key.value.as_str();
                let message = format!("`{key}` holds {what} in plain text");
                let finding = Diagnostic::at(RULE.code, entry.value.span, message);
                diagnostics.push(finding.help(help(key)));
            }
        }
    }
}

/// What secret a line holds, in words.
pub(super) fn held(section: &Section, entry: &Entry) -> Option<&'static str> {
    let value = entry.value.value.as_str();
    match URLS.contains(&entry.key.value.as_str()) {
        true => has_password(value).then_some("a URL with its password"),
        false => (is_password(section, entry) && !value.is_empty() && !is_placeholder(entry)).then_some("a secret"),
    }
}

fn help(key: &str) -> &'static str {
    match key {
        "apic_password" => {
            "log in with `certificate_name` and `private_key_file`, or keep the line in a file of its own with mode 0640"
        }
        _ => "keep the line in a file of its own with mode 0640, named by a further --config-file",
    }
}

/// Whether an option is a password: registered as a secret, or called one in a section of another service.
fn is_password(section: &Section, entry: &Entry) -> bool {
    let key = entry.key.value.as_str();
    match group_of_section(&section.name.value).and_then(|group| group.row(key)) {
        Some(row) => row.secret,
        None => ["password", "passwd", "_secret"].iter().any(|end| key.ends_with(end)),
    }
}

/// Whether a URL has a password in its user part, as in `mysql+pymysql://user:password@host/`.
fn has_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or(rest);
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
}
