//! What Neutron's own agent, with its hybrid iptables driver (Neutron 29, from PyPI), puts on the hosts of a site.
//!
//! Ports and groups are read from the site's YAML by [`World`], not by the compiler; `oracle/neutron_iptables.py` sends them
//! through Neutron's API checks, server, agent and driver, and answers with the text that the host's tools would print.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};
use similar::TextDiff;

use crate::oracle::ask;
use crate::world::{Name, World};

/// Host to its files by name: `iptables.v4`, `iptables.v6`, `ipset`.
pub type Hosts = BTreeMap<String, BTreeMap<String, String>>;

/// The files that are compared.
pub const FILES: [&str; 3] = ["iptables.v4", "iptables.v6", "ipset"];

/// The ports and groups of a site, as the script takes them.
///
/// # Panics
/// A group has no id.
#[must_use]
pub fn site(world: &World) -> Value {
    let mut names: BTreeSet<Name> = world.groups.keys().cloned().collect();
    let mut ports: Vec<Value> = Vec::new();
    for port in world.ports.iter().chain(&world.loose) {
        names.extend(port.groups.iter().cloned());
        ports.push(json!({
            "id": port.id,
            "host": port.host,
            "owner": if port.host.is_empty() { "" } else { "compute:nova" },
            "mac": port.mac,
            "fixed_ips": port.addresses,
            "pairs": port.pairs,
            "port_security": port.port_security,
            "groups": port.groups.iter().map(joined).collect::<Vec<_>>(),
        }));
    }
    for port in world.networks.values().flat_map(|network| &network.dhcp_ports) {
        ports.push(json!({
            "id": port.id,
            "host": port.host,
            "owner": "network:dhcp",
            "mac": port.mac,
            "fixed_ips": port.addresses,
            "pairs": [],
            "port_security": false,
            "groups": [],
        }));
    }
    let projects: BTreeSet<String> = names.iter().map(|(project, _)| project.clone()).collect();
    // A rule may name the default group of its project, written or not.
    names.extend(projects.into_iter().map(|project| (project, "default".to_owned())));
    let groups: Map<String, Value> =
        names.iter().filter_map(|name| Some((joined(name), group(world, name)?))).collect();
    json!({"hosts": world.all_hosts.keys().collect::<Vec<_>>(), "groups": groups, "ports": ports})
}

fn joined((project, handle): &Name) -> String {
    format!("{project}/{handle}")
}

/// A group; none where it was never handed an id, because nothing uses it.
fn group(world: &World, name: &Name) -> Option<Value> {
    let written = world.groups.get(name);
    let id = written.and_then(|group| group.id.clone());
    let id = id.or_else(|| world.handed_out("id", &format!("security_group {}", joined(name))))?;
    Some(json!({
        "id": id,
        "stateful": written.is_none_or(|group| group.stateful),
        "default_egress": written.is_none_or(|group| group.default_egress),
        "rules": written.map(|group| group.rules.as_slice()).unwrap_or_default(),
    }))
}

/// What Neutron's agent puts on the hosts of these sites, by one process for all.
///
/// # Panics
/// `ACIFORM_NEUTRON_PYTHON` names no Python that has Neutron, or Neutron refuses a site.
#[must_use]
pub fn driven(sites: &[Value]) -> Vec<Hosts> {
    let (answers, ended) = ask("ACIFORM_NEUTRON_PYTHON", "neutron_iptables.py", &sites.iter().collect::<Vec<_>>());
    assert!(ended, "Neutron refuses site {}", answers.len());
    let driven: Vec<Hosts> =
        answers.iter().map(|line| serde_json::from_str(line).expect("the oracle writes files by host")).collect();
    assert_eq!(driven.len(), sites.len());
    driven
}

/// What Neutron's API says to each rule of these groups, one after the other: `taken`, `repeated`, or another refusal.
///
/// # Panics
/// As [`driven`].
#[must_use]
pub fn verdicts(groups: &Value) -> BTreeMap<String, Vec<String>> {
    let asked = json!({"hosts": [], "ports": [], "groups": groups});
    let (answers, ended) = ask("ACIFORM_NEUTRON_PYTHON", "neutron_iptables.py", &[&asked]);
    assert!(ended && answers.len() == 1, "Neutron refuses to answer");
    serde_json::from_str(&answers[0]).expect("the oracle writes verdicts by group")
}

/// The compared files of a bundle.
///
/// # Panics
/// A host or a file is not there.
#[must_use]
pub fn emitted(bundle: &Path, world: &World) -> Hosts {
    let read = |host: &String, file: &str| {
        let path = bundle.join("hosts").join(host).join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let files = |host: &String| FILES.map(|file| (file.to_owned(), read(host, file))).into_iter().collect();
    world.all_hosts.keys().map(|host| (host.clone(), files(host))).collect()
}

/// Where what we emit is not what Neutron has, line by line: `-` is Neutron's, `+` is ours.
#[must_use]
pub fn differences(neutron: &Hosts, emitted: &Hosts) -> Vec<String> {
    let none = BTreeMap::new();
    let hosts: BTreeSet<&String> = neutron.keys().chain(emitted.keys()).collect();
    let mut differences = Vec::new();
    for host in hosts {
        for file in FILES {
            let text = |hosts: &Hosts| hosts.get(host).unwrap_or(&none).get(file).cloned().unwrap_or_default();
            let (theirs, ours) = (text(neutron), text(emitted));
            if theirs != ours {
                let names = (format!("{host}/{file} of Neutron"), format!("{host}/{file} emitted"));
                let diff = TextDiff::from_lines(&theirs, &ours);
                differences.push(diff.unified_diff().context_radius(2).header(&names.0, &names.1).to_string());
            }
        }
    }
    differences
}
