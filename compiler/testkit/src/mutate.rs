//! Single mutations of a bundle: one thing in one file is other than it was compiled, as a slip of an editor, a bad merge or a
//! fault of the compiler would make it, and the manifest's digests agree with it.
//!
//! Drawn by kind, not by size of file, so that a short file is tried as often as a long one; most new values are ones that
//! the bundle uses elsewhere, because two things that were swapped are harder to notice than one that nobody knows.
//! The same bundle and seed give the same mutations.

mod flows;
mod folder;
mod groups;
mod json;
mod manifest;
mod payload;
mod pool;
mod rules;
mod sets;
mod tree;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::generate::Dice;
use pool::Pool;

pub(crate) use flows::Flow;
pub(crate) use rules::words as rule_words;
pub use tree::Tree;

/// The manifest's name in a bundle.
pub const MANIFEST: &str = "manifest.json";

/// The files of a bundle by their path below its folder, the manifest among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Path to text.
    pub files: BTreeMap<String, String>,
}

impl Bundle {
    /// Reads a folder.
    ///
    /// # Errors
    /// What the file system says; a file that is no text is one of the errors.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        let mut files = BTreeMap::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(folder).map_err(std::io::Error::other)?;
                files.insert(path.to_string_lossy().into_owned(), std::fs::read_to_string(entry.path())?);
            }
        }
        Ok(Self { files })
    }

    /// Writes all files into a folder.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        crate::generate::write(&self.files, folder)
    }

    /// The paths of the files of a kind.
    pub fn of(&self, artifact: Artifact) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(move |path| Artifact::of(path) == Some(artifact))
    }

    /// The hosts that have a folder.
    #[must_use]
    pub fn hosts(&self) -> BTreeSet<&str> {
        self.files.keys().filter_map(|path| host(path)).collect()
    }
}

/// The host of a path, if it lies in a host's folder.
#[must_use]
pub fn host(path: &str) -> Option<&str> {
    path.strip_prefix("hosts/")?.split_once('/').map(|(host, _)| host)
}

/// The kinds of files in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Artifact {
    /// `apic/*.json`
    Payload,
    /// `endpoints/*.ep`
    Endpoint,
    /// `endpoints/*.rdconfig`
    RoutingDomain,
    /// `services/*.as`
    Service,
    /// `br-int.flows`
    Flows,
    /// `br-int.groups`
    Groups,
    /// `br-int.ports`
    Ports,
    /// `iptables.v4` and `iptables.v6` of a host.
    Rules,
    /// `ipset`
    Sets,
    /// `netns/*/netns.json`
    Namespace,
    /// `netns/*/iptables.*`
    NamespaceRules,
    /// Any other JSON file of a host.
    HostJson,
    /// `manifest.json`
    Manifest,
}

impl Artifact {
    /// The kind of a file, by its path below the bundle's folder.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        Some(match (name, extension) {
            _ if path == MANIFEST => Self::Manifest,
            _ if path.starts_with("apic/") => Self::Payload,
            _ if path.contains("/netns/") && name == "netns.json" => Self::Namespace,
            ("iptables.v4" | "iptables.v6", _) if path.contains("/netns/") => Self::NamespaceRules,
            ("iptables.v4" | "iptables.v6", _) => Self::Rules,
            ("br-int.flows", _) => Self::Flows,
            ("br-int.groups", _) => Self::Groups,
            ("br-int.ports", _) => Self::Ports,
            ("ipset", _) => Self::Sets,
            (_, "ep") => Self::Endpoint,
            (_, "rdconfig") => Self::RoutingDomain,
            (_, "as") => Self::Service,
            (_, "json") => Self::HostJson,
            _ => return None,
        })
    }
}

/// A kind of file, and a kind of thing that is done to it.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Which files.
    pub artifact: Artifact,
    /// What is done, as in `remove-flow`.
    pub way: &'static str,
    make: fn(&mut Draw<'_>, Artifact) -> Option<Edit>,
}

impl Kind {
    const fn new(artifact: Artifact, way: &'static str, make: fn(&mut Draw<'_>, Artifact) -> Option<Edit>) -> Self {
        Self { artifact, way, make }
    }
}

/// What a mutation is drawn from.
struct Draw<'a> {
    bundle: &'a Bundle,
    pool: &'a Pool,
    dice: &'a mut Dice,
}

