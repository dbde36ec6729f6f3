//! What `show ini` prints: every registered option as the service gets it, and where that was written.

mod named;
mod report;

use std::fmt::Write as _;

use aciform_diagnostics::{Diagnostics, FileId, SourceMap, Span, Spanned};
use aciform_syntax::ini::IniFile;
use serde_json::Value as Json;

use super::effective::Values;
use super::options::{GROUPS, Reader};
use super::secret::{items_without_secrets, without_secrets};
use super::value::Value;
use named::Named;
pub use report::Report;
use report::{KeyReport, OptionReport, SectionReport, ValueReport};

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// All options and named sections of some files.
#[derive(Debug)]
pub struct Shown {
    /// Registered options, by group in the order of the table. Groups of the unified plugin only where they are set.
    pub options: Vec<ShownOption>,
    /// Free-form sections, by prefix and in file order; none of a reader that stops.
    pub sections: Vec<ShownSection>,
    /// What their readers make of them.
    named: Named,
}

/// One registered option.
#[derive(Debug)]
pub struct ShownOption {
    /// The group as it is registered.
    pub group: &'static str,
    /// The option.
    pub name: &'static str,
    /// The word for its type.
    pub kind: &'static str,
    /// The value as oslo.config hands it over, references expanded. `None`: reading it stops the service.
    /// A secret, or what holds one by reference, is [`MASK`].
    pub value: Option<Value>,
    /// Where the value was written; `None`: the default.
    pub span: Option<Span>,
    /// The same as `file:line:column`, or `default`.
    pub place: String,
}

/// One free-form section, merged over its repeats.
#[derive(Debug)]
pub struct ShownSection {
    /// The prefix before the colon.
    pub prefix: &'static str,
    /// The name, with its place.
    pub name: Spanned<String>,
    /// The place as `file:line:column`.
    pub place: String,
    /// The first value of each key as the plugin gets it, secrets masked.
    pub keys: Vec<ShownKey>,
}

/// One key of a named section.
#[derive(Debug)]
pub struct ShownKey {
    /// The key.
    pub name: String,
    /// Its value, with its place.
    pub value: Spanned<String>,
    /// The place as `file:line:column`.
    pub place: String,
}

/// Reads what `show ini` prints, and reports what [`load`](super::load) reports.
#[must_use]
pub fn shown(sources: &SourceMap, files: &[(FileId, &IniFile)], diagnostics: &mut Diagnostics) -> Shown {
    super::load(files, diagnostics);
    let files: Vec<&IniFile> = files.iter().map(|(_, file)| *file).collect();
    let mut values = Values::new(files.iter().copied());
    let mut options = Vec::new();
    for group in GROUPS {
        let set = group.rows().any(|row| values.entry(group, row).is_some());
        if group.reader == Reader::Unified && !set {
            continue;
        }
        for row in group.rows() {
            let span = values.entry(group, row).map(|entry| entry.value.span);
            let value = values.get(group, row).ok().map(|found| {
                let hidden = found.secret && found.value != Value::Null;
                if hidden { Value::Text(MASK.to_owned()) } else { unlocked(found.value) }
            });
            let place = span.map_or_else(|| "default".to_owned(), |span| sources.place(span));
            options.push(ShownOption { group: group.name, name: row.name, kind: row.kind.word(), value, span, place });
        }
    }
    let named = Named::read(&files, &mut values);
    Shown { options, sections: named::sections(sources, &files), named }
}

/// A value with the passwords of its URLs masked.
fn unlocked(value: Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(without_secrets(&text)),
        Value::List(items) => Value::List(items_without_secrets(&items)),
        Value::Dict(items) => {
            let texts: Vec<String> = items.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            let masked = items_without_secrets(&texts) != texts;
            if masked { Value::Text(MASK.to_owned()) } else { Value::Dict(items) }
        }
        value @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_)) => value,
    }
}

impl Shown {
    /// The whole as JSON, of the shape of [`Report`].
    #[must_use]
    pub fn json(&self, sources: &SourceMap) -> Json {
        serde_json::to_value(self.report(sources)).expect("a report has nothing that JSON cannot say")
    }

    /// The whole as `--format json` prints it.
    #[must_use]
    pub fn report(&self, sources: &SourceMap) -> Report {
        let mut report = Report {
            options: self.options.iter().map(ShownOption::report).collect(),
            sections: self.sections.iter().map(ShownSection::report).collect(),
            ..Report::default()
        };
        self.named.report(sources, &mut report);
        report
    }

    /// The whole for people: one line an option, its place behind it.
    #[must_use]
    pub fn human(&self, sources: &SourceMap) -> String {
        let stops = self.named.stops(sources);
        let mut lines: Vec<(String, &str)> = Vec::new();
        let mut group = "";
        for option in &self.options {
            if std::mem::replace(&mut group, option.group) != option.group {
                lines.push((format!("[{}]", option.group), ""));
            }
            lines.push((format!("  {} = {}", option.name, option.text()), &option.place));
        }
        for section in &self.sections {
            lines.push((format!("[{}:{}]", section.prefix, section.name.value), &section.place));
            for key in &section.keys {
                lines.push((format!("  {} = {}", key.name, key.value.value.replace('\n', "\\n")), &key.place));
            }
        }
        for stop in &stops {
            lines.push((format!("{}: (cannot be read: {})", stop.reader, stop.reason), &stop.place));
        }
        // Longer lines keep their place behind two blanks; the rest stands in one column.
        let width = lines.iter().map(|(text, _)| text.chars().count()).filter(|width| *width <= 72).max().unwrap_or(0);
        let mut out = String::new();
        for (text, place) in lines {
            let line = format!("{text:width$}  {place}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }
}

impl ShownOption {
    fn report(&self) -> OptionReport {
        let value = match &self.value {
            None | Some(Value::Null) => ValueReport::Null(()),
            Some(Value::Text(text)) => ValueReport::Text(text.clone()),
            Some(Value::Bool(value)) => ValueReport::Bool(*value),
            Some(Value::Int(value)) => ValueReport::Int(*value),
            Some(Value::Big(digits)) => ValueReport::Text(digits.clone()),
            Some(Value::Float(value)) if value.is_finite() => ValueReport::Float(*value),
            Some(value @ Value::Float(_)) => ValueReport::Text(value.python_text()),
            Some(Value::List(items)) => ValueReport::List(items.clone()),
            Some(Value::Dict(items)) => ValueReport::Dict(items.iter().cloned().collect()),
        };
        OptionReport {
            group: self.group.to_owned(),
            name: self.name.to_owned(),
            kind: self.kind.to_owned(),
            value,
            refused: self.value.is_none(),
            place: self.place.clone(),
        }
    }

    fn text(&self) -> String {
        match &self.value {
            None => "(cannot be read)".to_owned(),
            Some(Value::Null) => "(none)".to_owned(),
            Some(Value::Text(text)) => text.replace('\n', "\\n"),
            Some(Value::List(items)) => items.join(", ").replace('\n', "\\n"),
            Some(Value::Dict(items)) => {
                items.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(", ")
            }
            Some(value @ (Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_))) => value.python_text(),
        }
    }
}

impl ShownSection {
    fn report(&self) -> SectionReport {
        let key = |key: &ShownKey| KeyReport {
            name: key.name.clone(),
            value: key.value.value.clone(),
            place: key.place.clone(),
        };
        SectionReport {
            section: format!("{}:{}", self.prefix, self.name.value),
            place: self.place.clone(),
            keys: self.keys.iter().map(key).collect(),
        }
    }
}
