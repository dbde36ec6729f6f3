//! The lines of the ini files with what they are to the services that read them.

use aciform_intent::ini::options::{Group, OptionRow, group_of_section};
use aciform_intent::ini::{PREFIXES, is_placeholder};
use aciform_syntax::ini::{Entry, Section};

use crate::Input;

/// A line of a registered option.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) group: &'static Group,
    pub(crate) row: &'static OptionRow,
    pub(crate) entry: &'a Entry,
}

/// Every line of a registered option, also those that are not in force. Placeholders were reported and are left out.
pub(crate) fn options<'a>(input: &Input<'a>) -> impl Iterator<Item = Line<'a>> {
    input.ini.sections().flat_map(|section| {
        let group = group_of_section(&section.name.value);
        section.entries.iter().filter_map(move |entry| {
            let group = group?;
            let row = group.row(&entry.key.value)?;
            (!is_placeholder(entry)).then_some(Line { group, row, entry })
        })
    })
}

/// Whether a section is one of ours: a group of the table or a named section.
pub(crate) fn is_ours(section: &Section) -> bool {
    group_of_section(&section.name.value).is_some() || prefix(section).is_some()
}

/// The prefix of a named section, `apic_switch` of `[apic_switch:201]`.
pub(crate) fn prefix(section: &Section) -> Option<&'static str> {
    let (prefix, _) = section.name.value.split_once(':')?;
    PREFIXES.iter().copied().find(|known| *known == prefix)
}
