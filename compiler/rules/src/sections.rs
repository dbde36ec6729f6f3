//! Sections and options: what is missing, repeated or out of place.

mod missing_required;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[&missing_required::RULE];
