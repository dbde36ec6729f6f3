//! GitHub's workflow commands, which its runner turns into annotations beside the lines of a pull request.
//!
//! A step shows ten of each level and drops the rest without a word, so the worst are chosen here and the last line
//! says how many there are.

use std::fmt::Write as _;

use super::region::Region;
use super::{one_line, plural};
use crate::code::Severity;
use crate::diagnostic::Diagnostic;
use crate::path;
use crate::report::Report;

/// What a step shows of each level.
const MOST: usize = 10;

/// Renders a run as workflow commands; nothing where nothing was found.
///
/// `is_changed` says of a file and a line, from 1, whether the pull request changes it: those go first among equals.
#[must_use]
pub fn github(report: &Report, is_changed: &dyn Fn(&str, usize) -> bool) -> String {
    let mut out = String::new();
    let mut shown = 0;
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let mut findings: Vec<&Diagnostic> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        findings.sort_by_key(|finding| !is_on_changed_line(report, finding, is_changed));
        // The last line is a notice too.
        let most = if severity == Severity::Info { MOST - 1 } else { MOST };
        for finding in findings.into_iter().take(most) {
            annotate(report, finding, &mut out);
            shown += 1;
        }
    }
    if !report.findings.is_empty() {
        let _ = writeln!(out, "::notice title=aciform::{}", in_message(&closing(report, shown)));
    }
    out
}

fn is_on_changed_line(report: &Report, finding: &Diagnostic, is_changed: &dyn Fn(&str, usize) -> bool) -> bool {
    finding.primary().is_some_and(|span| {
        let file = report.sources.file(span.file);
        is_changed(&path::tidy(&file.name), file.line_at(span.range().start) + 1)
    })
}

fn annotate(report: &Report, finding: &Diagnostic, out: &mut String) {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let _ = write!(out, "::{command} ");
    if let Some(span) = finding.primary() {
        let file = path::tidy(&report.sources.file(span.file).name);
        let region = Region::visible(report.sources, span);
        let _ = write!(out, "file={},line={},endLine={},", in_property(&file), region.start.line, region.end.line);
        // Columns of a range over several lines make the runner drop the annotation.
        if region.is_on_one_line() {
            let _ = write!(out, "col={},endColumn={},", region.start.column, region.end.column);
        }
    }
    let title = format!("{} {}", finding.code.id, finding.code.name);
    let mut message = one_line(&finding.message);
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(&help.lines().map(one_line).collect::<Vec<_>>().join("\n"));
    }
    let _ = writeln!(out, "title={}::{}", in_property(&title), in_message(&message));
}

/// `2 errors, 1 warning; 1 not shown; 3 suppressed`.
fn closing(report: &Report, shown: usize) -> String {
    let totals = report.totals();
    let kinds = [(totals.errors, "error"), (totals.warnings, "warning"), (totals.infos, "info")];
    let kinds: Vec<String> =
        kinds.into_iter().filter(|(number, _)| *number > 0).map(|(number, kind)| plural(number, kind)).collect();
    let mut text = kinds.join(", ");
    if shown < totals.all() {
        let _ = write!(text, "; {} not shown as annotations", totals.all() - shown);
    }
    if !report.suppressed.is_empty() {
        let _ = write!(text, "; {} suppressed", report.suppressed.len());
    }
    text
}

fn in_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn in_property(text: &str) -> String {
    in_message(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}
