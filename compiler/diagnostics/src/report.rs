//! Everything that a run of the linter found, as the formats for other programs take it.

use crate::code::{Code, Severity};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::fingerprints;
use crate::source::SourceMap;
use crate::suppressed::Suppressed;

/// What one run has to say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// What is to be acted on, in reading order.
    pub findings: &'a [Diagnostic],
    /// What somebody accepted, in reading order.
    pub suppressed: &'a [Suppressed],
    /// The rules that could have found something.
    pub rules: &'a [&'static Code],
    /// The category of a rule, one word.
    pub category: fn(&Code) -> &'static str,
    /// The version of the program.
    pub tool_version: &'a str,
    /// From here on a finding fails the run.
    pub fail_level: Severity,
    /// Tells reports on one commit apart, as `aciform/production/`.
    pub automation_id: &'a str,
    /// Why the run is not complete, a line each; mostly none.
    pub troubles: &'a [String],
    /// Where the documentation is published, if it is.
    pub links: Option<Links<'a>>,
}

/// Addresses of the documentation.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// The project.
    pub home: &'a str,
    /// The page of a rule.
    pub rule: fn(&Code) -> String,
}

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Errors to be acted on.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl Totals {
    /// All together.
    #[must_use]
    pub fn all(self) -> usize {
        self.errors + self.warnings + self.infos
    }
}

impl Report<'_> {
    /// How many findings are to be acted on.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let count = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        Totals { errors: count(Severity::Error), warnings: count(Severity::Warning), infos: count(Severity::Info) }
    }

    /// The fingerprints of the findings, then those of the suppressed ones.
    #[must_use]
    pub fn fingerprints(&self) -> Vec<String> {
        fingerprints(self.sources, self.findings.iter().chain(self.suppressed.iter().map(|silent| &silent.finding)))
    }

    /// The indices of the findings with the worst first, in reading order among equals.
    pub(crate) fn worst_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.findings.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.findings[*at].severity));
        order
    }
}
