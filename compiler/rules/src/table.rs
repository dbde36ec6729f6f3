//! Every rule: the families in the order of their numbers, and in each its rules.

use crate::{
    Rule, addressing, credentials, encapsulation, external_networks, grammar, host_agents, names, pools, sections,
    security, topology, values,
};

/// The families' rules.
static FAMILIES: &[&[&Rule]] = &[
    grammar::RULES,
    sections::RULES,
    values::RULES,
    external_networks::RULES,
    topology::RULES,
    encapsulation::RULES,
    names::RULES,
    credentials::RULES,
    host_agents::RULES,
    addressing::RULES,
    pools::RULES,
    security::RULES,
];

/// Every rule, in the order of the codes.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten().copied()
}

/// Checks whose codes are those of an earlier stage: they look at what that stage has not got.
pub(crate) fn further() -> impl Iterator<Item = &'static Rule> {
    values::FURTHER.iter().chain(external_networks::FURTHER).chain(topology::FURTHER).copied()
}
