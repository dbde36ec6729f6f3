//! Sections and options: what is missing, repeated or out of place.

mod duplicate_key;
mod empty_section;
mod missing_required;
mod missing_type_driver;
mod redundant_default;
mod section_not_in_unified;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &duplicate_key::RULE,
    &section_not_in_unified::RULE,
    &redundant_default::RULE,
    &empty_section::RULE,
    &missing_required::RULE,
    &missing_type_driver::RULE,
];
