//! The sets of remote groups: who is a member, from the devices of all hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Treated, Treatment, spelling};
use crate::codes::MEMBERS_DISAGREE;
use crate::finding::{Finding, Place};
use crate::net::Net;
use crate::read::devices::{Answer, Device, Family, Group};
use crate::read::host::Host;

/// The addresses of each group, by its id.
pub(crate) type Members = BTreeMap<String, BTreeSet<Net>>;

/// Gathers the members of all groups; `homeless` are ports on no host.
pub(crate) fn members(hosts: &[Host<'_>], homeless: Option<&Answer>) -> Members {
    let mut members = Members::new();
    let answers = hosts.iter().filter_map(|host| host.answer.as_ref()).map(|file| &file.data).chain(homeless);
    for device in answers.flat_map(|answer| &answer.devices) {
        // Neutron joins pairs through the addresses: a port without any contributes nothing.
        if !device.port_security_enabled || device.fixed_ips.is_empty() {
            continue;
        }
        let nets: Vec<Net> = nets(device).collect();
        for group in &device.security_groups {
            members.entry(group.clone()).or_default().extend(&nets);
        }
    }
    members
}

fn nets(device: &Device) -> impl Iterator<Item = Net> {
    let fixed = device.fixed_ips.iter().map(|ip| Net::host(*ip));
    fixed.chain(device.allowed_address_pairs.iter().filter_map(|pair| Net::parse(&pair.ip_address)))
}

/// Compares the sets of a host: those that rules of its filtered ports name, each with all members.
pub(super) fn compare(
    host: &Host<'_>,
    ports: &[Treated<'_>],
    groups: &BTreeMap<&str, &Group>,
    members: &Members,
    findings: &mut Vec<Finding>,
) {
    let Some((path, text)) = host.text("ipset") else { return };
    let mut wanted: BTreeMap<String, (Family, BTreeSet<String>)> = BTreeMap::new();
    let held: BTreeSet<&str> = ports
        .iter()
        .filter_map(|port| match port.treatment {
            Treatment::Filtered(device) => Some(device),
            Treatment::Open | Treatment::Trusted => None,
        })
        .flat_map(|device| device.security_groups.iter().map(String::as_str))
        .collect();
    for rule in held.iter().filter_map(|id| groups.get(id)).flat_map(|group| &group.rules) {
        let Some(remote) = &rule.remote_group_id else { continue };
        let v6 = rule.ethertype == Family::IPv6;
        let name = spelling::set(remote, rule.ethertype);
        let (_, nets) = wanted.entry(name).or_insert_with(|| (rule.ethertype, BTreeSet::new()));
        let of_family = members.get(remote).into_iter().flatten().filter(|net| net.v6 == v6);
        for net in of_family {
            // A set holds no prefix of length 0, so everything is its two halves.
            match net.halves().filter(|_| net.length == 0) {
                Some(halves) => nets.extend(halves.map(spelling::prefix)),
                None => _ = nets.insert(spelling::prefix(*net)),
            }
        }
    }
    let mut there: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let place = Place::new(path, start..start + content.len());
        start += line.len();
        let say = |message: String, label: &str| Finding::new(&MEMBERS_DISAGREE, message).at(place.clone(), label);
        let words: Vec<&str> = content.split(' ').collect();
        match words[..] {
            ["create", name, "hash:net", "family", family] => match wanted.get(name) {
                None => {
                    findings.push(say(format!("no rule of `{}` names set `{name}`", host.name), "made for nothing"))
                }
                Some((wanted, _))
                    if (*wanted == Family::IPv6) != (family == "inet6") || !["inet", "inet6"].contains(&family) =>
                {
                    findings
                        .push(say(format!("set `{name}` is of another family than the rules that name it"), "here"));
                }
                Some(_) if there.contains_key(name) => {
                    findings.push(say(format!("set `{name}` is created twice, which ipset refuses"), "once more"));
                }
                Some(_) => _ = there.insert(name, BTreeSet::new()),
            },
            ["add", name, member] => match (wanted.get(name), there.get_mut(name)) {
                (None, _) => {
                    findings.push(say(format!("no rule of `{}` names set `{name}`", host.name), "added to nothing"))
                }
                (_, None) => {
                    findings.push(say(format!("set `{name}` is not created before it is filled"), "filled here"))
                }
                (Some((_, nets)), _) if !nets.contains(member) => {
                    let message = format!("no device on any host has `{member}` and holds the group of set `{name}`");
                    findings.push(say(message, "nobody's"));
                }
                (_, Some(filled)) => {
                    if !filled.insert(member) {
                        findings.push(say(
                            format!("`{member}` is added to set `{name}` twice, which ipset refuses"),
                            "once more",
                        ));
                    }
                }
            },
            [""] => {}
            // A template of the site's own may say something above the sets.
            [word, ..] if word.starts_with('#') => {}
            _ => findings.push(say("ipset restore does not read this line".to_owned(), "neither `create` nor `add`")),
        }
    }
    for (name, (_, nets)) in &wanted {
        let Some(filled) = there.get(name.as_str()) else {
            let message = format!("rules of `{}` name set `{name}`, which is not created", host.name);
            findings.push(Finding::new(&MEMBERS_DISAGREE, message).at(Place::file(path), "not in this file"));
            continue;
        };
        if let Some(member) = nets.iter().find(|net| !filled.contains(net.as_str())) {
            let at = text.find(&format!("create {name} ")).unwrap_or_default();
            let message = format!("set `{name}` lacks `{member}`, a device of its group has it");
            findings.push(
                Finding::new(&MEMBERS_DISAGREE, message).at(Place::new(path, at..at + 7 + name.len()), "this set"),
            );
        }
    }
}
