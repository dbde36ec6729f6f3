//! Bytes of a file to text, before any grammar: size, encoding, characters that are no text.

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceMap, Span};

use crate::yaml::{CONTROL_CHARACTER, FILE_TOO_LARGE, YAML_NOT_UTF8};

/// Files of a site beyond this size are refused unread: 64 MiB, four times what a site of 50,000 ports takes.
/// A reader compares it with the file's metadata first, so that the wrong path costs neither time nor memory.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// So many bytes of a faulty line are kept behind the fault, to show it.
const SHOWN_BEHIND: usize = 256;

/// So many bytes are looked through at once.
const BLOCK: usize = 4096;

/// What a file's bytes are as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text. With a fault in it: up to the end of the fault's line, bytes that are no text replaced by U+FFFD,
    /// which is enough to show the place.
    pub text: String,
    /// The first thing that is no text.
    pub fault: Option<Fault>,
}

/// Why bytes are no text, and at which byte of [`Decoded::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A byte that is no UTF-8 at its place.
    NotUtf8 {
        /// Offset of the byte.
        at: usize,
        /// The byte.
        byte: u8,
    },
    /// A character that no text holds.
    Control {
        /// Offset of the character.
        at: usize,
        /// The character.
        character: char,
    },
}

impl Fault {
    /// The place of the fault in its text.
    #[must_use]
    pub fn span(self, file: FileId) -> Span {
        match self {
            // The byte stands as U+FFFD, three bytes long.
            Self::NotUtf8 { at, .. } => Span::new(file, at, at + '\u{fffd}'.len_utf8()),
            Self::Control { at, character } => Span::new(file, at, at + character.len_utf8()),
        }
    }
}

/// Reads bytes as UTF-8, keeping a byte order mark, and finds the first byte that is none, or the first NUL.
/// Other control characters are left to the grammar: oslo.config takes them.
#[must_use]
pub fn decode_utf8(bytes: Vec<u8>) -> Decoded {
    decode(bytes, |character| character == '\0')
}

fn decode(bytes: Vec<u8>, is_control: fn(char) -> bool) -> Decoded {
    let control = |text: &str| {
        if text.as_bytes().chunks(BLOCK).all(is_plain) {
            return None;
        }
        text.char_indices().find(|(_, c)| is_control(*c)).map(|(at, character)| Fault::Control { at, character })
    };
    match String::from_utf8(bytes) {
        Ok(text) => match control(&text) {
            Some(fault) => Decoded { text: cut_behind_line(text, fault), fault: Some(fault) },
            None => Decoded { text, fault: None },
        },
        Err(refused) => {
            let at = refused.utf8_error().valid_up_to();
            let bytes = refused.into_bytes();
            let line_end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
            // A file without line breaks would be megabytes of U+FFFD.
            let text = String::from_utf8_lossy(&bytes[..line_end.min(at + SHOWN_BEHIND)]).into_owned();
            // A control character before the bad byte comes first.
            let fault = control(&text[..at]).unwrap_or(Fault::NotUtf8 { at, byte: bytes[at] });
            Decoded { text: cut_behind_line(text, fault), fault: Some(fault) }
        }
    }
}

/// Whether bytes are ASCII without control characters but for blanks and line breaks, which hardly a text is not.
/// Every byte is looked at, without an end in between: that is done for many at once.
fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |plain, byte| plain & matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
}

/// What neither YAML nor a terminal takes for text; YAML knows NEL (U+0085) as a line break of old.
fn is_control_in_yaml(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}')
}

/// Takes the bytes of a YAML or JSON file in. Returns the file and whether its text can be parsed; if not, that is reported.
pub fn read_yaml(sources: &mut SourceMap, name: &str, bytes: Vec<u8>, diagnostics: &mut Diagnostics) -> (FileId, bool) {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return (refuse_size(sources, name, bytes.len() as u64, MAX_FILE_BYTES, diagnostics), false);
    }
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let mut bytes = bytes;
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    let Decoded { text, fault } = decode(bytes, is_control_in_yaml);
    let file = sources.add(name, text);
    let Some(fault) = fault else { return (file, true) };
    let span = fault.span(file);
    diagnostics.push(match fault {
        Fault::NotUtf8 { .. } if utf16 => {
            Diagnostic::at(&YAML_NOT_UTF8, span, format!("`{name}` is UTF-16, not UTF-8"))
                .help("save the file as UTF-8, for example with `iconv -f utf-16 -t utf-8`")
        }
        Fault::NotUtf8 { byte, .. } => {
            Diagnostic::at(&YAML_NOT_UTF8, span, format!("the byte {byte:#04x} is no UTF-8 here"))
                .help("save the file as UTF-8, for example with `iconv -f latin1 -t utf-8`")
        }
        Fault::Control { character, .. } => {
            let code = u32::from(character);
            Diagnostic::at(&CONTROL_CHARACTER, span, format!("the control character U+{code:04X} is no text"))
                .help("remove it, or write it as an escape between double quotes if it is meant")
        }
    });
    (file, false)
}

/// Reports a file of more than `most` bytes without its text, and names it so that the finding has a place.
pub fn refuse_size(
    sources: &mut SourceMap,
    name: &str,
    bytes: u64,
    most: u64,
    diagnostics: &mut Diagnostics,
) -> FileId {
    let file = sources.add(name, "");
    let message = format!("`{name}` has {bytes} bytes, more than the {} MiB that are read", most / 1024 / 1024);
    let help = if most == MAX_FILE_BYTES {
        "check that this is the file you mean; an intent can be split into several files of one folder"
    } else {
        "check that this is the file you mean"
    };
    diagnostics.push(Diagnostic::at(&FILE_TOO_LARGE, Span::start_of(file), message).help(help));
    file
}

fn cut_behind_line(mut text: String, fault: Fault) -> String {
    let end = fault.span(FileId(0)).range().end;
    let line_end = text[end..].find('\n').map_or(text.len(), |length| end + length);
    text.truncate(floor_boundary(&text, line_end.min(end + SHOWN_BEHIND)));
    text
}

/// The last character boundary at or before a byte.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
