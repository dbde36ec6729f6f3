//! Which prefixes are inside of each VRF: subnets with a gateway stand in the payloads, the others only as a part of what
//! the routing-domain files say, where they are merged with their neighbours.

use std::collections::{BTreeMap, BTreeSet};

use crate::flows::{Assignment, Unknown};
use crate::net::{Net, merge, without};
use crate::policy::{self, Policy};
use crate::read::host::Host;
use crate::read::topology::{Subnet, Topology};

/// Prefixes by VRF.
pub(crate) type Internal = BTreeMap<String, BTreeSet<Net>>;

/// Subnets with a gateway, and what the routing-domain files have besides.
pub(crate) fn internal(policy: &Policy, hosts: &[Host<'_>], topology: Option<&Topology>) -> Internal {
    let mut internal = Internal::new();
    for domain in policy.bridge_domains.values() {
        let nets = internal.entry(domain.vrf.clone()).or_default();
        nets.extend(domain.gateways.iter().map(|(_, net)| *net));
    }
    let networks = topology.into_iter().flat_map(|topology| &topology.networks);
    // Of networks outside, a VRF has what is a gateway's.
    for network in networks.filter(|network| !network.external) {
        let group = network.endpoint_group.as_deref().and_then(|dn| policy.group_of(dn));
        if let Some(domain) = group.and_then(|group| policy.bridge_domains.get(&group.bridge_domain)) {
            let nets = internal.entry(domain.vrf.clone()).or_default();
            nets.extend(network.subnets.iter().filter_map(Subnet::net));
        }
    }
    for (vrf, nets) in declared(hosts) {
        let known = internal.entry(vrf).or_default();
        let others: Vec<Net> = known.iter().copied().collect();
        known.extend(without(&nets, &others));
    }
    internal
}

/// What most routing-domain files of each VRF say.
pub(crate) fn declared(hosts: &[Host<'_>]) -> BTreeMap<String, Vec<Net>> {
    let mut said: BTreeMap<String, BTreeMap<Vec<Net>, usize>> = BTreeMap::new();
    for domain in hosts.iter().flat_map(|host| &host.domains) {
        let vrf = policy::vrf(&domain.data.domain_policy_space, &domain.data.domain_name);
        let mut nets: Vec<Net> = domain.data.internal_subnets.iter().filter_map(|net| Net::parse(net)).collect();
        nets.sort();
        *said.entry(vrf).or_default().entry(nets).or_default() += 1;
    }
    said.into_iter()
        .filter_map(|(vrf, said)| Some((vrf, said.into_iter().max_by_key(|(_, count)| *count)?.0)))
        .collect()
}

/// Two subnets without a gateway may be one prefix in a routing-domain file: the flows tell them apart.
pub(crate) fn refined(mut internal: Internal, policy: &Policy, hosts: &[Host<'_>], numbers: &Assignment) -> Internal {
    let mut gateways: BTreeMap<&str, BTreeSet<Net>> = BTreeMap::new();
    for domain in policy.bridge_domains.values() {
        gateways.entry(&domain.vrf).or_default().extend(domain.gateways.iter().map(|(_, net)| *net));
    }
    let routes = routes(hosts);
    for (vrf, nets) in &mut internal {
        let Some(routes) = numbers.get(&Unknown::Routing(vrf.clone())).and_then(|number| routes.get(number)) else {
            continue;
        };
        let written = gateways.get(vrf.as_str());
        let rest: Vec<Net> = nets.iter().copied().filter(|net| written.is_none_or(|it| !it.contains(net))).collect();
        for whole in rest {
            let mut seen: BTreeMap<BTreeSet<Net>, usize> = BTreeMap::new();
            for host in routes {
                let parts: BTreeSet<Net> = host.iter().copied().filter(|net| whole.covers(*net)).collect();
                if !parts.is_empty() && merge(parts.iter().copied()) == [whole] {
                    *seen.entry(parts).or_default() += 1;
                }
            }
            if let Some((parts, _)) = seen.into_iter().max_by_key(|(_, count)| *count) {
                nets.remove(&whole);
                nets.extend(parts);
            }
        }
    }
    internal
}

/// What the flows of each host route inside, by the VRF's number. Most hosts say the same, which is kept once.
fn routes(hosts: &[Host<'_>]) -> BTreeMap<u64, BTreeSet<BTreeSet<Net>>> {
    let mut all: BTreeMap<u64, BTreeSet<BTreeSet<Net>>> = BTreeMap::new();
    for host in hosts {
        let mut here: BTreeMap<u64, BTreeSet<Net>> = BTreeMap::new();
        let text = host.text("br-int.flows").map_or("", |(_, text)| text);
        for line in text.lines().filter(|line| line.starts_with("table=7, priority=3")) {
            let matched = line.split(" actions=").next().unwrap_or_default();
            let route = matched.split_once(",reg6=0x").and_then(|(_, rest)| rest.split_once(','));
            if let Some((number, to)) = route
                && let Ok(number) = u64::from_str_radix(number, 16)
                && let Some(net) = to.split_once('=').and_then(|(_, net)| Net::parse(net))
            {
                here.entry(number).or_default().insert(net);
            }
        }
        for (number, nets) in here {
            all.entry(number).or_default().insert(nets);
        }
    }
    all
}
