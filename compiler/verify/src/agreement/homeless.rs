//! Ports on no host, which are members of their groups all the same: each is on no host indeed, has addresses of its
//! network, and holds groups whose rules are some.
//!
//! A group that no port on a host holds is described here alone, and makes no rule anywhere; what it says has to be
//! something that Neutron takes. The others are held against the rules of their hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::{All, device};
use crate::codes::ENDPOINTS_DISAGREE;
use crate::finding::Finding;
use crate::net::Net;
use crate::read::devices::{Answer, Family, Rule};
use crate::read::host::File;
use crate::read::topology::Network;
use crate::rules::protocol;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = all.homeless else { return };
    device::twice(file, findings);
    let answers = || all.hosts.iter().filter_map(|host| Some((host.name, host.answer.as_ref()?)));
    let placed: BTreeMap<&str, &str> = answers()
        .flat_map(|(host, answer)| answer.data.devices.iter().map(move |device| (device.device.as_str(), host)))
        .collect();
    let networks: BTreeMap<&str, &Network> =
        all.topology.iter().flat_map(|file| &file.data.networks).map(|it| (it.id.as_str(), it)).collect();
    for (at, device) in file.data.devices.iter().enumerate() {
        let place = |key: &str| file.place(&["devices", &at.to_string(), key]);
        if let Some(host) = placed.get(device.device.as_str()) {
            let message = format!("port `{}` is on no host here, and a device of `{host}` there", device.name);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place("device"), "on no host"));
        }
        let Some(network) = networks.get(device.network_id.as_str()) else { continue };
        for address in device.fixed_ips.iter().filter(|address| network.around(**address).is_none()) {
            let message = format!("port `{}` has {address}, which no subnet of its network holds", device.name);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place("fixed_ips"), "in no subnet"));
        }
    }
    let described: BTreeSet<&str> =
        answers().flat_map(|(_, answer)| &answer.data.security_groups).map(|group| group.id.as_str()).collect();
    groups(file, &described, findings);
}

/// The rules of groups that only these ports hold.
fn groups(file: &File<'_, Answer>, elsewhere: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let own = file.data.security_groups.iter().enumerate();
    for (at, group) in own.filter(|(_, group)| !elsewhere.contains(group.id.as_str())) {
        for (position, rule) in group.rules.iter().enumerate() {
            let Some((key, what)) = refusal(rule) else { continue };
            let message = format!("Neutron has no such rule as one of security group `{}`: {what}", group.id);
            let place = file.place(&["security_groups", &at.to_string(), "rules", &position.to_string(), key]);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place, "this rule"));
        }
    }
}

/// What Neutron refuses about a rule, and under which key.
fn refusal(rule: &Rule) -> Option<(&'static str, String)> {
    let (first, last) = (rule.port_range_min, rule.port_range_max);
    let number = match rule.protocol.as_deref().map(|name| (name, protocol(name))) {
        None if first.is_some() || last.is_some() => {
            return Some(("port_range_min", "ports are of a protocol".to_owned()));
        }
        None => None,
        Some((name, None)) => return Some(("protocol", format!("`{name}` is no protocol"))),
        Some((_, number)) => number,
    };
    match (number, first, last) {
        (Some(6 | 17 | 33 | 132 | 136), Some(first), Some(last)) if first > last => {
            return Some(("port_range_min", format!("{first} is above {last}")));
        }
        (Some(6 | 17 | 33 | 132 | 136), Some(_), None) | (Some(_), None, Some(_)) => {
            return Some(("protocol", "a range of ports has two ends, and a code a type".to_owned()));
        }
        (Some(1 | 58), first, last) if first.max(last).is_some_and(|it| it > 255) => {
            return Some(("port_range_min", "a type or a code is one byte".to_owned()));
        }
        _ => {}
    }
    let prefix = rule.remote_ip_prefix.as_deref()?;
    let wanted = rule.ethertype == Family::IPv6;
    match Net::parse(prefix) {
        None => Some(("remote_ip_prefix", format!("`{prefix}` is no prefix"))),
        Some(net) if net.v6 != wanted => Some(("remote_ip_prefix", format!("`{prefix}` is of the other family"))),
        Some(_) if rule.remote_group_id.is_some() => {
            Some(("remote_group_id", "the other side is a prefix or a group, and not both".to_owned()))
        }
        Some(_) => None,
    }
}
