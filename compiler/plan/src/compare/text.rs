//! Text artifacts, line by line.

use similar::{ChangeTag, TextDiff};

use super::Entry;

/// The lines that came and went, in file order.
pub(super) fn entries(old: &[u8], new: &[u8]) -> Vec<Entry> {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
    diff.iter_all_changes()
        .filter_map(|change| {
            let line = change.value().trim_end_matches('\n').to_owned();
            match change.tag() {
                ChangeTag::Equal => None,
                ChangeTag::Insert => Some(Entry::LineAdded { line }),
                ChangeTag::Delete => Some(Entry::LineRemoved { line }),
            }
        })
        .collect()
}
