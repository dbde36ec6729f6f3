//! JSON artifacts as text: one attribute a line, in the order of the typed structs, so that a golden diff shows what changed.

use std::cell::RefCell;
use std::io;

use serde::Serialize;
use serde_json::ser::Formatter;

use crate::artifact::{BLOCK, Content};

/// The text of a value with `indent` spaces a level and a final newline.
/// The values are our own structs of strings, numbers, lists and string-keyed maps, which always serialise.
pub(crate) fn pretty(value: &impl Serialize, indent: usize) -> Content {
    let blocks = RefCell::new(Blocks { full: Content::default(), open: String::with_capacity(MOST) });
    let formatter = Pretty { blocks: &blocks, margin: "\n".to_owned(), indent, is_empty: false };
    let mut serializer = serde_json::Serializer::with_formatter(Beside(&blocks), formatter);
    value.serialize(&mut serializer).expect("artifacts hold no map with other keys than strings");
    let mut blocks = blocks.into_inner();
    blocks.push("\n");
    blocks.close(0);
    blocks.full
}

/// What most files hold, so that they need not grow.
const MOST: usize = 4096;

/// A text that grows by blocks of one size, as [`Growing`](crate::artifact::Growing) does.
struct Blocks {
    full: Content,
    open: String,
}

impl Blocks {
    fn push(&mut self, text: &str) {
        if self.open.len() + text.len() > BLOCK {
            self.close(BLOCK);
        }
        self.open.push_str(text);
    }

    /// Ends a block, with room for so much in the next.
    fn close(&mut self, room: usize) {
        self.full.push(std::mem::replace(&mut self.open, String::with_capacity(room)));
    }
}

/// Sets values as `serde_json`'s own pretty formatter does, but straight into a text: what is text already need not be
/// looked at again to see that it is, and a line begins at once and not level by level.
struct Pretty<'a> {
    blocks: &'a RefCell<Blocks>,
    /// A line's end and the indentation of the next.
    margin: String,
    /// Spaces a level.
    indent: usize,
    /// Whether nothing stands yet in the list or map that was begun last.
    is_empty: bool,
}

impl Pretty<'_> {
    fn push(&self, text: &str) -> io::Result<()> {
        self.blocks.borrow_mut().push(text);
        Ok(())
    }

    fn begin(&mut self, bracket: &str) -> io::Result<()> {
        self.margin.extend(std::iter::repeat_n(' ', self.indent));
        self.is_empty = true;
        self.push(bracket)
    }

    fn end(&mut self, bracket: &str) -> io::Result<()> {
        self.margin.truncate(self.margin.len() - self.indent);
        if !std::mem::take(&mut self.is_empty) {
            self.push(&self.margin)?;
        }
        self.push(bracket)
    }

    fn entry(&mut self, first: bool) -> io::Result<()> {
        self.is_empty = false;
        if !first {
            self.push(",")?;
        }
        self.push(&self.margin)
    }
}

impl Formatter for Pretty<'_> {
    fn begin_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.push("\"")
    }

    fn end_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.push("\"")
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.push(fragment)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin("[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.end("]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.entry(first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.begin("{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.end("}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.entry(first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.push(": ")
    }
}

/// Takes what the formatter leaves to `serde_json`: numbers, words and escapes, each written whole and all of it ASCII.
struct Beside<'a>(&'a RefCell<Blocks>);

impl io::Write for Beside<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        self.0.borrow_mut().push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_is_set_as_the_library_sets_it() {
        let value = json!({
            "": [], "empty": {}, "list": [1, -2, 1.5, null, true, "a\"\\/\u{8}\u{c}\n\r\t\u{1}\u{7f}é\u{1f600}", [[]], {}],
            "map": {"key \n": {"a": [{"b": {"c": [u64::MAX, i64::MIN]}}, []]}}, "é": "",
        });
        for inside in [value.clone(), json!([]), json!({}), json!("a"), json!(7), json!([value])] {
            let indented = |indent: &str| {
                let mut bytes = Vec::new();
                let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
                inside.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter)).unwrap();
                String::from_utf8(bytes).unwrap() + "\n"
            };
            for spaces in [0, 1, 4] {
                assert_eq!(pretty(&inside, spaces).to_string(), indented(&" ".repeat(spaces)));
            }
        }
    }

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
