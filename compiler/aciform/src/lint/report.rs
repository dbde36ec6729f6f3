//! How the findings of `lint` come out, one arm a format.

use aciform_diagnostics::{Applicability, Report, render};

use crate::args::LintFormat;
use crate::output::{self, Messages};

/// The findings in a format, and for people the totals behind them. `fixed` counts the fixes that went in.
pub(crate) fn text(report: &Report<'_>, fixed: usize, format: LintFormat, messages: Messages) -> String {
    match format {
        LintFormat::Human => {
            let (picked, hidden) = messages.picked(report.findings);
            render::human(report.sources, &picked, messages.result_style()) + &totals(report, fixed, hidden)
        }
        LintFormat::Short => render::short(report.sources, report.findings),
        LintFormat::Json => render::json_report(report),
        LintFormat::Sarif => render::sarif(report),
        LintFormat::Github => render::github(report, &|_, _| false),
        LintFormat::Gitlab => render::gitlab(report),
        LintFormat::Junit => render::junit(report),
    }
}

/// `2 errors, 1 warning; 1 can be mended with --fix`.
fn totals(report: &Report<'_>, fixed: usize, hidden: usize) -> String {
    let mut text = output::totals(report.findings, hidden);
    if !report.suppressed.is_empty() {
        text += &format!("; {} accepted", report.suppressed.len());
    }
    if fixed > 0 {
        text += &format!("; {fixed} mended");
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
