//! Pools against the number of hosts, ports and floating IPs; limits that Cisco publishes.

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[];
