//! The ini grammar: what the reader lets pass and a service may still trip over.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[];
