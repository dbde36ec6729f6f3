//! Values: what reads without complaint and means something else than it says.

mod bad_dn;
mod bad_host;
mod bad_regex;
mod bad_scope;
mod constraint_key;
mod dead_regex;
mod down_time;
mod list_shape;
mod lucky_reference;
mod missing_file;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &lucky_reference::RULE,
    &list_shape::RULE,
    &bad_host::RULE,
    &bad_dn::RULE,
    &bad_regex::RULE,
    &bad_scope::RULE,
    &down_time::RULE,
    &missing_file::RULE,
    &dead_regex::RULE,
];

/// A check that goes on where reading stops, under its code.
pub(crate) static FURTHER: &[&Rule] = &[&constraint_key::RULE];
