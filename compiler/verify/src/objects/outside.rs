//! External networks: the translating group in front of a pre-existing L3Out, and the shadows that lead to it.

use std::collections::{BTreeMap, BTreeSet};

use super::Payloads;
use crate::finding::Finding;
use crate::read::apic::Object;
use crate::read::topology::Network;

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let shadows: Vec<&Object> = payloads.tree.of("l3extOut").filter(|out| !is_preexisting(payloads, out)).collect();
    let networks = externals(payloads);
    let mut names: BTreeMap<usize, Vec<Option<Finding>>> = BTreeMap::new();
    for out in &shadows {
        shadow(payloads, out, findings);
        if let Some((network, finding)) = named(payloads, &networks, out) {
            names.entry(network).or_default().push(finding);
        }
    }
    for named in names.into_values() {
        // Where all shadows of a network have another name, it is the network's that differs, once.
        let told = if named.iter().all(Option::is_some) { 1 } else { named.len() };
        findings.extend(named.into_iter().take(told).flatten());
    }
    for out in payloads.tree.of("l3extOut").filter(|out| is_preexisting(payloads, out)) {
        before(payloads, out, findings);
    }
    for domain in payloads.tree.of("fvBD") {
        let leaves = payloads.tree.below(domain, "fvRsBDToOut").next();
        let named = domain.name().strip_prefix("EXT-bd-");
        match (leaves, named) {
            (Some(relation), Some(out)) if relation.name() != out => {
                let message = format!("bridge domain `{}` leaves by L3Out `{}`", domain.dn, relation.name());
                findings.push(payloads.say(relation, "rn", message, "another L3Out"));
            }
            (None, Some(out)) => {
                let message = format!("bridge domain `{}` does not leave by L3Out `{out}`", domain.dn);
                findings.push(payloads.say(domain, "rn", message, "leads nowhere"));
            }
            _ => {}
        }
    }
    contracts_of_networks(payloads, findings);
}

fn is_preexisting(payloads: &Payloads<'_>, out: &Object) -> bool {
    payloads.preexisting.contains(&out.dn)
}

/// Networks outside with their positions in Neutron, by the DN of the group that translates.
type Externals<'a> = BTreeMap<&'a str, (usize, &'a Network)>;

fn externals<'a>(payloads: &Payloads<'a>) -> Externals<'a> {
    let networks = payloads.topology.into_iter().flat_map(|file| file.data.networks.iter().enumerate());
    let external = networks.filter(|(_, network)| network.external);
    external.filter_map(|(at, network)| Some((network.endpoint_group.as_deref()?, (at, network)))).collect()
}

/// A shadow is in a VRF, stands for everything outside, and its traffic is translated.
fn shadow(payloads: &Payloads<'_>, out: &Object, findings: &mut Vec<Finding>) {
    for (class, count) in [("l3extRsEctx", 1), ("l3extInstP", 1)] {
        if payloads.tree.below(out, class).count() != count {
            let message = format!("shadow `{}` does not have one `{class}`", out.dn);
            findings.push(payloads.say(out, "rn", message, "this shadow"));
        }
    }
    let Some((prefix, _)) = out.name().split_once("Shd-") else {
        let message = format!("L3Out `{}` is neither a shadow nor declared to be there before", out.dn);
        findings.push(payloads.say(out, "rn", message, "this L3Out"));
        return;
    };
    for group in payloads.tree.below(out, "l3extInstP") {
        for (class, count) in [("l3extRsInstPToNatMappingEPg", 1), ("l3extSubnet", 1)] {
            if payloads.tree.below(group, class).count() != count {
                let message = format!("external group `{}` does not have one `{class}`", group.dn);
                findings.push(payloads.say(group, "rn", message, "this group"));
            }
        }
        for subnet in payloads.tree.below(group, "l3extSubnet").filter(|subnet| subnet.name() != "0.0.0.0/0") {
            let message = format!("shadow `{}` stands for `{}`, and not for everything", out.dn, subnet.name());
            findings.push(payloads.say(subnet, "rn", message, "another prefix"));
        }
        let wanted = real_group(payloads, group).map(|real| format!("{prefix}Shd-{real}"));
        if let Some(wanted) = wanted.filter(|wanted| wanted != group.name()) {
            let message =
                format!("`{}` stands for the external group of its network, and is to be called `{wanted}`", group.dn);
            findings.push(payloads.say(group, "rn", message, "another name"));
        }
    }
    contracts_inside(payloads, out, findings);
}

