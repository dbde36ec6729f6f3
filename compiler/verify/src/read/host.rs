//! Everything that one host has.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::devices::{Answer, Namespace};
use super::endpoint::{Endpoint, RoutingDomain, Service};
use crate::codes::{MALFORMED_FILE_SET, UNREADABLE};
use crate::finding::{Finding, Place};
use crate::net::Mac;

/// A JSON artifact that could be read.
#[derive(Debug)]
pub(crate) struct File<'a, T> {
    /// Its path below the bundle.
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) data: T,
}

impl<T> File<'_, T> {
    /// The name without folders and without what is behind the last dot.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Where a value of it stands.
    pub(crate) fn place(&self, steps: &[&str]) -> Place {
        Place::value(self.path, self.text, steps)
    }
}

/// A line of `br-int.ports`.
#[derive(Debug)]
pub(crate) struct PortLine<'a> {
    pub(crate) number: u32,
    pub(crate) name: &'a str,
    pub(crate) range: Range<usize>,
}

/// A namespace's folder.
#[derive(Debug, Default)]
pub(crate) struct NamespaceFiles<'a> {
    pub(crate) description: Option<File<'a, Namespace>>,
}

/// A host's artifacts.
#[derive(Debug)]
pub(crate) struct Host<'a> {
    pub(crate) name: &'a str,
    /// Ports and SNAT interfaces, by path.
    pub(crate) endpoints: Vec<File<'a, Endpoint>>,
    pub(crate) domains: Vec<File<'a, RoutingDomain>>,
    pub(crate) services: Vec<File<'a, Service>>,
    pub(crate) answer: Option<File<'a, Answer>>,
    pub(crate) ports: Vec<PortLine<'a>>,
    /// By folder.
    pub(crate) namespaces: BTreeMap<&'a str, NamespaceFiles<'a>>,
    /// Path below the host's folder to text, of every artifact.
    pub(crate) texts: BTreeMap<&'a str, (&'a str, &'a str)>,
}

/// What every host has, whatever runs there.
const ALWAYS: [&str; 6] = ["br-int.flows", "br-int.groups", "br-int.ports", "ipset", "iptables.v4", "iptables.v6"];

impl<'a> Host<'a> {
    /// Its SNAT interfaces' endpoints, by interface.
    pub(crate) fn snats(&self) -> BTreeMap<&str, &File<'a, Endpoint>> {
        let snats = self.endpoints.iter().filter(|file| file.data.is_snat());
        snats.map(|file| (file.data.interface_name.as_str(), file)).collect()
    }

    /// Reads the files of a host: path in the bundle, path below the host, text.
    pub(crate) fn read(name: &'a str, files: &[(&'a str, &'a str, &'a str)], findings: &mut Vec<Finding>) -> Self {
        let mut host = Self {
            name,
            endpoints: Vec::new(),
            domains: Vec::new(),
            services: Vec::new(),
            answer: None,
            ports: Vec::new(),
            namespaces: BTreeMap::new(),
            texts: BTreeMap::new(),
        };
        for &(path, below, text) in files {
            host.texts.insert(below, (path, text));
            let parts: Vec<&str> = below.split('/').collect();
            match parts[..] {
                ["endpoints", file] if file.ends_with(".ep") => host.endpoints.extend(json(path, text, findings)),
                ["endpoints", file] if file.ends_with(".rdconfig") => host.domains.extend(json(path, text, findings)),
                ["services", file] if file.ends_with(".as") => host.services.extend(json(path, text, findings)),
                ["security-groups.json"] => host.answer = json(path, text, findings),
                ["br-int.ports"] => host.ports = ports(path, text, findings),
                ["netns", folder, "netns.json"] => {
                    host.namespaces.entry(folder).or_default().description = json(path, text, findings);
                }
                ["netns", folder, "iptables.v4" | "iptables.v6"] => {
                    host.namespaces.entry(folder).or_default();
                }
                [file] if ALWAYS.contains(&file) => {}
                _ => {
                    let message = format!("`{path}` is no file that an agent of the host reads");
                    findings.push(Finding::new(&MALFORMED_FILE_SET, message).at(Place::file(path), "this file"));
                }
            }
        }
        for wanted in ALWAYS {
            if !host.texts.contains_key(wanted) {
                let message = format!("host `{name}` has no `{wanted}`");
                let place = files.first().map_or("manifest.json", |(path, ..)| path);
                findings
                    .push(Finding::new(&MALFORMED_FILE_SET, message).at(Place::file(place), "a file of the same host"));
            }
        }
        host
    }

    /// The text of an artifact, by its path below the host's folder.
    pub(crate) fn text(&self, below: &str) -> Option<(&'a str, &'a str)> {
        self.texts.get(below).copied()
    }
}

/// Reads a JSON artifact; keys that no agent knows are refused, as they are read past without a word.
pub(crate) fn json<'a, T: DeserializeOwned>(
    path: &'a str,
    text: &'a str,
    findings: &mut Vec<Finding>,
) -> Option<File<'a, T>> {
    match serde_json::from_str(text) {
        Ok(data) => Some(File { path, text, data }),
        Err(error) => {
            findings.push(unreadable(path, text, &error));
            None
        }
    }
}

/// That a JSON artifact is not what its reader takes, at the place where the parser stopped.
pub(crate) fn unreadable(path: &str, text: &str, error: &serde_json::Error) -> Finding {
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said).to_owned();
    let line = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let here = text[start..].lines().next().unwrap_or_default();
    if let Some(key) = said.strip_prefix("duplicate field ") {
        // The parser has just passed the key.
        let quoted = Value::from(key.trim_matches('`')).to_string();
        let passed = here.get(..error.column().min(here.len())).unwrap_or(here);
        let from = passed.rfind(&quoted).map(|at| start + at);
        let place = from.map_or(start..start + here.len(), |from| from..from + quoted.len());
        let message = format!("`{path}` has key {key} twice in one object, of which readers keep one");
        let place = Place::new(path, place);
        return Finding::new(&UNREADABLE, message).at(place, "once more").help("leave one of the two");
    }
    let indent = here.len() - here.trim_start().len();
    let place = Place::new(path, start + indent..start + here.len());
    Finding::new(&UNREADABLE, format!("`{path}` cannot be read: {said}")).at(place, "read up to here")
}

/// `<number> <name>`, one a line.
fn ports<'a>(path: &str, text: &'a str, findings: &mut Vec<Finding>) -> Vec<PortLine<'a>> {
    let mut read = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        // A template of the site's own may say something above the ports.
        if line.starts_with('#') {
            continue;
        }
        let parsed = line.trim_end().split_once(' ').and_then(|(number, name)| Some((number.parse().ok()?, name)));
        match parsed {
            Some((number, name)) => read.push(PortLine { number, name, range }),
            None => {
                let message = format!("a line of `{path}` is not a number and an interface's name");
                findings.push(Finding::new(&UNREADABLE, message).at(Place::new(path, range), "this line"));
            }
        }
    }
    read
}

impl Endpoint {
    /// Whether it is a SNAT interface and not a port of Neutron's.
    pub(crate) fn is_snat(&self) -> bool {
        self.neutron_network.is_none()
    }

    pub(crate) fn mac(&self) -> Option<Mac> {
        self.mac.as_deref().and_then(Mac::parse)
    }

    /// Whether it is the DHCP server's.
    pub(crate) fn is_dhcp(&self) -> bool {
        self.attributes.vm_name.starts_with("dhcp|")
    }
}
