//! Neutron's networks and routers: each network is a group with its gateways, each router a contract that its networks'
//! groups and its way out have, and nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::All;
use crate::codes::{MALFORMED_FILE_SET, OBJECTS_DISAGREE};
use crate::finding::Finding;
use crate::net::Net;
use crate::read::host::File;
use crate::read::topology::{Network, Topology};

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = all.topology else { return };
    let known: BTreeSet<&str> = file.data.hosts.iter().map(String::as_str).collect();
    let there: BTreeSet<&str> = all.hosts.iter().map(|host| host.name).collect();
    for host in known.symmetric_difference(&there) {
        let message = if known.contains(host) {
            format!("host `{host}` has no file, and its agents are known to Neutron")
        } else {
            format!("host `{host}` has files, and no agent that is known to Neutron")
        };
        findings.push(Finding::new(&MALFORMED_FILE_SET, message).at(file.place(&["hosts"]), "the hosts"));
    }
    twice(file, findings);
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    for (at, network) in file.data.networks.iter().enumerate() {
        let place = |key: &str| file.place(&["networks", &at.to_string(), key]);
        if network.external != network.mapped_name.is_some() {
            let (is, has) = if network.external { ("external", "no") } else { ("not external", "a") };
            let message = format!("network `{}` is {is} and has {has} `mapped_name`", network.name);
            findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(place("external"), "this network"));
        }
        let Some(dn) = &network.endpoint_group else { continue };
        let domain = all.policy.group_of(dn).and_then(|group| all.policy.bridge_domains.get(&group.bridge_domain));
        let Some(domain) = domain.filter(|_| groups.insert(dn)) else {
            let message =
                format!("network `{}` is group `{dn}`, which is no other's and made by a payload", network.name);
            findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(place("endpoint_group"), "not so"));
            continue;
        };
        let wanted: BTreeSet<(IpAddr, Net)> = network.subnets.iter().filter_map(|subnet| subnet.gateway()).collect();
        let there: BTreeSet<(IpAddr, Net)> = domain.gateways.iter().copied().collect();
        // In front of an L3Out the SNAT pool is one more subnet, which Neutron hides.
        let pools = usize::from(network.external);
        let missing = wanted.difference(&there).next();
        let spare: Vec<_> = there.difference(&wanted).collect();
        let unrouted = file.data.options.bridge_domains.as_ref().is_some_and(|options| !options.unicast_route);
        if domain.routed && !(unrouted && there.is_empty()) && (missing.is_some() || spare.len() > pools) {
            let (gateway, net) = missing.or(spare.first().copied()).expect("one of them is there");
            let (has, lacks) = if missing.is_some() { ("Neutron", "APIC") } else { ("APIC", "Neutron") };
            let message =
                format!("network `{}` has gateway {gateway} of {net} in {has} and not on {lacks}", network.name);
            findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(place("subnets"), "Neutron's"));
        }
    }
    for dn in all.policy.group_names.keys().filter(|dn| !groups.contains(dn.as_str())) {
        let message = format!("group `{dn}` is no network's in Neutron");
        findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(file.place(&["networks"]), "not among these"));
    }
    routers(all, file, findings);
}

/// Hosts, networks, subnets and routers are there once, prefixes without host bits.
fn twice(file: &File<'_, Topology>, findings: &mut Vec<Finding>) {
    let data = &file.data;
    let hosts = data.hosts.iter().map(|host| format!("host `{host}`"));
    let networks = data.networks.iter().map(|network| format!("network `{}`", network.id));
    let subnets = data.networks.iter().flat_map(|network| {
        network.subnets.iter().map(|subnet| format!("subnet `{}` of `{}`", subnet.cidr, network.id))
    });
    let routers = data.routers.iter().map(|router| format!("router `{}`", router.id));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for what in hosts.chain(networks).chain(subnets).chain(routers) {
        if seen.contains(&what) {
            let message = format!("{what} is there twice");
            findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(file.place(&[]), "in this file"));
        }
        seen.insert(what);
    }
    for (at, network) in data.networks.iter().enumerate() {
        for subnet in network.subnets.iter().filter(|subnet| Net::plain(&subnet.cidr).is_none()) {
            let message = format!("`{}` of network `{}` is no prefix", subnet.cidr, network.name);
            let place = file.place(&["networks", &at.to_string(), "subnets"]);
            findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(place, "among these"));
        }
    }
}

fn routers(all: &All<'_>, file: &File<'_, Topology>, findings: &mut Vec<Finding>) {
    let networks: BTreeMap<&str, &Network> = file.data.networks.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut wanted: BTreeSet<(String, &str)> = BTreeSet::new();
    let mut outside: BTreeSet<(String, &str)> = BTreeSet::new();
    for (at, router) in file.data.routers.iter().enumerate() {
        let contract = format!("/brc-contract-{}", router.id);
        for id in router.networks.iter().chain(&router.external_network) {
            let group = networks.get(id.as_str()).and_then(|network| network.endpoint_group.as_deref());
            match group {
                None if networks.contains_key(id.as_str()) => {}
                Some(group) if Some(id) == router.external_network.as_ref() => {
                    outside.insert((contract.clone(), group));
                }
                Some(group) => {
                    wanted.insert((contract.clone(), group));
                }
                None => {
                    let message = format!("router `{}` joins network `{id}`, which Neutron does not have", router.name);
                    findings.push(
                        Finding::new(&OBJECTS_DISAGREE, message)
                            .at(file.place(&["routers", &at.to_string(), "networks"]), "one of these"),
                    );
                }
            }
        }
    }
    let named = |dn: &str| dn.find("/brc-contract-").map(|at| dn[at..].to_owned());
    let members = all.policy.groups.values().flat_map(BTreeMap::values);
    let there: BTreeSet<(String, &str)> = members
        .flat_map(|group| group.provides.iter().filter_map(move |dn| Some((named(dn)?, group.dn.as_str()))))
        .collect();
    let leaving: BTreeSet<(String, &str)> = all
        .policy
        .externals
        .values()
        .filter_map(|external| Some((external, external.nat_group.as_deref()?)))
        .flat_map(|(external, nat)| external.provides.iter().filter_map(move |dn| Some((named(dn)?, nat))))
        .collect();
    for (wanted, there, what) in [(&wanted, &there, "group"), (&outside, &leaving, "shadow of")] {
        for (contract, group) in wanted.symmetric_difference(there) {
            let router = contract.trim_start_matches("/brc-contract-");
            let message = if wanted.contains(&(contract.clone(), group)) {
                format!("router `{router}` leads to {what} `{group}` in Neutron, which has no contract of it on APIC")
            } else {
                format!("{what} `{group}` has the contract of router `{router}`, which does not lead there in Neutron")
            };
            let at = file.data.routers.iter().position(|it| it.id == router).unwrap_or_default();
            findings.push(
                Finding::new(&OBJECTS_DISAGREE, message)
                    .at(file.place(&["routers", &at.to_string(), "id"]), "the router, or one beside it"),
            );
        }
    }
}
