//! Names on APIC: too long, illegal, colliding or reserved once they are mapped.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[];
