#![doc = include_str!("bad_scope.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::is_placeholder;
use aciform_syntax::ini::IniFile;

use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI216", name: "bad-scope", severity: Severity::Error, page: include_str!("bad_scope.md") },
    fix: None,
    on: true,
    check,
};

const SCOPES: &[&str] = &["public", "private", "deny"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    for (file, parsed) in &input.ini.files {
        if !is_constraints(&input.sources.file(*file).name, parsed) {
            continue;
        }
        for section in &parsed.sections {
            // Keys of the service's own section are in lower case; those of tenants may be in any.
            let key = if section.name.value == "DEFAULT" { "subnet_scope" } else { "default" };
            let entries = section.entries.iter().filter(|entry| entry.key.value.eq_ignore_ascii_case(key));
            for entry in entries.filter(|entry| !is_placeholder(entry) && !reported.within(entry.value.span)) {
                let text = entry.value.value.as_str();
                if SCOPES.contains(&text.to_lowercase().as_str()) {
                    continue;
                }
                let shown =
                    if text.is_empty() { "empty".to_owned() } else { format!("`{}`", text.replace('\n', "\\n")) };
                let message = format!("`{}` is {shown}, which is no scope and counts as unset", entry.key.value);
                let finding = Diagnostic::at(RULE.code, entry.value.span, message);
                diagnostics.push(finding.help("write `public`, `private` or `deny`"));
            }
        }
    }
}

/// Whether a file holds the constraints of networks: it is called so, or it has the option that no other file has.
pub(super) fn is_constraints(name: &str, parsed: &IniFile) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let mut entries = parsed.sections.iter().filter(|s| s.name.value == "DEFAULT").flat_map(|s| &s.entries);
    name.contains("network_constraints") || entries.any(|entry| entry.key.value == "subnet_scope")
}
