//! What a rule may look at.

use aciform_diagnostics::{FileId, SourceMap};
use aciform_fabric::model::Fabric;
use aciform_intent::ini::{Config, PREFIXES, Reading};
use aciform_intent::model::{Intent, Site};

use crate::AgentFile;

/// Everything that was made of the files of one deployment.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The texts.
    pub sources: &'a SourceMap,
    /// The ini files: every option as it is in force, every named section.
    pub ini: &'a Reading<'a>,
    /// What lowering needs of them.
    pub config: &'a Config,
    /// The rest of the site; `None`: bare ini files, about whose cloud nothing is known.
    pub site: Option<SiteInput<'a>>,
    /// The OVS agent's own files that belong to it.
    pub agents: &'a [AgentFile],
    /// What is known about the machine that the files lie on.
    pub surroundings: &'a dyn Surroundings,
}

/// The part of a site that is not ini.
#[derive(Clone, Copy, Debug)]
pub struct SiteInput<'a> {
    /// `aciform.yaml`.
    pub site: &'a Site,
    /// The intent, as written.
    pub intent: &'a Intent,
    /// The resolved model; it lacks what could not be bound, which was reported.
    pub fabric: &'a Fabric,
}

/// Facts about a machine. A file in a repository says nothing about them, so most answers are `None`.
pub trait Surroundings {
    /// Whether a path that the configuration names exists; `None`: this is not the machine that it is about.
    fn exists(&self, path: &str) -> Option<bool>;

    /// The permission bits of a file that was read; `None`: not known, or not the file that a service reads.
    fn mode(&self, file: FileId) -> Option<u32>;

    /// Whether a file that was given besides, and is read by itself, sets an option: which files of a folder belong
    /// together nobody can tell.
    fn is_set_elsewhere(&self, group: &str, option: &str) -> bool {
        let _ = (group, option);
        false
    }
}

/// Knows nothing.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Surroundings for Nothing {
    fn exists(&self, _path: &str) -> Option<bool> {
        None
    }

    fn mode(&self, _file: FileId) -> Option<u32> {
        None
    }
}

/// Options that say who logs in, here or on the hypervisors: what a file that keeps secrets apart holds.
const LOGIN: &[&str] =
    &["apic_username", "apic_password", "certificate_name", "private_key_file", "openstack_user", "openstack_password"];

impl Input<'_> {
    /// Whether the files are meant to be a whole configuration of the plugin: they name the controllers, or have a
    /// login beside other options. A file with a login alone keeps it apart from the rest.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let group = self.ini.plugin_group();
        let is_set = |name: &str| self.ini.line(group.name, name).is_some();
        if is_set("apic_hosts") {
            return true;
        }
        let others = || group.rows().map(|row| row.name).filter(|name| !LOGIN.contains(name));
        let other = || others().any(is_set) || PREFIXES.iter().any(|prefix| !self.ini.named(prefix).is_empty());
        // The login on the hypervisors is none on APIC.
        LOGIN[..4].iter().any(|name| is_set(name)) && other()
    }

    /// Whether an option that a whole configuration has is set nowhere: neither here, nor in a file that was given
    /// besides, nor perhaps in one that could not be read.
    #[must_use]
    pub fn lacks(&self, group: &str, option: &str) -> bool {
        self.is_whole() && !self.config.incomplete && self.is_unset(group, option)
    }

    /// Whether no file that was given sets an option, or has a line that may be meant for it.
    #[must_use]
    pub fn is_unset(&self, group: &str, option: &str) -> bool {
        self.ini.is_unset(group, option) && !self.surroundings.is_set_elsewhere(group, option)
    }
}
