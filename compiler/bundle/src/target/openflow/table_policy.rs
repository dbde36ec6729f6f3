//! Table 12: contracts.
//!
//! A packet comes in with its source group in `reg0` and its destination group in `reg2`. Inside one group everything passes.
//! A router is one contract that all its groups and its external group both provide and consume, so every ordered pair of two has a flow;
//! contracts are stateless here. What no contract allows is dropped and counted per VRF; what passes goes on to be counted and put out.

use super::contract;
use super::matching::Match;
use super::meta::cookie;
use super::owner::Owner;
use super::scene::Scene;
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    let pair = |from: u32, to: u32| Match { reg0: Some(from), reg2: Some(to), ..Match::default() };
    for group in &scene.groups {
        let vnid = group.numbers.vnid;
        sheet.flow(group.owner(), Table::Policy.at(8292), &pair(vnid, vnid)).goto(Table::Statistics);
    }
    for router in contract::routers(scene) {
        let place = Table::Policy.at(8192).cookie(u64::from(router.rule)).reported();
        for from in &router.members {
            for to in router.members.iter().filter(|to| *to != from) {
                sheet.flow(Owner::Contract(router.id), place, &pair(*from, *to)).goto(Table::Statistics);
            }
        }
    }
    for (id, vrf) in &scene.vrfs {
        let matching = Match { reg6: Some(vrf.routing_domain), ..Match::default() };
        sheet.flow(Owner::Vrf(*id), Table::Policy.at(1).cookie(cookie::POLICY_DROP).reported(), &matching).end();
    }
}
