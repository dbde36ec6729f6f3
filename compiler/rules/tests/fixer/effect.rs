//! What the options of a text are, and which of them a fix may have changed.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Applicability, Diagnostics, SourceMap, Span};
use aciform_intent::ini::options::GROUPS;
use aciform_syntax::ini::{IniFile, Section, parse};
use serde_json::Value;

use super::lint::Round;

/// Options and named sections as `show ini` gives them, without their places.
pub(crate) fn shown(text: &str) -> BTreeMap<String, Value> {
    let mut sources = SourceMap::new();
    let file = sources.add("f.ini", text);
    let parsed = parse(file, text, &mut Diagnostics::new());
    let shown = aciform_intent::ini::shown(&sources, &[(file, &parsed)], &mut Diagnostics::new());
    let shown = shown.json(&sources);
    let list = |name: &str| shown[name].as_array().cloned().unwrap_or_default();
    let mut found = BTreeMap::new();
    for option in list("options") {
        let name = format!("{} {}", text_of(&option["group"]), text_of(&option["name"]));
        found.insert(name, without_places(option));
    }
    for section in list("sections") {
        found.insert(format!("[{}]", text_of(&section["section"])), without_places(section));
    }
    found
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn without_places(value: Value) -> Value {
    match value {
        Value::Object(mut map) => {
            map.remove("place");
            map.into_iter().map(|(key, value)| (key, without_places(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_places).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

/// What findings with a safe fix were about.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Names of options: those of the lines that are changed, and those that edits write.
    names: BTreeSet<String>,
    /// Texts of headers, plain.
    sections: BTreeSet<String>,
    /// Options by the names that they refer to, or that they had.
    references: Vec<(String, String)>,
}

impl Touched {
    pub(crate) fn add(&mut self, round: &Round) {
        let parsed = round
            .findings
            .iter()
            .find_map(|finding| finding.primary())
            .map(|span| parse(span.file, &round.text, &mut Diagnostics::new()))
            .unwrap_or_default();
        self.note_references(&parsed);
        for finding in &round.findings {
            let Some(fix) = finding.fix.as_deref().filter(|fix| fix.applicability == Applicability::Safe) else {
                continue;
            };
            for edit in &fix.edits {
                self.names.extend(words(&edit.text));
                for section in &parsed.sections {
                    self.note(section, edit.span);
                }
            }
        }
    }

    fn note(&mut self, section: &Section, span: Span) {
        let meets = |other: Span| other.start <= span.end && span.start <= other.end;
        if meets(section.name.span) {
            self.sections.insert(plain(&section.name.value));
            self.names.extend(section.entries.iter().map(|entry| entry.key.value.clone()));
        }
        // An insertion lies in front of its line, and what stands before it is not changed by it.
        let inside = |other: Span| other.start <= span.start && span.start < other.end;
        for entry in section.entries.iter().filter(|entry| inside(entry.whole)) {
            self.names.insert(entry.key.value.clone());
            self.sections.insert(plain(&section.name.value));
        }
    }

    fn note_references(&mut self, parsed: &IniFile) {
        let written = parsed.sections.iter().flat_map(|section| &section.entries);
        let written = written.map(|entry| (entry.key.value.as_str(), entry.value.value.as_str()));
        let rows = GROUPS.iter().flat_map(|group| group.rows()).map(|row| (row.name, row.default.unwrap_or_default()));
        for row in GROUPS.iter().flat_map(|group| group.rows()) {
            self.references.extend(row.deprecated.iter().map(|old| ((*old).to_owned(), row.name.to_owned())));
        }
        for (name, text) in written.chain(rows).filter(|(_, text)| text.contains('$')) {
            self.references.extend(words(text).map(|word| (word, name.to_owned())));
        }
    }

    /// The first difference that no finding explains.
    pub(crate) fn unexplained(
        mut self,
        before: &BTreeMap<String, Value>,
        after: &BTreeMap<String, Value>,
    ) -> Option<String> {
        loop {
            let known = self.names.len();
            let further: Vec<String> = self
                .references
                .iter()
                .filter(|(to, _)| self.names.contains(to))
                .map(|(_, from)| from.clone())
                .collect();
            self.names.extend(further);
            if self.names.len() == known {
                break;
            }
        }
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let differs = |key: &&&String| before.get(**key) != after.get(**key);
        let explained = |key: &str| match key.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(section) => self.sections.contains(&plain(section)),
            // Groups of the unified plugin are listed from their first option on.
            None => key.split_once(' ').is_some_and(|(group, name)| {
                self.names.contains(name) || !before.contains_key(key) && !group.is_empty()
            }),
        };
        let key = keys.iter().filter(differs).find(|key| !explained(key))?;
        Some(format!("{key}: {:?} becomes {:?}", before.get(*key), after.get(*key)))
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + use<'_> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).map(str::to_owned)
}

/// `prefix:name` without blanks and case.
fn plain(header: &str) -> String {
    header.split(':').map(str::trim).collect::<Vec<_>>().join(":").to_lowercase()
}
