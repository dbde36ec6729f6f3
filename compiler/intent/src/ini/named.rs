//! Named sections, `[prefix:NAME]`: read by the plugin itself from the raw text, not by oslo.config.
//!
//! Nothing is expanded or typed, and for each key the *first* line counts, in one file and over several
//! (apicapi `_get_specific_config` with oslo.config 6.0 and later).

use std::collections::{HashMap, HashSet};

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, Edit, Span, Spanned};
use aciform_syntax::ini::{Entry, IniFile, Section};

use super::codes;
use super::doubt::Doubt;
use super::driver::keys;
use super::mend::mended;

/// The prefixes the plugin looks for.
pub const PREFIXES: &[&str] =
    &["apic_external_network", "apic_vmdom", "apic_physdom", "apic_switch", "apic_physical_network"];

/// A named section, merged over its repeats.
#[derive(Clone, Debug)]
pub struct NamedSection<'a> {
    /// The trimmed name, with its place in the first header.
    pub name: Spanned<String>,
    /// The first line of every key, in order.
    pub entries: Vec<&'a Entry>,
    /// Where each key stands in `entries`, and whether a later line of it was reported.
    known: HashMap<&'a str, (usize, bool)>,
    /// Every part of it.
    parts: Vec<&'a Section>,
    /// The keys that nothing is to be concluded from.
    pub(super) doubt: Doubt,
}

impl<'a> NamedSection<'a> {
    fn new(name: Spanned<String>) -> Self {
        Self { name, entries: Vec::new(), known: HashMap::new(), parts: Vec::new(), doubt: Doubt::default() }
    }

    /// The line that counts for a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a Entry> {
        self.known.get(key).map(|(at, _)| self.entries[*at])
    }

    /// Whether nobody can tell what a key is set to: it is misspelt, stands on a line that could not be read or that
    /// another value swallowed, or has two values. That was reported.
    #[must_use]
    pub fn is_in_doubt(&self, key: &str) -> bool {
        self.doubt.cause(key).is_some()
    }
}

