//! GitLab's code quality report: an array of findings that a merge request shows beside its lines.

use serde_json::{Value, json};

use super::{escaped, one_line};
use crate::code::Severity;
use crate::path;
use crate::report::Report;

/// Renders a run as a code quality report. What is suppressed is left out: the format has no word for it.
#[must_use]
pub fn gitlab(report: &Report) -> String {
    let fingerprints = report.fingerprints();
    let entries: Vec<Value> = report
        .findings
        .iter()
        .zip(fingerprints)
        .map(|(finding, fingerprint)| {
            // GitLab drops an entry without a path and a line: the folder stands for "nowhere".
            let (path, line) = finding.primary().map_or((".".to_owned(), 1), |span| {
                let file = report.sources.file(span.file);
                (one_line(&path::tidy(&file.name)), file.position(span.range().start).line)
            });
            json!({
                "check_name": format!("{} {}", finding.code.id, finding.code.name),
                "description": one_line(&finding.message),
                "fingerprint": fingerprint,
                "location": {"lines": {"begin": line}, "path": path},
                "severity": severity(finding.severity),
            })
        })
        .collect();
    escaped(&Value::Array(entries)) + "\n"
}

/// Of GitLab's five words, those for what breaks, what to look at, and style; "blocker" and "major" are not used.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}
