//! Text artifacts, line by line.

use super::Entry;
use super::lines::{lines, shared};

/// The lines that came and went, in file order; of a changed line first what it was.
pub(super) fn entries(old: &[u8], new: &[u8]) -> Vec<Entry> {
    let (old, new) = (lines(old), lines(new));
    let mut entries = Vec::new();
    let (mut left, mut right) = (0, 0);
    let end = (old.len(), new.len());
    for (next_left, next_right) in shared(&old, &new).into_iter().chain([end]) {
        entries.extend(old[left..next_left].iter().map(|line| Entry::LineRemoved { line: shown(line) }));
        entries.extend(new[right..next_right].iter().map(|line| Entry::LineAdded { line: shown(line) }));
        (left, right) = (next_left + 1, next_right + 1);
    }
    entries
}

/// A line without its end. A last line without one says so: it differs from the same line with one.
fn shown(line: &[u8]) -> String {
    match line.strip_suffix(b"\n") {
        Some(line) => String::from_utf8_lossy(line).into_owned(),
        None => format!("{} (no newline at the end)", String::from_utf8_lossy(line)),
    }
}
