//! Objects that are written but could not be made, so that a reference to one is not a second finding.

use std::collections::{BTreeMap, BTreeSet};

/// Handle paths of what decoding had to leave out, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incomplete {
    kinds: BTreeMap<&'static str, BTreeSet<String>>,
    /// Keys of objects that were made without them.
    values: BTreeSet<String>,
    /// Whether a file could not be read whole, so that anything may be missing.
    pub(crate) anything: bool,
}

impl Incomplete {
    /// Whether an object is, or may be, written and could not be made. The kinds are those of [`Renamed`](super::Renamed);
    /// the path has the handles from the project on, as `NewWebApps/MyWebApp/web` for a subnet.
    #[must_use]
    pub fn contains(&self, kind: &str, path: &str) -> bool {
        self.anything || self.kinds.get(kind).is_some_and(|paths| paths.contains(path))
    }

    /// Whether a key of an object is, or may be, written and could not be read, so that its default is not what is meant.
    /// The path is that of the object behind its kind, then the key: `fabric/tep_pool`, `hosts/node-1/roles`,
    /// `external_networks/out/owner` (`project` or `shared`), `routers/lab/r/ways` (gateway or interfaces),
    /// `ports/lab/vm/eth0/fixed_ips`.
    #[must_use]
    pub fn lacks(&self, path: &str) -> bool {
        self.anything || self.values.contains(path)
    }

    /// Whether everything that is written could be made; keys that an object lacks do not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && !self.anything
    }

    /// Every kind and path that is known, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.kinds.iter().flat_map(|(kind, paths)| paths.iter().map(|path| (*kind, path.as_str())))
    }

    /// Remembers that a whole file could not be read, so that anything may be missing.
    pub fn add_unread_file(&mut self) {
        self.anything = true;
    }

    /// Remembers a key.
    pub(crate) fn insert_value(&mut self, path: String) {
        self.values.insert(path);
    }

    /// Remembers one.
    pub(crate) fn insert(&mut self, kind: &'static str, path: String) {
        self.kinds.entry(kind).or_default().insert(path);
    }
}
