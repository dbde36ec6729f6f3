//! Sections and keys that nothing reads: oslo.config skips them without a word, so a misspelt option is a default.

mod key;
mod known;
mod owner;
mod section;
mod swallowed;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use aciform_syntax::ini::{Entry, IniFile, Section};

use super::load::Loader;
use super::options::{Group, OptionRow, normalised};
use super::{Generation, Plugin};

use known::Known;
pub(super) use known::{entries_we_know, known_entries};
pub(super) use owner::is_option_of_ours;

/// After so many findings in a run the rest is only counted: it would take seconds, and such a file is not ours. What is
/// found of a line must not depend on the lines above it as long as anybody reads the findings.
const LIMIT: usize = 50_000;

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
    let mut more = 0;
    let spelt = OnceCell::new();
    for file in loader.files.iter().copied() {
        let headers = OnceCell::new();
        for section in &file.sections {
            if found.len() >= LIMIT {
                more += section.entries.len();
                continue;
            }
            let known = Known::of(&section.name.value);
            // Options before any header are a finding already.
            let orphans = section.name.span.range().is_empty() && !section.name.value.is_empty();
            if !orphans {
                found.extend(section::unread(loader, section, &known, wanted));
            }
            let keys = OnceCell::new();
            let place = Place { loader, wanted, file, section, keys: &keys, headers: &headers, spelt: &spelt };
            for entry in &section.entries {
                if found.len() >= LIMIT {
                    more += 1;
                    continue;
                }
                found.extend(swallowed::line(&known, entry));
                if !orphans {
                    found.extend(key::unread(&place, &known, entry));
                }
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

/// Where an entry stands. What is looked up in all lines is collected once, for as many findings as there are.
pub(super) struct Place<'p, 'a, 'd> {
    loader: &'p Loader<'a, 'd>,
    wanted: Wanted,
    file: &'a IniFile,
    section: &'a Section,
    /// The keys of the section.
    keys: &'p OnceCell<HashSet<&'a str>>,
    /// The last section of each name in the file.
    headers: &'p OnceCell<HashMap<String, &'a Section>>,
    /// How many lines of all files have a key, whatever its case and its hyphens.
    spelt: &'p OnceCell<HashMap<String, HashMap<String, usize>>>,
}

impl<'a> Place<'_, 'a, '_> {
    /// Whether an option of a group is set.
    pub(super) fn is_set(&self, group: &'static Group, name: &str) -> bool {
        self.loader.line(group, name).is_some()
    }

    /// Whether the section has a line of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        let keys = || self.section.entries.iter().map(|entry| entry.key.value.as_str()).collect();
        self.keys.get_or_init(keys).contains(name)
    }

    /// The last section of a group in the file.
    fn last_of(&self, group: &Group) -> Option<&'a Section> {
        let headers = || self.file.sections.iter().map(|section| (normalised(&section.name.value), section)).collect();
        self.headers.get_or_init(headers).get(&normalised(group.name)).copied()
    }

    /// Whether another line of the section, in all its parts and files, has a key of this name, whatever its case and
    /// its hyphens.
    pub(super) fn is_spelt_elsewhere(&self, entry: &Entry, name: &str) -> bool {
        let sections = self.spelt.get_or_init(|| {
            let mut sections: HashMap<String, HashMap<String, usize>> = HashMap::new();
            for section in self.loader.files.iter().flat_map(|file| &file.sections) {
                let lines = sections.entry(normalised(&section.name.value)).or_default();
                for other in &section.entries {
                    *lines.entry(spelt(&other.key.value)).or_default() += 1;
                }
            }
            sections
        });
        let own = usize::from(spelt(&entry.key.value) == name);
        let lines = sections.get(&normalised(&self.section.name.value));
        lines.and_then(|lines| lines.get(name)).is_some_and(|lines| *lines > own)
    }

    /// Whether a service reads an option of a group.
    pub(super) fn is_read(&self, group: &Group, row: &OptionRow) -> bool {
        self.loader.is_read(self.wanted.plugin, group, row)
    }
}

/// A key with the right case and underscores.
fn spelt(key: &str) -> String {
    key.to_ascii_lowercase().replace('-', "_")
}
