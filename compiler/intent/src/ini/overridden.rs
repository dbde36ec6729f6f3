//! Options that several files set: the last file wins, and what an earlier one says has no effect.

use std::collections::HashMap;

use aciform_diagnostics::Diagnostic;
use aciform_syntax::ini::Entry;

use super::codes;
use super::load::Loader;
use super::options::{OptionRow, Reader, group_of_section};
use super::placeholder::is_placeholder;

/// Options of Neutron that decide about the plugin. Its others are set in a file of the distribution and overridden in
/// the operator's, which is what several files are for.
const OF_NEUTRON: &[&str] = &[
    "apic_system_id",
    "core_plugin",
    "service_plugins",
    "type_drivers",
    "project_network_types",
    "mechanism_drivers",
    "network_vlan_ranges",
    "default_opflex_network",
];

/// Reports the last line of each earlier file whose value differs from the one in force.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    if loader.files.len() < 2 {
        return;
    }
    let files = loader.files.clone();
    // By group and option, the line that a file contributes; files in order.
    let mut lines: HashMap<(&str, &str), Vec<&Entry>> = HashMap::new();
    let mut order = Vec::new();
    for file in &files {
        for section in &file.sections {
            let Some(group) = group_of_section(&section.name.value) else { continue };
            for entry in &section.entries {
                let key = entry.key.value.as_str();
                // Two names of one option are ranked by more than the order of files.
                let row = group.row(key).filter(|row| row.name == key);
                let Some(row) = row.filter(|row| counts(group.reader, row)) else { continue };
                let found = lines.entry((group.name, row.name)).or_insert_with(|| {
                    order.push((group.name, row.name));
                    Vec::new()
                });
                match found.last_mut() {
                    Some(last) if last.key.span.file == entry.key.span.file => *last = entry,
                    Some(_) | None => found.push(entry),
                }
            }
        }
    }
    let overridden = order.iter().flat_map(|option| {
        let (in_force, earlier) = lines[option].split_last().expect("an option has a line");
        let differs = |entry: &&&Entry| entry.value != in_force.value && !is_placeholder(entry);
        earlier.iter().filter(differs).map(|entry| (*entry, *in_force)).collect::<Vec<_>>()
    });
    for (entry, in_force) in overridden {
        let message = format!("this `{}` is overridden by a later file", entry.key.value);
        let finding = Diagnostic::at(&codes::CROSS_FILE_CONFLICT, entry.key.span, message);
        let finding = finding.label(in_force.key.span, "in force");
        loader.judge.push(finding.help("keep one of the two lines"));
    }
}

fn counts(reader: Reader, row: &OptionRow) -> bool {
    match reader {
        Reader::Neutron => OF_NEUTRON.contains(&row.name),
        Reader::Legacy | Reader::NewStyle | Reader::Host | Reader::Unified => true,
    }
}
