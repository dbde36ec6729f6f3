//! Findings that were made and are not to be acted on, each with the reason somebody gave.

use crate::diagnostic::Diagnostic;

/// Where a finding was silenced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silencer {
    /// A comment beside what it is about.
    Comment,
    /// The site's list of what it allows.
    Site,
    /// A baseline: it was there before anybody looked.
    Baseline,
}

/// A finding that somebody accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// What was found.
    pub finding: Diagnostic,
    /// Where it was silenced.
    pub by: Silencer,
    /// Why.
    pub reason: String,
}
