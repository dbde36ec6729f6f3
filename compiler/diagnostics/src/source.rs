//! The texts of a run, each held once, with the starts of its lines.

use std::sync::Arc;

use crate::span::{FileId, Span};

/// A line and a column, both from 1; the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// Bytes between two counts of characters.
const BLOCK: usize = 1024;

/// One source text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The path as the user would write it, with `/`.
    pub name: String,
    /// The whole text.
    pub text: String,
    line_starts: Vec<u32>,
    /// How many continuation bytes of UTF-8 stand before each [`BLOCK`]; empty for a text of ASCII alone.
    /// Without it, a column near the end of a line of megabytes would cost as much as reading the line.
    continued: Vec<u32>,
    /// Where secrets stand, sorted; they may touch, not overlap.
    hidden: Vec<std::ops::Range<usize>>,
    /// Secrets as they are read, where the text writes them otherwise: with escapes, or over several lines.
    words: Vec<String>,
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let newlines = text.match_indices('\n');
        let line_starts =
            std::iter::once(0).chain(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect();
        let mut continued = Vec::new();
        if !text.is_ascii() {
            let mut before = 0u32;
            for block in text.as_bytes().chunks(BLOCK) {
                continued.push(before);
                before = before.saturating_add(u32::try_from(continuations(block)).unwrap_or(u32::MAX));
            }
        }
        Self { name, text, line_starts, continued, hidden: Vec::new(), words: Vec::new() }
    }

    /// Where secrets stand, in order and clear of each other.
    #[must_use]
    pub fn hidden(&self) -> &[std::ops::Range<usize>] {
        &self.hidden
    }

    /// Secrets that the text writes otherwise.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Whether a byte belongs to a secret, which no excerpt shows.
    #[must_use]
    pub fn is_hidden(&self, offset: usize) -> bool {
        let behind = self.hidden.partition_point(|range| range.start <= offset);
        behind.checked_sub(1).is_some_and(|at| self.hidden[at].contains(&offset))
    }

    /// How many lines the text has; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The line, from 0, that holds a byte.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start as usize <= offset).saturating_sub(1)
    }

    /// The bytes of a line, from 0, with its line end.
    #[must_use]
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts.get(line).map_or(self.text.len(), |at| *at as usize);
        let end = self.line_starts.get(line + 1).map_or(self.text.len(), |at| *at as usize);
        start..end
    }

    /// The line and column of a byte; offsets behind the text give its end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_at(offset);
        let start = self.line_range(line).start;
        // Bytes that begin a character are counted, also where the offset splits one.
        let column = (offset - start) - (self.continuations_before(offset) - self.continuations_before(start));
        Position { line: line + 1, column: column + 1 }
    }

    fn continuations_before(&self, offset: usize) -> usize {
        let Some(block) = offset.checked_sub(1).map(|last| last / BLOCK) else { return 0 };
        let Some(before) = self.continued.get(block) else { return 0 };
        *before as usize + continuations(&self.text.as_bytes()[block * BLOCK..offset])
    }
}

/// How many bytes continue a character: 0b10xxxxxx.
fn continuations(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) == 0x80).count()
}

/// Owns every text of a run; a [`FileId`] names one.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a text in and names it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.share(Arc::new(SourceFile::new(name.into(), text.into())))
    }

    /// Takes a text in that another run has read, with what it hides.
    pub fn share(&mut self, file: Arc<SourceFile>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// All texts in the order they came, for another run.
    #[must_use]
    pub fn shared(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// Keeps a secret out of every excerpt. The text itself stays as it is.
    pub fn hide(&mut self, span: Span) {
        let mut range = span.range();
        let file = &mut self.files[span.file.0 as usize];
        if file.hidden.binary_search_by_key(&range.start, |other| other.start).is_ok_and(|at| file.hidden[at] == range)
        {
            return;
        }
        let hidden = &mut Arc::make_mut(file).hidden;
        // What overlaps becomes one, what only touches stays two.
        let from = hidden.partition_point(|other| other.end <= range.start && other.start < range.start);
        let to = from + hidden[from..].partition_point(|other| other.start < range.end);
        if let (Some(first), Some(last)) = (hidden[from..to].first(), hidden[from..to].last()) {
            range = range.start.min(first.start)..range.end.max(last.end);
        }
        hidden.splice(from..to, [range]);
    }

    /// Keeps a secret out of every message that the text of a file writes otherwise than it is read.
    pub fn hide_word(&mut self, file: FileId, word: impl Into<String>) {
        let (file, word) = (&mut self.files[file.0 as usize], word.into());
        if !file.words.contains(&word) {
            Arc::make_mut(file).words.push(word);
        }
    }

    /// The file of an id this map gave out.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files in the order they came.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(self.files.iter().map(AsRef::as_ref))
    }

    /// The text under a span; empty where the span lies outside its file or splits a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or_default()
    }

    /// `file:line:column` of the start of a span.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let file = self.file(span.file);
        let at = file.position(span.start as usize);
        format!("{}:{}:{}", file.name, at.line, at.column)
    }
}
