//! Places as a client counts them: lines and code units, against byte offsets here.

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind};

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, what every client knows.
    #[default]
    Utf16,
}

impl Encoding {
    /// The one to talk in, by what a client offers.
    pub(crate) fn of_offered(offered: &[&str]) -> Self {
        if offered.contains(&"utf-8") { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text with the starts of its lines. As the protocol has it, LF, CRLF and a lone CR end a line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    text: String,
    starts: Vec<usize>,
}

impl Text {
    pub(crate) fn new(text: String) -> Self {
        let starts = starts(&text);
        Self { text, starts }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// How many lines there are; an empty text has one.
    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line of a byte, from 0.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The bytes of a line without its end.
    pub(crate) fn line(&self, line: usize) -> Range<usize> {
        let Some(start) = self.starts.get(line).copied() else { return self.text.len()..self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + content.len()
    }

    /// What ends the lines of this text.
    pub(crate) fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The byte of a position. Beyond the end of a line is its end, inside a character the character's start.
    pub(crate) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return self.text.len();
        }
        let range = self.line(line);
        let mut left = position.character as usize;
        for (at, c) in self.text[range.clone()].char_indices() {
            let width = encoding.width(c);
            if left < width {
                return range.start + at;
            }
            left -= width;
        }
        range.end
    }

    /// The position of a byte. Beyond the text is its end, inside a character the character's start.
    pub(crate) fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = floor(&self.text, offset);
        let line = self.line_of(offset);
        let range = self.line(line);
        let before = &self.text[range.start..offset.min(range.end)];
        let character: usize = before.chars().map(|c| encoding.width(c)).sum();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position::new(count(line), count(character))
    }

    /// A range of bytes as a range of positions.
    pub(crate) fn range(&self, range: Range<usize>, encoding: Encoding) -> lsp_types::Range {
        lsp_types::Range::new(self.position(range.start, encoding), self.position(range.end, encoding))
    }

    /// A range of positions as a range of bytes; an end before its start is taken as the start.
    pub(crate) fn bytes(&self, range: lsp_types::Range, encoding: Encoding) -> Range<usize> {
        let start = self.offset(range.start, encoding);
        start..self.offset(range.end, encoding).max(start)
    }

    /// Puts a text in the place of a range, or of everything.
    pub(crate) fn change(&mut self, range: Option<lsp_types::Range>, with: &str, encoding: Encoding) {
        match range {
            Some(range) => {
                let bytes = self.bytes(range, encoding);
                self.text.replace_range(bytes, with);
            }
            None => with.clone_into(&mut self.text),
        }
        self.starts = starts(&self.text);
    }
}

/// The last boundary of a character at or before an offset.
pub(crate) fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};
    use proptest::prelude::*;

    use super::{Encoding, Text};

    #[test]
    fn wide_characters_and_every_line_end_count_as_the_protocol_says() {
        let text = Text::new("a😀b\r\né=\rx\n".to_owned());
        let at = |line, character| Position::new(line, character);
        assert_eq!(text.line_count(), 4);
        for (offset, utf16, utf8) in [
            (0, at(0, 0), at(0, 0)),
            (5, at(0, 3), at(0, 5)),
            (6, at(0, 4), at(0, 6)),
            (8, at(1, 0), at(1, 0)),
            (10, at(1, 1), at(1, 2)),
            (12, at(2, 0), at(2, 0)),
            (14, at(3, 0), at(3, 0)),
        ] {
            assert_eq!(text.position(offset, Encoding::Utf16), utf16, "{offset}");
            assert_eq!(text.position(offset, Encoding::Utf8), utf8, "{offset}");
            assert_eq!(text.offset(utf16, Encoding::Utf16), offset);
            assert_eq!(text.offset(utf8, Encoding::Utf8), offset);
        }
        // Half of a surrogate pair, the middle of a sequence, beyond a line, beyond the text.
        assert_eq!(text.offset(at(0, 2), Encoding::Utf16), 1);
        assert_eq!(text.offset(at(0, 3), Encoding::Utf8), 1);
        assert_eq!(text.offset(at(0, 99), Encoding::Utf16), 6);
        assert_eq!(text.offset(at(99, 0), Encoding::Utf16), 14);
        assert_eq!(text.position(3, Encoding::Utf16), at(0, 1));
        assert_eq!(text.position(99, Encoding::Utf16), at(3, 0));
    }

    proptest! {
        #[test]
        fn a_change_is_what_its_range_says(text in "[a😀é\\r\\n]{0,12}", with in "[x😀\\n]{0,3}", places in prop::array::uniform4(0u32..6)) {
            let before = Text::new(text.clone());
            let [line, character, end_line, end_character] = places;
            let range = Range::new(Position::new(line, character), Position::new(end_line, end_character));
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let bytes = before.bytes(range, encoding);
                let mut after = before.clone();
                after.change(Some(range), &with, encoding);
                prop_assert_eq!(after.as_str(), format!("{}{with}{}", &text[..bytes.start], &text[bytes.end..]));
                for (offset, _) in after.as_str().char_indices() {
                    let line = after.line(after.line_of(offset));
                    prop_assert_eq!(after.offset(after.position(offset, encoding), encoding), offset.min(line.end));
                }
            }
        }
    }
}
