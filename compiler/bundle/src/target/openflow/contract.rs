//! Which contracts matter on a host, and who of their members is there.

use std::collections::BTreeMap;

use aciform_fabric::model::{ContractId, ContractKind};

use super::meta;
use super::scene::Scene;

/// A router's contract as one host sees it.
pub(super) struct RouterContract {
    pub(super) id: ContractId,
    /// The cookie of its flows.
    pub(super) rule: u32,
    /// The numbers of its groups and external groups that exist on the host, in no particular order but always the same.
    pub(super) members: Vec<u32>,
}

/// The active router contracts of the host's groups, in table order.
/// Reached from the groups, because a site has many more contracts than a host has groups.
/// An external network's own allow-all contract joins groups of the fabric's side only and makes no flows.
pub(super) fn routers(scene: &Scene<'_>) -> Vec<RouterContract> {
    let mut members: BTreeMap<ContractId, Vec<u32>> = BTreeMap::new();
    for group in &scene.groups {
        for contract in &group.epg.contracts {
            members.entry(*contract).or_default().push(group.numbers.vnid);
        }
    }
    let makes_flows = |id: &ContractId| {
        let contract = &scene.fabric.contracts[*id];
        contract.active
            && match contract.kind {
                ContractKind::Router => true,
                ContractKind::AllowAll => false,
            }
    };
    members
        .into_iter()
        .filter(|(id, _)| makes_flows(id))
        .map(|(id, mut members)| {
            let contract = &scene.fabric.contracts[id];
            let present = contract.externals.iter().filter(|external| scene.externals.contains(external));
            members.extend(present.map(|external| meta::EXTERNAL | external));
            members.sort_unstable();
            members.dedup();
            RouterContract { id, rule: contract.rule, members }
        })
        .collect()
}
