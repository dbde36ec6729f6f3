//! Fixes: the edits that take a finding away, and how a set of them changes a text.
//!
//! A fix is whole or not at all: where one of its edits touches an edit that is already taken, the whole fix waits for
//! the next run.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::SourceMap;
use crate::span::{FileId, Span};

/// How sure a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// The meaning is certainly preserved, or certainly what was intended: `lint --fix` applies it.
    Safe,
    /// Probably right: applied only on request.
    Unsafe,
}

impl Applicability {
    /// The word that stands in every output format.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// A replacement of one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty: an insertion.
    pub span: Span,
    /// What comes in its place; never a secret.
    pub text: String,
}

impl Edit {
    /// Puts a text in the place of a span.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Takes a span out.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a menu shows it: "write `True`".
    pub title: String,
    /// How sure it is.
    pub applicability: Applicability,
    /// The edits, at least one; they do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that `lint --fix` applies.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability: Applicability::Safe, edits }
    }

    /// A fix that is applied on request.
    pub fn unsafe_(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability: Applicability::Unsafe, edits }
    }
}

/// What ends a line.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// What fixes make of the files they touch.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new text of every file that changes.
    pub texts: BTreeMap<FileId, String>,
    /// The edits that make it of the old one, in the order of their places; they do not touch.
    pub edits: BTreeMap<FileId, Vec<Edit>>,
    /// How many fixes went in.
    pub applied: usize,
}

/// Applies the fixes of some findings up to an applicability, in the order of their places.
///
/// A fix whose edits lie outside their file, split a character, or touch an edit that was taken before is left out.
#[must_use]
pub fn apply(sources: &SourceMap, findings: &[Diagnostic], up_to: Applicability) -> Fixed {
    let mut fixes: Vec<&Fix> = findings
        .iter()
        .filter_map(|finding| finding.fix.as_deref())
        .filter(|fix| fix.applicability <= up_to && !fix.edits.is_empty())
        .collect();
    fixes.sort_by_key(|fix| fix.edits.iter().map(|edit| edit.span).min());
    fixes.dedup();
    let mut taken: BTreeMap<Span, &str> = BTreeMap::new();
    let mut applied = 0;
    for fix in fixes {
        if fix.edits.iter().all(|edit| is_free(sources, &taken, edit)) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span, edit.text.as_str())));
            applied += 1;
        }
    }
    // Per file the text up to the last edit, and where the rest starts: a file may have an edit on every line.
    let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    let mut rewritten: BTreeMap<FileId, (String, usize)> = BTreeMap::new();
    for (span, text) in &taken {
        let whole = &sources.file(span.file).text;
        let (done, from) = rewritten.entry(span.file).or_default();
        *done += &whole[*from..span.range().start];
        *done += text;
        *from = span.range().end;
        edits.entry(span.file).or_default().push(Edit::replace(*span, *text));
    }
    let finished = |(file, (mut done, from)): (FileId, (String, usize))| {
        let whole = &sources.file(file).text;
        done += &whole[from..];
        // A text without a line end at its end gets none by the loss of its last line.
        if !whole.ends_with(LINE_ENDS) {
            let length = done.trim_end_matches(LINE_ENDS).len();
            shorten(edits.entry(file).or_default(), done.len() - length);
            done.truncate(length);
        }
        (file, done)
    };
    let mut texts: BTreeMap<FileId, String> = rewritten.into_iter().map(finished).collect();
    texts.retain(|file, text| *text != sources.file(*file).text);
    edits.retain(|file, _| texts.contains_key(file));
    Fixed { texts, edits, applied }
}

/// Lets edits that end with their text leave out so many bytes of the end they make.
fn shorten(edits: &mut Vec<Edit>, mut bytes: usize) {
    while bytes > 0
        && let Some(mut last) = edits.pop()
    {
        let own = bytes.min(last.text.len());
        last.text.truncate(last.text.len() - own);
        bytes -= own;
        // What is left over stands in the old text in front of it, up to the edit before.
        let room = edits.last().map_or(0, |before| before.span.end);
        let free = u32::try_from(bytes).unwrap_or(u32::MAX).min(last.span.start - room);
        last.span.start -= free;
        bytes -= free as usize;
        match edits.last_mut() {
            Some(before) if bytes > 0 => before.span.end = last.span.end,
            Some(_) | None => edits.push(last),
        }
    }
}

/// Whether an edit lies in its file and clear of those taken before. Edits that only touch count as overlapping: which
/// of two insertions at one place comes first would be chance.
fn is_free(sources: &SourceMap, taken: &BTreeMap<Span, &str>, edit: &Edit) -> bool {
    let text = &sources.file(edit.span.file).text;
    if text.get(edit.span.range()).is_none() {
        return false;
    }
    let touches =
        |other: &Span| other.file == edit.span.file && other.start <= edit.span.end && edit.span.start <= other.end;
    let before = taken.range(..edit.span).next_back();
    let behind = taken.range(edit.span..).next();
    ![before, behind].into_iter().flatten().any(|(span, _)| touches(span))
}
