//! Switches, hosts and vPC pairs of `[apic_switch:…]`.

mod bad_pair;
mod bad_pod;
mod bad_port;
mod bad_switch_id;
mod blank_in_hosts;
mod bundle;
mod bundle_mismatch;
mod empty_host;
mod fabric_port_clash;
mod fqdn_mix;
mod half_vpc;
mod host_case;
mod host_two_ports;
mod host_two_segments;
mod host_two_switches;
mod host_unknown;
mod link;
mod odd_pair;
mod pair;
mod pair_not_used;
mod rows;
mod several_ports;
mod shared_port;
mod spelling;
mod vpc_order;
mod vpc_plain_port;
mod vpc_pods;
mod vpc_port_differs;
mod vpc_same_interface;

use crate::Rule;

pub(crate) use link::pairs;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &blank_in_hosts::RULE,
    &empty_host::RULE,
    &host_two_switches::RULE,
    &host_two_ports::RULE,
    &bad_pair::RULE,
    &odd_pair::RULE,
    &half_vpc::RULE,
    &pair_not_used::RULE,
    &shared_port::RULE,
    &host_unknown::RULE,
    &bad_pod::RULE,
    &vpc_port_differs::RULE,
    &vpc_order::RULE,
    &vpc_pods::RULE,
    &bundle_mismatch::RULE,
    &host_two_segments::RULE,
    &several_ports::RULE,
    &host_case::RULE,
    &fqdn_mix::RULE,
    &fabric_port_clash::RULE,
    &vpc_same_interface::RULE,
    &vpc_plain_port::RULE,
];

/// Checks that go on where reading stops, under its codes.
pub(crate) static FURTHER: &[&Rule] = &[&bad_port::RULE, &bad_switch_id::RULE];
