//! Switches, hosts and vPC pairs of `[apic_switch:…]`.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[];
