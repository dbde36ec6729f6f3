//! The stretch of a file that a finding is about, as a reader marks it.

use crate::source::{Position, SourceMap};
use crate::span::Span;

/// Two positions; the end lies behind the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl Region {
    /// The region of a span to the byte, as an edit needs it.
    pub(super) fn exact(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        Self { start: file.position(span.range().start), end: file.position(span.range().end) }
    }

    /// The region of a span without a line end that it ends with: nothing is to be seen on the line behind.
    pub(super) fn visible(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let end = span.range().end.min(file.text.len());
        let line = file.line_at(end);
        if end > span.range().start && line > 0 && file.line_range(line).start == end {
            let before = file.line_range(line - 1);
            let text = file.text[before.clone()].trim_end_matches('\n').trim_end_matches('\r');
            let end = (before.start + text.len()).max(span.range().start);
            return Self::exact(sources, Span::new(span.file, span.range().start, end));
        }
        Self::exact(sources, span)
    }

    /// Whether it lies on one line.
    pub(super) fn is_on_one_line(self) -> bool {
        self.start.line == self.end.line
    }
}
