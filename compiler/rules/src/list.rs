//! Lists of options that are written with commas.

use aciform_diagnostics::Span;
use aciform_syntax::ini::Entry;

/// The items of a list with their places, trimmed; empty ones are left out.
pub(crate) fn items(entry: &Entry) -> Vec<(&str, Span)> {
    let mut start = 0;
    let mut found = Vec::new();
    for item in entry.value.value.split(',') {
        let at = start + (item.len() - item.trim_start().len());
        start += item.len() + 1;
        let item = item.trim();
        if !item.is_empty() {
            found.push((item, entry.part(at..at + item.len())));
        }
    }
    found
}
