//! Several files as one intent: what merges, and what may stand in one place only.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use uuid::Uuid;

use super::node::quoted;
use super::reader::Reader;
use crate::codes;
use crate::model::{
    ExternalNetwork, FabricFacts, FloatingIp, Host, Instance, Intent, Network, Port, Project, Rename, Router,
    SecurityGroup,
};

/// An object that stands in one place.
pub(super) trait Leaf {
    /// What messages call it.
    const NOUN: &'static str;
    /// The key that it stands under.
    const PLURAL: &'static str;
    /// Its key.
    fn handle(&self) -> &Spanned<String>;
}

/// A leaf whose facts may stand in a file of their own.
trait WithFacts: Leaf {
    /// Takes over the facts of another; repeats are reported.
    fn absorb(&mut self, other: Self, reader: &mut Reader<'_>);
    /// How to declare the object where only facts are written.
    const DECLARE: &'static str;
}

/// The intent while files are added.
#[derive(Default)]
pub(super) struct Merge {
    intent: Intent,
    projects: BTreeMap<String, Project>,
    /// The number of the file that is read.
    file: usize,
    /// The files that hold more than facts.
    declaring: BTreeSet<usize>,
    host_facts: Vec<(usize, Host)>,
    external_facts: Vec<(usize, ExternalNetwork)>,
    network_facts: BTreeMap<String, Vec<(usize, Network)>>,
    renames: BTreeMap<(String, String), Span>,
}

impl Merge {
    /// Starts the next file.
    pub(super) fn begin_file(&mut self) {
        self.file += 1;
    }

    /// Adds what one file says about the fabric's infra side.
    pub(super) fn fabric(&mut self, reader: &mut Reader<'_>, facts: FabricFacts) {
        let into = &mut self.intent.fabric;
        once(reader, "`infra_vlan`", &mut into.infra_vlan, facts.infra_vlan);
        once(reader, "`tep_pool`", &mut into.tep_pool, facts.tep_pool);
        once(reader, "`anycast_tep`", &mut into.anycast_tep, facts.anycast_tep);
    }

    /// Adds the hosts of a file; the flag says that only facts are written of it.
    pub(super) fn hosts(&mut self, reader: &mut Reader<'_>, hosts: BTreeMap<String, (Host, bool)>) {
        for (handle, (host, facts_only)) in hosts {
            if facts_only {
                self.host_facts.push((self.file, host));
            } else {
                self.declaring.insert(self.file);
                declare(reader, "", &mut self.intent.hosts, handle, host);
            }
        }
    }

    /// Adds the external networks of a file.
    pub(super) fn external_networks(
        &mut self,
        reader: &mut Reader<'_>,
        networks: BTreeMap<String, (ExternalNetwork, bool)>,
    ) {
        for (handle, (network, facts_only)) in networks {
            if facts_only {
                self.external_facts.push((self.file, network));
            } else {
                self.declaring.insert(self.file);
                declare(reader, "", &mut self.intent.external_networks, handle, network);
            }
        }
    }

    /// Adds a project, or takes over what a file adds to it.
    pub(super) fn project(
        &mut self,
        reader: &mut Reader<'_>,
        handle: Spanned<String>,
        id: Option<Spanned<Uuid>>,
        name: Option<Spanned<String>>,
    ) {
        let project = self.projects.entry(handle.value.clone()).or_default();
        let shown = quoted(&handle);
        once(reader, &format!("`id` of project {shown}"), &mut project.id, id);
        once(reader, &format!("`name` of project {shown}"), &mut project.name, name);
        // The first place by span, whatever order the files came in.
        if project.handle.as_ref().is_none_or(|known| handle.span < known.span) {
            project.handle = Some(handle);
        }
    }

    /// Adds the networks of a project.
    pub(super) fn networks(
        &mut self,
        reader: &mut Reader<'_>,
        project: &str,
        networks: BTreeMap<String, (Network, bool)>,
    ) {
        for (handle, (network, facts_only)) in networks {
            if facts_only {
                self.network_facts.entry(project.to_owned()).or_default().push((self.file, network));
            } else {
                self.declaring.insert(self.file);
                let known = &mut self.projects.entry(project.to_owned()).or_default().networks;
                declare(reader, project, known, handle, network);
            }
        }
    }

    /// Adds other objects of a project.
    pub(super) fn leaves<T: Leaf>(
        &mut self,
        reader: &mut Reader<'_>,
        project: &str,
        leaves: BTreeMap<String, T>,
        of: impl Fn(&mut Project) -> &mut BTreeMap<String, T>,
    ) {
        if leaves.is_empty() {
            return;
        }
        self.declaring.insert(self.file);
        let known = of(self.projects.entry(project.to_owned()).or_default());
        for (handle, leaf) in leaves {
            declare(reader, project, known, handle, leaf);
        }
    }

