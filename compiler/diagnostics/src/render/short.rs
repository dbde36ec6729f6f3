//! One line a finding: `file:line:column: severity[code]: message`.

use std::fmt::Write as _;

use crate::{Diagnostic, SourceMap};

/// Renders findings one a line, the help behind them indented.
#[must_use]
pub fn short(sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        if let Some(span) = finding.primary() {
            let _ = write!(out, "{}: ", sources.place(span));
        }
        let _ = writeln!(out, "{}[{}]: {}", finding.severity.word(), finding.code.id, finding.message);
    }
    out
}
