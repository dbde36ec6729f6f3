//! L3Outs: the shadows that stand for an external network in a project's VRF, and our relations on pre-existing ones.

use std::collections::BTreeMap;

use aciform_fabric::model::{ExternalEpg, Fabric, L3Out, L3OutKind, TenantId};

use super::object::Object;
use super::{Payload, class, dn, epg};

/// A shadow with its VRF and its external groups, whose traffic is translated into the NAT group.
/// It has no nodes and no routed domain: no packet leaves through it.
pub(super) fn shadow(fabric: &Fabric, out: &L3Out) -> Object {
    let mark = &fabric.system.annotation;
    let to_vrf = Object::new(&class::L3OUT_TO_VRF, &[]).set("tnFvCtxName", &fabric.vrfs[out.vrf].name).mark(mark);
    Object::new(&class::L3OUT, &[&out.name])
        .mark(mark)
        .because(out.source)
        .child(to_vrf)
        .children(out.external_epgs.iter().map(|group| external_epg(fabric, group)))
}

fn external_epg(fabric: &Fabric, group: &ExternalEpg) -> Object {
    let mark = &fabric.system.annotation;
    let subnets =
        group.subnets.iter().map(|prefix| Object::new(&class::EXTERNAL_SUBNET, &[&prefix.to_string()]).mark(mark));
    let to_nat = group
        .nat
        .map(|nat| Object::new(&class::EXTERNAL_EPG_TO_NAT_EPG, &[]).set("tDn", dn::epg(fabric, nat)).mark(mark));
    Object::new(&class::EXTERNAL_EPG, &[&group.name])
        .mark(mark)
        .children(subnets)
        .children(to_nat)
        .children(epg::contracts(fabric, &group.contracts))
}

/// The contract relations on external groups that the fabric's administrator made: one body per tenant.
/// The way to them is bare, for neither the L3Out nor the group is ours.
pub(super) fn relations(fabric: &Fabric) -> Vec<Payload> {
    let mut tenants: BTreeMap<TenantId, Object> = BTreeMap::new();
    for out in &fabric.l3outs {
        match out.kind {
            L3OutKind::Preexisting => {}
            L3OutKind::Shadow => continue,
        }
        let groups = out.external_epgs.iter().filter(|group| !group.contracts.is_empty());
        let bare = Object::new(&class::L3OUT, &[&out.name]).because(out.source).children(groups.map(|group| {
            Object::new(&class::EXTERNAL_EPG, &[&group.name]).children(epg::contracts(fabric, &group.contracts))
        }));
        if !bare.is_bare() {
            let name = &fabric.tenants[out.tenant].name;
            tenants.entry(out.tenant).or_insert_with(|| Object::root("uni", &class::TENANT, &[name])).push(bare);
        }
    }
    let payload = |(tenant, root)| Payload { name: format!("50-{}-relations", fabric.tenants[tenant].name), root };
    tenants.into_iter().map(payload).collect()
}

/// What the fabric's administrator made and our objects refer to: L3Outs with their external groups and VRFs.
pub(super) fn preexisting(fabric: &Fabric) -> Vec<String> {
    let mut dns = Vec::new();
    for out in &fabric.l3outs {
        match out.kind {
            L3OutKind::Preexisting => {}
            L3OutKind::Shadow => continue,
        }
        let vrf = &fabric.vrfs[out.vrf];
        let l3out = format!("uni/tn-{}/out-{}", fabric.tenants[out.tenant].name, out.name);
        dns.extend(out.external_epgs.iter().map(|group| format!("{l3out}/instP-{}", group.name)));
        dns.push(l3out);
        dns.push(format!("uni/tn-{}/ctx-{}", fabric.tenants[vrf.tenant].name, vrf.name));
    }
    dns
}
