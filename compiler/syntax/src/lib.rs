//! Text to spanned trees: ini files by oslo.config's grammar, and YAML (with it JSON).
//!
//! Parsing never fails: a reader returns the tree it could make and pushes what is wrong.
//! No key's name is known here.

pub mod ini;
pub mod source;
pub mod yaml;

use aciform_diagnostics::Code;

/// Every code of this crate.
pub static CODES: &[&[&Code]] = &[ini::CODES, yaml::CODES];
