//! Lowering again after a change: what was made from rows that still say the same is kept.
//!
//! A bundle's parts are what one target makes of the site or of one host. Each is made while the tables note what it
//! looks at, so it is made again just when any of that says something else. What is kept has the bytes that a compile from
//! nothing would make; a test holds that over edits of all kinds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::fingerprint::{self, Fingerprints};
use aciform_fabric::model::trace::{Reads, traced};
use aciform_fabric::model::{Fabric, HostId, Id as _};
use rayon::prelude::*;

use crate::artifact::{Artifact, Content};
use crate::frame::Frames;
use crate::target::{PIECES, Target, gather};

/// A bundle in memory that follows its site.
#[derive(Debug, Default)]
pub struct Lowered {
    fingerprints: Option<Fingerprints>,
    templates: BTreeMap<String, String>,
    parts: BTreeMap<Place, Part>,
    /// How many parts the last change made anew.
    made: usize,
}

/// A target by its place in the list, and a host by name; none for the site as a whole.
type Place = (usize, Option<String>);

/// A part's files by path; who is told of a difference shares them.
type Files = BTreeMap<String, Arc<Content>>;

#[derive(Clone, Debug)]
struct Part {
    artifacts: Files,
    reads: Reads,
}

/// A file that is not what it was.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The path below the bundle's folder.
    pub path: String,
    /// What it held; absent where it is new.
    pub old: Option<Arc<Content>>,
    /// What it holds; absent where it is gone.
    pub new: Option<Arc<Content>>,
}

/// What became of a part.
enum Outcome {
    Kept(Reads),
    /// With the files that are what they were.
    Made(Part, Diagnostics, BTreeSet<String>),
}

impl Lowered {
    /// Follows the site to this fabric and says which files differ, by path. With errors among the findings the bundle
    /// stays where it was.
    pub fn follow(&mut self, fabric: &Fabric, frames: &Frames, diagnostics: &mut Diagnostics) -> Vec<Difference> {
        let fingerprints = fingerprint::take(fabric);
        let same_templates = self.templates == *frames.overrides();
        let moves = self.fingerprints.as_ref().filter(|_| same_templates).map(|old| old.moves(&fingerprints));
        let wanted = places(fabric);
        let outcomes: Vec<(Place, Outcome)> = wanted
            .into_par_iter()
            .map(|(place, host)| {
                let kept = self.parts.get(&place).zip(moves.as_ref());
                let outcome = match kept.and_then(|(part, moves)| moves.follow(&part.reads)) {
                    Some(reads) => Outcome::Kept(reads),
                    None => make(PIECES[place.0], host, fabric, frames, self.parts.get(&place)),
                };
                (place, outcome)
            })
            .collect();
        let mut findings = Diagnostics::new();
        for (_, outcome) in &outcomes {
            if let Outcome::Made(_, found, _) = outcome {
                findings.extend(found.clone());
            }
        }
        let failed = findings.has_errors();
        diagnostics.extend(findings);
        if failed {
            return Vec::new();
        }
        let mut old = std::mem::take(&mut self.parts);
        let mut differences = Vec::new();
        self.made = 0;
        for (place, outcome) in outcomes {
            let before = old.remove(&place);
            let part = match (outcome, before) {
                (Outcome::Kept(reads), Some(part)) => Part { reads, ..part },
                (Outcome::Kept(reads), None) => Part { artifacts: BTreeMap::new(), reads },
                (Outcome::Made(part, _, same), before) => {
                    self.made += 1;
                    let before = before.map(|part| part.artifacts).unwrap_or_default();
                    compare(before, &part.artifacts, &same, &mut differences);
                    part
                }
            };
            self.parts.insert(place, part);
        }
        for part in old.into_values() {
            compare(part.artifacts, &BTreeMap::new(), &BTreeSet::new(), &mut differences);
        }
        differences.sort_by(|a, b| a.path.cmp(&b.path));
        self.fingerprints = Some(fingerprints);
        self.templates.clone_from(frames.overrides());
        differences
    }

    /// Every file with its content, by path.
    #[must_use]
    pub fn artifacts(&self) -> BTreeMap<&str, &Content> {
        let files = self.parts.values().flat_map(|part| &part.artifacts);
        files.map(|(path, content)| (path.as_str(), &**content)).collect()
    }

    /// Of all parts, how many the last change made anew.
    #[must_use]
    pub fn made(&self) -> (usize, usize) {
        (self.made, self.parts.len())
    }
}

/// Every part of a fabric's bundle.
fn places(fabric: &Fabric) -> Vec<(Place, Option<HostId>)> {
    let hosts = (0..fabric.hosts.len()).map(HostId::from_index);
    let hosts: Vec<(Option<String>, Option<HostId>)> =
        hosts.map(|id| (Some(fabric.hosts[id].name.clone()), Some(id))).collect();
    let of = |target: usize| {
        std::iter::once((None, None)).chain(hosts.clone()).map(move |(name, host)| ((target, name), host))
    };
    (0..PIECES.len()).flat_map(of).collect()
}

fn make(
    target: &'static dyn Target,
    host: Option<HostId>,
    fabric: &Fabric,
    frames: &Frames,
    before: Option<&Part>,
) -> Outcome {
    let mut findings = Diagnostics::new();
    let (artifacts, reads) = traced(|| {
        gather(|emit| match host {
            Some(host) => target.host(fabric, host, frames, emit, &mut findings),
            None => target.site(fabric, frames, emit, &mut findings),
        })
    });
    let artifacts: Files =
        artifacts.into_iter().map(|Artifact { path, content, .. }| (path, Arc::new(content))).collect();
    let before = before.iter().flat_map(|part| &part.artifacts);
    let same = before.filter(|(path, old)| artifacts.get(*path) == Some(old)).map(|(path, _)| path.clone()).collect();
    // A finding is told in each run, so its part is made in each.
    let reads = if findings.is_empty() { reads } else { Reads::never() };
    Outcome::Made(Part { artifacts, reads }, findings, same)
}

fn compare(old: Files, new: &Files, same: &BTreeSet<String>, differences: &mut Vec<Difference>) {
    let added = new.iter().filter(|(path, _)| !old.contains_key(*path));
    differences.extend(added.map(|(path, content)| Difference {
        path: path.clone(),
        old: None,
        new: Some(content.clone()),
    }));
    for (path, content) in old {
        if !same.contains(&path) {
            let new = new.get(&path).cloned();
            differences.push(Difference { path, old: Some(content), new });
        }
    }
}
