//! JSON artifacts as text: one attribute a line, in the order of the typed structs, so that a golden diff shows what changed.

use serde::Serialize;
use serde_json::ser::PrettyFormatter;

/// The text of a value with `indent` spaces a level and a final newline.
/// The values are our own structs of strings, numbers, lists and string-keyed maps, which always serialise.
pub(crate) fn pretty(value: &impl Serialize, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(indent.as_bytes());
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    value.serialize(&mut serializer).expect("artifacts hold no map with other keys than strings");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is written as UTF-8")
}
