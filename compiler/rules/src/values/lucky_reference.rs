#![doc = include_str!("lucky_reference.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};
use aciform_intent::ini::references;

use crate::entries;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI206",
        name: "lucky-reference",
        severity: Severity::Warning,
        page: include_str!("lucky_reference.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for line in entries::options(input).filter(|line| line.row.secret && line.entry.value.value.contains('$')) {
        // A line that is not in force is not expanded, and a reference to nothing was reported.
        let in_force = input.ini.option(line.group.name, line.row.name).and_then(|option| option.entry);
        if in_force.is_none_or(|entry| entry.key.span != line.entry.key.span) {
            continue;
        }
        let (name, text) = (line.row.name, line.entry.value.value.as_str());
        let mut found = references(text);
        // Braces are hardly written by chance, and a URL may well be put together from options.
        found.retain(|place| name.contains("password") || !text[place.clone()].starts_with("${"));
        if found.is_empty() {
            continue;
        }
        // The name behind the dollar is a part of the secret.
        let message = format!("a `$` in `{name}` starts a reference: the value of another option is put in its place");
        let dollars = found.iter().map(|place| line.entry.part(place.start..place.start + 1));
        let edits = dollars.map(|dollar| Edit::replace(dollar, "$$")).collect();
        let finding = Diagnostic::at(RULE.code, line.entry.value.span, message).help("write `$$` for a literal dollar");
        diagnostics.push(finding.fix(Fix::unsafe_("write `$$`", edits)));
    }
}
