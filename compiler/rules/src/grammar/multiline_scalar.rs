#![doc = include_str!("multiline_scalar.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::is_hidden;
use aciform_intent::ini::value::Kind;

use crate::entries;
use crate::grammar::odd_character::is_odd;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI015",
        name: "multiline-scalar",
        severity: Severity::Warning,
        page: include_str!("multiline_scalar.md"),
    },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let reported = Reported::of(diagnostics);
    for line in entries::options(input) {
        let entry = line.entry;
        // The other types refuse such a value, which was reported.
        if line.row.kind != Kind::Text || entry.lines.len() < 2 || is_odd(&entry.value.value) {
            continue;
        }
        // What was found of its lines, a comment or another option, is why there are several.
        if reported.within(entry.value.span) {
            continue;
        }
        let name = line.row.name;
        let message =
            format!("the value of `{name}` goes over {} lines and contains the line breaks", entry.lines.len());
        let finding = Diagnostic::at(RULE.code, entry.value.span, message).help(format!("write `{name}` on one line"));
        let gap = |pair: &[Span]| Span::new(pair[0].file, pair[0].range().end, pair[1].range().start);
        let gaps: Vec<Span> = entry.lines.windows(2).map(gap).collect();
        // A quote that was taken off the first line stands in the gap.
        let plain = gaps.iter().all(|gap| input.sources.slice(*gap).chars().all(char::is_whitespace));
        let edits = || gaps.iter().map(|gap| Edit::replace(*gap, " ")).collect();
        // On one line with something else, a secret would not be known for one.
        let fix = (plain && !is_hidden(entry)).then(|| Fix::unsafe_("join the lines", edits()));
        diagnostics.push(finding.maybe_fix(fix));
    }
}
