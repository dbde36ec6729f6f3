//! What `show ini` prints: every registered option as the service gets it, and where that was written.

use aciform_diagnostics::{FileId, SourceMap, Span, Spanned};
use aciform_syntax::ini::IniFile;
use serde_json::{Value as Json, json};

use super::effective::Values;
use super::named::{self, PREFIXES};
use super::options::{GROUPS, Reader};
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
    pub place: Option<Span>,
}

/// One named section, merged over its repeats.
#[derive(Debug)]
pub struct ShownSection {
    /// The prefix before the colon.
    pub prefix: &'static str,
    /// The name, with its place.
    pub name: Spanned<String>,
    /// The first value of each key as the plugin gets it, secrets masked.
    pub keys: Vec<(String, Spanned<String>)>,
}

/// Reads what `show ini` prints. Reports nothing: [`load`](super::load) does.
#[must_use]
pub fn options_shown(files: &[(FileId, &IniFile)]) -> Shown {
    let files: Vec<&IniFile> = files.iter().map(|(_, file)| *file).collect();
    let mut values = Values::new(files.iter().copied());
    let mut options = Vec::new();
    for group in GROUPS {
        let set = group.rows().any(|row| values.entry(group, row).is_some());
        if group.reader == Reader::Unified && !set {
            continue;
        }
        for row in group.rows() {
            let place = values.entry(group, row).map(|entry| entry.value.span);
            let value = values.get(group, row).ok().map(|found| {
                let hidden = found.secret && found.value != Value::Null;
                if hidden { Value::Text(MASK.to_owned()) } else { found.value }
            });
            options.push(ShownOption { group: group.name, name: row.name, kind: row.kind.word(), value, place });
        }
    }
    Shown { options, sections: sections(&files) }
}

fn sections(files: &[&IniFile]) -> Vec<ShownSection> {
    let mut found = Vec::new();
    for prefix in PREFIXES {
        let mut unreported = aciform_diagnostics::Diagnostics::new();
        for section in named::sections(files, prefix, &mut unreported) {
            let keys = section.entries.iter().map(|entry| {
                let hidden = super::secret::is_secret(&entry.key.value);
                let value = if hidden { MASK.to_owned() } else { entry.value.value.clone() };
                (entry.key.value.clone(), Spanned::new(value, entry.value.span))
            });
            found.push(ShownSection { prefix, keys: keys.collect(), name: section.name });
        }
    }
    found
}

impl Shown {
    /// The whole as JSON: `options` with group, name, type, value and place (`file:line:column` or `default`;
    /// `refused` is true where reading stops the service), `sections` with their keys.
    #[must_use]
    pub fn json(&self, sources: &SourceMap) -> Json {
        let options: Vec<Json> = self.options.iter().map(|option| option.json(sources)).collect();
        let sections: Vec<Json> = self.sections.iter().map(|section| section.json(sources)).collect();
        json!({"options": options, "sections": sections})
    }
}

impl ShownOption {
    fn json(&self, sources: &SourceMap) -> Json {
        json!({
            "group": self.group,
            "name": self.name,
            "type": self.kind,
            "value": self.value.as_ref().map_or(Json::Null, Value::json),
            "refused": self.value.is_none(),
            "place": self.place.map_or_else(|| "default".to_owned(), |span| sources.place(span)),
        })
    }
}

impl ShownSection {
    fn json(&self, sources: &SourceMap) -> Json {
        let keys = self
            .keys
            .iter()
            .map(|(key, value)| json!({"name": key, "value": value.value, "place": sources.place(value.span)}));
        json!({
            "section": format!("{}:{}", self.prefix, self.name.value),
            "place": sources.place(self.name.span),
            "keys": keys.collect::<Vec<Json>>(),
        })
    }
}
