//! What `show ini` prints: every registered option as the service gets it, and where that was written.

use std::fmt::Write as _;

use aciform_diagnostics::{Diagnostics, FileId, SourceMap, Span, Spanned};
use aciform_syntax::ini::IniFile;
use serde_json::{Value as Json, json};

use super::effective::Values;
use super::named::{self, PREFIXES};
use super::options::{GROUPS, Reader};
use super::secret::{is_secret, is_swallowed};
use super::value::Value;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// All options and named sections of some files.
#[derive(Debug)]
pub struct Shown {
    /// Registered options, by group in the order of the table. Groups of the unified plugin only where they are set.
    pub options: Vec<ShownOption>,
    /// Named sections, by prefix and in file order.
    pub sections: Vec<ShownSection>,
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

/// One named section, merged over its repeats.
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
                if hidden { Value::Text(MASK.to_owned()) } else { found.value }
            });
            let place = span.map_or_else(|| "default".to_owned(), |span| sources.place(span));
            options.push(ShownOption { group: group.name, name: row.name, kind: row.kind.word(), value, span, place });
        }
    }
    Shown { options, sections: sections(sources, &files) }
}

fn sections(sources: &SourceMap, files: &[&IniFile]) -> Vec<ShownSection> {
    let mut found = Vec::new();
    for prefix in PREFIXES {
        for section in named::sections(files, prefix, &mut Diagnostics::new()) {
            let keys = section.entries.iter().map(|entry| {
                let hidden = is_secret(&entry.key.value) || is_swallowed(entry);
                let value = if hidden { MASK.to_owned() } else { entry.value.value.clone() };
                let (name, span) = (entry.key.value.clone(), entry.value.span);
                ShownKey { name, value: Spanned::new(value, span), place: sources.place(span) }
            });
            let (keys, place) = (keys.collect(), sources.place(section.name.span));
            found.push(ShownSection { prefix, keys, name: section.name, place });
        }
    }
    found
}

impl Shown {
    /// The whole as JSON: `options` with group, name, type, value and place (`file:line:column` or `default`;
    /// `refused` is true where reading stops the service), `sections` with their keys.
    #[must_use]
    pub fn json(&self) -> Json {
        let options: Vec<Json> = self.options.iter().map(ShownOption::json).collect();
        let sections: Vec<Json> = self.sections.iter().map(ShownSection::json).collect();
        json!({"options": options, "sections": sections})
    }

    /// The whole for people: one line an option, its place behind it.
    #[must_use]
    pub fn human(&self) -> String {
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
    fn json(&self) -> Json {
        json!({
            "group": self.group,
            "name": self.name,
            "type": self.kind,
            "value": self.value.as_ref().map_or(Json::Null, Value::json),
            "refused": self.value.is_none(),
            "place": self.place,
        })
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
            Some(value @ (Value::Bool(_) | Value::Int(_) | Value::Float(_))) => value.python_text(),
        }
    }
}

impl ShownSection {
    fn json(&self) -> Json {
        let keys = self.keys.iter().map(|key| json!({"name": key.name, "value": key.value.value, "place": key.place}));
        json!({
            "section": format!("{}:{}", self.prefix, self.name.value),
            "place": self.place,
            "keys": keys.collect::<Vec<Json>>(),
        })
    }
}
