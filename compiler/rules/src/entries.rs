//! The lines of the ini files with what they are to the services that read them.

use aciform_diagnostics::Span;
use aciform_intent::ini::options::{Group, OptionRow, group_of_section};
use aciform_intent::ini::value::list_ranges;
use aciform_intent::ini::{OptionInForce, PREFIXES, is_placeholder};
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

/// The items of a written list in force, each with its place. Where references are expanded in it the place is the
/// whole value, and `exact` says that there is nothing to edit.
pub(crate) fn items<'r>(option: &OptionInForce<'r, '_>) -> Vec<Item<'r>> {
    let Some(entry) = option.entry else { return Vec::new() };
    let exact = option.text == entry.value.value;
    let item = |range: std::ops::Range<usize>| Item {
        text: &option.text[range.clone()],
        place: if exact { entry.part(range) } else { entry.value.span },
        exact,
    };
    list_ranges(option.text).into_iter().map(item).collect()
}

/// An item of a list.
#[derive(Clone, Copy)]
pub(crate) struct Item<'r> {
    pub(crate) text: &'r str,
    pub(crate) place: Span,
    pub(crate) exact: bool,
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
