//! Two maps of files, compared artifact by artifact.

mod ends;
mod json;
pub(crate) mod lines;
mod list;
mod nest;
mod prune;
mod strict;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use self::ends::{Ends, Text};

/// Path below the bundle's folder to bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// One artifact as it was and as it is, each side in the pieces in which it lies in memory.
#[derive(Clone, Debug)]
pub struct Sides<'a> {
    /// Its path below the bundle's folder.
    pub path: &'a str,
    /// What it held; absent where it is new.
    pub old: Option<Vec<&'a [u8]>>,
    /// What it holds; absent where it is gone.
    pub new: Option<Vec<&'a [u8]>>,
}

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
        /// Of two lists, what makes the one the other; absent for other values.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        elements: Vec<Element>,
    },
}

/// One difference inside a list. A place is what stands behind the list's name: `[2]` for its third element,
/// `[2].port_range_max` for a value in it, `[2].addresses[0]` for an element of a list in it. The last index of what came
/// and where something moved to count in the new list, all others in the old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Element {
    /// An element that only the new list has.
    ElementAdded {
        /// Where it stands.
        place: String,
        /// The element.
        value: String,
    },
    /// An element that only the old list has.
    ElementRemoved {
        /// Where it stood.
        place: String,
        /// The element.
        value: String,
    },
    /// An element that both have, in another order.
    ElementMoved {
        /// Where it stood.
        place: String,
        /// Where it stands in the same list.
        to: String,
        /// The element.
        value: String,
    },
    /// A value that differs, in an element that was replaced by one like it, or an element that was replaced by another.
    ValueChanged {
        /// Where it stood.
        place: String,
        /// The old value; absent where it had none.
        old: Option<String>,
        /// The new value; absent where it has none.
        new: Option<String>,
    },
}

impl FileChange {
    /// How many lines, objects and elements of lists came, went and changed.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let mut counts = (0, 0, 0);
        for entry in &self.entries {
            match entry {
                Entry::LineAdded { .. } | Entry::ObjectAdded { .. } => counts.0 += 1,
                Entry::LineRemoved { .. } | Entry::ObjectRemoved { .. } => counts.1 += 1,
                Entry::AttributeChanged { elements, .. } if elements.is_empty() => counts.2 += 1,
                Entry::AttributeChanged { elements, .. } => {
                    for element in elements {
                        match element {
                            Element::ElementAdded { .. } => counts.0 += 1,
                            Element::ElementRemoved { .. } => counts.1 += 1,
                            Element::ElementMoved { .. } | Element::ValueChanged { .. } => counts.2 += 1,
                        }
                    }
                }
            }
        }
        counts
    }
}

/// Compares two bundles. Artifacts that differ in bytes alone (the order of children, white space) are left out.
#[must_use]
pub fn compare(old: &Files, new: &Files) -> Comparison {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let sides = paths.into_iter().map(|path| Sides {
        path,
        old: old.get(path).map(|bytes| vec![bytes.as_slice()]),
        new: new.get(path).map(|bytes| vec![bytes.as_slice()]),
    });
    compare_sides(sides.collect())
}

/// Compares artifacts, by path, that lie in pieces.
#[must_use]
pub fn compare_sides(sides: Vec<Sides<'_>>) -> Comparison {
    Comparison { files: sides.into_par_iter().filter_map(|sides| file(&sides)).collect() }
}

fn file(sides: &Sides<'_>) -> Option<FileChange> {
    let change = match (&sides.old, &sides.new) {
        (Some(_), Some(_)) => Whole::Changed,
        (None, Some(_)) => Whole::Added,
        (Some(_), None) => Whole::Removed,
        (None, None) => return None,
    };
    let old = Text::new(sides.old.as_deref().unwrap_or_default());
    let new = Text::new(sides.new.as_deref().unwrap_or_default());
    let same = ends::same_bytes(&old, &new);
    if change == Whole::Changed && same == old.len() && same == new.len() {
        return None;
    }
    let entries = entries(sides.path, &old, &new, same);
    (change != Whole::Changed || !entries.is_empty()).then(|| FileChange {
        path: sides.path.to_owned(),
        change,
        entries,
    })
}

fn entries(path: &str, old: &Text<'_>, new: &Text<'_>, same: usize) -> Vec<Entry> {
    let is_json = [old, new].into_iter().all(|text| json::may_be_object(text.beginning()));
    // Of objects of APIC the ends say nothing: they are told apart by their names at every depth.
    let ends = if is_json && json::is_apic(path) { Ends::default() } else { ends::ends(old, new, same) };
    is_json
        .then(|| json::entries(path, &old.whole(), &new.whole(), ends))
        .flatten()
        .unwrap_or_else(|| text::entries(&old.between(ends), &new.between(ends)))
}
