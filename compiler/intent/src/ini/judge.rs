//! Puts values to a check, and tells a wrong value from a right one with a comment behind it.
//!
//! oslo.config has no comments at the end of a line and takes an indented comment as a part of the value above, so
//! `True  # default` is no boolean. What is wrong then is the comment, and that is what the finding says.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, Edit, Fix, Severity, Span};
use aciform_syntax::ini::Entry;

use super::codes;
use super::placeholder::is_placeholder;
use super::secret::{is_hidden_in_part, is_swallowed};

/// Collects the findings about values and remembers whose comments were reported.
pub(super) struct Judge<'d> {
    pub(super) diagnostics: &'d mut Diagnostics,
    commented: HashSet<Span>,
}

/// So many findings of one value carry the fix for all of them; beyond, the first alone does.
const MOST_SHARED: usize = 20;

/// A part of a value that was meant as a comment, by byte offsets into its text.
struct Comment {
    range: Range<usize>,
    /// Which line of the value holds it.
    line: usize,
    /// Whether it fills a line of its own, indented.
    own_line: bool,
}

impl<'d> Judge<'d> {
    pub(super) fn new(diagnostics: &'d mut Diagnostics) -> Self {
        Self { diagnostics, commented: HashSet::new() }
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// Makes errors of the warnings at some places: what they lead to is one, and is not said.
    pub(super) fn escalate(&mut self, places: &BTreeSet<Span>) {
        for finding in self.diagnostics.iter_mut().filter(|finding| finding.severity == Severity::Warning) {
            if finding.primary().is_some_and(|place| places.contains(&place)) {
                finding.severity = Severity::Error;
            }
        }
    }

    /// Runs a check on the text of a line's value. When the text fails only because of a comment in it, the comment is
    /// the finding.
    pub(super) fn check<T>(
        &mut self,
        entry: &Entry,
        text: &str,
        check: impl Fn(&str) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        // Such a value is a finding already.
        if is_placeholder(entry) {
            return None;
        }
        let finding = match check(text) {
            Ok(value) => return Some(value),
            Err(finding) => finding,
        };
        if is_swallowed(&entry.value.value) {
            let message = format!("the value of `{}` takes in an indented line that names a secret", entry.key.value);
            self.push(Diagnostic { message, fix: None, ..finding }.help("start that line in column 1"));
            return None;
        }
        let comments = comments(&entry.value.value, entry.quoted);
        if comments.is_empty() {
            self.push(finding);
            return None;
        }
        self.report_comments(entry, &comments, Severity::Error, Applicability::Safe);
        match check(&without_comments(text, entry.quoted)) {
            Ok(value) => Some(value),
            Err(mut finding) => {
                if let Some(label) = finding.labels.first_mut().filter(|label| label.span == entry.value.span) {
                    label.span = entry.part(0..before_comment(&entry.value.value, &comments));
                }
                self.push(finding);
                None
            }
        }
    }

    /// Warns of comments in a value that is read all the same.
    pub(super) fn warn_of_comments(&mut self, entry: &Entry) {
        let text = entry.value.value.as_str();
        let found: Vec<Comment> = comments(text, entry.quoted).into_iter().filter(Comment::is_clear).collect();
        if !found.is_empty() {
            let certain = found.iter().all(|comment| comment.is_certain(text));
            let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
            self.report_comments(entry, &found, Severity::Warning, applicability);
        }
    }

    fn report_comments(
        &mut self,
        entry: &Entry,
        comments: &[Comment],
        severity: Severity,
        applicability: Applicability,
    ) {
        if !self.commented.insert(entry.key.span) {
            return;
        }
        let title = if comments.len() == 1 { "move the comment" } else { "move the comments" };
        let fix = Fix { title: title.to_owned(), applicability, edits: moved(entry, comments) };
        for (number, comment) in comments.iter().enumerate() {
            let (code, message, help) = if comment.own_line {
                let message = format!("this indented comment becomes a part of the value of `{}`", entry.key.value);
                (&codes::SWALLOWED_COMMENT, message, "start the comment in column 1")
            } else {
                let message = format!("this comment becomes a part of the value of `{}`", entry.key.value);
                (&codes::INLINE_COMMENT, message, "move the comment to a line of its own, starting in column 1")
            };
            let mut finding = Diagnostic::at(code, entry.part(comment.range.clone()), message).help(help);
            finding.severity = severity;
            // A part of a secret is not repeated, be it as a line of its own.
            let carries = (number == 0 || comments.len() <= MOST_SHARED) && !is_hidden_in_part(entry);
            self.push(finding.maybe_fix(carries.then(|| fix.clone())));
        }
    }
}

impl Comment {
    /// Whether nothing else can be meant: a `#` within a line may well belong to a text when no blank follows.
    fn is_clear(&self) -> bool {
        self.own_line || self.range.len() > 1
    }

