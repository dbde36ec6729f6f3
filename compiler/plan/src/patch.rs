//! A comparison as a text that patch(1) and `git apply` take: `patch -p1` on the old bundle gives the new one, byte for
//! byte. Files that come, go or are empty are said in git's headers; nothing else could say that of an empty file.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::compare::Files;
use crate::compare::lines::{lines, shared};

/// What git calls a file without content.
const EMPTY_BLOB: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

/// Lines around a change.
const CONTEXT: usize = 3;

/// The unified diff of every file whose bytes differ.
#[must_use]
pub fn patch(old: &Files, new: &Files) -> Vec<u8> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut out = Vec::new();
    for path in paths {
        let (before, after) = (old.get(path), new.get(path));
        if before != after {
            file(path, before.map(Vec::as_slice), after.map(Vec::as_slice), &mut out);
        }
    }
    out
}

fn file(path: &str, before: Option<&[u8]>, after: Option<&[u8]>, out: &mut Vec<u8>) {
    let mut say = |line: String| out.extend(line.bytes());
    say(format!("diff --git a/{path} b/{path}\n"));
    if before.is_none() {
        say("new file mode 100644\n".to_owned());
    }
    if after.is_none() {
        say("deleted file mode 100644\n".to_owned());
        if before.is_some_and(<[u8]>::is_empty) {
            // Without it patch(1) 2.7 takes the removal of an empty file for a patch the wrong way round.
            say(format!("index {EMPTY_BLOB}..{}\n", "0".repeat(EMPTY_BLOB.len())));
        }
    }
    let (old, new) = (lines(before.unwrap_or_default()), lines(after.unwrap_or_default()));
    let changes = changes(&old, &new);
    if changes.is_empty() {
        return;
    }
    // A tab ends the name, so that one with a blank in it is read whole.
    let name = |side: &str, there: bool| if there { format!("{side}/{path}\t") } else { "/dev/null".to_owned() };
    say(format!("--- {}\n+++ {}\n", name("a", before.is_some()), name("b", after.is_some())));
    let mut group: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for change in changes {
        if group.last().is_some_and(|last| change.0.start > last.0.end + 2 * CONTEXT) {
            hunk(&old, &new, &group, out);
            group.clear();
        }
        group.push(change);
    }
    hunk(&old, &new, &group, out);
}

/// The ranges of lines that differ, between those that are shared.
fn changes(old: &[&[u8]], new: &[&[u8]]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let (mut left, mut right) = (0, 0);
    for (next_left, next_right) in shared(old, new).into_iter().chain([(old.len(), new.len())]) {
        if next_left > left || next_right > right {
            found.push((left..next_left, right..next_right));
        }
        (left, right) = (next_left + 1, next_right + 1);
    }
    found
}

fn hunk(old: &[&[u8]], new: &[&[u8]], group: &[(Range<usize>, Range<usize>)], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else { return };
    let lead = first.0.start.min(CONTEXT);
    let trail = (old.len() - last.0.end).min(CONTEXT);
    let left = first.0.start - lead..last.0.end + trail;
    let right = first.1.start - lead..last.1.end + trail;
    // An empty range is named by the line before it.
    let start = |range: &Range<usize>| range.start + usize::from(!range.is_empty());
    let (l, r) = (start(&left), start(&right));
    out.extend(format!("@@ -{l},{} +{r},{} @@\n", left.len(), right.len()).bytes());
    let mut at = left.start;
    for (gone, come) in group {
        write_lines(b' ', &old[at..gone.start], out);
        write_lines(b'-', &old[gone.clone()], out);
        write_lines(b'+', &new[come.clone()], out);
        at = gone.end;
    }
    write_lines(b' ', &old[at..left.end], out);
}

fn write_lines(mark: u8, lines: &[&[u8]], out: &mut Vec<u8>) {
    for line in lines {
        out.push(mark);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}