/// A shadow is called after the external network whose group translates for it, behind the prefix of the cloud, which is
/// that of its tenant.
fn named(payloads: &Payloads<'_>, networks: &Externals<'_>, out: &Object) -> Option<(usize, Option<Finding>)> {
    let groups = payloads.tree.below(out, "l3extInstP");
    let nat = groups.flat_map(|group| payloads.tree.below(group, "l3extRsInstPToNatMappingEPg")).next();
    // One that is not called so at all is told as that.
    let dn = nat.filter(|_| out.name().contains("Shd-"))?.attribute("tDn");
    let (_, group) = payloads.policy.group_names.get(dn)?;
    let (at, network) = networks.get(dn)?;
    let mapped = network.mapped_name.as_ref()?;
    // The application profile has the system id as its name.
    let scope = format!("_{}_", group.split('|').next().unwrap_or_default());
    let [bare, scoped] = [format!("Shd-{mapped}"), format!("{scope}Shd-{mapped}")];
    let wanted = if out.tenant().starts_with(&scope) { &scoped } else { &bare };
    // Whether tenant `common` is in a cloud whose names have the prefix, it does not say.
    let differs = out.name() != wanted && (out.tenant() != "common" || out.name() != scoped);
    let finding = differs.then(|| {
        let message =
            format!("shadow `{}` stands for network `{}`, and is to be called `{wanted}`", out.dn, network.name);
        let finding = payloads.say(out, "rn", message, "another name");
        let place = payloads.topology.map(|file| file.place(&["networks", &at.to_string(), "mapped_name"]));
        place.into_iter().fold(finding, |finding, place| finding.at(place, "its network"))
    });
    Some((*at, finding))
}

/// The external group that a shadow's group stands for: that of the L3Out behind its translating group.
fn real_group<'a>(payloads: &Payloads<'a>, group: &Object) -> Option<&'a str> {
    let nat = payloads.tree.below(group, "l3extRsInstPToNatMappingEPg").next()?;
    let nat = payloads.policy.group_of(nat.attribute("tDn"))?;
    let out = payloads.policy.bridge_domains.get(&nat.bridge_domain)?.outs.first()?;
    let real = payloads.tree.by_dn.get(out)?.iter().map(|at| &payloads.tree.objects[*at]);
    let real = real.flat_map(|out| payloads.tree.below(out, "l3extInstP")).next()?;
    Some(real.name())
}

/// Routers of a shadow's contracts are in the shadow's VRF: their groups are.
fn contracts_inside(payloads: &Payloads<'_>, out: &Object, findings: &mut Vec<Finding>) {
    for group in payloads.tree.below(out, "l3extInstP") {
        let Some(external) = payloads.policy.externals.get(&group.dn) else { continue };
        for contract in &external.provides {
            let members = payloads.policy.groups.values().flat_map(BTreeMap::values);
            let vrfs: BTreeSet<&str> = members
                .filter(|member| member.provides.contains(contract))
                .filter_map(|member| payloads.policy.bridge_domains.get(&member.bridge_domain))
                .map(|domain| domain.vrf.as_str())
                .collect();
            if !vrfs.is_empty() && !vrfs.contains(external.vrf.as_str()) {
                let relation = payloads.tree.below(out, "l3extRsEctx").next().unwrap_or(out);
                let message =
                    format!("shadow `{}` is in VRF `{}`, and its routers' groups are not", out.dn, external.vrf);
                findings.push(payloads.say(relation, "tnFvCtxName", message, "another VRF"));
            }
        }
    }
}

/// A pre-existing L3Out is bare, and its external group has the contract of the network in front of it.
fn before(payloads: &Payloads<'_>, out: &Object, findings: &mut Vec<Finding>) {
    if payloads.tree.below(out, "l3extRsEctx").next().is_some() {
        let message = format!("`{}` was there before, and a payload moves it into another VRF", out.dn);
        findings.push(payloads.say(out, "rn", message, "not ours"));
    }
    for group in payloads.tree.below(out, "l3extInstP") {
        let relations: Vec<&Object> = payloads.tree.below(group, "fvRsProv").collect();
        let fronts: BTreeSet<&str> = payloads
            .policy
            .groups
            .values()
            .flat_map(BTreeMap::values)
            .filter(|front| {
                payloads.policy.bridge_domains.get(&front.bridge_domain).is_some_and(|it| it.outs.contains(&out.dn))
            })
            .flat_map(|front| front.provides.iter().map(String::as_str))
            .collect();
        for relation in relations {
            if !fronts
                .iter()
                .any(|contract| contract.rsplit_once("/brc-").is_some_and(|(_, name)| name == relation.name()))
            {
                let message = format!(
                    "`{}` has contract `{}`, the translating group in front of it has not",
                    group.dn,
                    relation.name()
                );
                findings.push(payloads.say(relation, "rn", message, "one-sided"));
            }
        }
    }
}

/// Each declared external group is spoken to, and each external network's contract is that of its filter.
fn contracts_of_networks(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    for dn in payloads.preexisting.iter().filter(|dn| dn.contains("/instP-")) {
        if !payloads.tree.holds(dn) {
            let text = payloads.texts.get(crate::listing::MANIFEST).map_or("", String::as_str);
            let at = text.find(dn.as_str()).map_or(0..0, |at| at..at + dn.len());
            let message = format!("no payload relates the external group `{dn}` to the network in front of it");
            findings.push(
                Finding::new(&crate::codes::OBJECTS_DISAGREE, message)
                    .at(crate::finding::Place::new(crate::listing::MANIFEST, at), "declared here"),
            );
        }
    }
}
