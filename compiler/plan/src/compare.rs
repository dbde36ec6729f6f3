//! Two maps of files, compared artifact by artifact.

mod json;
pub(crate) mod lines;
mod prune;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

/// Path below the bundle's folder to bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Every artifact that differs, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The artifacts that differ in meaning.
    pub files: Vec<FileChange>,
}

/// One artifact that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileChange {
    /// Its path below the bundle's folder.
    pub path: String,
    /// What happened to the file as a whole.
    pub change: Whole,
    /// What happened inside, in the order of the file or of the objects' names.
    pub entries: Vec<Entry>,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Whole {
    /// Only the new bundle has it.
    Added,
    /// Only the old bundle has it.
    Removed,
    /// Both have it.
    Changed,
}

/// One difference inside a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Entry {
    /// A line only the new file has.
    LineAdded {
        /// The line.
        line: String,
    },
    /// A line only the old file has.
    LineRemoved {
        /// The line.
        line: String,
    },
    /// An object only the new file has.
    ObjectAdded {
        /// DN or uuid.
        id: String,
        /// APIC class; empty for other files.
        class: String,
        /// Its attributes.
        attributes: BTreeMap<String, String>,
    },
    /// An object only the old file has.
    ObjectRemoved {
        /// DN or uuid.
        id: String,
        /// APIC class; empty for other files.
        class: String,
    },
    /// An attribute that differs.
    AttributeChanged {
        /// DN or uuid.
        id: String,
        /// The attribute; of nested values, the path with dots.
        attribute: String,
        /// The old value; absent where it had none.
        old: Option<String>,
        /// The new value; absent where it has none.
        new: Option<String>,
    },
}

impl FileChange {
    /// How many entries came, went and changed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        self.entries.iter().fold((0, 0, 0), |(added, removed, changed), entry| match entry {
            Entry::LineAdded { .. } | Entry::ObjectAdded { .. } => (added + 1, removed, changed),
            Entry::LineRemoved { .. } | Entry::ObjectRemoved { .. } => (added, removed + 1, changed),
            Entry::AttributeChanged { .. } => (added, removed, changed + 1),
        })
    }
}

/// Compares two bundles. Artifacts that differ in bytes alone (the order of children, white space) are left out.
#[must_use]
pub fn compare(old: &Files, new: &Files) -> Comparison {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let files = paths.into_par_iter().filter_map(|path| file(path, old.get(path), new.get(path))).collect();
    Comparison { files }
}

fn file(path: &str, old: Option<&Vec<u8>>, new: Option<&Vec<u8>>) -> Option<FileChange> {
    let change = match (old, new) {
        (Some(old), Some(new)) if old == new => return None,
        (Some(_), Some(_)) => Whole::Changed,
        (None, Some(_)) => Whole::Added,
        (Some(_), None) => Whole::Removed,
        (None, None) => return None,
    };
    let empty = Vec::new();
    let (old, new) = (old.unwrap_or(&empty), new.unwrap_or(&empty));
    let entries = json::entries(path, old, new).unwrap_or_else(|| text::entries(old, new));
    (change != Whole::Changed || !entries.is_empty()).then(|| FileChange { path: path.to_owned(), change, entries })
}
