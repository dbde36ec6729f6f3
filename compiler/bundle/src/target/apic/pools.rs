//! The pools of the VMM domains, below `uni/infra`: they come first, so that a domain never points at nothing.
//!
//! Domains that name one pool share it: their blocks are joined, as they would be after a POST by each.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use aciform_fabric::model::{Encapsulation, Fabric};

use super::object::Object;
use super::{Payload, class};

/// The body of `uni/infra`; none where no domain has a pool.
pub(super) fn payload(fabric: &Fabric) -> Vec<Payload> {
    let mark = &fabric.system.annotation;
    let mut vlans: BTreeMap<&str, BTreeSet<(u16, u16)>> = BTreeMap::new();
    let mut groups: BTreeMap<&str, BTreeSet<(Ipv4Addr, Ipv4Addr)>> = BTreeMap::new();
    for domain in &fabric.system.domains {
        match &domain.encapsulation {
            Encapsulation::Vlan { pool, blocks } => vlans.entry(pool).or_default().extend(blocks),
            Encapsulation::Vxlan { pool, first, last } => {
                groups.entry(pool).or_default().insert((*first, *last));
            }
        }
    }

    let vlan_pools = vlans.into_iter().map(|(name, blocks)| {
        let pool = Object::new(&class::VLAN_POOL, &[name, "dynamic"]).mark(mark);
        pool.children(blocks.into_iter().map(|(first, last)| {
            let (from, to) = (format!("vlan-{first}"), format!("vlan-{last}"));
            let block = Object::new(&class::VLAN_BLOCK, &[&from, &to]).set("name", "encap");
            block.set("from", from).set("to", to).mark(mark)
        }))
    });
    let multicast_pools = groups.into_iter().map(|(name, blocks)| {
        let pool = Object::new(&class::MULTICAST_POOL, &[name]).mark(mark);
        pool.children(blocks.into_iter().map(|(first, last)| {
            let (from, to) = (first.to_string(), last.to_string());
            Object::new(&class::MULTICAST_BLOCK, &[&from, &to]).set("from", from).set("to", to).mark(mark)
        }))
    });
    let root = Object::root("uni", &class::INFRA, &[]).children(vlan_pools).children(multicast_pools);
    if root.is_bare() { Vec::new() } else { vec![Payload { name: "10-infra".into(), root }] }
}
