//! The ini grammar: what the reader lets pass and a service may still trip over.

mod colon_split;
mod crlf;
mod multiline_scalar;
pub(crate) mod odd_character;
pub(crate) mod partial_quotes;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] =
    &[&odd_character::RULE, &partial_quotes::RULE, &crlf::RULE, &multiline_scalar::RULE, &colon_split::RULE];
