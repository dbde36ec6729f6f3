//! Routing domains: each VRF of a host's endpoints has one file, the same on all hosts, that holds all its subnets.

use std::collections::{BTreeMap, BTreeSet};

use super::All;
use crate::codes::{ENDPOINTS_DISAGREE, POLICY_MISSING};
use crate::finding::{Finding, Place};
use crate::inside::declared;
use crate::net::{Net, merge};
use crate::policy;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let declared = declared(all.hosts);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for host in all.hosts {
        let wanted: BTreeSet<String> = host
            .endpoints
            .iter()
            .filter_map(|file| {
                Some(policy::vrf(file.data.domain_policy_space.as_ref()?, file.data.domain_name.as_ref()?))
            })
            .collect();
        let mut there: BTreeMap<String, &str> = BTreeMap::new();
        for file in &host.domains {
            let vrf = policy::vrf(&file.data.domain_policy_space, &file.data.domain_name);
            if !wanted.contains(&vrf) {
                let message = format!("no endpoint of `{}` is in VRF `{vrf}`", host.name);
                findings.push(Finding::new(&POLICY_MISSING, message).at(file.place(&["domain-name"]), "this VRF"));
                continue;
            }
            if let Some(other) = there.insert(vrf.clone(), file.path) {
                let message = format!("two files of `{}` describe VRF `{vrf}`, the agent keeps one", host.name);
                findings.push(
                    Finding::new(&ENDPOINTS_DISAGREE, message)
                        .at(Place::file(file.path), "one")
                        .at(Place::file(other), "the other"),
                );
            }
            let subnets = file.place(&["internal-subnets"]);
            let nets: Option<Vec<Net>> = file.data.internal_subnets.iter().map(|net| Net::plain(net)).collect();
            let Some(mut nets) = nets else {
                let message = format!("an internal subnet of VRF `{vrf}` is no prefix");
                findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(subnets, "among these"));
                continue;
            };
            nets.sort();
            let say = |message: String| Finding::new(&ENDPOINTS_DISAGREE, message).at(subnets.clone(), "these");
            if declared.get(&vrf).is_some_and(|most| *most != nets) {
                findings
                    .push(say(format!("VRF `{vrf}` has other subnets inside on `{}` than on other hosts", host.name)));
            } else if !told.contains(vrf.as_str()) {
                // What is wrong with what all hosts say is said once.
                let Some((known, _)) = declared.get_key_value(&vrf) else { continue };
                told.insert(known);
                let wanted = wanted_inside(all, &vrf);
                if wanted.as_ref().is_some_and(|wanted| *wanted != nets) {
                    let shown: Vec<String> = wanted.iter().flatten().map(ToString::to_string).collect();
                    findings
                        .push(say(format!("inside VRF `{vrf}` are {}, and its file says otherwise", shown.join(", "))));
                }
            }
        }
        for vrf in wanted.iter().filter(|vrf| !there.contains_key(*vrf)) {
            let message = format!("host `{}` has no `.rdconfig` for VRF `{vrf}` of its endpoints", host.name);
            let of = |file: &&crate::read::host::File<'_, crate::read::endpoint::Endpoint>| {
                let data = &file.data;
                data.domain_name
                    .as_ref()
                    .zip(data.domain_policy_space.as_ref())
                    .is_some_and(|(name, tenant)| policy::vrf(tenant, name) == *vrf)
            };
            let file = host.endpoints.iter().find(of);
            findings.push(
                Finding::new(&POLICY_MISSING, message)
                    .at(Place::file(file.map_or("", |file| file.path)), "one of these endpoints"),
            );
        }
    }
}

/// The subnets of a VRF's networks, as few as hold them all, and what metadata is asked at.
fn wanted_inside(all: &All<'_>, vrf: &str) -> Option<Vec<Net>> {
    let mut nets: Vec<Net> = vec![Net::parse("169.254.0.0/16")?];
    for network in all.topology?.data.networks.iter().filter(|network| !network.external) {
        let group = network.endpoint_group.as_deref().and_then(|dn| all.policy.group_of(dn));
        let domain = group.and_then(|group| all.policy.bridge_domains.get(&group.bridge_domain));
        if domain.is_some_and(|domain| domain.vrf == vrf) {
            nets.extend(network.subnets.iter().filter_map(crate::read::topology::Subnet::net));
        }
    }
    let mut nets = merge(nets);
    nets.sort();
    Some(nets)
}
