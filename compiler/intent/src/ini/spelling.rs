//! Sections and keys that nothing reads: oslo.config skips them without a word, so a misspelt option is a default.

mod key;
mod known;
mod owner;
mod section;
mod swallowed;

use aciform_syntax::ini::{Entry, IniFile, Section};

use super::load::Loader;
use super::options::{Group, OptionRow};
use super::{Generation, Plugin};

use known::Known;
pub(super) use known::{entries_we_know, known_entries};
pub(super) use owner::is_option_of_ours;

/// After so many findings in a run the rest is only counted: such a file is not ours.
const LIMIT: usize = 200;

/// So many sections of other services are searched for near names; all of OpenStack has fewer.
const MOST_FOREIGN: usize = 1000;

/// What decides which group reads an option.
#[derive(Clone, Copy)]
struct Wanted {
    generation: Generation,
    plugin: Option<Plugin>,
}

/// Reports sections and keys that are not read, and lines that a value swallows.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let wanted = Wanted { generation: loader.generation, plugin: loader.plugin_named() };
    let mut found = Vec::new();
    let (mut more, mut foreign) = (0, 0);
    for (file, section) in loader.files.iter().flat_map(|file| file.sections.iter().map(move |section| (file, section)))
    {
        if found.len() >= LIMIT {
            more += section.entries.len();
            continue;
        }
        let known = Known::of(&section.name.value);
        if matches!(known, Known::No) {
            foreign += 1;
            if foreign > MOST_FOREIGN {
                continue;
            }
        }
        // Options before any header are a finding already.
        let orphans = section.name.span.range().is_empty() && !section.name.value.is_empty();
        if !orphans {
            found.extend(section::unread(loader, section, &known, wanted));
        }
        for entry in &section.entries {
            if found.len() >= LIMIT {
                more += 1;
                continue;
            }
            found.extend(swallowed::line(&known, entry));
            if !orphans {
                found.extend(key::unread(&Place { loader, wanted, file, section }, &known, entry));
            }
        }
    }
    if more > 0
        && let Some(last) = found.last_mut()
    {
        last.message += &format!("; the {more} lines behind it are not checked for names");
    }
    for finding in found {
        loader.judge.push(finding);
    }
}

/// Where an entry stands.
pub(super) struct Place<'p, 'a, 'd> {
    loader: &'p Loader<'a, 'd>,
    wanted: Wanted,
    file: &'p IniFile,
    section: &'p Section,
}

impl Place<'_, '_, '_> {
    /// Whether an option of a group is set.
    pub(super) fn is_set(&self, group: &'static Group, name: &str) -> bool {
        self.loader.line(group, name).is_some()
    }

    /// Whether the section has a line of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.section.entries.iter().any(|entry| entry.key.value == name)
    }

    /// The other lines of all files.
    pub(super) fn others(&self, entry: &Entry) -> impl Iterator<Item = &Entry> {
        let sections = self.loader.files.iter().flat_map(|file| &file.sections);
        sections.flat_map(|section| &section.entries).filter(|other| other.key.span != entry.key.span)
    }

    /// Whether a service reads an option of a group.
    pub(super) fn is_read(&self, group: &Group, row: &OptionRow) -> bool {
        self.loader.is_read(self.wanted.plugin, group, row)
    }
}
