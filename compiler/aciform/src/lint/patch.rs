//! `--diff`: what the fixes change, in the form of a patch, with secrets masked: it ends up in the logs of pipelines.

use std::fmt::Write as _;
use std::ops::Range;

use aciform_intent::ini::MASK;
use aciform_site::Fixed;
use similar::{ChangeTag, TextDiff};

/// The changes of every file, in the order of their paths.
pub(crate) fn patch(fixed: &Fixed) -> String {
    let mut text = String::new();
    for change in fixed.files.values() {
        let _ = writeln!(text, "--- a/{0}\n+++ b/{0}", change.name);
        let before = masked(&change.before, &change.hidden_before);
        let after = masked(&change.after, &change.hidden_after);
        let (before, after) = (lines(&before), lines(&after));
        let diff = TextDiff::from_lines(&change.before, &change.after);
        for hunk in diff.unified_diff().iter_hunks() {
            let _ = writeln!(text, "{}", hunk.header());
            for line in hunk.iter_changes() {
                let shown = match (line.tag(), line.old_index(), line.new_index()) {
                    (ChangeTag::Insert, _, Some(at)) => after.get(at),
                    (_, Some(at), _) => before.get(at),
                    (_, None, _) => None,
                };
                let _ = write!(text, "{}{}", line.tag(), shown.unwrap_or(&""));
                if line.missing_newline() {
                    text += "\n\\ No newline at end of file\n";
                }
            }
        }
    }
    text
}

/// Cut as the comparison cuts: behind every LF, CRLF and lone CR, which stay.
fn lines(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let end = if rest[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        let (line, behind) = rest.split_at(end);
        found.push(line);
        rest = behind;
    }
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

/// The text with its secrets masked, line for line.
fn masked(text: &str, hidden: &[Range<usize>]) -> String {
    let mut out = String::new();
    let mut from = 0;
    for range in hidden {
        let Some(secret) = text.get(range.clone()).filter(|_| range.start >= from) else { continue };
        out += &text[from..range.start];
        for line in lines(secret) {
            let content = line.trim_end_matches(['\n', '\r']);
            out += if content.trim().is_empty() { content } else { MASK };
            out += &line[content.len()..];
        }
        from = range.end;
    }
    out + &text[from..]
}