    /// Adds a rename; a path is renamed once.
    pub(super) fn rename(&mut self, reader: &mut Reader<'_>, kind: &str, rename: Rename) {
        match self.renames.insert((kind.to_owned(), rename.from.value.clone()), rename.from.span) {
            Some(first) => twice(reader, &format!("the rename of {}", quoted(&rename.from)), rename.from.span, first),
            None => self.intent.renamed.kinds.entry(kind.to_owned()).or_default().push(rename),
        }
    }

    /// Adds a file that was read by itself, as what is added here one after the other.
    pub(super) fn append(&mut self, reader: &mut Reader<'_>, other: Self) {
        let Self { intent, projects, file: _, declaring, host_facts, external_facts, network_facts, renames: _ } =
            other;
        // What is in projects and what is incomplete is held elsewhere until the end.
        let Intent { fabric, hosts, external_networks, projects: _, renamed, incomplete: _ } = intent;
        self.begin_file();
        self.fabric(reader, fabric);
        for (handle, host) in hosts {
            declare(reader, "", &mut self.intent.hosts, handle, host);
        }
        for (handle, network) in external_networks {
            declare(reader, "", &mut self.intent.external_networks, handle, network);
        }
        for (handle, project) in projects {
            match self.projects.entry(handle) {
                Entry::Vacant(place) => {
                    place.insert(project);
                }
                Entry::Occupied(known) => add_project(reader, known.into_mut(), project),
            }
        }
        if !declaring.is_empty() {
            self.declaring.insert(self.file);
        }
        self.host_facts.extend(host_facts.into_iter().map(|(_, facts)| (self.file, facts)));
        self.external_facts.extend(external_facts.into_iter().map(|(_, facts)| (self.file, facts)));
        for (project, facts) in network_facts {
            let known = self.network_facts.entry(project).or_default();
            known.extend(facts.into_iter().map(|(_, facts)| (self.file, facts)));
        }
        for (kind, renames) in renamed.kinds {
            for rename in renames {
                self.rename(reader, &kind, rename);
            }
        }
    }

    /// Puts facts to the objects they are about.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>) -> Intent {
        let declaring = &self.declaring;
        add_facts(reader, declaring, &mut self.intent.hosts, self.host_facts);
        add_facts(reader, declaring, &mut self.intent.external_networks, self.external_facts);
        for (project, facts) in self.network_facts {
            let networks = &mut self.projects.entry(project).or_default().networks;
            add_facts(reader, declaring, networks, facts);
        }
        for renames in self.intent.renamed.kinds.values_mut() {
            renames.sort_by(|a, b| a.from.cmp(&b.from));
        }
        let projects = self.projects.into_iter();
        self.intent.projects = projects.map(|(handle, project)| (handle, Arc::new(project))).collect();
        self.intent
    }
}

/// Adds what another file says about a project.
fn add_project(reader: &mut Reader<'_>, known: &mut Project, other: Project) {
    fn add<T: Leaf>(
        reader: &mut Reader<'_>,
        project: &str,
        known: &mut BTreeMap<String, T>,
        other: BTreeMap<String, T>,
    ) {
        for (handle, leaf) in other {
            declare(reader, project, known, handle, leaf);
        }
    }
    let Project { handle, id, name, networks, routers, security_groups, instances, ports, floating_ips } = other;
    let shown = handle.as_ref().map(|handle| quoted(handle)).unwrap_or_default();
    once(reader, &format!("`id` of project {shown}"), &mut known.id, id);
    once(reader, &format!("`name` of project {shown}"), &mut known.name, name);
    let project = handle.as_ref().map_or("", |handle| handle.value.as_str());
    add(reader, project, &mut known.networks, networks);
    add(reader, project, &mut known.routers, routers);
    add(reader, project, &mut known.security_groups, security_groups);
    add(reader, project, &mut known.instances, instances);
    add(reader, project, &mut known.ports, ports);
    add(reader, project, &mut known.floating_ips, floating_ips);
    if known.handle.as_ref().is_none_or(|known| handle.as_ref().is_some_and(|handle| handle.span < known.span)) {
        known.handle = handle;
    }
}

/// Takes a leaf in, or reports that it stands elsewhere already. Which of the two is meant nobody knows, so what the
/// first one lacks is no second finding.
fn declare<T: Leaf>(reader: &mut Reader<'_>, project: &str, known: &mut BTreeMap<String, T>, handle: String, leaf: T) {
    match known.get(&handle) {
        Some(first) => {
            let what = format!("{} {}", T::NOUN, quoted(&handle));
            twice(reader, &what, leaf.handle().span, first.handle().span);
            let path = if project.is_empty() { handle } else { format!("{project}/{handle}") };
            reader.incomplete.insert(T::PLURAL, path);
        }
        None => {
            known.insert(handle, leaf);
        }
    }
}

