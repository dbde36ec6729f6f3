//! How the findings of `lint` come out, one arm a format.

use aciform_diagnostics::{Applicability, Diagnostic, SourceMap, render};

use crate::args::LintFormat;
use crate::output::{self, Exit, Messages, result};

/// What is to be written.
pub(crate) struct Report<'a> {
    pub(crate) sources: &'a SourceMap,
    /// Sorted.
    pub(crate) findings: &'a [Diagnostic],
    /// How many findings are accepted by comments or the site.
    pub(crate) suppressed: usize,
    /// How many fixes went in.
    pub(crate) fixed: usize,
}

/// Writes the findings to standard output, and for people the totals behind them.
pub(crate) fn write(report: &Report<'_>, format: LintFormat, messages: Messages) -> Exit {
    match format {
        LintFormat::Human => {
            let (picked, hidden) = messages.picked(report.findings);
            let mut text = render::human(report.sources, &picked, messages.result_style());
            text += &totals(report, hidden);
            result(&text)
        }
        LintFormat::Short => result(&render::short(report.sources, report.findings)),
        LintFormat::Json => {
            let mut text = render::json_version(env!("CARGO_PKG_VERSION"));
            text += &render::json(report.sources, report.findings);
            result(&text)
        }
    }
}

/// `2 errors, 1 warning; 1 can be mended with --fix`.
fn totals(report: &Report<'_>, hidden: usize) -> String {
    let mut text = output::totals(report.findings, hidden);
    if report.suppressed > 0 {
        text += &format!("; {} accepted", report.suppressed);
    }
    if report.fixed > 0 {
        text += &format!("; {} mended", report.fixed);
    }
    let fixable = |applicability: Applicability| {
        let fixes = report.findings.iter().filter_map(|finding| finding.fix.as_deref());
        fixes.filter(|fix| fix.applicability == applicability).count()
    };
    match (fixable(Applicability::Safe), fixable(Applicability::Unsafe)) {
        (0, 0) => {}
        (safe, 0) => text += &format!("; {safe} can be mended with --fix"),
        (0, not_safe) => text += &format!("; {not_safe} may be mended with --fix --unsafe-fixes"),
        (safe, not_safe) => {
            text += &format!("; {safe} can be mended with --fix, {not_safe} more with --unsafe-fixes");
        }
    }
    text + "\n"
}
