//! One JSON object a line, for programs.

use serde_json::{Value, json};

use crate::{Diagnostic, SourceMap, Span};

/// The version of the lines: the first part changes when a reader must, the second when there is more to read.
const FORMAT: &str = "1.0";

/// The line that a stream of JSON lines begins with; `tool` is the version of the program.
#[must_use]
pub fn json_version(tool: &str) -> String {
    let line = json!({"format": FORMAT, "tool": tool, "type": "version"});
    format!("{line}\n")
}

/// Renders findings as JSON lines; the keys are documented in `schema/diagnostic.schema.json`.
#[must_use]
pub fn json(sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        let labels: Vec<Value> = finding
            .labels
            .iter()
            .map(|label| json!({"place": place(sources, label.span), "text": label.text}))
            .collect();
        // Keys in byte order, so that the line is the same whether or not serde_json keeps the order of insertion,
        // which any crate of a build can switch on for all.
        let line = json!({
            "code": finding.code.id,
            "help": finding.help,
            "labels": labels,
            "message": finding.message,
            "name": finding.code.name,
            "severity": finding.severity.word(),
            "type": "diagnostic",
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    out
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
