//! What could be written at a place of an ini: headers, options not written yet, values.

use std::collections::BTreeSet;
use std::ops::Range;

use aciform_intent::ini::options::{GROUPS, OptionRow, group_of_section, normalised};
use aciform_intent::ini::{PREFIXES, choices, driver::keys, is_secret};
use lsp_types::CompletionItemKind;

use super::hover::prefix_of;
use super::lines::{self, Line};
use crate::proposal::{Proposal, Proposals};
use crate::text::Text;

/// What fits at an offset; `external` are the names of the intent's external networks.
pub(crate) fn complete(text: &Text, offset: usize, external: &BTreeSet<String>) -> Option<Proposals> {
    let number = text.line_of(offset);
    let range = text.line(number);
    match lines::line(text, number) {
        Line::Header { name, closed } if offset >= name.start && offset <= name.end => {
            Some(headers(text, name, closed, number, external))
        }
        Line::Option { key, .. } if offset <= key.end => Some(options(text, number, key, true)),
        Line::Option { key, value } if offset >= value.start.min(offset) && offset > key.end => {
            values(text, number, &key, value, offset)
        }
        Line::Word(word) if offset <= word.end => Some(options(text, number, word, false)),
        Line::Blank if offset == range.start => Some(options(text, number, offset..offset, false)),
        Line::Blank => continued(text, number, offset..offset, offset),
        Line::Continuation(part) => continued(text, number, part, offset),
        Line::Header { .. } | Line::Option { .. } | Line::Word(_) | Line::Comment(_) => None,
    }
}

fn headers(text: &Text, name: Range<usize>, closed: bool, own: usize, external: &BTreeSet<String>) -> Proposals {
    let written: BTreeSet<String> = lines::headers(text)
        .filter(|(number, _)| *number != own)
        .map(|(_, name)| normalised(text.as_str()[name].trim()))
        .collect();
    let end = if closed { "" } else { "]" };
    let mut items = Vec::new();
    for name in external {
        let header = format!("apic_external_network:{name}");
        if !written.contains(&normalised(&header)) {
            let item = Proposal::new(&header, CompletionItemKind::MODULE).insert(format!("{header}{end}"));
            items.push(item.detail("external network of the intent"));
        }
    }
    for group in GROUPS.iter().filter(|group| !written.contains(&normalised(group.name))) {
        let item = Proposal::new(group.name, CompletionItemKind::MODULE).insert(format!("{}{end}", group.name));
        items.push(item.detail("section"));
    }
    for prefix in PREFIXES {
        let item = Proposal::new(format!("{prefix}:"), CompletionItemKind::MODULE);
        items.push(item.detail("named section").doc(keys::doc(prefix)));
    }
    Proposals { replace: name, items }
}

fn options(text: &Text, number: usize, replace: Range<usize>, separated: bool) -> Proposals {
    let section = lines::section(text, number);
    let header = section.as_ref().map(|(number, _)| *number);
    let written: BTreeSet<&str> = lines::keys(text, header)
        .into_iter()
        .filter(|(line, _)| *line != number)
        .map(|(_, key)| &text.as_str()[key])
        .collect();
    let name = section.map_or_else(|| "DEFAULT".to_owned(), |(_, name)| name);
    let behind = if separated { "" } else { " = " };
    let item = |name: &str| Proposal::new(name, CompletionItemKind::PROPERTY).insert(format!("{name}{behind}"));
    let items = match prefix_of(&name) {
        Some((prefix, _)) => keys::keys(prefix)
            .filter(|key| !written.contains(key.name))
            .map(|key| item(key.name).detail(key.default.unwrap_or_default()).doc(key.doc))
            .collect(),
        None => {
            let rows = group_of_section(&name).into_iter().flat_map(|group| group.rows());
            let is_written = |row: &OptionRow| {
                written.contains(row.name) || row.deprecated.iter().any(|name| written.contains(name))
            };
            rows.filter(|row| !is_written(row)).map(|row| item(row.name).detail(detail(row)).doc(row.doc)).collect()
        }
    };
    Proposals { replace, items }
}

/// The type and the default. The default of a secret is one too.
fn detail(row: &OptionRow) -> String {
    match row.default {
        Some(default) if !row.secret && !default.is_empty() => format!("{}, default {default}", row.kind.word()),
        _ => row.kind.word().to_owned(),
    }
}

fn continued(text: &Text, number: usize, part: Range<usize>, offset: usize) -> Option<Proposals> {
    let (_, key) = lines::owner(text, number)?;
    values(text, number, &key, part, offset)
}

fn values(text: &Text, number: usize, key: &Range<usize>, value: Range<usize>, offset: usize) -> Option<Proposals> {
    let name = &text.as_str()[key.clone()];
    if is_secret(name) {
        return None;
    }
    let section = lines::section(text, number).map_or_else(|| "DEFAULT".to_owned(), |(_, name)| name);
    let (words, is_list) = match prefix_of(&section) {
        Some((prefix, _)) => {
            (keys::keys(prefix).find(|key| key.name == name).map_or(&[][..], |key| key.choices), false)
        }
        None => {
            let row = group_of_section(&section)?.row(name)?;
            (choices(row), row.kind == aciform_intent::ini::value::Kind::List)
        }
    };
    // Right behind the separator no blank is there yet.
    let replace = if value.is_empty() { offset..offset } else { value };
    let replace = if is_list { item(text.as_str(), &replace, offset) } else { replace };
    let items = words.iter().map(|word| Proposal::new(*word, CompletionItemKind::VALUE)).collect();
    Some(Proposals { replace, items })
}

/// The item of a list at an offset.
fn item(text: &str, value: &Range<usize>, offset: usize) -> Range<usize> {
    let offset = offset.clamp(value.start, value.end);
    let start = text[value.start..offset].rfind(',').map_or(value.start, |at| value.start + at + 1);
    let end = text[offset..value.end].find(',').map_or(value.end, |at| offset + at);
    let blanks = text[start..end].len() - text[start..end].trim_start().len();
    (start + blanks).min(offset)..end
}
