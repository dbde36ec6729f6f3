//! What the cases reached: a comparison that never meets a kind of input proves nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use aciform_intent::ini::options::{GROUPS, group_of_section, normalised};
use aciform_intent::ini::value::Kind;
use aciform_syntax::ini::IniFile;

/// Counts over all cases.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// Files by what oslo.config says of them.
    pub(crate) refused_by: BTreeMap<String, usize>,
    /// Files said to be templates.
    pub(crate) templates: usize,
    /// Cases in which some file was refused.
    pub(crate) stopped: usize,
    /// Cases in which all were read.
    pub(crate) read: usize,
    /// Values that were compared.
    pub(crate) values: usize,
    /// Values that are written and not defaults.
    pub(crate) written: usize,
    /// Values that stop the service when they are read.
    pub(crate) refused_values: usize,
    /// Written values with references, by whether they could be read.
    pub(crate) references: usize,
    pub(crate) bad_references: usize,
    /// Written lists and dicts that are not empty.
    pub(crate) lists: usize,
    pub(crate) dicts: usize,
    /// Values over several lines.
    pub(crate) continued: usize,
    /// Files with a section under two headers, by the group's name.
    pub(crate) repeated_sections: usize,
    /// Cases of several files, and those in which the order of two files decides a value.
    pub(crate) several_files: usize,
    pub(crate) order: usize,
    /// Cases with a new name and a deprecated one of it in different files.
    pub(crate) renamed_across: usize,
    /// Sections that the driver's library took, and those that our model of later readers did.
    pub(crate) named: usize,
    pub(crate) modelled: usize,
    /// Readers that crashed, by prefix.
    pub(crate) crashes: BTreeMap<&'static str, usize>,
    /// Rows of the table of host links: those of vPC pairs, which the driver's library made, those among them with a
    /// bundle, and the others, which our model did.
    pub(crate) pair_links: usize,
    pub(crate) bundles: usize,
    pub(crate) single_links: usize,
    /// Those with an interface that is written, and those of a pod that is; both are the model's.
    pub(crate) interfaces: usize,
    pub(crate) pods: usize,
    /// Hosts that stay away because their port has them already.
    pub(crate) kept_out: usize,
    /// Tables that cannot be made.
    pub(crate) no_links: usize,
}

/// Numbers of files, and texts.
type Lines<'a> = (BTreeSet<usize>, BTreeSet<&'a str>);

impl Coverage {
    /// Counts what stands in the files of a case that was read.
    pub(crate) fn of_files(&mut self, files: &[&IniFile]) {
        self.read += 1;
        self.several_files += usize::from(files.len() > 1);
        // By group and option, the files and the texts of its lines.
        let mut seen: BTreeMap<(&str, &str), Lines<'_>> = BTreeMap::new();
        let mut names: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
        for (number, file) in files.iter().enumerate() {
            let mut headers = BTreeSet::new();
            let twice = |name: &str| !headers.insert(normalised(name));
            let twice = file.sections.iter().map(|section| section.name.value.as_str()).map(twice);
            self.repeated_sections += usize::from(twice.fold(false, |any, twice| any | twice));
            for section in &file.sections {
                let group = group_of_section(&section.name.value);
                for entry in &section.entries {
                    self.continued += usize::from(entry.lines.len() > 1);
                    let Some(row) = group.and_then(|group| group.row(&entry.key.value)) else { continue };
                    let group = group.map_or("", |group| group.name);
                    let (numbers, values) = seen.entry((group, row.name)).or_default();
                    numbers.insert(number);
                    values.insert(&entry.value.value);
                    names.entry((group, &entry.key.value)).or_default().insert(number);
                    let filled = !entry.value.value.is_empty();
                    self.lists += usize::from(filled && row.kind == Kind::List);
                    self.dicts += usize::from(filled && row.kind == Kind::Dict);
                }
            }
        }
        self.order += usize::from(seen.values().any(|(numbers, values)| numbers.len() > 1 && values.len() > 1));
        let renamed = GROUPS.iter().flat_map(|group| group.rows().map(move |row| (group.name, row)));
        let across = renamed.filter(|(_, row)| !row.deprecated.is_empty()).any(|(group, row)| {
            let new = names.get(&(group, row.name));
            let old = row.deprecated.iter().filter_map(|old| names.get(&(group, *old)));
            old.into_iter().any(|old| new.is_some_and(|new| new != old))
        });
        self.renamed_across += usize::from(across);
    }
}
