//! What a section is to us: a group of options, a named section, or nobody's.

use aciform_syntax::ini::{Entry, Section};

use crate::ini::named::{Header, header};
use crate::ini::options::{Group, group_of_section};

/// What a section is to us.
pub(super) enum Known {
    Group(&'static Group),
    Named(&'static str),
    No,
}

impl Known {
    pub(super) fn of(section: &str) -> Self {
        if let Some(group) = group_of_section(section) {
            return Self::Group(group);
        }
        match header(section) {
            Header::Named(prefix, _) | Header::Near(prefix, _) | Header::Crashing(prefix, Some(_)) => {
                Self::Named(prefix)
            }
            Header::Crashing(_, None) | Header::Other => Self::No,
        }
    }
}

/// The lines of a section we know whose values may be quoted.
pub(in crate::ini) fn known_entries(section: &Section) -> impl Iterator<Item = &Entry> {
    let known = Known::of(&section.name.value);
    section.entries.iter().filter(move |entry| match known {
        Known::Group(group) => group.row(&entry.key.value).is_some_and(|row| !row.secret),
        Known::Named(_) => !entry.key.value.contains("password"),
        Known::No => false,
    })
}

/// The lines of a section we know that something reads.
pub(in crate::ini) fn entries_we_know(section: &Section) -> impl Iterator<Item = &Entry> {
    let known = Known::of(&section.name.value);
    section.entries.iter().filter(move |entry| match known {
        Known::Group(group) => group.row(&entry.key.value).is_some(),
        Known::Named(_) => true,
        Known::No => false,
    })
}
