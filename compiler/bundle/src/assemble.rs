//! From the fabric to all artifacts: targets one after the other, hosts at once.

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::model::{Fabric, HostId, Id as _};
use rayon::prelude::*;

use crate::artifact::Artifact;
use crate::codes::UNKNOWN_SELECTION;
use crate::frame::Frames;
use crate::manifest::{FORMAT, Manifest, Profile, Releases, Secret, digest};
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

/// All artifacts of one compile, or of the part that was selected.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The artifacts by path.
    pub artifacts: BTreeMap<String, Artifact>,
    /// What they are made of. Its `artifacts` name only what is in this bundle.
    pub manifest: Manifest,
}

/// Lowers the fabric. With errors among the findings the bundle must not be written.
#[must_use]
pub fn assemble(fabric: &Fabric, frames: &Frames, selection: &Selection, diagnostics: &mut Diagnostics) -> Bundle {
    let targets = select_targets(selection, diagnostics);
    let hosts = select_hosts(fabric, selection, diagnostics);
    let mut artifacts: Vec<Artifact> = Vec::new();
    let mut secrets: Vec<Secret> = Vec::new();
    for target in &targets {
        if selection.host.is_none() {
            artifacts.extend(target.site(fabric, frames, diagnostics));
            secrets.extend(target.secrets(fabric));
        }
    }
    // Collected in the order of `hosts`, so the threads' order is not seen.
    let parts: Vec<(Vec<Artifact>, Diagnostics)> = hosts
        .par_iter()
        .map(|host| {
            let mut findings = Diagnostics::new();
            let made = targets.iter().flat_map(|target| target.host(fabric, *host, frames, &mut findings)).collect();
            (made, findings)
        })
        .collect();
    for (made, findings) in parts {
        artifacts.extend(made);
        diagnostics.extend(findings);
    }
    secrets.sort();
    let mut digests: Vec<(usize, String)> = Vec::new();
    artifacts
        .par_iter()
        .enumerate()
        .map(|(at, artifact)| (at, digest(&artifact.content)))
        .collect_into_vec(&mut digests);
    let mut listed: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (at, sum) in digests {
        let artifact = &artifacts[at];
        listed.entry(artifact.target.to_owned()).or_default().insert(artifact.path.clone(), sum);
    }
    let releases = &fabric.system.releases;
    let manifest = Manifest {
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
        artifacts: listed,
    };
    Bundle { artifacts: artifacts.into_iter().map(|made| (made.path.clone(), made)).collect(), manifest }
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
