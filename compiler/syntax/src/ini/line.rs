//! Lines and blanks as Python sees them, with their places.

/// A part of the text, by byte offsets.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// Offset of the first byte in the file.
    pub(super) start: usize,
}

/// A line of the file without its end, and what ends it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) content: Piece<'a>,
    /// LF, CRLF, CR; nothing behind the last line of a file that does not end in one.
    pub(super) end: &'static str,
}

impl Line<'_> {
    /// Offset behind the line end.
    pub(super) fn next(&self) -> usize {
        self.content.end() + self.end.len()
    }
}

impl<'a> Piece<'a> {
    pub(super) fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// A part of this part.
    pub(super) fn slice(self, range: std::ops::Range<usize>) -> Self {
        Self { text: &self.text[range.clone()], start: self.start + range.start }
    }

    pub(super) fn trim_start(self) -> Self {
        let rest = self.text.trim_start_matches(is_blank);
        Self { text: rest, start: self.end() - rest.len() }
    }

    pub(super) fn trim_end(self) -> Self {
        Self { text: self.text.trim_end_matches(is_blank), start: self.start }
    }

    pub(super) fn trim(self) -> Self {
        self.trim_end().trim_start()
    }
}

/// The text in front of a comment, and the comment; a mark counts behind a blank.
pub(super) fn without_comment(piece: Piece<'_>) -> (Piece<'_>, Option<Piece<'_>>) {
    let marks = [" #", " ;", "\t#", "\t;"];
    match marks.iter().filter_map(|mark| piece.text.find(mark)).min() {
        Some(at) => (piece.slice(0..at).trim(), Some(piece.slice(at..piece.text.len()).trim())),
        None => (piece, None),
    }
}

/// Whether Python's `str.strip()` removes a character: Unicode white space and the four ASCII separators.
#[must_use]
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The lines of a text without their ends. Python opens files with universal newlines, so that LF, CRLF and a lone CR
/// all end a line; form feed and U+2028 do not.
pub(super) fn lines(text: &str, from: usize) -> impl Iterator<Item = Line<'_>> {
    let mut start = from;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let content = Piece { text: &rest[..length], start };
        let end = ["\r\n", "\n", "\r"].into_iter().find(|end| rest[length..].starts_with(end)).unwrap_or_default();
        let line = Line { content, end };
        start = line.next();
        Some(line)
    })
}
