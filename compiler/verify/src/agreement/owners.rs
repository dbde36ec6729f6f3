//! One owner each: addresses in a VRF, MACs in a bridge domain, identities of endpoints and translations, numbers in flows.

use std::collections::{BTreeMap, HashMap};

use super::All;
use crate::codes::{ADDRESS_TAKEN_TWICE, NUMBER_TAKEN_TWICE};
use crate::finding::{Finding, Place};
use crate::flows::Unknown;
use crate::net::Mac;
use crate::read::endpoint::Endpoint;
use crate::read::host::File;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let mut owners: HashMap<(u8, String), Place> = HashMap::new();
    let mut take = |kind: u8, what: String, said: &str, place: Place, findings: &mut Vec<Finding>| {
        if let Some(other) = owners.insert((kind, what), place.clone()) {
            findings.push(
                Finding::new(&ADDRESS_TAKEN_TWICE, said.to_owned()).at(place, "has it too").at(other, "has it already"),
            );
        }
    };
    for host in all.hosts {
        for file in &host.endpoints {
            let data = &file.data;
            let said = format!("identity `{}` belongs to two", data.uuid);
            take(0, data.uuid.clone(), &said, file.place(&["uuid"]), findings);
            let Some((vrf, domain)) = domain_of(all, file) else { continue };
            for (at, address) in data.ip.iter().enumerate() {
                let said = format!("{address} has two owners in VRF `{vrf}`");
                take(1, format!("{vrf} {address}"), &said, file.place(&["ip", &at.to_string()]), findings);
                let gateways = all.policy.bridge_domains.get(domain).map_or(&[][..], |it| &it.gateways[..]);
                if gateways.iter().any(|(gateway, _)| gateway == address) {
                    let said = format!("{address} is an endpoint's and the gateway's of `{domain}`");
                    findings.push(Finding::new(&ADDRESS_TAKEN_TWICE, said).at(file.place(&["ip"]), "an endpoint's"));
                }
            }
            if let Some(mac) = data.mac() {
                let said = format!("MAC {mac} has two owners in `{domain}`");
                take(2, format!("{domain} {mac}"), &said, file.place(&["mac"]), findings);
            }
            for (at, mapping) in data.ip_address_mapping.iter().enumerate() {
                let at = at.to_string();
                let place = |key: &str| file.place(&["ip-address-mapping", &at, key]);
                let said = format!("identity `{}` belongs to two", mapping.uuid);
                take(0, mapping.uuid.clone(), &said, place("uuid"), findings);
                // Internal addresses are each host's own, floating ones everybody's.
                let (among, said) = match &mapping.next_hop_if {
                    Some(_) => (format!("on {}", host.name), format!("on `{}`", host.name)),
                    None => {
                        let vrf = outer_vrf(all, mapping).unwrap_or_default();
                        (vrf.clone(), format!("in VRF `{vrf}`"))
                    }
                };
                let said = format!("{} has two owners {said}", mapping.floating_ip);
                take(1, format!("{among} {}", mapping.floating_ip), &said, place("floating-ip"), findings);
            }
        }
    }
    if let Some(file) = all.homeless {
        let homes = homes(all);
        for (at, device) in file.data.devices.iter().enumerate() {
            let Some((vrf, domain)) = homes.get(device.network_id.as_str()) else { continue };
            let at = at.to_string();
            for (position, address) in device.fixed_ips.iter().enumerate() {
                let said = format!("{address} has two owners in VRF `{vrf}`");
                let place = file.place(&["devices", &at, "fixed_ips", &position.to_string()]);
                take(1, format!("{vrf} {address}"), &said, place, findings);
            }
            if let Some(mac) = Mac::parse(&device.mac_address) {
                let said = format!("MAC {mac} has two owners in `{domain}`");
                take(2, format!("{domain} {mac}"), &said, file.place(&["devices", &at, "mac_address"]), findings);
            }
        }
    }
    numbers(all, findings);
}

/// VRF and bridge domain of each network, by its id.
fn homes<'a>(all: &All<'a>) -> BTreeMap<&'a str, (&'a str, &'a str)> {
    let networks = all.topology.into_iter().flat_map(|file| &file.data.networks);
    networks
        .filter_map(|network| {
            let group = all.policy.group_of(network.endpoint_group.as_deref()?)?;
            let domain = all.policy.bridge_domains.get(&group.bridge_domain)?;
            Some((network.id.as_str(), (domain.vrf.as_str(), group.bridge_domain.as_str())))
        })
        .collect()
}

fn domain_of<'a>(all: &All<'a>, file: &File<'_, Endpoint>) -> Option<(&'a str, &'a str)> {
    let group = all.policy.group(&file.data.policy_space_name, &file.data.endpoint_group_name)?;
    let domain = all.policy.bridge_domains.get(&group.bridge_domain)?;
    Some((&domain.vrf, &group.bridge_domain))
}

fn outer_vrf(all: &All<'_>, mapping: &crate::read::endpoint::Mapping) -> Option<String> {
    let group = all.policy.group(&mapping.policy_space_name, &mapping.endpoint_group_name)?;
    all.policy.bridge_domains.get(&group.bridge_domain).map(|domain| domain.vrf.clone())
}

/// Numbers in flows: network ids of groups, local ids of domains, VRFs, networks outside and rules.
fn numbers(all: &All<'_>, findings: &mut Vec<Finding>) {
    let mut owners: BTreeMap<(&str, u64), &str> = BTreeMap::new();
    let mut sorted: Vec<(&Unknown, &u64)> = all.numbers.iter().collect();
    sorted.sort();
    for (unknown, number) in sorted {
        let (kind, name) = match unknown {
            Unknown::Network(name) => ("network id", name),
            Unknown::Bridge(name) => ("bridge domain number", name),
            Unknown::Flood(name) => ("flood domain number", name),
            Unknown::Routing(name) => ("VRF number", name),
            Unknown::External(name) => ("external network number", name),
            Unknown::Rule(name) => ("rule number", name),
            // Groups may share a multicast address, and everybody shares the anycast one.
            Unknown::Multicast(_) | Unknown::Anycast | Unknown::Port(_) => continue,
        };
        if let Some(other) = owners.insert((kind, *number), name) {
            let message = format!("in flows, `{other}` and `{name}` have the same {kind}: {number:#x}");
            let path = all.hosts.first().and_then(|host| host.text("br-int.flows")).map_or("", |(path, _)| path);
            findings.push(Finding::new(&NUMBER_TAKEN_TWICE, message).at(Place::file(path), "as here"));
        }
    }
}
