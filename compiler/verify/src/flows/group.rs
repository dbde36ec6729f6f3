//! The flows of each group that a host knows, and of the contracts between them.

use std::collections::{BTreeMap, BTreeSet};

use super::sheet::{Scene, Sheet, TUNNEL, Unknown};
use crate::net::ROUTER;
use crate::policy::{External, Group};

/// DNs of the groups that a host knows: of its endpoints, of their translations, and those that translate for their VRFs.
pub(super) fn known(scene: &Scene<'_>) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for file in &scene.host.endpoints {
        groups.extend(scene.group_of(file).map(|(group, _)| group.dn.clone()));
        for mapping in &file.data.ip_address_mapping {
            let outer = scene.group(&mapping.policy_space_name, &mapping.endpoint_group_name);
            groups.extend(outer.map(|(group, _)| group.dn.clone()));
        }
    }
    let vrfs = vrfs(scene, &groups);
    let translating = scene.policy.externals.values().filter(|external| vrfs.contains_key(&external.vrf));
    let translating: Vec<String> = translating.filter_map(|external| external.nat_group.clone()).collect();
    groups.extend(translating.into_iter().filter(|dn| scene.policy.group_names.contains_key(dn)));
    groups
}

/// VRFs with the bridge domains of these groups.
pub(super) fn vrfs(scene: &Scene<'_>, groups: &BTreeSet<String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut vrfs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in groups.iter().filter_map(|dn| scene.policy.group_of(dn)) {
        if let Some(domain) = scene.policy.bridge_domains.get(&group.bridge_domain) {
            vrfs.entry(domain.vrf.clone()).or_default().insert(group.bridge_domain.clone());
        }
    }
    vrfs
}

pub(super) fn push(sheet: &mut Sheet, scene: &Scene<'_>, groups: &BTreeSet<String>) {
    let (_, tunnel) = sheet.port(TUNNEL);
    for group in groups.iter().filter_map(|dn| scene.policy.group_of(dn)) {
        let Some(domain) = scene.policy.bridge_domains.get(&group.bridge_domain) else { continue };
        let owner = sheet.owner(None, format!("group `{}`", group.dn));
        let numbers = sheet.numbers(group, domain);
        let network = &numbers.network;
        let multicast = sheet.hex(Unknown::Multicast(group.dn.clone()));
        let anycast = sheet.hex(Unknown::Anycast);
        let load = numbers.load(0);
        let flood = &numbers.flood;
        let out = "move:NXM_NX_REG0[]->NXM_NX_TUN_ID[0..31]";
        for flow in [
            format!(
                "table=2, priority=149,tun_id={network},in_port={tunnel} actions={load},write_metadata:0x100/0x100,goto_table:4"
            ),
            format!(
                "table=5, priority=10,reg0={network},reg5={flood},dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 actions=load:{multicast}->NXM_NX_REG7[],write_metadata:0x5/0xff,goto_table:13"
            ),
            format!("table=12, priority=8292,reg0={network},reg2={network} actions=goto_table:13"),
            format!(
                "table=14, priority=11,reg0={network},metadata=0x4/0xff,dl_dst={ROUTER} actions={out},load:{anycast}->NXM_NX_TUN_IPV4_DST[],output:{tunnel}"
            ),
            format!(
                "table=14, priority=10,reg0={network},metadata=0x4/0xff actions={out},load:{multicast}->NXM_NX_TUN_IPV4_DST[],output:{tunnel}"
            ),
            format!(
                "table=14, priority=10,reg7={network},metadata=0x1/0xff actions={load},load:0->NXM_NX_REG7[],load:0x400->OXM_OF_METADATA[],resubmit(,5)"
            ),
        ] {
            sheet.put(owner, flow);
        }
    }
    for domain in sheet.floods.keys().cloned().collect::<Vec<_>>() {
        let owner = sheet.owner(None, format!("bridge domain `{domain}`"));
        let flood = sheet.hex(Unknown::Flood(domain));
        let decimal = flood.replacen('$', "#", 1);
        sheet.put(owner, format!("table=14, priority=10,reg5={flood},metadata=0x5/0xff actions=group:{decimal}"));
    }
    contracts(sheet, scene, groups);
}

/// Table 12: one flow for each ordered pair of groups of a contract that both ends are known of.
fn contracts(sheet: &mut Sheet, scene: &Scene<'_>, groups: &BTreeSet<String>) {
    let vrfs = vrfs(scene, groups);
    let known: Vec<&Group> = groups.iter().filter_map(|dn| scene.policy.group_of(dn)).collect();
    let outside: Vec<&External> =
        scene.policy.externals.values().filter(|external| vrfs.contains_key(&external.vrf)).collect();
    let mut parties: BTreeMap<&str, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for group in known {
        let number = sheet.hex(Unknown::Network(group.dn.clone()));
        join(&mut parties, &group.provides, &group.consumes, &number);
    }
    for external in outside {
        let number = sheet.hex(Unknown::External(external.dn.clone()));
        join(&mut parties, &external.provides, &external.consumes, &number);
    }
    for (contract, (providers, consumers)) in parties {
        if !scene.policy.open_contracts.contains(contract) {
            continue;
        }
        let owner = sheet.owner(None, format!("contract `{contract}`"));
        let cookie = sheet.hex(Unknown::Rule(contract.to_owned()));
        let mut pairs = BTreeSet::new();
        for provider in &providers {
            for consumer in consumers.iter().filter(|consumer| *consumer != provider) {
                pairs.extend([(provider, consumer), (consumer, provider)]);
            }
        }
        for (from, to) in pairs {
            sheet.put(
                owner,
                format!(
                    "cookie={cookie}, table=12, send_flow_rem priority=8192,reg0={from},reg2={to} actions=goto_table:13"
                ),
            );
        }
    }
}

/// Provider and consumer numbers by contract.
fn join<'a>(
    parties: &mut BTreeMap<&'a str, (Vec<String>, Vec<String>)>,
    provides: &'a BTreeSet<String>,
    consumes: &'a BTreeSet<String>,
    number: &str,
) {
    for contract in provides {
        parties.entry(contract).or_default().0.push(number.to_owned());
    }
    for contract in consumes {
        parties.entry(contract).or_default().1.push(number.to_owned());
    }
}
