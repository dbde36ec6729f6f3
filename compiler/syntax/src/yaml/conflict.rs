//! The marks that git leaves in a file where two branches disagree.

use aciform_diagnostics::{Diagnostic, FileId, Span};

use super::MERGE_CONFLICT;

/// Finds the first conflict: its three marks, each at the start of a line and in order.
/// Less is taken for text, because `=======` alone is a plain scalar.
pub(super) fn find(file: FileId, text: &str) -> Option<Diagnostic> {
    // Nearly every file has none, and this is one fast search.
    if !text.contains("<<<<<<< ") {
        return None;
    }
    let mut ours: Option<Span> = None;
    let mut divider: Option<Span> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mark = Span::new(file, start, start + line.trim_end().len());
        start += line.len();
        if line.starts_with("<<<<<<< ") {
            (ours, divider) = (Some(mark), None);
        } else if ours.is_some() && line.trim_end() == "=======" {
            divider = Some(mark);
        } else if let (Some(ours), Some(_), true) = (ours, divider, line.starts_with(">>>>>>> ")) {
            return Some(
                Diagnostic::new(&MERGE_CONFLICT, "the file holds an unsettled merge conflict")
                    .label(ours, "one side begins here")
                    .label(mark, "the other ends here")
                    .help("keep one of the two sides and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`"),
            );
        }
    }
    None
}
