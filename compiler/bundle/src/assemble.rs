//! From the fabric to all artifacts: targets one after the other, hosts at once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::model::{Fabric, HostId, Id as _};
use rayon::prelude::*;

use crate::artifact::{Artifact, BLOCK};
use crate::codes::UNKNOWN_SELECTION;
use crate::digest::{Digest, digest};
use crate::frame::Frames;
use crate::manifest::{FORMAT, Manifest, Profile, Releases, Secret};
use crate::target::{TARGETS, Target};

/// Which part of a bundle is made.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only this host's artifacts.
    pub host: Option<String>,
    /// Only this target's artifacts.
    pub target: Option<String>,
}

impl Selection {
    /// Whether everything is made.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.host.is_none() && self.target.is_none()
    }

    /// Whether an artifact belongs to the part.
    #[must_use]
    pub fn covers(&self, target: &str, path: &str) -> bool {
        let of_target = self.target.as_deref().is_none_or(|wanted| wanted == target);
        let host_of =
            |path: &str| path.strip_prefix("hosts/").and_then(|rest| rest.split('/').next().map(str::to_owned));
        of_target && self.host.as_ref().is_none_or(|wanted| host_of(path).as_ref() == Some(wanted))
    }
}

/// Takes artifacts over as they are finished, from many threads at once and in no order.
pub trait Sink: Sync {
    /// Takes some, and says the digests of their bytes: who takes them goes through them anyway, and through several at
    /// once in less time.
    fn take(&self, artifacts: Vec<Artifact>) -> Vec<Digest>;

    /// Whether nothing more is wanted. What was begun is finished all the same.
    fn is_over(&self) -> bool {
        false
    }

    /// A part, of so many, has handed over all its artifacts.
    fn part_done(&self, _of: usize) {}
}

/// All artifacts of one compile, or of the part that was selected.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The artifacts by path.
    pub artifacts: BTreeMap<String, Artifact>,
    /// What they are made of. Its `artifacts` name only what is in this bundle.
    pub manifest: Manifest,
}

/// Lowers the fabric and holds everything. With errors among the findings the bundle must not be used.
#[must_use]
pub fn assemble(fabric: &Fabric, frames: &Frames, selection: &Selection, diagnostics: &mut Diagnostics) -> Bundle {
    let held = Held::default();
    let manifest = assemble_into(fabric, frames, selection, &held, diagnostics);
    held.into_bundle(manifest)
}

/// Holds every artifact.
#[derive(Debug, Default)]
pub struct Held(Mutex<Vec<Artifact>>);

impl Held {
    /// The bundle, with the manifest that came of handing its artifacts over.
    #[must_use]
    pub fn into_bundle(self, manifest: Manifest) -> Bundle {
        let artifacts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        Bundle { artifacts: artifacts.into_iter().map(|made| (made.path.clone(), made)).collect(), manifest }
    }
}

impl Sink for Held {
    fn take(&self, artifacts: Vec<Artifact>) -> Vec<Digest> {
        let digests = artifacts.iter().map(|artifact| digest(&artifact.content)).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(artifacts);
        digests
    }
}

/// Lowers the fabric, hands every artifact to `sink` and holds none; returns what they are made of.
/// With errors among the findings, or when the sink wanted no more, what was handed over must not be used.
pub fn assemble_into(
    fabric: &Fabric,
    frames: &Frames,
    selection: &Selection,
    sink: &dyn Sink,
    diagnostics: &mut Diagnostics,
) -> Manifest {
    let targets = select_targets(selection, diagnostics);
    let hosts = select_hosts(fabric, selection, diagnostics);
    let mut parts: Vec<Part> = Vec::with_capacity(targets.len() + hosts.len());
    if selection.host.is_none() {
        parts.extend(targets.iter().map(|target| Part::Site(*target)));
    }
    parts.extend(hosts.into_iter().map(Part::Host));
    let all = parts.len();
    // Collected in the order of `parts`, so the threads' order is not seen.
    let made: Vec<Made> = parts
        .par_iter()
        // One at a time: a host that serves DHCP for the whole site takes as long as ten others.
        .with_max_len(1)
        .map(|part| {
            let made = if sink.is_over() { Made::default() } else { part.make(fabric, frames, &targets, sink) };
            sink.part_done(all);
            made
        })
        .collect();
    let mut secrets: Vec<Secret> = Vec::new();
    let mut preexisting: Vec<String> = Vec::new();
    if selection.host.is_none() {
        secrets.extend(targets.iter().flat_map(|target| target.secrets(fabric)));
        preexisting.extend(targets.iter().flat_map(|target| target.preexisting(fabric)));
    }
    secrets.sort();
    preexisting.sort();
    preexisting.dedup();
    let mut listed: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for part in made {
        for (target, path, digest) in part.digests {
            listed.entry(target).or_default().push((path, digest));
        }
        diagnostics.extend(part.findings);
    }
    // A map that is made of all its entries at once costs a third of one that takes them one by one.
    let listed = listed.into_iter().map(|(target, entries)| (target.to_owned(), entries.into_iter().collect()));
    let releases = &fabric.system.releases;
    Manifest {
        format_version: FORMAT.to_owned(),
        profile: Profile::Ml2,
        releases: Releases {
            opflex_agent: releases.opflex_agent.clone(),
            agent_ovs: releases.agent_ovs.clone(),
            neutron: releases.neutron.clone(),
            apic: releases.apic.clone(),
        },
        templates: frames.overridden().map(str::to_owned).collect(),
        secrets,
        preexisting,
        artifacts: listed.collect(),
    }
}

