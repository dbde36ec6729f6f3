//! External networks of the ini and their pools, alone and against the intent.

mod bad_pin;
mod bad_router_id;
mod documentation_prefix;
mod gateway_inside;
mod infra_overlap;
mod instances_on_external;
mod ipv6_pool;
mod nat_without_pool;
mod pool_not_advertised;
mod pool_tight;
mod pools_overlap;
mod reserved_range;
mod routed_domain_missing;
mod section;
mod single_router;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &pool_tight::RULE,
    &gateway_inside::RULE,
    &documentation_prefix::RULE,
    &bad_router_id::RULE,
    &ipv6_pool::RULE,
    &bad_pin::RULE,
    &single_router::RULE,
    &instances_on_external::RULE,
    &pool_not_advertised::RULE,
    &routed_domain_missing::RULE,
];

/// Checks that go on where resolving stops, under its codes.
pub(crate) static FURTHER: &[&Rule] =
    &[&nat_without_pool::RULE, &pools_overlap::RULE, &infra_overlap::RULE, &reserved_range::RULE];
