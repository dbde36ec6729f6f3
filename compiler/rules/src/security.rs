//! What a reviewer would ask about who may reach whom.
//!
//! Each finding stands for a cause, a rule or a network, and not for the ports that it is about.

mod announced;
mod any_icmp;
mod cover;
mod exposure;
mod foreign_group;
mod groups;
mod inert_rule;
mod joined_projects;
mod ports;
mod routed;
mod spoofing;
mod unfiltered;
mod wide_pair;
mod world_open;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &world_open::RULE,
    &unfiltered::RULE,
    &wide_pair::RULE,
    &spoofing::RULE,
    &any_icmp::RULE,
    &announced::RULE,
    &foreign_group::RULE,
    &joined_projects::RULE,
    &inert_rule::RULE,
];