/// Facts join the object they are about. Of an object that is declared nowhere they declare it themselves,
/// unless their file holds nothing but facts: such a file is written by a tool and outlives what it is about.
fn add_facts<T: WithFacts>(
    reader: &mut Reader<'_>,
    declaring: &BTreeSet<usize>,
    known: &mut BTreeMap<String, T>,
    mut facts: Vec<(usize, T)>,
) {
    // Which of two declares the object must not depend on the order of the files.
    facts.sort_by_key(|(_, object)| object.handle().span);
    let (declaring, only): (Vec<_>, Vec<_>) = facts.into_iter().partition(|(file, _)| declaring.contains(file));
    for (_, object) in declaring {
        match known.get_mut(&object.handle().value) {
            Some(known) => known.absorb(object, reader),
            None => {
                known.insert(object.handle().value.clone(), object);
            }
        }
    }
    for (_, object) in only {
        match known.get_mut(&object.handle().value) {
            Some(known) => known.absorb(object, reader),
            // In a file that could not be read whole the declaration may be among what is missing.
            None if reader.incomplete.anything => {}
            None => {
                let handle = object.handle();
                let message = format!("facts of {} {}, which no file declares", T::NOUN, quoted(handle));
                let help = format!("delete them, or {}", T::DECLARE);
                reader.report(&codes::STALE_FACTS, handle.span, message, help);
            }
        }
    }
}

/// Fills a slot, or reports that it is filled.
fn once<T>(reader: &mut Reader<'_>, what: &str, slot: &mut Option<Spanned<T>>, new: Option<Spanned<T>>) {
    let Some(new) = new else { return };
    match slot {
        Some(first) => twice(reader, what, new.span, first.span),
        None => *slot = Some(new),
    }
}

/// Fills a map entry by entry.
fn once_each<T>(
    reader: &mut Reader<'_>,
    what: &str,
    known: &mut BTreeMap<String, Spanned<T>>,
    new: BTreeMap<String, Spanned<T>>,
) {
    for (key, value) in new {
        match known.get(&key) {
            Some(first) => twice(reader, &format!("{what} {}", quoted(&key)), value.span, first.span),
            None => {
                known.insert(key, value);
            }
        }
    }
}

fn twice(reader: &mut Reader<'_>, what: &str, one: Span, other: Span) {
    let (again, first) = if one < other { (other, one) } else { (one, other) };
    let message = format!("{what} is written in two places");
    let finding = Diagnostic::at(&codes::DECLARED_TWICE, again, message).label(first, "the other one");
    reader.push(finding.help("keep one of the two"));
}

macro_rules! leaves {
    ($($leaf:ty = $noun:literal, $plural:literal;)*) => {
        $(impl Leaf for $leaf {
            const NOUN: &'static str = $noun;
            const PLURAL: &'static str = $plural;
            fn handle(&self) -> &Spanned<String> {
                &self.handle
            }
        })*
    };
}

leaves! {
    ExternalNetwork = "external network", "external_networks";
    FloatingIp = "floating IP", "floating_ips";
    Host = "host", "hosts";
    Instance = "instance", "instances";
    Network = "network", "networks";
    Port = "port", "ports";
    Router = "router", "routers";
    SecurityGroup = "security group", "security_groups";
}

impl WithFacts for Host {
    const DECLARE: &'static str = "declare the host by its `roles` or `uplinks`";

    fn absorb(&mut self, other: Self, reader: &mut Reader<'_>) {
        for (name, place) in other.facts.names {
            self.facts.names.entry(name).or_insert(place);
        }
        once_each(reader, "the ofport of", &mut self.facts.ofports, other.facts.ofports);
        once_each(reader, "the MAC of", &mut self.facts.macs, other.facts.macs);
        once_each(reader, "the zone of", &mut self.facts.zones, other.facts.zones);
    }
}

impl WithFacts for Network {
    const DECLARE: &'static str = "declare the network with its `subnets`";

    fn absorb(&mut self, other: Self, reader: &mut Reader<'_>) {
        let shown = quoted(&self.handle);
        once(reader, &format!("`vnid` of network {shown}"), &mut self.facts.vnid, other.facts.vnid);
        once(reader, &format!("`mcast` of network {shown}"), &mut self.facts.mcast, other.facts.mcast);
    }
}

impl WithFacts for ExternalNetwork {
    const DECLARE: &'static str = "declare the external network with its `project` or `subnets`";

    fn absorb(&mut self, other: Self, reader: &mut Reader<'_>) {
        let shown = quoted(&self.handle);
        once(reader, &format!("`vnid` of external network {shown}"), &mut self.facts.vnid, other.facts.vnid);
        once(reader, &format!("`mcast` of external network {shown}"), &mut self.facts.mcast, other.facts.mcast);
    }
}