/// What is made in one go, on one thread.
enum Part {
    Site(&'static dyn Target),
    Host(HostId),
}

/// What is known of a part's artifacts once they are handed over.
#[derive(Default)]
struct Made {
    /// Target, path, digest.
    digests: Vec<(&'static str, String, String)>,
    findings: Diagnostics,
}

impl Part {
    fn make(&self, fabric: &Fabric, frames: &Frames, targets: &[&'static dyn Target], sink: &dyn Sink) -> Made {
        let mut handing = Handing { sink, held: Vec::new(), bytes: 0, digests: Vec::new() };
        let mut findings = Diagnostics::new();
        let mut emit = |artifact| handing.over(artifact);
        match self {
            Self::Site(target) => target.site(fabric, frames, &mut emit, &mut findings),
            Self::Host(host) => {
                for target in targets {
                    target.host(fabric, *host, frames, &mut emit, &mut findings);
                }
            }
        }
        handing.on();
        // Here, where the other threads have work of their own: of what is in order a map is made in one go.
        handing.digests.sort_unstable();
        Made { digests: handing.digests, findings }
    }
}

/// So many bytes of a part are held back at most, so that memory does not grow with a host.
const MOST_HELD: usize = 8 * 1024 * 1024;

/// A part's artifacts on their way: large ones go on together.
struct Handing<'a> {
    sink: &'a dyn Sink,
    held: Vec<Artifact>,
    /// The length of what is held.
    bytes: usize,
    digests: Vec<(&'static str, String, String)>,
}

impl Handing<'_> {
    fn over(&mut self, artifact: Artifact) {
        let bytes = artifact.content.len();
        if bytes <= BLOCK {
            self.hand(vec![artifact]);
            return;
        }
        self.held.push(artifact);
        self.bytes += bytes;
        if self.bytes > MOST_HELD {
            self.on();
        }
    }

    /// Hands on what is held.
    fn on(&mut self) {
        self.bytes = 0;
        let held = std::mem::take(&mut self.held);
        self.hand(held);
    }

    fn hand(&mut self, artifacts: Vec<Artifact>) {
        let names: Vec<_> = artifacts.iter().map(|artifact| (artifact.target, artifact.path.clone())).collect();
        let digests = self.sink.take(artifacts).into_iter().map(|digest| digest.to_string());
        self.digests.extend(names.into_iter().zip(digests).map(|((target, path), digest)| (target, path, digest)));
    }
}

fn select_targets(selection: &Selection, diagnostics: &mut Diagnostics) -> Vec<&'static dyn Target> {
    let Some(wanted) = &selection.target else { return TARGETS.to_vec() };
    let found: Vec<_> = TARGETS.iter().copied().filter(|target| target.name() == wanted).collect();
    if found.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name()).collect();
        diagnostics.push(
            Diagnostic::new(&UNKNOWN_SELECTION, format!("there is no target `{wanted}`"))
                .help(format!("the targets are {}", names.join(", "))),
        );
    }
    found
}

fn select_hosts(fabric: &Fabric, selection: &Selection, diagnostics: &mut Diagnostics) -> Vec<HostId> {
    let all = (0..fabric.hosts.len()).map(HostId::from_index);
    let Some(wanted) = &selection.host else { return all.collect() };
    let found: Vec<HostId> = all.filter(|id| fabric.hosts[*id].name == *wanted).collect();
    if found.is_empty() {
        let names: Vec<&str> = fabric.hosts.iter().map(|host| host.name.as_str()).take(10).collect();
        diagnostics.push(
            Diagnostic::new(&UNKNOWN_SELECTION, format!("the site has no host `{wanted}`")).help(format!(
                "its hosts are {}{}",
                names.join(", "),
                if fabric.hosts.len() > 10 { ", …" } else { "" }
            )),
        );
    }
    found
}
