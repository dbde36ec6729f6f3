//! How the login on APIC is kept and how the connection is secured.

mod plain_secret;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[&plain_secret::RULE];
