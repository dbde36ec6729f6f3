//! Ini files as oslo.config reads them, with a span for every section, key and value.

mod codes;
mod edit;
mod line;
mod parser;

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, Span, Spanned};

pub use codes::{CODES, FIXES, TEMPLATE_LEFTOVER};
pub use line::is_blank;

/// Files beyond this size are refused: the largest `neutron.conf` with all its comments is a twentieth of it.
/// A reader compares it with the file's metadata first, so that the wrong path costs neither time nor memory.
pub const MAX_BYTES: usize = 2 << 20;

/// A file as it was written: sections in order, repeats kept.
#[derive(Clone, Debug, Default)]
pub struct IniFile {
    /// One entry per header line, in file order.
    pub sections: Vec<Section>,
    /// Whether the file is a template (Jinja, ERB, Go) that was not rendered: lines of it were left out.
    pub template: bool,
    /// What ends its lines: the first line break of the file; LF where it has none.
    pub line_end: &'static str,
    /// How many bytes the text has.
    pub length: usize,
    /// Whether the last line has no line break.
    pub open_ended: bool,
}

/// A header and what follows it up to the next.
#[derive(Clone, Debug)]
pub struct Section {
    /// The text between the first `[` and the last `]`, not trimmed; its span lies between the brackets.
    /// Options before any header are kept in a section `DEFAULT` whose span is empty.
    pub name: Spanned<String>,
    /// The whole header line with its line end; empty where there is none.
    pub line: Span,
    /// The assignments below, in order, repeats kept.
    pub entries: Vec<Entry>,
    /// The first line below that is no assignment and was left out.
    pub left_out: Option<Span>,
}

/// One assignment with its continuation lines.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The trimmed key.
    pub key: Spanned<String>,
    /// The value as oslo.config stores it: trimmed, one layer of quotes removed, continuation lines joined by newlines.
    /// Its span covers the value's text from the first line that has any to the last continuation, without those quotes;
    /// an empty value has an empty span behind the separator.
    pub value: Spanned<String>,
    /// The span of each line of the value: the first, then every continuation, left-trimmed.
    /// Joined by newlines their texts are the value.
    pub lines: Vec<Span>,
    /// Where each of these lines starts in the file, its indentation or its key included.
    pub line_starts: Vec<usize>,
    /// Whether a layer of quotes was removed from the first line.
    pub quoted: bool,
    /// All lines it stands on, from the start of the first to behind the line end of the last.
    pub whole: Span,
    /// What ends its last line: LF, CRLF or CR; where the file ends without, what ends the others.
    pub line_end: &'static str,
}

impl Entry {
    /// The span of a part of the value, given by byte offsets into its text.
    /// A part that runs over several lines gets the span from its first to its last byte.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        let place = |offset: usize| {
            let mut start = 0;
            for line in &self.lines {
                let length = line.range().len();
                if offset <= start + length {
                    return line.range().start + (offset - start);
                }
                start += length + 1;
            }
            self.value.span.range().end
        };
        Span::new(self.value.span.file, place(range.start), place(range.end))
    }
}

/// Reads a text by oslo.config's line grammar (checked against oslo.config 10.7, `iniparser.BaseParser`).
///
/// Never fails. What stops oslo.config is reported (ACI002 to ACI007) and read the way it was most likely meant: an
/// unexpected indentation as if it were not there, a bad header as the text up to the first `]`, an option before the
/// first header as one of `[DEFAULT]`; a line without a separator or without a key is left out. Text of a template
/// engine (ACI013) is left out as well, although oslo.config would read some of it.
pub fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> IniFile {
    parser::parse(file, text, diagnostics)
}

/// Reports the first byte that is not UTF-8 (ACI001).
///
/// The span lies in the text that [`String::from_utf8_lossy`] makes of the bytes, which is what the caller adds to the
/// source map and parses.
pub fn check_utf8(file: FileId, bytes: &[u8], diagnostics: &mut Diagnostics) {
    let Err(error) = std::str::from_utf8(bytes) else { return };
    let at = error.valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
    let finding = Diagnostic::at(
        &codes::NOT_UTF8,
        Span::new(file, at, at + replacement),
        format!("the file is not UTF-8: byte 0x{byte:02X} stands here"),
    );
    diagnostics.push(finding.help("convert the file, for example with `iconv -f latin1 -t utf-8`"));
}
