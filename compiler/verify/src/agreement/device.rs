//! Endpoint files and what the server says of the same port: name, network, MAC, addresses, pairs.

use std::collections::{BTreeMap, BTreeSet};

use super::{All, dissenters};
use crate::codes::ENDPOINTS_DISAGREE;
use crate::finding::{Finding, Place};
use crate::read::devices::{Answer, Device};
use crate::read::endpoint::Endpoint;
use crate::read::host::{File, Host};

pub(super) fn compare(host: &Host<'_>, findings: &mut Vec<Finding>) {
    let devices: BTreeMap<&str, (usize, &Device)> = host
        .answer
        .iter()
        .flat_map(|file| file.data.devices.iter().enumerate())
        .map(|(at, device)| (device.device.as_str(), (at, device)))
        .collect();
    host.answer.iter().for_each(|answer| twice(answer, findings));
    let mut seen: BTreeSet<(&str, String)> = BTreeSet::new();
    for file in host.endpoints.iter().filter(|file| !file.data.is_snat()) {
        let Some((port, mac)) = identity(host, file, findings) else { continue };
        seen.insert((port, mac.to_owned()));
        if file.data.ip != file.data.anycast_return_ip {
            let message = format!(
                "endpoint `{}` gets answers of services at other addresses than its own",
                file.data.attributes.vm_name
            );
            findings
                .push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&["anycast-return-ip"]), "not `ip`"));
        }
        match devices.get(port) {
            Some((at, device)) => same(host, file, *at, device, mac, findings),
            None if file.data.is_dhcp() => {}
            None => {
                let message = format!("port `{port}` is no device of `{}` in `security-groups.json`", host.name);
                findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&["uuid"]), "this port"));
            }
        }
    }
    for (port, (at, device)) in devices {
        let mut macs: BTreeSet<&str> =
            device.allowed_address_pairs.iter().map(|pair| pair.mac_address.as_str()).collect();
        macs.insert(&device.mac_address);
        for mac in macs.into_iter().filter(|mac| !seen.contains(&(port, (*mac).to_owned()))) {
            let message = format!("device `{}` has no endpoint file for MAC `{mac}` on `{}`", device.name, host.name);
            let place = host.answer.as_ref().map(|file| file.place(&["devices", &at.to_string(), "device"]));
            findings.push(
                Finding::new(&ENDPOINTS_DISAGREE, message).at(place.unwrap_or_else(|| Place::file("")), "this device"),
            );
        }
    }
}

/// A device and a group are described once, and a device holds a group once.
pub(super) fn twice(file: &File<'_, Answer>, findings: &mut Vec<Finding>) {
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut tell = |what: String, steps: &[&str]| {
        if !told.insert(what.clone()) {
            let message = format!("{what} is twice in `{}`", file.path);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(steps), "once more"));
        }
    };
    for (at, device) in file.data.devices.iter().enumerate() {
        let at = at.to_string();
        tell(format!("device `{}`", device.device), &["devices", &at, "device"]);
        for group in &device.security_groups {
            let what = format!("group `{group}` of device `{}`", device.device);
            tell(what, &["devices", &at, "security_groups"]);
        }
    }
    for (at, group) in file.data.security_groups.iter().enumerate() {
        tell(format!("security group `{}`", group.id), &["security_groups", &at.to_string(), "id"]);
    }
}

/// Port and MAC of a file, which its name, its identity and its interface say alike.
fn identity<'a>(
    host: &Host<'_>,
    file: &'a File<'_, Endpoint>,
    findings: &mut Vec<Finding>,
) -> Option<(&'a str, &'a str)> {
    let data = &file.data;
    let (port, mac) = file.stem().split_once('_').unwrap_or_default();
    let mut differs = |key: &str, stated: &str, wanted: &str| {
        if stated != wanted {
            let message = format!(
                "`{}` of `{}` has {key} `{stated}`, its file's name asks for `{wanted}`",
                data.attributes.vm_name, host.name
            );
            findings
                .push(Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&[key]), "not as the file is named"));
        }
    };
    differs("uuid", &data.uuid, &format!("{port}|{}", mac.replace(':', "-")));
    if let Some(stated) = &data.mac {
        differs("mac", stated, mac);
    }
    let kind = if data.is_dhcp() { "tap" } else { "qvo" };
    differs("interface-name", &data.interface_name, &format!("{kind}{}", port.get(..11).unwrap_or(port)));
    if data.mac.is_none() != data.ip.is_empty() {
        let message = format!(
            "endpoint `{}` has {}",
            data.attributes.vm_name,
            if data.ip.is_empty() { "a MAC and no address" } else { "addresses and no MAC" }
        );
        findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(Place::file(file.path), "one without the other"));
    }
    (!port.is_empty()).then_some((port, mac))
}

