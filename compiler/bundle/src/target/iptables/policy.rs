//! What the groups of a host's ports allow: each group is spelled once, each combination of groups merged once.
//!
//! Neutron drops a rule whose text an earlier one of the same chain already has; nothing is subsumed.

use std::collections::{BTreeSet, HashMap, HashSet};

use aciform_fabric::model::{Fabric, GroupId, PortId};
use aciform_intent::model::{Direction, EtherType};

use super::rule;

/// One text for each direction and family.
#[derive(Debug, Default)]
struct Four<T> {
    ingress_v4: T,
    ingress_v6: T,
    egress_v4: T,
    egress_v6: T,
}

impl<T> Four<T> {
    fn of(&self, direction: Direction, family: EtherType) -> &T {
        match (direction, family) {
            (Direction::Ingress, EtherType::IPv4) => &self.ingress_v4,
            (Direction::Ingress, EtherType::IPv6) => &self.ingress_v6,
            (Direction::Egress, EtherType::IPv4) => &self.egress_v4,
            (Direction::Egress, EtherType::IPv6) => &self.egress_v6,
        }
    }

    fn of_mut(&mut self, direction: Direction, family: EtherType) -> &mut T {
        match (direction, family) {
            (Direction::Ingress, EtherType::IPv4) => &mut self.ingress_v4,
            (Direction::Ingress, EtherType::IPv6) => &mut self.ingress_v6,
            (Direction::Egress, EtherType::IPv4) => &mut self.egress_v4,
            (Direction::Egress, EtherType::IPv6) => &mut self.egress_v6,
        }
    }
}

/// The rules of every group that a port of one host holds, spelled.
#[derive(Debug)]
pub(super) struct Groups {
    rules: HashMap<GroupId, Four<Vec<String>>>,
}

impl Groups {
    /// Spells the groups of these ports.
    pub(super) fn spell(fabric: &Fabric, ports: &[PortId]) -> Self {
        let held: BTreeSet<GroupId> =
            ports.iter().flat_map(|port| fabric.ports[*port].security_groups.iter().copied()).collect();
        let spell = |group: GroupId| {
            let mut four = Four::<Vec<String>>::default();
            for rule in &fabric.security_groups[group].rules {
                four.of_mut(rule.direction, rule.ethertype).push(rule::spell(fabric, rule));
            }
            (group, four)
        };
        Self { rules: held.into_iter().map(spell).collect() }
    }
}

/// What a list of groups allows together, in listed order.
#[derive(Debug, Default)]
pub(super) struct Policy<'a> {
    rules: Four<Vec<&'a str>>,
}

impl<'a> Policy<'a> {
    fn merge(groups: &'a Groups, held: &[GroupId]) -> Self {
        let mut policy = Self::default();
        for direction in [Direction::Ingress, Direction::Egress] {
            for family in [EtherType::IPv4, EtherType::IPv6] {
                let mut seen = HashSet::new();
                let listed = held.iter().flat_map(|group| groups.rules[group].of(direction, family));
                let merged = policy.rules.of_mut(direction, family);
                merged.extend(listed.map(String::as_str).filter(|rule| seen.insert(*rule)));
            }
        }
        policy
    }

    /// The rules of one chain without repeats.
    pub(super) fn rules(&self, direction: Direction, family: EtherType) -> &[&'a str] {
        self.rules.of(direction, family)
    }
}

/// The merged policies of a host: ports with the same list of groups share one.
#[derive(Debug)]
pub(super) struct Policies<'a> {
    groups: &'a Groups,
    merged: HashMap<&'a [GroupId], Policy<'a>>,
}

impl<'a> Policies<'a> {
    pub(super) fn new(groups: &'a Groups) -> Self {
        Self { groups, merged: HashMap::new() }
    }

    /// The policy of a list of groups.
    pub(super) fn of(&mut self, held: &'a [GroupId]) -> &Policy<'a> {
        self.merged.entry(held).or_insert_with(|| Policy::merge(self.groups, held))
    }
}

/// Whether a port with these groups is tracked at all. Neutron asks only the first rule of the first group listed:
/// a stateless group counts only in front and only with a rule in it.
pub(super) fn is_stateless(fabric: &Fabric, held: &[GroupId]) -> bool {
    held.first().is_some_and(|group| {
        let group = &fabric.security_groups[*group];
        !group.stateful && !group.rules.is_empty()
    })
}
