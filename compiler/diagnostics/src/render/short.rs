//! One line a finding: `file:line:column: severity[code]: message`.

use std::fmt::Write as _;

use super::one_line;
use crate::{Diagnostic, SourceMap};

/// Renders findings one a line, without their help.
#[must_use]
pub fn short(sources: &SourceMap, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        if let Some(span) = finding.primary() {
            let _ = write!(out, "{}: ", one_line(&sources.place(span)));
        }
        let _ = writeln!(out, "{}[{}]: {}", finding.severity.word(), finding.code.id, one_line(&finding.message));
    }
    out
}
