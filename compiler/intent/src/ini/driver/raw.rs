//! Sections `prefix:NAME` as apicapi's `_get_specific_config` collects them (release 1.12 with oslo.config 6.0 and later).

use std::collections::{HashMap, HashSet};

use aciform_diagnostics::{Span, Spanned};
use aciform_syntax::ini::{Entry, IniFile, Section, is_blank};

use super::{Stop, StopReason};

/// A section that a reader takes, merged over its repeats in all files.
#[derive(Clone, Debug)]
pub struct RawSection<'a> {
    /// The name behind the colon, with its place in the first header.
    pub name: Spanned<String>,
    /// The first line of every key, in order.
    pub entries: Vec<&'a Entry>,
}

impl<'a> RawSection<'a> {
    /// The line that counts for a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().copied().find(|entry| entry.key.value == key)
    }
}

/// The sections of a prefix, in the order of their first headers.
///
/// A header that only begins with the prefix stops the reader unless it splits at exactly one colon. Names are trimmed;
/// of two headers that differ in blanks the later one takes the earlier one's place.
pub fn raw_sections<'a>(files: &[&'a IniFile], prefix: &str) -> Result<Vec<RawSection<'a>>, Stop> {
    let mut found: Vec<RawSection<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (section, entries) in merged(files, |text| text.starts_with(prefix)) {
        let header = &section.name;
        let mut parts = header.value.split(':');
        let (Some(before), Some(behind), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Stop { span: header.span, reason: StopReason::Header });
        };
        if before != prefix {
            continue;
        }
        let name = trimmed(behind, header.span, prefix.len() + 1);
        let section = RawSection { name, entries };
        match places.get(&section.name.value) {
            Some(at) => found[*at] = section,
            None => {
                places.insert(section.name.value.clone(), found.len());
                found.push(section);
            }
        }
    }
    Ok(found)
}

/// `[opflex_external_segment:NAME]`, which the agent splits at the first colon and does not trim; a section without a
/// name is skipped.
#[must_use]
pub fn segment_sections<'a>(files: &[&'a IniFile]) -> Vec<RawSection<'a>> {
    const PREFIX: &str = "opflex_external_segment:";
    let sections = merged(files, |text| text.len() > PREFIX.len() && text.starts_with(PREFIX));
    let named = sections.into_iter().map(|(section, entries)| {
        let at = section.name.span.range().start + PREFIX.len();
        let span = Span::new(section.name.span.file, at, section.name.span.range().end);
        RawSection { name: Spanned::new(section.name.value[PREFIX.len()..].to_owned(), span), entries }
    });
    named.collect()
}

/// A part of a text without the blanks around it; `start` is its offset behind the start of `span`.
pub(super) fn trimmed(part: &str, span: Span, start: usize) -> Spanned<String> {
    let rest = part.trim_start_matches(is_blank);
    let at = span.range().start + start + (part.len() - rest.len());
    let text = rest.trim_end_matches(is_blank);
    Spanned::new(text.to_owned(), Span::new(span.file, at, at + text.len()))
}

/// Sections with the very same text are one: the first header, and the first line of every key.
fn merged<'a>(files: &[&'a IniFile], wanted: impl Fn(&str) -> bool) -> Vec<(&'a Section, Vec<&'a Entry>)> {
    let mut found: Vec<(&Section, Vec<&Entry>)> = Vec::new();
    let mut sections: HashMap<&str, usize> = HashMap::new();
    let mut keys: HashSet<(usize, &str)> = HashSet::new();
    for section in files.iter().flat_map(|file| &file.sections).filter(|section| wanted(&section.name.value)) {
        let at = *sections.entry(&section.name.value).or_insert_with(|| {
            found.push((section, Vec::new()));
            found.len() - 1
        });
        for entry in &section.entries {
            if keys.insert((at, &entry.key.value)) {
                found[at].1.push(entry);
            }
        }
    }
    found
}
