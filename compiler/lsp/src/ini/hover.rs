//! What an option, a section or a key of a named section means, and which value is in force. Secrets are masked.

use aciform_diagnostics::{FileId, SourceMap};
use aciform_intent::ini::options::{Group, OptionRow, Reader as GroupReader, group_of_section};
use aciform_intent::ini::value::Value;
use aciform_intent::ini::{self, MASK, PREFIXES, Reading, driver::keys};
use aciform_syntax::ini::IniFile;

use super::lines::{self, Line};
use crate::text::Text;

/// The ini files that the hovered one is read with.
pub(crate) struct Files<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) files: &'a [(FileId, IniFile)],
}

/// The Markdown for a place, and the bytes it is about.
pub(crate) fn hover(text: &Text, offset: usize, files: &Files<'_>) -> Option<(String, std::ops::Range<usize>)> {
    let number = text.line_of(offset);
    match lines::line(text, number) {
        Line::Header { name, .. } => Some((section(&text.as_str()[name.clone()])?, name)),
        Line::Option { key, .. } => about_key(text, number, key, files),
        Line::Word(word) => about_key(text, number, word, files),
        Line::Continuation(_) => {
            let (number, key) = lines::owner(text, number)?;
            about_key(text, number, key, files)
        }
        Line::Comment(_) | Line::Blank => None,
    }
}

fn about_key(
    text: &Text,
    number: usize,
    key: std::ops::Range<usize>,
    files: &Files<'_>,
) -> Option<(String, std::ops::Range<usize>)> {
    let name = &text.as_str()[key.clone()];
    let section = lines::section(text, number).map_or_else(|| "DEFAULT".to_owned(), |(_, name)| name);
    let parsed: Vec<(FileId, &IniFile)> = files.files.iter().map(|(file, parsed)| (*file, parsed)).collect();
    let (_, reading) = ini::read(&parsed, &mut aciform_diagnostics::Diagnostics::new());
    let shown = match prefix_of(&section) {
        Some((prefix, of)) => named_key(prefix, of, name, &reading, files.sources)?,
        None => {
            let group = group_of_section(&section)?;
            option(group, group.row(name)?, &reading, files.sources)
        }
    };
    Some((shown, key))
}

/// The prefix of a named section, and its name.
pub(crate) fn prefix_of(section: &str) -> Option<(&'static str, &str)> {
    let (prefix, name) = section.split_once(':')?;
    PREFIXES.iter().find(|known| **known == prefix).map(|known| (*known, name.trim()))
}

fn option(group: &Group, row: &OptionRow, reading: &Reading<'_>, sources: &SourceMap) -> String {
    let mut text = format!("**`{}`** in `[{}]`, {}\n\n{}\n", row.name, group.name, row.kind.word(), row.doc);
    let default = match row.default {
        _ if row.secret => "not shown".to_owned(),
        None => "none".to_owned(),
        Some("") => "empty".to_owned(),
        Some(default) => format!("`{default}`"),
    };
    text += &format!("\n- default: {default}\n- read by: {}\n", reader(group.reader));
    let choices = ini::choices(row);
    if !choices.is_empty() {
        let words: Vec<String> = choices.iter().map(|word| format!("`{word}`")).collect();
        text += &format!("- values: {}\n", words.join(", "));
    }
    if !row.deprecated.is_empty() {
        text += &format!("- also read as: `{}`\n", row.deprecated.join("`, `"));
    }
    text + &match reading.option(group.name, row.name) {
        None if reading.is_secret(group, row) => format!("- in force: {}\n", code(MASK)),
        None => "- in force: cannot be read\n".to_owned(),
        Some(option) => {
            let value = if option.secret { MASK.to_owned() } else { ini::without_secrets(&shown(option.value)) };
            let from = option.entry.map_or("the default".to_owned(), |entry| sources.place(entry.key.span));
            if option.secret && option.entry.is_none() {
                String::new()
            } else {
                format!("- in force: {} ({})\n", code(&value), file_name(&from))
            }
        }
    }
}

fn named_key(prefix: &'static str, of: &str, name: &str, reading: &Reading<'_>, sources: &SourceMap) -> Option<String> {
    let key = keys::keys(prefix).find(|key| key.name == name)?;
    let mut text = format!("**`{name}`** in `[{prefix}:…]`\n\n{}\n\n", key.doc);
    if let Some(default) = key.default {
        text += &format!("- default: `{default}`\n");
    }
    let section = reading.named(prefix).iter().find(|section| section.name.value == of);
    if let Some(entry) = section.and_then(|section| section.get(name)) {
        let value = if ini::is_hidden(entry) { MASK.to_owned() } else { ini::without_secrets(&entry.value.value) };
        text += &format!("- in force: {} ({})\n", code(&value), file_name(&sources.place(entry.key.span)));
    }
    text += "- read as it stands, and the first line counts\n";
    Some(text)
}

/// What a header begins.
fn section(name: &str) -> Option<String> {
    if let Some((prefix, _)) = prefix_of(name) {
        return Some(format!("**`[{prefix}:…]`**\n\n{}\n", keys::doc(prefix)));
    }
    let group = group_of_section(name)?;
    let all = if group.is_complete() { "" } else { " (some of many)" };
    let count = group.rows().count();
    Some(format!("**`[{}]`**\n\n- read by: {}\n- options known: {count}{all}\n", group.name, reader(group.reader)))
}

fn reader(reader: GroupReader) -> &'static str {
    match reader {
        GroupReader::Neutron => "Neutron itself",
        GroupReader::Legacy => "the driver of the ML2 generation, unless `[apic] apic_username` is set",
        GroupReader::NewStyle => "the driver where `[apic] apic_username` is set, and the unified plugin",
        GroupReader::Host => "the agents on compute hosts",
        GroupReader::Unified => "the unified plugin (AIM); not by the ML2 generation",
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(", "),
        Value::Dict(items) => items.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(", "),
        value @ (Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_)) => value.python_text(),
    }
}

/// A text as code of Markdown, on one line.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.is_empty() {
        return "empty".to_owned();
    }
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// `/folder/file:3:1` without its folders.
fn file_name(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}
