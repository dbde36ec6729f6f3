//! A comparison as a text that patch(1) applies: `patch -p1` on the old bundle gives the new one, byte for byte.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use similar::TextDiff;

use crate::compare::Files;

/// The unified diff of every file whose bytes differ.
#[must_use]
pub fn patch(old: &Files, new: &Files) -> String {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut out = String::new();
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        if before == after {
            continue;
        }
        let text = |bytes: Option<&Vec<u8>>| {
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        let (before_text, after_text) = (text(before), text(after));
        let from = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
        let to = if after.is_some() { format!("b/{path}") } else { "/dev/null".to_owned() };
        // A tab ends the name, so that one with a blank in it is read whole.
        let _ = writeln!(out, "--- {from}\t\n+++ {to}\t");
        let diff = TextDiff::from_lines(before_text.as_str(), after_text.as_str());
        let mut hunks = diff.unified_diff();
        hunks.context_radius(3).missing_newline_hint(true);
        for hunk in hunks.iter_hunks() {
            let _ = write!(out, "{hunk}");
        }
    }
    out
}