    /// Whether it is written as comments are, with a blank behind its mark.
    fn is_certain(&self, value: &str) -> bool {
        let behind = value[self.range.clone()].trim_start_matches(['#', ';']);
        self.own_line || behind.starts_with([' ', '\t'])
    }
}

/// What looks like comments in a value: lines that start with `#` or `;`, and the rest of a line from a blank and
/// one of these on. In quotes everything is meant.
fn comments(value: &str, quoted: bool) -> Vec<Comment> {
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in value.split('\n').enumerate() {
        if number > 0 && line.starts_with(['#', ';']) {
            found.push(Comment { range: start..start + line.len(), line: number, own_line: true });
        } else if let Some(at) = inline_comment(line).filter(|_| number > 0 || !quoted) {
            found.push(Comment { range: start + at..start + line.len(), line: number, own_line: false });
        }
        start += line.len() + 1;
    }
    found
}

/// Where a comment starts behind a value in a line.
fn inline_comment(line: &str) -> Option<usize> {
    line.char_indices().zip(line.chars().skip(1)).find_map(|((at, blank), mark)| {
        (matches!(blank, ' ' | '\t') && matches!(mark, '#' | ';')).then_some(at + blank.len_utf8())
    })
}

/// How much of a value stands in front of its first comment.
fn before_comment(value: &str, comments: &[Comment]) -> usize {
    let end = comments.first().map_or(value.len(), |comment| comment.range.start);
    value[..end].trim_end().len()
}

/// Moves comments to lines of their own: above the option, and in place those that nothing of the value follows.
fn moved(entry: &Entry, comments: &[Comment]) -> Vec<Edit> {
    let value = entry.value.value.as_str();
    let mut closing = entry.lines.len();
    let (mut edits, mut above) = (Vec::new(), String::new());
    for comment in comments.iter().rev() {
        if comment.own_line && comment.line + 1 == closing {
            closing = comment.line;
            edits.push(entry.dedent(comment.line));
            continue;
        }
        above.insert_str(0, &format!("{}{}", &value[comment.range.clone()], entry.line_end));
        edits.push(if comment.own_line {
            entry.line_deletion(comment.line)
        } else {
            let kept = value[..comment.range.start].trim_end_matches([' ', '\t']).len();
            Edit::delete(entry.part(kept..comment.range.end))
        });
    }
    if !above.is_empty() {
        edits.push(entry.above(above));
    }
    edits.reverse();
    edits
}

fn without_comments(value: &str, quoted: bool) -> String {
    let lines = value.split('\n').enumerate().filter(|(number, line)| *number == 0 || !line.starts_with(['#', ';']));
    let lines: Vec<&str> = lines
        .map(|(number, line)| {
            let comment = inline_comment(line).filter(|_| number > 0 || !quoted);
            line[..comment.unwrap_or(line.len())].trim_end()
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{comments, without_comments};

    #[test]
    fn comments_are_found_behind_values_and_on_lines_of_their_own() {
        let shown = |value: &str| -> Vec<String> {
            comments(value, false).into_iter().map(|comment| value[comment.range].to_owned()).collect()
        };
        assert_eq!(shown("True  # default"), ["# default"]);
        assert_eq!(shown("on\n# pool\n; more"), ["# pool", "; more"]);
        assert!(shown("a#b;c").is_empty());
        assert!(comments("a # b", true).is_empty());
        assert_eq!(without_comments("on  ; x\n# pool", false), "on");
    }
}
