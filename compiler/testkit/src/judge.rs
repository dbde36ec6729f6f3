//! Whether a mutation of a bundle changes what the cloud does, decided by others than the compiler: Open vSwitch traces packets,
//! iptables and ipset load and print back, and payloads and agents' files are compared as tables of what their readers take from them.
//!
//! What is called harmless is so provably, or no packet of many shows otherwise; the reason is given.
//! A mutant that its reader does not take at all changes what the cloud does.

mod agent;
mod chain;
mod filtering;
mod policy;
mod probe;
mod switching;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::mutate::{Artifact, Bundle, MANIFEST, Mutation, host};
use filtering::Loaded;
use switching::Trial;

/// Whether something else happens, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Something else happens.
    Changes(String),
    /// Everything happens as before.
    Harmless(String),
}

impl Judgement {
    /// Whether something else happens.
    #[must_use]
    pub fn changes(&self) -> bool {
        matches!(self, Self::Changes(_))
    }
}

/// A bundle whose mutations are judged. Each host's switch is started when it is first needed, and kept.
pub struct Judge<'a> {
    bundle: &'a Bundle,
    trials: BTreeMap<String, Trial>,
    /// What the tools hold of the folders as they were compiled.
    filters: BTreeMap<String, Loaded>,
}

impl<'a> Judge<'a> {
    /// For mutations of a bundle.
    #[must_use]
    pub fn new(bundle: &'a Bundle) -> Self {
        Self { bundle, trials: BTreeMap::new(), filters: BTreeMap::new() }
    }

    /// Judges one mutation.
    ///
    /// # Errors
    /// A tool is missing, or does not take the bundle as it was compiled.
    pub fn judge(&mut self, mutation: &Mutation) -> Result<Judgement, String> {
        let mutant = mutation.apply(self.bundle);
        if mutation.artifact == Artifact::Manifest && mutation.files.len() == 1 {
            return manifests(self.bundle, &mutant);
        }
        let gone = self.bundle.hosts().into_iter().find(|host| !mutant.hosts().contains(host));
        if let Some(host) = gone {
            return Ok(Judgement::Changes(format!("`{host}` gets nothing")));
        }
        let mut judged = BTreeSet::new();
        let mut last = Judgement::Harmless("no file differs".to_owned());
        for path in mutation.files.keys().filter(|path| *path != MANIFEST) {
            let Some(artifact) = Artifact::of(path) else { continue };
            let family = Family::of(artifact);
            let place = Place::of(path, family);
            if judged.insert((family, place.folder.clone())) {
                last = self.compare(family, &place, &mutant)?;
                if last.changes() {
                    return Ok(last);
                }
            }
        }
        Ok(last)
    }

    fn compare(&mut self, family: Family, place: &Place, mutant: &Bundle) -> Result<Judgement, String> {
        let folder = &place.folder;
        match family {
            Family::Payloads => Ok(policy::compare(self.bundle, mutant)),
            Family::Agent => Ok(agent::compare(self.bundle, mutant, folder)),
            Family::Filter => {
                if !self.filters.contains_key(folder) {
                    self.filters.insert(folder.clone(), filtering::load(self.bundle, folder)?);
                }
                Ok(filtering::compare(&self.filters[folder], mutant, folder))
            }
            Family::Switch => {
                if !self.trials.contains_key(&place.host) {
                    let trial = Trial::new(self.bundle, folder).map_err(|failure| failure.to_string())?;
                    self.trials.insert(place.host.clone(), trial);
                }
                let trial = self.trials.get_mut(&place.host).ok_or("a switch was just started")?;
                trial.compare(mutant, folder).map_err(|failure| failure.to_string())
            }
        }
    }
}

/// Files that are read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Payloads,
    Agent,
    Filter,
    Switch,
}

impl Family {
    fn of(artifact: Artifact) -> Self {
        match artifact {
            Artifact::Payload => Self::Payloads,
            Artifact::Flows | Artifact::Groups | Artifact::Ports => Self::Switch,
            Artifact::Rules | Artifact::Sets | Artifact::NamespaceRules => Self::Filter,
            Artifact::Endpoint
            | Artifact::RoutingDomain
            | Artifact::Service
            | Artifact::Namespace
            | Artifact::HostJson
            | Artifact::Manifest => Self::Agent,
        }
    }
}

/// The folder whose files are compared: a host's, or for rules that of a namespace, with a slash at its end.
struct Place {
    host: String,
    folder: String,
}

impl Place {
    fn of(path: &str, family: Family) -> Self {
        let host = host(path).unwrap_or_default().to_owned();
        let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = if family == Family::Filter { format!("{own}/") } else { format!("hosts/{host}/") };
        Self { host, folder }
    }
}

/// A push takes two things from the manifest: which files there are, and which secrets it fills in.
fn manifests(original: &Bundle, mutant: &Bundle) -> Result<Judgement, String> {
    let read = |bundle: &Bundle| -> Result<(Value, BTreeSet<String>), String> {
        let text = bundle.files.get(MANIFEST).ok_or("a bundle has a manifest")?;
        let manifest: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let targets = manifest["artifacts"].as_object().into_iter().flatten();
        let paths = targets.filter_map(|(_, entries)| entries.as_object()).flatten().map(|(path, _)| path.clone());
        Ok((manifest["secrets"].clone(), paths.collect()))
    };
    let (before, after) = (read(original)?, read(mutant)?);
    Ok(match () {
        () if before.0 != after.0 => Judgement::Changes("a push fills in other secrets".to_owned()),
        () if before.1 != after.1 => Judgement::Changes("a push knows of other files".to_owned()),
        () => Judgement::Harmless("a push takes the same files and secrets".to_owned()),
    })
}
