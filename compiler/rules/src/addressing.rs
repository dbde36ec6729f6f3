//! Addresses of ini and intent together.

mod claims;
mod controller_in_pool;
mod external_prefix_in_use;
mod external_prefixes_overlap;
mod floating_subnet_without_gateway;
mod name_server_nobody_runs;
mod next_hop_off_link;
mod pair_of_owned_address;
mod route_into_own_subnet;
mod subnets;
mod unusable_link_address;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &external_prefixes_overlap::RULE,
    &external_prefix_in_use::RULE,
    &controller_in_pool::RULE,
    &floating_subnet_without_gateway::RULE,
    &pair_of_owned_address::RULE,
    &route_into_own_subnet::RULE,
    &next_hop_off_link::RULE,
    &name_server_nobody_runs::RULE,
    &unusable_link_address::RULE,
];
