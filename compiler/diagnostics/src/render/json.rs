//! One JSON object a line, for programs.

use serde_json::{Value, json};

use super::escaped;
use super::secrets::Secrets;
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, Fix};
use crate::report::Report;
use crate::source::SourceMap;
use crate::span::Span;
use crate::suppressed::Silencer;

/// The version of the lines: the first part changes when a reader must, the second when there is more to read.
const FORMAT: &str = "1.1";

/// The line that a stream of JSON lines begins with; `tool` is the version of the program.
#[must_use]
pub fn json_version(tool: &str) -> String {
    let line = json!({"format": FORMAT, "tool": tool, "type": "version"});
    format!("{line}\n")
}

/// Renders findings as JSON lines; the keys are documented in `schema/diagnostic.schema.json`.
#[must_use]
pub fn json(sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let secrets = Secrets::of(sources);
    let mut out = String::new();
    for finding in findings {
        push(&mut out, &line(sources, &secrets, finding));
    }
    out
}

/// Renders a run as JSON lines: its version, each finding with its fingerprint, and the totals.
#[must_use]
pub fn json_report(report: &Report) -> String {
    let secrets = Secrets::of(report.sources);
    let mut out = json_version(report.tool_version);
    for (finding, fingerprint) in report.findings.iter().zip(report.fingerprints()) {
        let mut line = line(report.sources, &secrets, finding);
        line["fingerprint"] = fingerprint.into();
        push(&mut out, &line);
    }
    push(&mut out, &summary(report));
    out
}

fn line(sources: &SourceMap, secrets: &Secrets, finding: &Diagnostic) -> Value {
    let labels: Vec<Value> =
        finding.labels.iter().map(|label| json!({"place": place(sources, label.span), "text": label.text})).collect();
    // Keys in byte order, so that the line is the same whether or not serde_json keeps the order of insertion,
    // which any crate of a build can switch on for all.
    json!({
        "code": finding.code.id,
        "fix": secrets.without(finding.fix.as_deref()).map(|fix| fix_object(sources, fix)),
        "help": finding.help,
        "labels": labels,
        "message": finding.message,
        "name": finding.code.name,
        "severity": finding.severity.word(),
        "type": "diagnostic",
    })
}

fn fix_object(sources: &SourceMap, fix: &Fix) -> Value {
    let edits: Vec<Value> =
        fix.edits.iter().map(|edit| json!({"place": place(sources, edit.span), "text": edit.text})).collect();
    json!({"applicability": fix.applicability.word(), "edits": edits, "title": fix.title})
}

fn summary(report: &Report) -> Value {
    let totals = report.totals();
    let fixable = |finding: &&Diagnostic| {
        finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe && !fix.edits.is_empty())
    };
    let baseline = report.suppressed.iter().filter(|silent| silent.by == Silencer::Baseline).count();
    json!({
        "baseline": baseline,
        "errors": totals.errors,
        "fixable": report.findings.iter().filter(fixable).count(),
        "infos": totals.infos,
        "suppressed": report.suppressed.len() - baseline,
        "type": "summary",
        "warnings": totals.warnings,
    })
}

fn push(out: &mut String, line: &Value) {
    out.push_str(&escaped(line));
    out.push('\n');
}

fn place(sources: &SourceMap, span: Span) -> Value {
    let file = sources.file(span.file);
    let start = file.position(span.start as usize);
    let end = file.position(span.end as usize);
    json!({
        "column": start.column,
        "end": span.end,
        "end_column": end.column,
        "end_line": end.line,
        "file": file.name,
        "line": start.line,
        "start": span.start,
    })
}
