//! Keeps fixes from carrying a secret of a file into a report.

use std::collections::BTreeMap;

use crate::fix::{Edit, Fix};
use crate::mask::forms;
use crate::source::SourceMap;

/// Shorter secrets are looked for only where an edit touches them: two letters stand in any text.
const PREFIX: usize = 4;

/// Every secret of the sources, ready to be looked for.
#[derive(Debug)]
pub struct Secrets<'a> {
    sources: &'a SourceMap,
    by_prefix: BTreeMap<&'a [u8], Vec<&'a str>>,
}

impl<'a> Secrets<'a> {
    /// The secrets of all files.
    #[must_use]
    pub fn of(sources: &'a SourceMap) -> Self {
        let mut by_prefix: BTreeMap<&[u8], Vec<&str>> = BTreeMap::new();
        for (_, file) in sources.files() {
            for secret in file.hidden().iter().flat_map(|range| forms(file, range)).chain(file.words()) {
                if let Some(prefix) = secret.as_bytes().get(..PREFIX) {
                    by_prefix.entry(prefix).or_default().push(secret);
                }
            }
        }
        for alike in by_prefix.values_mut() {
            alike.sort_unstable();
            alike.dedup();
        }
        Self { sources, by_prefix }
    }

    /// A fix, unless one of its edits would write a secret out.
    pub(crate) fn without<'f>(&self, fix: Option<&'f Fix>) -> Option<&'f Fix> {
        fix.filter(|fix| !self.are_in(fix))
    }

    /// Whether one of the edits of a fix would write a secret out.
    #[must_use]
    pub fn are_in(&self, fix: &Fix) -> bool {
        fix.edits.iter().any(|edit| self.is_in(edit))
    }

    fn is_in(&self, edit: &Edit) -> bool {
        let file = self.sources.file(edit.span.file);
        let touched = file
            .hidden()
            .iter()
            .skip(file.hidden().partition_point(|range| range.end <= edit.span.range().start))
            .take_while(|range| range.start < edit.span.range().end)
            .filter_map(|range| file.text.get(range.clone()));
        let mut touched = touched.filter(|secret| !secret.is_empty());
        touched.any(|secret| edit.text.contains(secret))
            || edit.text.as_bytes().windows(PREFIX).enumerate().any(|(at, prefix)| {
                let alike = self.by_prefix.get(prefix).into_iter().flatten();
                alike.into_iter().any(|secret| edit.text.as_bytes()[at..].starts_with(secret.as_bytes()))
            })
    }
}
