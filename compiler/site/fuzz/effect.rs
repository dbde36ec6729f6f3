//! What the options of a text are, and which of them a fix may have changed.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, SourceMap, Span};
use aciform_intent::ini::options::GROUPS;
use aciform_syntax::ini::{IniFile, Section, parse};
use serde_json::Value;

/// What `show ini` gives, without the places of it.
pub(crate) struct Shown {
    /// Options, by group and name.
    options: BTreeMap<(String, String), Value>,
    /// Which of them are written.
    written: BTreeSet<(String, String)>,
    /// Named sections, by header; their keys.
    sections: BTreeMap<String, BTreeMap<String, String>>,
    /// The driver's table, by host and interface; empty where it makes none.
    links: BTreeMap<(String, String), Value>,
}

/// Reads a text as the services do.
pub(crate) fn shown(text: &str) -> Shown {
    let mut sources = SourceMap::new();
    let file = sources.add("f.ini", text);
    let parsed = parse(file, text, &mut Diagnostics::new());
    let shown = aciform_intent::ini::shown(&sources, &[(file, &parsed)], &mut Diagnostics::new());
    let shown = shown.json(&sources);
    let list = |name: &str| shown[name].as_array().cloned().unwrap_or_default();
    let mut found =
        Shown { options: BTreeMap::new(), written: BTreeSet::new(), sections: BTreeMap::new(), links: BTreeMap::new() };
    for option in list("options") {
        let name = (text_of(&option["group"]).to_owned(), text_of(&option["name"]).to_owned());
        if text_of(&option["place"]) != "default" {
            found.written.insert(name.clone());
        }
        found.options.insert(name, without_places(option));
    }
    for section in list("sections") {
        let keys = section["keys"].as_array().into_iter().flatten();
        let keys = keys.map(|key| (text_of(&key["name"]).to_owned(), text_of(&key["value"]).to_owned()));
        found.sections.insert(text_of(&section["section"]).to_owned(), keys.collect());
    }
    for link in list("host_links") {
        let name = (text_of(&link["host"]).to_owned(), text_of(&link["interface"]).to_owned());
        found.links.insert(name, without_places(link));
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

/// Rules whose fix deletes a line that is read: it has no effect, whatever its value.
const OF_NO_EFFECT: &[&str] = &["ACI111", "ACI118", "ACI302"];

/// The rule that mends all line ends at once.
const LINE_ENDS: &str = "ACI014";

/// What findings with a safe fix were about.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Names of options: those of the lines that are changed, and those that edits write.
    names: BTreeSet<String>,
    /// Texts of headers, plain.
    sections: BTreeSet<String>,
    /// Names of options whose values are mended, or whose lines have no effect wherever they stand.
    values: BTreeSet<String>,
    /// Keys that are written in another way.
    keys: BTreeSet<String>,
    /// Options by the names that they refer to, or that they had.
    references: Vec<(String, String)>,
}

impl Touched {
    /// Takes in what the fixes of a round are about.
    pub(crate) fn add(&mut self, text: &str, findings: &[Diagnostic]) {
        let parsed = findings
            .iter()
            .find_map(Diagnostic::primary)
            .map(|span| parse(span.file, text, &mut Diagnostics::new()))
            .unwrap_or_default();
        self.note_references(&parsed);
        for finding in findings.iter().filter(|finding| finding.code.id != LINE_ENDS) {
            let Some(fix) = finding.fix.as_deref().filter(|fix| fix.applicability == Applicability::Safe) else {
                continue;
            };
            for edit in &fix.edits {
                self.names.extend(words(&edit.text));
                for section in &parsed.sections {
                    self.note(section, edit.span, finding.code.id);
                }
            }
        }
    }

    fn note(&mut self, section: &Section, span: Span, code: &str) {
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
            let value = Span::new(span.file, entry.key.span.range().end, entry.whole.range().end);
            // A colon behind a key becomes a part of it.
            let is_key = span.start <= entry.key.span.end || code == "ACI016";
            if is_key {
                self.keys.insert(entry.key.value.clone());
            }
            if value.start < span.start || OF_NO_EFFECT.contains(&code) {
                self.values.insert(entry.key.value.clone());
            }
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

    /// The first difference that no finding explains. What was not written may be written now; what was has its value
    /// still, unless that was mended.
    pub(crate) fn unexplained(mut self, before: &Shown, after: &Shown) -> Option<String> {
        self.follow_references();
        self.option(before, after).or_else(|| self.section(before, after)).or_else(|| self.link(before, after))
    }

    fn option(&self, before: &Shown, after: &Shown) -> Option<String> {
        let names: BTreeSet<_> = before.options.keys().chain(after.options.keys()).collect();
        names.into_iter().find_map(|name| {
            let (old, new) = (before.options.get(name), after.options.get(name));
            // Groups of the unified plugin are listed from their first option on.
            let is_new = old.is_none() || !before.written.contains(name) && self.names.contains(&name.1);
            let explained = old == new || is_new || self.values.contains(&name.1);
            (!explained).then(|| format!("{name:?}: {old:?} becomes {new:?}"))
        })
    }

    fn section(&self, before: &Shown, after: &Shown) -> Option<String> {
        let headers: BTreeSet<_> = before.sections.keys().chain(after.sections.keys()).collect();
        let none = BTreeMap::new();
        headers.into_iter().find_map(|header| {
            let (old, new) =
                (before.sections.get(header).unwrap_or(&none), after.sections.get(header).unwrap_or(&none));
            if old != new && !self.sections.contains(&plain(header)) {
                return Some(format!("[{header}]: {old:?} becomes {new:?}"));
            }
            old.iter().find_map(|(key, value)| {
                let explained = new.get(key) == Some(value) || self.values.contains(key) || self.keys.contains(key);
                (!explained).then(|| format!("[{header}] {key}: {value:?} becomes {:?}", new.get(key)))
            })
        })
    }

    /// Rows of hosts that no fix is about. Others move with the pairs, the pods and what is programmed at all.
    fn link(&self, before: &Shown, after: &Shown) -> Option<String> {
        let decides = ["apic_vpc_pairs", "apic_provision_hostlinks", "pod_id", "apic_username"];
        if after.links.is_empty() || decides.iter().any(|name| self.names.contains(*name)) {
            return None;
        }
        before.links.iter().find_map(|(name, row)| {
            let own = |key: &String| key.split(',').any(|host| host.split('|').next() == Some(name.0.as_str()));
            let paired = name.1.starts_with("static-vpc-");
            let new = after.links.get(name);
            // A host may only go: it is written in another way then.
            let gone = || new.is_none() && self.keys.iter().any(own);
            let mended = self.values.iter().any(own);
            let explained = new == Some(row) || paired || mended || gone();
            (!explained).then(|| format!("{name:?}: {row} becomes {new:?}"))
        })
    }

    /// What refers to a touched option changes with it.
    fn follow_references(&mut self) {
        loop {
            let known = self.values.len();
            let touched = |to: &String| self.names.contains(to) || self.values.contains(to);
            let further: Vec<String> =
                self.references.iter().filter(|(to, _)| touched(to)).map(|(_, from)| from.clone()).collect();
            self.names.extend(further.iter().cloned());
            self.values.extend(further);
            if self.values.len() == known {
                break;
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + use<'_> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).map(str::to_owned)
}

/// `prefix:name` without blanks and case.
fn plain(header: &str) -> String {
    header.split(':').map(str::trim).collect::<Vec<_>>().join(":").to_lowercase()
}