/// A file against the device of its port.
fn same(
    host: &Host<'_>,
    file: &File<'_, Endpoint>,
    at: usize,
    device: &Device,
    mac: &str,
    findings: &mut Vec<Finding>,
) {
    let data = &file.data;
    let primary = device.mac_address == mac;
    let answer = host.answer.as_ref();
    let mut differs = |key: &[&str], other: &str, stated: String, wanted: String| {
        if stated != wanted {
            let message = format!(
                "endpoint `{}` has `{stated}` under `{}`, the server says `{wanted}`",
                data.attributes.vm_name,
                key.join(".")
            );
            let mut finding = Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(key), "the agent's");
            if let Some(answer) = answer {
                finding = finding.at(answer.place(&["devices", &at.to_string(), other]), "the server's");
            }
            findings.push(finding);
        }
    };
    differs(&["attributes", "vm-name"], "name", data.attributes.vm_name.clone(), device.name.clone());
    differs(
        &["neutron-network"],
        "network_id",
        data.neutron_network.clone().unwrap_or_default(),
        device.network_id.clone(),
    );
    let mut fixed: Vec<String> = device.fixed_ips.iter().map(ToString::to_string).collect();
    fixed.sort();
    let wanted = if primary { fixed.join(",") } else { String::new() };
    let stated: Vec<String> = data.ip.iter().map(ToString::to_string).collect();
    differs(&["ip"], "fixed_ips", stated.join(","), wanted);
    let promiscuous = primary && !device.port_security_enabled;
    differs(&["promiscuous-mode"], "port_security_enabled", data.promiscuous_mode.to_string(), promiscuous.to_string());
    let mut pairs: Vec<String> = device
        .allowed_address_pairs
        .iter()
        .filter(|pair| pair.mac_address == mac)
        .map(|pair| format!("{} {}", pair.ip_address, pair.mac_address))
        .collect();
    pairs.sort();
    let mut stated: Vec<String> = data.virtual_ip.iter().map(|pair| format!("{} {}", pair.ip, pair.mac)).collect();
    stated.sort();
    differs(&["virtual-ip"], "allowed_address_pairs", stated.join(","), pairs.join(","));
}

/// What is said of a group, and where: the file's and the group's position.
type Told = (String, (usize, usize));

/// A group has the same rules wherever its ports are, and every device is in a network.
pub(super) fn groups(all: &All<'_>, findings: &mut Vec<Finding>) {
    let answers: Vec<&File<'_, Answer>> =
        all.hosts.iter().filter_map(|host| host.answer.as_ref()).chain(all.homeless).collect();
    let mut said: BTreeMap<&str, Vec<Told>> = BTreeMap::new();
    for (file, answer) in answers.iter().enumerate() {
        for (at, group) in answer.data.security_groups.iter().enumerate() {
            said.entry(&group.id).or_default().push((format!("{group:?}"), (file, at)));
        }
    }
    for (id, said) in said {
        for ((file, at), (other, there)) in dissenters(said.iter().map(|(text, place)| (text, place))) {
            let place = |file: usize, at: usize| answers[file].place(&["security_groups", &at.to_string(), "id"]);
            let message = format!("security group `{id}` is not the same in `{}` as elsewhere", answers[*file].path);
            findings.push(
                Finding::new(&ENDPOINTS_DISAGREE, message)
                    .at(place(*file, *at), "this one")
                    .at(place(*other, *there), "as most have it"),
            );
        }
    }
    let networks: BTreeSet<&str> =
        all.topology.iter().flat_map(|file| &file.data.networks).map(|network| network.id.as_str()).collect();
    for answer in answers {
        let data = &answer.data;
        let described: BTreeSet<&str> = data.security_groups.iter().map(|group| group.id.as_str()).collect();
        let held: BTreeSet<&str> = data.devices.iter().flat_map(|it| &it.security_groups).map(String::as_str).collect();
        for id in held.symmetric_difference(&described) {
            let message = if held.contains(id) {
                format!("a device holds security group `{id}`, whose rules are not there")
            } else {
                format!("no device holds security group `{id}`")
            };
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(Place::file(answer.path), "in this file"));
        }
        for (at, device) in data.devices.iter().enumerate().filter(|(_, it)| !networks.contains(it.network_id.as_str()))
        {
            let message =
                format!("device `{}` is in network `{}`, which Neutron does not have", device.name, device.network_id);
            let place = answer.place(&["devices", &at.to_string(), "network_id"]);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(place, "no such network"));
        }
    }
}
