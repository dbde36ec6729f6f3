//! One JSON object a line, for programs.

use serde_json::{Value, json};

use crate::{Diagnostic, SourceMap, Span};

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
        let line = json!({
            "type": "diagnostic",
            "code": finding.code.id,
            "name": finding.code.name,
            "severity": finding.severity.word(),
            "message": finding.message,
            "labels": labels,
            "help": finding.help,
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
        "file": file.name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "start": span.start,
        "end": span.end,
    })
}
