//! Networks: a bridge domain in a VRF and a group in it, of one name; all groups in the same domains of VMMs.

use std::collections::{BTreeMap, BTreeSet};

use super::Payloads;
use crate::finding::Finding;
use crate::net::Net;
use crate::read::apic::Object;

/// How many children of a class an object of a class has.
const PARTS: &[(&str, &str, std::ops::RangeInclusive<usize>)] = &[
    ("fvBD", "fvRsCtx", 1..=1),
    ("fvAEPg", "fvRsBd", 1..=1),
    ("fvAEPg", "fvRsDomAtt", 1..=usize::MAX),
    ("vzFilter", "vzEntry", 1..=1),
    ("vzBrCP", "vzSubj", 1..=1),
    ("vzSubj", "vzRsSubjFiltAtt", 0..=1),
    ("fvAp", "fvAEPg", 1..=usize::MAX),
    ("fvnsMcastAddrInstP", "fvnsMcastAddrBlk", 1..=usize::MAX),
    ("vmmDomP", "vmmUsrAccP", 1..=1),
    ("vmmDomP", "vmmCtrlrP", 1..=1),
    ("vmmDomP", "vmmRsDomMcastAddrNs", 1..=1),
    ("vmmCtrlrP", "vmmRsAcc", 1..=1),
    ("vzCPIf", "vzRsIf", 1..=1),
    ("fvBD", "fvRsBDToOut", 0..=1),
];

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    for (class, part, count) in PARTS {
        for object in payloads.tree.of(class) {
            let there = payloads.tree.below(object, part).count();
            if !count.contains(&there) {
                let wanted = if *count.end() == usize::MAX { "at least 1".to_owned() } else { count.end().to_string() };
                let message = format!("`{}` has {there} `{part}`, where it is to have {wanted}", object.dn);
                findings.push(payloads.say(object, "rn", message, "this object"));
            }
        }
    }
    groups(payloads, findings);
    gateways(payloads, findings);
}

/// Bridge domains and groups in pairs of one name; the domains of VMMs and the application profile as most have them.
fn groups(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut domains: BTreeMap<BTreeSet<&str>, Vec<&Object>> = BTreeMap::new();
    let mut profiles: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for group in payloads.tree.of("fvAEPg") {
        let attached = payloads.tree.below(group, "fvRsDomAtt").map(Object::name).collect();
        domains.entry(attached).or_default().push(group);
        if let Some(profile) = group.parent.map(|at| &payloads.tree.objects[at]) {
            profiles.entry(profile.name()).or_default().push(group);
        }
        let Some(known) = payloads.policy.group_of(&group.dn) else { continue };
        members.entry(&known.bridge_domain).or_default().push(&group.dn);
        let named = known.bridge_domain.rsplit_once("/BD-").map_or("", |(_, name)| name);
        let twin = named.replacen("EXT-bd-", "EXT-epg-", 1);
        if twin != group.name() {
            let message = format!(
                "group `{}` is in bridge domain `{named}`, where one of its own name is meant for it",
                group.dn
            );
            let relation = payloads.tree.below(group, "fvRsBd").next().unwrap_or(group);
            findings.push(payloads.say(relation, "tnFvBDName", message, "another's bridge domain"));
        }
    }
    for domain in payloads.tree.of("fvBD") {
        if members.get(domain.dn.as_str()).is_none_or(|groups| groups.len() != 1) {
            let message = format!(
                "bridge domain `{}` has {} groups, where each has one",
                domain.dn,
                members.get(domain.dn.as_str()).map_or(0, Vec::len)
            );
            findings.push(payloads.say(domain, "rn", message, "this bridge domain"));
        }
    }
    for (_, others) in unusual(&domains) {
        for group in others {
            let message = format!("group `{}` is not in the same VMM domains as other groups", group.dn);
            findings.push(payloads.say(group, "rn", message, "this group"));
        }
    }
    for (profile, others) in unusual(&profiles) {
        for group in others {
            let message = format!("group `{}` is in application profile `{profile}`, other groups are not", group.dn);
            findings.push(payloads.say(group, "rn", message, "this group"));
        }
    }
}

/// All but what most have.
fn unusual<K: Ord, V>(counted: &BTreeMap<K, Vec<V>>) -> Vec<(&K, &Vec<V>)> {
    let most = counted.iter().enumerate().max_by_key(|(at, (_, who))| (who.len(), usize::MAX - at)).map(|(at, _)| at);
    counted.iter().enumerate().filter(|(at, _)| Some(*at) != most).map(|(_, entry)| entry).collect()
}

/// A gateway is an address of its subnet; subnets of one VRF do not overlap.
fn gateways(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let mut taken: BTreeMap<&str, Vec<(Net, &Object)>> = BTreeMap::new();
    for domain in payloads.tree.of("fvBD") {
        let Some(known) = payloads.policy.bridge_domains.get(&domain.dn) else { continue };
        for subnet in payloads.tree.below(domain, "fvSubnet") {
            let read = subnet.name().split_once('/').and_then(|(address, length)| {
                let address: std::net::IpAddr = address.parse().ok()?;
                Some((address, Net::around(address, length.parse().ok()?)?))
            });
            let Some((_, net)) = read else {
                let message = format!("`{}` is no gateway with the length of its subnet", subnet.dn);
                findings.push(payloads.say(subnet, "rn", message, "this gateway"));
                continue;
            };
            taken.entry(&known.vrf).or_default().push((net, subnet));
        }
    }
    for (vrf, mut nets) in taken {
        nets.sort_by_key(|(net, _)| *net);
        for pair in nets.windows(2) {
            if pair[0].0.covers(pair[1].0) {
                let message = format!("{} and {} overlap in VRF `{vrf}`", pair[0].0, pair[1].0);
                findings.push(
                    payloads
                        .say(pair[1].1, "rn", message, "one subnet")
                        .at(payloads.tree.place(pair[0].1, "rn", payloads.texts), "the other"),
                );
            }
        }
    }
}
