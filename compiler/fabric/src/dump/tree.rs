//! A small ordered tree between the tables and the two spellings.

use std::fmt::{Display, Write as _};

use serde_json::{Map, Value};

/// A value of the dump.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Left out.
    Absent,
    Text(String),
    Number(u64),
    Truth(bool),
    List(Vec<Node>),
    Map(Vec<(&'static str, Node)>),
}

impl Node {
    pub(super) fn map() -> Self {
        Self::Map(Vec::new())
    }

    pub(super) fn text_of(value: impl Display) -> Self {
        Self::Text(value.to_string())
    }

    pub(super) fn maybe(value: Option<impl Display>) -> Self {
        value.map_or(Self::Absent, Self::text_of)
    }

    pub(super) fn number(value: impl Into<u64>) -> Self {
        Self::Number(value.into())
    }

    pub(super) fn texts(values: impl IntoIterator<Item = impl Display>) -> Self {
        Self::List(values.into_iter().map(Self::text_of).collect())
    }

    pub(super) fn list(values: impl IntoIterator<Item = Node>) -> Self {
        Self::List(values.into_iter().collect())
    }

    /// Adds a field to a map.
    #[must_use]
    pub(super) fn with(mut self, key: &'static str, value: Node) -> Self {
        if let Self::Map(fields) = &mut self {
            fields.push((key, value));
        }
        self
    }

    /// Adds a text to a map.
    #[must_use]
    pub(super) fn put(self, key: &'static str, value: impl Display) -> Self {
        self.with(key, Self::text_of(value))
    }

    pub(super) fn json(&self) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Text(text) => Value::String(text.clone()),
            Self::Number(number) => Value::from(*number),
            Self::Truth(truth) => Value::Bool(*truth),
            Self::List(list) => Value::Array(list.iter().map(Self::json).collect()),
            Self::Map(fields) => {
                let fields = fields.iter().filter(|(_, value)| !matches!(value, Self::Absent));
                Value::Object(fields.map(|(key, value)| ((*key).to_owned(), value.json())).collect::<Map<_, _>>())
            }
        }
    }

    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        let Self::Map(tables) = self else { return out };
        for (name, table) in tables {
            match table {
                Self::List(rows) if rows.is_empty() => continue,
                Self::List(rows) => {
                    let _ = writeln!(out, "{name}:");
                    for row in rows {
                        row.write(&mut out, 1);
                    }
                }
                Self::Absent | Self::Text(_) | Self::Number(_) | Self::Truth(_) | Self::Map(_) => {
                    let _ = writeln!(out, "{name}:");
                    table.write(&mut out, 1);
                }
            }
        }
        out
    }

    /// One row: what fits behind the dash, then its nested lists.
    fn write(&self, out: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let Self::Map(fields) = self else {
            let _ = writeln!(out, "{indent}- {}", self.inline().unwrap_or_default());
            return;
        };
        let short = fields.iter().filter_map(|(key, value)| Some(format!("{key}: {}", value.inline()?)));
        let _ = writeln!(out, "{indent}- {}", short.collect::<Vec<_>>().join(", "));
        for (key, value) in fields {
            match value {
                Self::List(rows) if value.inline().is_none() && !rows.is_empty() => {
                    let _ = writeln!(out, "{indent}  {key}:");
                    for row in rows {
                        row.write(out, depth + 2);
                    }
                }
                Self::Map(_) => {
                    let _ = writeln!(out, "{indent}  {key}:");
                    value.write(out, depth + 2);
                }
                Self::Absent | Self::Text(_) | Self::Number(_) | Self::Truth(_) | Self::List(_) => {}
            }
        }
    }

    /// A value that stands on its row; `None`: absent, empty, or a row of its own.
    fn inline(&self) -> Option<String> {
        match self {
            Self::Absent | Self::Map(_) => None,
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Truth(truth) => Some(truth.to_string()),
            Self::List(list) if list.is_empty() => None,
            Self::List(list) => {
                let items: Option<Vec<String>> = list.iter().map(Self::inline).collect();
                items.map(|items| format!("[{}]", items.join(", ")))
            }
        }
    }
}
