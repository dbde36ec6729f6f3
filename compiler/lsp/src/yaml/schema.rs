//! What may stand at a place of a site's YAML, as the JSON Schemas of the language say it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::outline::Step;
use crate::subject::Kind;

/// A schema and the ways through it.
#[derive(Debug)]
pub(crate) struct Schema(Value);

impl Schema {
    /// The schema of a kind of file.
    pub(crate) fn of(kind: Kind) -> &'static Self {
        static SITE: LazyLock<Schema> = LazyLock::new(|| Schema(aciform_intent::schema::site()));
        static INTENT: LazyLock<Schema> = LazyLock::new(|| Schema(aciform_intent::schema::intent()));
        if kind == Kind::Site { &SITE } else { &INTENT }
    }

    /// The keys that may stand in the value at a path, each with its description and whether it holds a scalar.
    pub(crate) fn keys(&self, path: &[Step]) -> BTreeMap<&str, Key<'_>> {
        let mut keys = BTreeMap::new();
        for choice in self.choices(path) {
            let properties = choice.get("properties").and_then(Value::as_object).into_iter().flatten();
            for (name, property) in properties {
                let doc = self.description(property);
                let choices = self.expand(property);
                let nests = choices
                    .iter()
                    .any(|choice| ["properties", "patternProperties"].iter().any(|word| choice.get(*word).is_some()));
                keys.entry(name.as_str()).or_insert(Key { doc, nests });
            }
        }
        keys
    }

    /// The words that the value at a path is chosen from.
    pub(crate) fn values(&self, path: &[Step]) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        for choice in self.choices(path) {
            let listed = choice.get("enum").and_then(Value::as_array).into_iter().flatten();
            for value in listed.chain(choice.get("const")) {
                values.push(value.as_str().map_or_else(|| value.to_string(), spelled));
            }
            if choice.get("type").is_some_and(|kind| kind == "boolean") {
                values.extend(["true".to_owned(), "false".to_owned()]);
            }
        }
        values.dedup();
        values
    }

    /// What is said about the key that a path ends with: about it, and about what it holds.
    pub(crate) fn doc(&self, path: &[Step]) -> Option<Doc<'_>> {
        let (last, before) = path.split_last()?;
        let choices = self.choices(before);
        let mut found = choices.iter().flat_map(|choice| inner(choice, last));
        let node = found.next()?;
        let own = node.get("description").and_then(Value::as_str);
        let type_ = self
            .expand(node)
            .into_iter()
            .chain(self.target(node))
            .find_map(|choice| choice.get("description").and_then(Value::as_str));
        let values = self.values(path);
        Some(Doc { about: own.or(type_)?, holds: type_.filter(|text| Some(*text) != own), values })
    }

    fn description<'s>(&'s self, node: &'s Value) -> &'s str {
        let own = node.get("description").or_else(|| self.target(node)?.get("description"));
        own.and_then(Value::as_str).unwrap_or_default()
    }

    /// The schemas that apply to the value at a path.
    fn choices(&self, path: &[Step]) -> Vec<&Value> {
        let mut current = self.expand(&self.0);
        for step in path {
            let inner: Vec<&Value> = current.iter().flat_map(|choice| inner(choice, step)).collect();
            current = inner.into_iter().flat_map(|node| self.expand(node)).collect();
        }
        current
    }

    /// A schema as the schemas it refers to or chooses from.
    fn expand<'s>(&'s self, node: &'s Value) -> Vec<&'s Value> {
        let mut open = vec![node];
        let mut found = Vec::new();
        // References of the language's schemas do not run in circles; the bound keeps that from mattering.
        for _ in 0..64 {
            let Some(node) = open.pop() else { break };
            if let Some(target) = self.target(node) {
                open.push(target);
            } else if let Some(choices) = node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array) {
                open.extend(choices.iter().rev());
            } else {
                found.push(node);
            }
        }
        found
    }

    fn target(&self, node: &Value) -> Option<&Value> {
        self.0.pointer(node.get("$ref")?.as_str()?.strip_prefix('#')?)
    }
}

/// A key that may be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<'s> {
    pub(crate) doc: &'s str,
    /// Whether it holds further keys.
    pub(crate) nests: bool,
}

/// What is said about a key.
#[derive(Clone, Debug)]
pub(crate) struct Doc<'s> {
    pub(crate) about: &'s str,
    /// What its value looks like.
    pub(crate) holds: Option<&'s str>,
    pub(crate) values: Vec<String>,
}

/// The schemas one step inside a value.
fn inner<'s>(choice: &'s Value, step: &Step) -> Vec<&'s Value> {
    match step {
        Step::Key(name) => {
            if let Some(property) = choice.get("properties").and_then(|all| all.get(name)) {
                return vec![property];
            }
            // Maps of handles have one pattern, which is for the names; what a name may be is not asked here.
            let patterns = choice.get("patternProperties").and_then(Value::as_object);
            patterns.into_iter().flat_map(|all| all.values()).collect()
        }
        Step::Index(_) => choice.get("items").into_iter().collect(),
        Step::Word => Vec::new(),
    }
}

/// A choice as it is written in YAML: `"2.7"` and `*` would not be texts without quotes.
fn spelled(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && !text.starts_with(|c: char| c.is_ascii_digit());
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}