impl<'a> Draw<'a> {
    /// One of the files of a kind that are not empty.
    fn file(&mut self, artifact: Artifact) -> Option<(&'a str, &'a str)> {
        let bundle = self.bundle;
        let paths: Vec<&str> = bundle.of(artifact).filter(|path| !bundle.files[*path].trim().is_empty()).collect();
        let path = self.one(&paths)?;
        Some((path, &bundle.files[path]))
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| *self.dice.pick(of))
    }
}

/// What is done to the files, before the manifest follows.
#[derive(Debug)]
struct Edit {
    /// New texts; `None` removes the file.
    files: BTreeMap<String, Option<String>>,
    /// The file or folder, and where in it.
    place: String,
    old: String,
    new: String,
}

impl Edit {
    /// Of one file.
    fn file(path: &str, text: String, place: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        let place = if place.is_empty() { path.to_owned() } else { format!("{path}, {place}") };
        Self { files: BTreeMap::from([(path.to_owned(), Some(text))]), place, old: old.into(), new: new.into() }
    }
}

/// One mutation of a bundle.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// The kind of file.
    pub artifact: Artifact,
    /// What was done, as in `remove-flow`.
    pub way: &'static str,
    /// One line: file, place, old and new.
    pub description: String,
    /// What files hold instead, the manifest included; `None` for a file that is gone.
    pub files: BTreeMap<String, Option<String>>,
}

impl Mutation {
    /// The bundle with this mutation.
    #[must_use]
    pub fn apply(&self, bundle: &Bundle) -> Bundle {
        let mut files = bundle.files.clone();
        for (path, text) in &self.files {
            match text {
                Some(text) => drop(files.insert(path.clone(), text.clone())),
                None => drop(files.remove(path)),
            }
        }
        Bundle { files }
    }
}

/// All kinds of mutations, whether a bundle has their files or not.
pub fn kinds() -> impl Iterator<Item = Kind> {
    let tables = [
        payload::KINDS,
        json::KINDS,
        flows::KINDS,
        groups::KINDS,
        rules::KINDS,
        sets::KINDS,
        folder::KINDS,
        manifest::KINDS,
        writing::KINDS,
    ];
    tables.into_iter().flatten().copied()
}

/// Draws mutations of a bundle, without end as long as there are new ones.
#[must_use]
pub fn mutations(bundle: &Bundle, seed: u64) -> Mutations<'_> {
    let pool = Pool::new(bundle);
    Mutations { bundle, pool, dice: Dice::new(seed), deck: Vec::new(), drawn: BTreeSet::new() }
}

/// Mutations of one bundle; no description twice.
#[derive(Debug)]
pub struct Mutations<'a> {
    bundle: &'a Bundle,
    pool: Pool,
    dice: Dice,
    /// The kinds that are still to come before each had its turn.
    deck: Vec<Kind>,
    drawn: BTreeSet<String>,
}

/// How often a kind is tried for something new before the next has its turn.
const TRIES: usize = 12;

impl Iterator for Mutations<'_> {
    type Item = Mutation;

    fn next(&mut self) -> Option<Mutation> {
        let mut in_vain = 0;
        while in_vain <= kinds().count() {
            if self.deck.is_empty() {
                self.deck = kinds().collect();
                for at in (1..self.deck.len()).rev() {
                    self.deck.swap(at, self.dice.index(at + 1));
                }
            }
            let kind = self.deck.pop()?;
            match (0..TRIES).find_map(|_| self.draw(kind)) {
                Some(mutation) => return Some(mutation),
                None => in_vain += 1,
            }
        }
        None
    }
}

impl Mutations<'_> {
    fn draw(&mut self, kind: Kind) -> Option<Mutation> {
        let mut draw = Draw { bundle: self.bundle, pool: &self.pool, dice: &mut self.dice };
        let Edit { mut files, place, old, new } = (kind.make)(&mut draw, kind.artifact)?;
        files.retain(|path, text| self.bundle.files.get(path) != text.as_ref());
        let description = format!("{} {}: `{old}` -> `{new}`", kind.way, place);
        if files.is_empty() || !self.drawn.insert(description.clone()) {
            return None;
        }
        if !files.contains_key(MANIFEST) {
            let text = manifest::rewritten(self.bundle.files.get(MANIFEST)?, &files)?;
            files.insert(MANIFEST.to_owned(), Some(text));
        }
        Some(Mutation { artifact: kind.artifact, way: kind.way, description, files })
    }
}
