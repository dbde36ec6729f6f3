//! One module per output format; each turns sorted findings into text.

mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod region;
mod sarif;
mod secrets;
mod short;

pub use github::github;
pub use gitlab::gitlab;
pub use human::{Style, human};
pub use json::{json, json_report, json_version};
pub use junit::junit;
pub use sarif::sarif;
pub use secrets::Secrets;
pub use short::short;

use std::fmt::Write as _;

use serde_json::Value;

/// Text from a source as it may reach a terminal: control characters and those that turn the writing direction around,
/// with which a file could hide or forge what is printed, stand as U+FFFD.
fn printable(character: char) -> char {
    if is_harmless(character) { character } else { '\u{fffd}' }
}

fn is_harmless(character: char) -> bool {
    let turns = matches!(character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && !character.is_control()
}

/// A message or name on one line.
fn one_line(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// A value as compact JSON that is safe to print: what [`printable`] replaces stands as `\uXXXX`, so that nothing is lost.
pub(crate) fn escaped(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().all(is_harmless) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for character in text.chars() {
        if is_harmless(character) {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
    }
    out
}

/// `1 error`, `2 errors`; "info" has no plural here.
fn plural(number: usize, noun: &str) -> String {
    let ending = if number == 1 || noun == "info" { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
