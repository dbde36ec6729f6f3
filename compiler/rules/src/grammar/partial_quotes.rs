#![doc = include_str!("partial_quotes.md")]

use std::ops::Range;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_intent::ini::value::{Kind, list_ranges};
use aciform_intent::ini::{is_cause, is_hidden};

use crate::entries::{self, Line};
use crate::grammar::odd_character::is_odd;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI012",
        name: "partial-quotes",
        severity: Severity::Warning,
        page: include_str!("partial_quotes.md"),
    },
    fix: Some(Applicability::Safe),
    on: true,
    check,
};

const QUOTES: [char; 2] = ['"', '\''];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // A comment or a line that got into the value comes first: which quotes stay depends on it.
    let causes = diagnostics.iter().filter(|finding| is_cause(finding.code));
    let wrong = Reported::at(causes.filter_map(|finding| finding.primary()));
    for line in entries::options(input) {
        let text = line.entry.value.value.as_str();
        if !text.contains(QUOTES) || is_odd(text) || wrong.within(line.entry.value.span) {
            continue;
        }
        let finding = match line.row.kind {
            Kind::List | Kind::Dict => in_list(input, line),
            Kind::Text => in_text(line),
            // A quote in one of these is a wrong value.
            Kind::Bool | Kind::Int | Kind::Float => None,
        };
        if let Some(finding) = finding {
            diagnostics.push(finding);
        }
    }
}

/// Whether a text starts or ends with a quote that was left when the quotes around the whole were taken off.
pub(crate) fn is_quoted(text: &str) -> bool {
    text.starts_with(QUOTES) || text.ends_with(QUOTES)
}

fn in_list(input: &Input<'_>, line: Line<'_>) -> Option<Diagnostic> {
    let (entry, name) = (line.entry, line.row.name);
    let text = entry.value.value.as_str();
    let items = list_ranges(text);
    let first = items.iter().find(|item| is_quoted(&text[(*item).clone()]))?;
    let message = format!("quotes around items are kept: an item of `{name}` is `{}`", &text[first.clone()]);
    let finding = Diagnostic::at(RULE.code, entry.value.span, message);
    let finding = finding.help(format!("write `{name}` without quotes"));
    let quotes: Vec<Range<usize>> = items.iter().flat_map(|item| quotes_of(text, item.clone())).collect();
    // An item of quotes alone would leave nothing.
    let whole = items.iter().all(|item| !text[item.clone()].trim_matches(QUOTES).is_empty());
    let plain = whole && entries::is_short(line.entry) && entries::keeps_lines(text, &quotes);
    let inner = || quotes.iter().map(|at| entry.part(at.clone()));
    let edits = || inner().chain(around(input, line)).map(Edit::delete).collect();
    Some(finding.maybe_fix(plain.then(|| Fix::safe("remove the quotes", edits()))))
}

/// The quotes at the ends of an item.
fn quotes_of(text: &str, item: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let own = &text[item.clone()];
    let before = own.len() - own.trim_start_matches(QUOTES).len();
    let behind = own.len() - own.trim_end_matches(QUOTES).len();
    [item.start..item.start + before, item.end - behind..item.end].into_iter().filter(|range| !range.is_empty())
}

/// The quotes that oslo.config took off, which stand around the value in the file.
fn around(input: &Input<'_>, line: Line<'_>) -> Vec<Span> {
    let span = line.entry.value.span;
    let text = &input.sources.file(span.file).text;
    let (start, end) = (span.range().start, span.range().end);
    let before = text[..start].chars().next_back().filter(|c| QUOTES.contains(c));
    let behind = text[end..].chars().next();
    match before {
        Some(quote) if behind == Some(quote) => {
            vec![Span::new(span.file, start - 1, start), Span::new(span.file, end, end + 1)]
        }
        Some(_) | None => Vec::new(),
    }
}

fn in_text(line: Line<'_>) -> Option<Diagnostic> {
    let (entry, name) = (line.entry, line.row.name);
    if line.row.secret || is_hidden(entry) || !is_quoted(&entry.value.value) {
        return None;
    }
    let message =
        format!("a quote is a part of the value of `{name}`: only a pair around the whole value is taken off");
    let finding = Diagnostic::at(RULE.code, entry.value.span, message);
    Some(finding.help(format!("write `{name} = {}`", entry.value.value.trim_matches(QUOTES).replace('\n', " "))))
}
