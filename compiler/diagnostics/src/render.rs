//! One module per output format; each turns sorted findings into text.

mod excerpt;
mod human;
mod json;
mod short;

pub use human::{Style, human};
pub use json::{json, json_version};
pub use short::short;

/// Text from a source as it may reach a terminal: control characters and those that turn the writing direction around,
/// with which a file could hide or forge what is printed, stand as U+FFFD.
fn printable(character: char) -> char {
    match character {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other if other.is_control() => '\u{fffd}',
        other => other,
    }
}

/// A message or name on one line.
fn one_line(text: &str) -> String {
    text.chars().map(printable).collect()
}
