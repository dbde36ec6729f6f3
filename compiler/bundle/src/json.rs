//! JSON artifacts as text: one attribute a line, in the order of the typed structs, so that a golden diff shows what changed.

use std::io;

use serde::Serialize;
use serde_json::ser::PrettyFormatter;

use crate::artifact::{BLOCK, Content};

/// The text of a value with `indent` spaces a level and a final newline.
/// The values are our own structs of strings, numbers, lists and string-keyed maps, which always serialise.
pub(crate) fn pretty(value: &impl Serialize, indent: usize) -> Content {
    let indent = " ".repeat(indent);
    let mut blocks = Blocks { full: Content::default(), open: Vec::with_capacity(MOST) };
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut blocks, formatter);
    value.serialize(&mut serializer).expect("artifacts hold no map with other keys than strings");
    blocks.open.push(b'\n');
    blocks.close(0);
    blocks.full
}

/// What most files hold, so that they need not grow.
const MOST: usize = 4096;

/// A text that grows by blocks of one size, as [`Growing`](crate::artifact::Growing) does.
struct Blocks {
    full: Content,
    open: Vec<u8>,
}

impl Blocks {
    /// Ends a block, with room for so much in the next.
    fn close(&mut self, room: usize) {
        let block = std::mem::replace(&mut self.open, Vec::with_capacity(room));
        self.full.push(String::from_utf8(block).expect("JSON is written as UTF-8, whole words at a time"));
    }
}

impl io::Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.open.len() + bytes.len() > BLOCK {
            self.close(BLOCK);
        }
        self.open.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_many_blocks_is_what_one_call_makes() {
        let words = |length: usize| vec!["wört\n\"\u{1}".repeat(length); 7];
        for length in [0, 1, 1000, BLOCK] {
            let content = pretty(&words(length), 2);
            let whole = serde_json::to_string_pretty(&words(length)).unwrap() + "\n";
            assert!(content.to_string() == whole, "{length}");
        }
    }
}
