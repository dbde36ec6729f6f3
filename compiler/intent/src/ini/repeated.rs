//! Headers that stand in a file twice. Their lines are merged, and which line of a key counts then depends on the kind
//! of section; whoever changes a value in the wrong half sees nothing happen.

use std::collections::HashMap;

use aciform_diagnostics::{Applicability, Diagnostic, Edit, Severity};
use aciform_syntax::ini::{IniFile, Section};

use super::codes;
use super::load::Loader;
use super::mend::mended;
use super::named::{Header, header};
use super::options::{group_of_section, normalised};

/// Where a section stood so far in a file.
struct Seen {
    first: usize,
    last: usize,
    reported: bool,
}

/// Reports the first repeat of each section that we know. Two files may well write one section both.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    for file in loader.files.clone() {
        for finding in repeats(file) {
            loader.judge.push(finding);
        }
    }
}

fn repeats(file: &IniFile) -> Vec<Diagnostic> {
    let mut seen: HashMap<String, Seen> = HashMap::new();
    let mut found = Vec::new();
    for (at, section) in file.sections.iter().enumerate() {
        let text = section.name.value.as_str();
        let named = matches!(header(text), Header::Named(..));
        // One without options changes nothing; that it is empty is a finding of its own.
        if section.entries.is_empty() || !named && group_of_section(text).is_none() {
            continue;
        }
        let key = if named { text.to_owned() } else { normalised(text) };
        let Some(known) = seen.get_mut(&key) else {
            seen.insert(key, Seen { first: at, last: at, reported: false });
            continue;
        };
        if !std::mem::replace(&mut known.reported, true) {
            found.push(repeat(section, &file.sections[known.first], named, known.last + 1 == at));
        }
        known.last = at;
    }
    found
}

fn repeat(section: &Section, first: &Section, named: bool, adjacent: bool) -> Diagnostic {
    let text = &section.name.value;
    let which = if named { "first" } else { "last" };
    let message = format!("`[{text}]` stands here again: for each key the {which} line counts");
    let mut finding = Diagnostic::at(&codes::DUPLICATE_SECTION, section.name.span, message);
    if !named {
        finding.severity = Severity::Info;
    }
    let finding = finding.label(first.name.span, "the first time");
    if adjacent {
        return mended(finding, "delete this header", Applicability::Unsafe, [Edit::delete(section.line)]);
    }
    finding.help("move its lines below the first one")
}
