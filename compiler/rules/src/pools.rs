//! Pools against the number of hosts, ports and floating IPs; limits that Cisco publishes.

mod full_floating_subnet;
mod full_subnet;
mod growing_floating;
mod growing_subnet;
mod near_fabric_limit;
pub mod report;
pub mod usage;

use crate::{Input, Rule};
use usage::Measured;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &full_floating_subnet::RULE,
    &full_subnet::RULE,
    &near_fabric_limit::RULE,
    &growing_floating::RULE,
    &growing_subnet::RULE,
];

/// What the rules measure; `None`: nothing is known of the cloud.
fn measured<'a>(input: &Input<'a>) -> Option<Measured<'a>> {
    let site = input.site?;
    Some(Measured { config: input.config, intent: site.intent, fabric: site.fabric, growth: &site.site.growth })
}

/// How many are taken, as a clause.
fn taken(used: u64) -> String {
    if used == 0 {
        "none is taken".to_owned()
    } else if used == 1 {
        "1 is taken".to_owned()
    } else {
        format!("{used} are taken")
    }
}

/// Whether it is time to think of more: nine of ten are taken and ten or fewer left. What holds fewer than five was made
/// for what is in it.
fn is_nearly_full(capacity: u64, used: u64) -> bool {
    capacity >= 5 && used.saturating_mul(10) >= capacity.saturating_mul(9) && capacity.saturating_sub(used) <= 10
}
