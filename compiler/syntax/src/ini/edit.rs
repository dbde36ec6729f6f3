//! Edits of an ini file that keep its lines whole: a line taken out, its indentation removed, lines added.

use aciform_diagnostics::{Edit, FileId, Span};

use super::{Entry, IniFile, Section};

impl Entry {
    /// Takes all its lines out; a comment above stays.
    #[must_use]
    pub fn deletion(&self) -> Edit {
        Edit::delete(self.whole)
    }

    /// Removes the indentation of a continuation line, which is a line of its own then.
    #[must_use]
    pub fn dedent(&self, line: usize) -> Edit {
        Edit::delete(Span::new(self.whole.file, self.line_starts[line], self.lines[line].range().start))
    }

    /// Takes a continuation line out, with its line break.
    #[must_use]
    pub fn line_deletion(&self, line: usize) -> Edit {
        let end = self.line_starts.get(line + 1).copied().unwrap_or(self.whole.range().end);
        Edit::delete(Span::new(self.whole.file, self.line_starts[line], end))
    }

    /// Puts lines above; each must come with its line break.
    #[must_use]
    pub fn above(&self, lines: impl Into<String>) -> Edit {
        let start = self.whole.range().start;
        Edit::replace(Span::new(self.whole.file, start, start), lines)
    }
}

impl Section {
    /// Where a further option of it belongs: behind its last line, or behind its header.
    #[must_use]
    pub fn end(&self) -> Span {
        let last = self.entries.last().map_or(self.line, |entry| entry.whole);
        Span::new(last.file, last.range().end, last.range().end)
    }
}

impl IniFile {
    /// Puts lines at a place between two lines, or at the end of the file, also where its last line is not ended.
    #[must_use]
    pub fn insertion(&self, place: Span, lines: &[String]) -> Edit {
        let end = self.line_end;
        let text: String = if self.open_ended && place.range().start >= self.length {
            lines.iter().map(|line| format!("{end}{line}")).collect()
        } else {
            lines.iter().map(|line| format!("{line}{end}")).collect()
        };
        Edit::replace(place, text)
    }

    /// Puts lines at the end, below an empty line.
    #[must_use]
    pub fn appended(&self, file: FileId, lines: &[String]) -> Edit {
        let mut all = vec![String::new()];
        all.extend_from_slice(lines);
        self.insertion(Span::new(file, self.length, self.length), &all)
    }
}
