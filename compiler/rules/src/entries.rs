//! The lines of the ini files with what they are to the services that read them.

use std::ops::Range;

use aciform_diagnostics::Span;
use aciform_intent::ini::options::{Group, OptionRow, group_of_section};
use aciform_intent::ini::value::list_ranges;
use aciform_intent::ini::{OptionInForce, PREFIXES, is_placeholder};
use aciform_syntax::ini::{Entry, Section, is_blank};

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

/// The items of a written list in force.
pub(crate) fn items<'r, 'a>(option: &OptionInForce<'r, 'a>) -> impl Iterator<Item = Item<'r, 'a>> + use<'r, 'a> {
    let (text, entry) = (option.text, option.entry);
    let ranges = if entry.is_some() { list_ranges(text) } else { Vec::new() };
    ranges
        .into_iter()
        .filter_map(move |range| Some(Item { text: &text[range.clone()], range, entry: entry?, whole: text }))
}

/// An item of a list.
#[derive(Clone)]
pub(crate) struct Item<'r, 'a> {
    pub(crate) text: &'r str,
    range: Range<usize>,
    entry: &'a Entry,
    whole: &'r str,
}

impl Item<'_, '_> {
    /// Where it stands; the whole value, where references are expanded in it.
    pub(crate) fn place(&self) -> Span {
        if self.is_exact() { self.entry.part(self.range.clone()) } else { self.entry.value.span }
    }

    /// Whether it is written as it reads, and so can be edited.
    pub(crate) fn is_exact(&self) -> bool {
        self.whole == self.entry.value.value
    }
}

/// Findings about the items of one list; more of them say nothing new.
pub(crate) const ITEM_LIMIT: usize = 50;

/// Whether every part of a value may be looked up by its place: that costs as much as the value has lines.
pub(crate) fn is_short(entry: &Entry) -> bool {
    entry.lines.len() <= 200
}

/// Whether a value without some parts, in their order, still goes on from line to line: an empty line would end it, and
/// what follows would stop the service.
pub(crate) fn keeps_lines(value: &str, gone: &[Range<usize>]) -> bool {
    let mut start = 0;
    value.split_inclusive('\n').all(|line| {
        let own = start..start + line.len();
        start = own.end;
        // The first line has its key, and behind the last there is nothing.
        let counts = own.start > 0 && own.end < value.len();
        let stays = |at: usize| {
            let at = own.start + at;
            gone.get(gone.partition_point(|range| range.end <= at)).is_none_or(|range| !range.contains(&at))
        };
        !counts || line.char_indices().any(|(at, c)| !is_blank(c) && stays(at))
    })
}

/// Whether a section is one of ours: a group of the table or a named section.
pub(crate) fn is_ours(section: &Section) -> bool {
    is_ours_by_name(&section.name.value)
}

/// The same of a header's text.
pub(crate) fn is_ours_by_name(text: &str) -> bool {
    group_of_section(text).is_some() || prefix_of(text).is_some()
}

/// The prefix of a named section, `apic_switch` of `[apic_switch:201]`.
pub(crate) fn prefix(section: &Section) -> Option<&'static str> {
    prefix_of(&section.name.value)
}

fn prefix_of(text: &str) -> Option<&'static str> {
    let (prefix, _) = text.split_once(':')?;
    PREFIXES.iter().copied().find(|known| *known == prefix)
}
