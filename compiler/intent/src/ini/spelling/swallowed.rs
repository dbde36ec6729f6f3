//! Lines that the value above them swallows, because they are indented.

use aciform_diagnostics::{Applicability, Diagnostic};
use aciform_syntax::ini::Entry;

use super::known::Known;
use crate::ini::codes;
use crate::ini::driver::keys::keys;
use crate::ini::mend::mended;

/// Continuation lines that look like an option of the same section or like a header.
pub(super) fn line(known: &Known, entry: &Entry) -> Option<Diagnostic> {
    if entry.lines.len() < 2 || matches!(known, Known::No) {
        return None;
    }
    let mut start = 0;
    for (number, line) in entry.value.value.split('\n').enumerate() {
        let range = start..start + line.len();
        start = range.end + 1;
        let what = match line.split_once(['=', ':']) {
            _ if number == 0 => continue,
            _ if line.starts_with('[')
                && line.ends_with(']')
                && !matches!(Known::of(&line[1..line.len() - 1]), Known::No) =>
            {
                "not a new section"
            }
            Some((key, _)) if is_key(known, key.trim()) => "not a new option",
            Some(_) | None => continue,
        };
        let message = format!("this line is a part of the value of `{}`, {what}", entry.key.value);
        let finding = Diagnostic::at(&codes::SWALLOWED_LINE, entry.part(range), message);
        // A header has no value to continue: what follows it has to come along.
        let last = if line.starts_with('[') { entry.lines.len() } else { number + 1 };
        let alone = entry.value.value.split('\n').skip(number + 1).take(last - number - 1).all(is_line);
        let edits = if alone { (number..last).map(|at| entry.dedent(at)).collect() } else { Vec::new() };
        return Some(mended(finding, "remove the indentation", Applicability::Unsafe, edits));
    }
    None
}

/// Whether a text is a comment, a header or an option when it stands in column 1.
fn is_line(text: &str) -> bool {
    if text.starts_with('[') {
        return text.len() > 2 && text.ends_with(']');
    }
    text.starts_with(['#', ';']) || text.find(['=', ':']).is_some_and(|at| !text[..at].trim().is_empty())
}

fn is_key(known: &Known, key: &str) -> bool {
    match known {
        Known::Group(group) => group.row(key).is_some(),
        Known::Named(prefix) => keys(prefix).any(|known| known.name == key),
        Known::No => false,
    }
}
