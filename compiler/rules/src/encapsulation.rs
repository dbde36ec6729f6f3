//! VLAN and multicast ranges, and what is made of them.

mod blank_in_domain_list;
mod edge_range_small;
mod encap_inferred;
mod infra_vlan;
mod mcast_overlap;
mod nested_vlan;
mod ranges_overlap;
mod reserved_vlan;
mod unused_vlan_range;
mod vlans;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &ranges_overlap::RULE,
    &infra_vlan::RULE,
    &reserved_vlan::RULE,
    &mcast_overlap::RULE,
    &encap_inferred::RULE,
    &crate::host_agents::ENCAP_MISMATCH,
    &unused_vlan_range::RULE,
    &edge_range_small::RULE,
    &blank_in_domain_list::RULE,
    &nested_vlan::RULE,
];
