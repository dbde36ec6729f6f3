#![doc = include_str!("duplicate_key.md")]

use std::collections::HashMap;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, FileId, Fix, Severity};
use aciform_intent::ini::value::Kind;
use aciform_syntax::ini::Entry;

use crate::entries;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI107",
        name: "duplicate-key",
        severity: Severity::Warning,
        page: include_str!("duplicate_key.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

/// After so many findings the rest would take seconds, and the file is not ours.
const LIMIT: usize = 50_000;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // The line of a file that counts is the last one; files are another rule's.
    let mut last: HashMap<(FileId, &str, &str), &Entry> = HashMap::new();
    for line in entries::options(input) {
        last.insert((line.entry.key.span.file, line.group.name, line.entry.key.value.as_str()), line.entry);
    }
    let overridden = entries::options(input).filter_map(|line| {
        let entry = line.entry;
        let in_force = last[&(entry.key.span.file, line.group.name, entry.key.value.as_str())];
        (in_force.key.span != entry.key.span && in_force.value != entry.value).then_some((line, in_force))
    });
    for (line, in_force) in overridden.take(LIMIT) {
        let name = &line.entry.key.value;
        let list = line.row.kind == Kind::List;
        let more = if list { "; lists are not joined" } else { "" };
        let message = format!("this `{name}` is overridden further down{more}");
        let finding = Diagnostic::at(RULE.code, line.entry.key.span, message).label(in_force.key.span, "in force");
        let help =
            if list { "write one line with all items, separated by commas" } else { "keep one of the two lines" };
        let fix = Fix::unsafe_("delete the line without effect", vec![Edit::delete(line.entry.whole)]);
        diagnostics.push(finding.help(help).fix(fix));
    }
}
