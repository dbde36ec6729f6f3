//! Whether the artifacts of a compiled bundle agree with each other, from the bundle alone.
//!
//! Nothing is compiled here. The agents and the driver are played once more, from the files that they read: what the OVS
//! agent makes of endpoint files and payloads are a host's flows, what Neutron's driver makes of the server's answer are its
//! rules. So whatever decides about a packet has two witnesses, and where they differ the finding names both.

mod agreement;
pub mod codes;
mod finding;
mod flows;
mod inside;
mod listing;
mod net;
mod objects;
mod policy;
mod read;
mod rules;

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostics, SourceMap};
use rayon::prelude::*;

pub use codes::CODES;
use finding::Finding;
use flows::{Scene, Sheet};
use policy::Policy;
use read::apic::Tree;
use read::devices::Answer;
use read::host::{File, Host};
use read::topology::Topology;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What was found, and in how much.
#[derive(Debug)]
pub struct Verified {
    /// The texts that findings point into.
    pub sources: SourceMap,
    /// The disagreements.
    pub findings: Diagnostics,
    /// How much was compared.
    pub extent: Extent,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Hosts.
    pub hosts: usize,
    /// Endpoint files.
    pub endpoints: usize,
    /// Flows.
    pub flows: usize,
    /// Rules of security groups and namespaces, in both families.
    pub rules: usize,
    /// Objects of APIC.
    pub objects: usize,
}

/// Proves that the files of a bundle agree. `files` are by path below the bundle's folder, `root` is how messages call that
/// folder, with a `/` behind it.
#[must_use]
pub fn verify(files: BTreeMap<String, Vec<u8>>, manifest: &[u8], root: &str) -> Verified {
    let mut texts: BTreeMap<String, String> =
        files.into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect();
    texts.insert(listing::MANIFEST.to_owned(), String::from_utf8_lossy(manifest).into_owned());
    let mut findings: Vec<Finding> = Vec::new();
    let manifest = listing::read(&texts, &mut findings);
    if let Some(manifest) = &manifest {
        listing::compare(manifest, &texts, &mut findings);
    }
    let manifest = manifest.unwrap_or_default();
    read::lines::compare(&texts, &listing::templates(&manifest), &mut findings);
    let read = Read {
        tree: Tree::read(&texts, &mut findings),
        hosts: hosts(&texts, &mut findings),
        topology: json(&texts, "neutron.json", &mut findings),
        homeless: json(&texts, "security-groups.json", &mut findings),
    };
    let mut extent = Extent {
        hosts: read.hosts.len(),
        endpoints: read.hosts.iter().map(|host| host.endpoints.len()).sum(),
        flows: read
            .hosts
            .iter()
            .map(|host| host.text("br-int.flows").map_or(0, |(_, text)| text.lines().count()))
            .sum(),
        rules: 0,
        objects: read.tree.objects.len(),
    };
    // What is not there or cannot be read would be missed everywhere else.
    if findings.is_empty() {
        let (found, rules) = compare(&read, &texts, &manifest);
        findings = finding::causes(found);
        extent.rules = rules;
    }
    let (sources, findings) = finding::report(findings, &texts, root);
    Verified { sources, findings, extent }
}

/// The targets of which a bundle has nothing, as one that `--host` or `--target` made: such a part is not held against
/// itself, for the other witnesses are not there.
#[must_use]
pub fn left_out(files: &BTreeMap<String, Vec<u8>>, manifest: &[u8]) -> Vec<&'static str> {
    serde_json::from_slice(manifest).map_or_else(|_| Vec::new(), |manifest| listing::left_out(&manifest, files))
}

/// The artifacts, read.
struct Read<'a> {
    tree: Tree,
    hosts: Vec<Host<'a>>,
    topology: Option<File<'a, Topology>>,
    /// The ports on no host.
    homeless: Option<File<'a, Answer>>,
}

/// A JSON artifact at the bundle's top, where there is one.
fn json<'a, T: DeserializeOwned>(
    texts: &'a BTreeMap<String, String>,
    path: &'a str,
    findings: &mut Vec<Finding>,
) -> Option<File<'a, T>> {
    read::host::json(path, texts.get(path)?, findings)
}

/// Everything against everything; also how many rules that were.
fn compare(read: &Read<'_>, texts: &BTreeMap<String, String>, manifest: &Value) -> (Vec<Finding>, usize) {
    let policy = Policy::of(&read.tree);
    let hosts = &read.hosts[..];
    let topology = read.topology.as_ref();
    let members = rules::members(hosts, read.homeless.as_ref().map(|file| &file.data));
    let templates = listing::templates(manifest);
    let internal = inside::internal(&policy, hosts, topology.map(|file| &file.data));
    let scenes: Vec<Scene<'_>> =
        hosts.iter().map(|host| Scene { host, policy: &policy, internal: &internal }).collect();
    let votes: Vec<flows::Votes> = scenes.par_iter().map(cast).collect();
    let global = flows::global(votes.iter());
    let refined = inside::refined(internal.clone(), &policy, hosts, &global);
    // Collected in the order of the hosts, so the threads' order is not seen.
    let found: Vec<(Vec<Finding>, usize)> = scenes
        .par_iter()
        .zip(&votes)
        .map(|(scene, votes)| {
            let scene = Scene { internal: &refined, ..*scene };
            let mut found = flows::compare(&scene, &Sheet::of(&scene), votes, &global);
            let (of_rules, count) = rules::compare(scene.host, &members, &templates);
            found.extend(of_rules);
            (found, count)
        })
        .collect();
    let preexisting = listing::preexisting(manifest);
    let mut findings = objects::compare(&objects::Payloads {
        tree: &read.tree,
        policy: &policy,
        texts,
        topology,
        numbers: &global,
        preexisting: &preexisting,
        secrets: &listing::secrets(manifest),
    });
    findings.extend(agreement::compare(&agreement::All {
        hosts,
        policy: &policy,
        numbers: &global,
        homeless: read.homeless.as_ref(),
        topology,
    }));
    let mut rules = 0;
    for (found, count) in found {
        findings.extend(found);
        rules += count;
    }
    (findings, rules)
}

fn hosts<'a>(texts: &'a BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Vec<Host<'a>> {
    let mut by_host: BTreeMap<&str, Vec<(&str, &str, &str)>> = BTreeMap::new();
    for (path, text) in texts {
        let Some((host, below)) = path.strip_prefix("hosts/").and_then(|rest| rest.split_once('/')) else { continue };
        by_host.entry(host).or_default().push((path, below, text));
    }
    let read: Vec<(Host<'a>, Vec<Finding>)> = by_host
        .par_iter()
        .map(|(name, files)| {
            let mut findings = Vec::new();
            (Host::read(name, files, &mut findings), findings)
        })
        .collect();
    read.into_iter()
        .map(|(host, found)| {
            findings.extend(found);
            host
        })
        .collect()
}

fn cast(scene: &Scene<'_>) -> flows::Votes {
    let sheet = Sheet::of(scene);
    let text = scene.host.text("br-int.flows").map_or("", |(_, text)| text);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let ports = scene.host.ports.iter().map(|line| (line.name, line.number)).collect();
    flows::vote(&sheet, &lines, &ports)
}