/// What the text of a header is to the plugin.
pub(super) enum Header {
    /// Not a named section, and not nearly one.
    Other,
    /// `prefix:NAME`; holds the prefix and where the name starts.
    Named(&'static str, usize),
    /// Would be one but for case or blanks: skipped without a word.
    Near(&'static str, usize),
    /// Starts with a prefix but does not split at one colon: the plugin crashes. Holds where a name would start.
    Crashing(&'static str, Option<usize>),
}

/// Sorts a header the way the plugin does.
pub(super) fn header(text: &str) -> Header {
    let colon = text.find(':');
    if let Some(prefix) = PREFIXES.iter().find(|prefix| text.starts_with(**prefix)) {
        return match colon {
            Some(at) if !text[at + 1..].contains(':') => {
                let found = &text[..at];
                match found == *prefix {
                    true => Header::Named(prefix, at + 1),
                    false => near(found, at),
                }
            }
            at => Header::Crashing(prefix, at.map(|at| at + 1)),
        };
    }
    colon.map_or(Header::Other, |at| near(&text[..at], at))
}

fn near(found: &str, colon: usize) -> Header {
    let plain = found.trim().to_lowercase();
    match PREFIXES.iter().find(|prefix| **prefix == plain) {
        Some(prefix) => Header::Near(prefix, colon + 1),
        None => Header::Other,
    }
}

/// All sections of a prefix, in file order.
///
/// Reports headers that crash the plugin or miss it (ACI103, ACI104), sections without a name (ACI105), repeats that
/// replace each other (ACI106) and keys whose later value is ignored (ACI108, ACI117). What was meant is read on.
pub(super) fn sections<'a>(
    files: &[&'a IniFile],
    prefix: &'static str,
    diagnostics: &mut Diagnostics,
) -> Vec<NamedSection<'a>> {
    // Sections with the very same text are one; after trimming, a later text replaces an earlier one.
    let mut exact: Vec<(&str, NamedSection<'a>)> = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::new();
    let all = || files.iter().flat_map(|file| &file.sections);
    let texts: HashSet<&str> = all().map(|section| section.name.value.as_str()).collect();
    for section in all() {
        let text = section.name.value.as_str();
        let Some(start) = name_start(section, prefix, &texts, diagnostics) else { continue };
        let at = *index.entry(text).or_insert_with(|| {
            exact.push((text, NamedSection::new(name(section, start))));
            exact.len() - 1
        });
        add(&mut exact[at].1, section, prefix, diagnostics);
    }
    let mut merged: Vec<NamedSection<'a>> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut replaced = Vec::new();
    for (_, section) in exact {
        if section.name.value.is_empty() {
            let message = format!("`[{prefix}:]` has no name");
            let finding = Diagnostic::at(&codes::EMPTY_NAME, section.name.span, message);
            diagnostics.push(finding.help(format!("write the name behind the colon: `[{prefix}:NAME]`")));
            continue;
        }
        match by_name.get(&section.name.value) {
            Some(at) => {
                let first = &mut merged[*at];
                let message = format!("this section replaces all of the earlier `[{prefix}:{}]`", first.name.value);
                let finding = Diagnostic::at(&codes::DUPLICATE_SECTION, section.name.span, message);
                let finding = finding.label(first.name.span, "replaced");
                diagnostics.push(finding.help("write one section, without blanks around its name"));
                let cause = section.name.span;
                *first = section;
                replaced.push((*at, cause));
            }
            None => {
                by_name.insert(section.name.value.clone(), merged.len());
                merged.push(section);
            }
        }
    }
    // Keys of a switch are hosts, whose names may well be near to each other.
    if keys::is_complete(prefix) {
        let names: Vec<&'static str> = keys::keys(prefix).map(|key| key.name).collect();
        for section in &mut merged {
            section.doubt = Doubt::of(&section.parts, &names);
        }
    }
    for (at, cause) in replaced {
        merged[at].doubt.add_whole(cause);
    }
    merged
}

/// Whether any section of a prefix is there.
pub(super) fn has(files: &[&IniFile], prefix: &str) -> bool {
    let is = |section: &Section| matches!(header(&section.name.value), Header::Named(found, _) if found == prefix);
    files.iter().any(|file| file.sections.iter().any(is))
}

/// Where the name starts in a header of this prefix, and what is wrong with the header.
fn name_start(
    section: &Section,
    prefix: &'static str,
    texts: &HashSet<&str>,
    diagnostics: &mut Diagnostics,
) -> Option<usize> {
    let text = section.name.value.as_str();
    match header(text) {
        Header::Named(found, start) => (found == prefix).then_some(start),
        Header::Near(found, start) if found == prefix => {
            let message = format!("`[{text}]` is skipped without a word: the plugin looks for `{prefix}:` exactly");
            let finding = Diagnostic::at(&codes::NEAR_NAMED_SECTION, section.name.span, message);
            let better = format!("{prefix}:{}", text[start..].trim());
            // Beside a section that is read, each key would be merged with what stands there.
            let alone = !texts.contains(better.as_str());
            let applicability = if alone { Applicability::Safe } else { Applicability::Unsafe };
            let edit = Edit::replace(section.name.span, &better);
            diagnostics.push(mended(finding, format!("write `[{better}]`"), applicability, [edit]));
            Some(start)
        }
        Header::Crashing(found, start) if found == prefix => {
            let message = format!("`[{text}]` stops the service: `{prefix}` must be followed by one colon and a name");
            let finding = Diagnostic::at(&codes::CRASHING_SECTION, section.name.span, message);
            let name = text[start.unwrap_or(text.len())..].trim().replace(':', "-");
            let name = if name.is_empty() { "NAME" } else { &name };
            diagnostics.push(finding.help(format!("write `[{prefix}:{name}]`")));
            start
        }
        Header::Near(..) | Header::Crashing(..) | Header::Other => None,
    }
}

/// The trimmed text from `start` on, with its place.
pub(super) fn name(section: &Section, start: usize) -> Spanned<String> {
    let text = &section.name.value[start..];
    let skipped = text.len() - text.trim_start().len();
    let (name, at) = (text.trim(), section.name.span.range().start + start + skipped);
    Spanned::new(name.to_owned(), Span::new(section.name.span.file, at, at + name.len()))
}

/// Adds the lines of a repeat; keys that are there already keep their first line, which is said once for each.
fn add<'a>(into: &mut NamedSection<'a>, section: &'a Section, prefix: &str, diagnostics: &mut Diagnostics) {
    into.parts.push(section);
    for entry in &section.entries {
        let key = entry.key.value.as_str();
        let Some((at, reported)) = into.known.get_mut(key) else {
            into.known.insert(key, (into.entries.len(), false));
            into.entries.push(entry);
            continue;
        };
        let first = into.entries[*at];
        if first.value == entry.value || std::mem::replace(reported, true) {
            continue;
        }
        let same_file = first.key.span.file == entry.key.span.file;
        let code = if same_file { &codes::DUPLICATE_KEY_FIRST } else { &codes::CROSS_FILE_CONFLICT };
        let message = format!("this `{key}` is ignored: in `[{prefix}:…]` the first value counts");
        let finding = Diagnostic::at(code, entry.key.span, message).label(first.value.span, "in force");
        diagnostics.push(if same_file {
            mended(finding, "keep one of the two lines", Applicability::Unsafe, [entry.deletion()])
        } else {
            finding.help("keep one of the two lines")
        });
    }
}
