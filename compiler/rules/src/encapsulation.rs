//! VLAN and multicast ranges, and what is made of them.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[&crate::host_agents::ENCAP_MISMATCH];
