//! Where something was found already: a place gets one finding for one cause.

use std::collections::BTreeSet;

use aciform_diagnostics::{Diagnostics, Severity, Span};

/// The places that findings point to.
pub(crate) struct Reported(BTreeSet<Span>);

impl Reported {
    pub(crate) fn of(diagnostics: &Diagnostics) -> Self {
        Self::at(diagnostics.iter().filter_map(|finding| finding.primary()))
    }

    /// The same of other places.
    pub(crate) fn at(places: impl Iterator<Item = Span>) -> Self {
        Self(places.collect())
    }

    /// Whether a finding points into a place.
    pub(crate) fn within(&self, place: Span) -> bool {
        let from = Span { end: place.start, ..place };
        let first = self.0.range(from..).next().filter(|found| found.file == place.file);
        first.is_some_and(|found| found.start == place.start || found.start < place.end)
    }
}

/// Makes an error of the warning at a place: what it leads to is one, and is not said.
pub(crate) fn escalate(diagnostics: &mut Diagnostics, place: Span) {
    let warnings = diagnostics.iter_mut().filter(|finding| finding.severity == Severity::Warning);
    warnings.filter(|finding| finding.primary() == Some(place)).for_each(|finding| finding.severity = Severity::Error);
}
