//! Metadata services: one for each VRF of endpoints that are answered on the host, told apart by their next hops.

use std::collections::{BTreeMap, BTreeSet};

use md5::{Digest as _, Md5};

use crate::codes::ENDPOINTS_DISAGREE;
use crate::finding::{Finding, Place};
use crate::read::host::Host;

pub(super) fn compare(host: &Host<'_>, findings: &mut Vec<Finding>) {
    let mut wanted: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut asked: BTreeSet<(&str, &str)> = BTreeSet::new();
    for file in &host.endpoints {
        let data = &file.data;
        if data.neutron_metadata_optimization == Some(true)
            && let (Some(tenant), Some(vrf)) = (&data.domain_policy_space, &data.domain_name)
        {
            asked.insert((tenant, vrf));
            // Files of further MACs always ask, and alone are no reason for a service.
            if data.mac.is_some() {
                wanted.entry((tenant, vrf)).or_insert(file.path);
            }
        }
    }
    let mut next_hops = BTreeSet::new();
    let mut there = BTreeSet::new();
    let mac = host.services.first().map(|file| file.data.service_mac.clone());
    for file in &host.services {
        let data = &file.data;
        let mut say = |key: &[&str], message: String| {
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(key), "this"));
        };
        let vrf = (data.domain_policy_space.as_str(), data.domain_name.as_str());
        there.insert(vrf);
        if !asked.contains(&vrf) {
            say(
                &["domain-name"],
                format!("no endpoint of `{}` in VRF `{}|{}` is answered by this service", host.name, vrf.0, vrf.1),
            );
        }
        let uuid = domain_uuid(vrf.0, vrf.1);
        if data.uuid != uuid || file.stem() != uuid {
            say(&["uuid"], format!("the service of VRF `{}|{}` is known as `{uuid}`", vrf.0, vrf.1));
        }
        if data.interface_name != "of-svc-ovsport" {
            say(&["interface-name"], "services are behind `of-svc-ovsport`".to_owned());
        }
        if Some(&data.service_mac) != mac.as_ref() {
            say(
                &["service-mac"],
                format!("the services of `{}` are behind one interface and have two MACs", host.name),
            );
        }
        match &data.service_mapping[..] {
            [mapping] => {
                let fixed = [
                    (mapping.service_ip, "service-ip", "169.254.169.254"),
                    (mapping.gateway_ip, "gateway-ip", "169.254.1.1"),
                ];
                for (address, key, wanted) in fixed {
                    if address.to_string() != wanted {
                        say(&["service-mapping", "0", key], format!("metadata has {wanted} as `{key}`"));
                    }
                }
                if !mapping.next_hop_ip.to_string().starts_with("169.254.24") || !next_hops.insert(mapping.next_hop_ip)
                {
                    say(
                        &["service-mapping", "0", "next-hop-ip"],
                        format!("next hop {} tells no VRF from another", mapping.next_hop_ip),
                    );
                }
            }
            _ => say(&["service-mapping"], "metadata is one service of each VRF".to_owned()),
        }
    }
    for ((tenant, vrf), path) in wanted.into_iter().filter(|(vrf, _)| !there.contains(vrf)) {
        let message =
            format!("host `{}` has no service for VRF `{tenant}|{vrf}`, whose endpoints are answered there", host.name);
        findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(Place::file(path), "one of these endpoints"));
    }
}

/// How the agents know a VRF: a digest of its names, laid out as an id.
fn domain_uuid(tenant: &str, vrf: &str) -> String {
    let digest = Md5::digest(format!("{tenant}|{vrf}").as_bytes());
    let mut text = String::with_capacity(36);
    for (at, byte) in digest.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
