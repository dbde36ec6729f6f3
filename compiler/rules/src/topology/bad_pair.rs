#![doc = include_str!("bad_pair.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use super::pair::written;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI406", name: "bad-pair", severity: Severity::Error, page: include_str!("bad_pair.md") },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (item, span) in written(input).into_iter().filter(|(item, _)| super::pair::switches(item).is_none()) {
        let shown = aciform_intent::ini::without_secrets(item).replace('\n', "\\n");
        let message = format!("`{shown}` is dropped without a word: a vPC pair is `id:id`, digits only");
        let finding = Diagnostic::at(RULE.code, span, message);
        let numbers: Vec<&str> = item.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        let between = item.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\t' | ':' | '-' | '/' | ';'));
        let [one, two] = numbers[..] else {
            diagnostics.push(finding.help("write for example `201:202`"));
            continue;
        };
        let better = format!("{one}:{two}");
        let fix = between.then(|| Fix::safe(format!("write `{better}`"), vec![Edit::replace(span, better.as_str())]));
        diagnostics.push(finding.help(format!("write `{better}`")).maybe_fix(fix));
    }
}
