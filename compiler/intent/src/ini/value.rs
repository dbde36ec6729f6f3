//! oslo.config's types: what a text becomes (checked against oslo.config 10.7, `oslo_config.types`).

mod number;

use aciform_syntax::ini::is_blank;
use serde_json::{Value as Json, json};

use number::{float, int, python_float};

/// The type an option is registered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `StrOpt`.
    Text,
    /// `BoolOpt`.
    Bool,
    /// `IntOpt`.
    Int,
    /// `FloatOpt`.
    Float,
    /// `ListOpt` of texts.
    List,
    /// `DictOpt` of texts.
    Dict,
}

/// A value as the service gets it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value: unset without a default, or an empty number.
    Null,
    /// A text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond 64 bits, as Python prints it.
    Big(String),
    /// A number.
    Float(f64),
    /// Texts, in order.
    List(Vec<String>),
    /// Keys and values, in order.
    Dict(Vec<(String, String)>),
}

/// Why a text is no value of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeError {
    /// Not one of the eight words.
    Bool,
    /// Not a whole number.
    Int,
    /// A whole number of more digits than Python takes.
    IntLong,
    /// Not a number.
    Float,
    /// An item without a colon and none before it to be glued to; holds the item.
    DictItem(String),
    /// An item with nothing before the colon.
    DictEmptyKey,
    /// A key twice.
    DictDuplicate(String),
}

impl Kind {
    /// The word for the type in `show ini`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Bool => "boolean",
            Self::Int => "integer",
            Self::Float => "float",
            Self::List => "list",
            Self::Dict => "dict",
        }
    }

    /// Reads a text whose references are expanded.
    pub fn read(self, text: &str) -> Result<Value, TypeError> {
        match self {
            Self::Text => Ok(Value::Text(text.to_owned())),
            Self::Bool => boolean(text),
            Self::Int => int(text),
            Self::Float => float(text),
            Self::List => Ok(Value::List(list(text))),
            Self::Dict => dict(text),
        }
    }
}

impl Value {
    /// The value as JSON; numbers that JSON does not have for everybody (`nan`, `inf`, whole ones beyond 64
    /// bits) as Python prints them.
    #[must_use]
    pub fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Text(text) => json!(text),
            Self::Bool(value) => json!(value),
            Self::Int(value) => json!(value),
            Self::Big(digits) => json!(digits),
            Self::Float(value) if value.is_finite() => json!(value),
            Self::Float(value) => json!(python_float(*value)),
            Self::List(items) => json!(items),
            Self::Dict(items) => Json::Object(items.iter().map(|(key, value)| (key.clone(), json!(value))).collect()),
        }
    }

    /// The value as `str()` of Python prints it: what a reference to it is replaced by.
    #[must_use]
    pub fn python_text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(value) => value.to_string(),
            Self::Big(digits) => digits.clone(),
            Self::Float(value) => python_float(*value),
            Self::List(items) => {
                format!("[{}]", items.iter().map(|item| python_quoted(item)).collect::<Vec<_>>().join(", "))
            }
            Self::Dict(items) => {
                let item =
                    |(key, value): &(String, String)| format!("{}: {}", python_quoted(key), python_quoted(value));
                format!("{{{}}}", items.iter().map(item).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// The booleans of normal options; those of named sections know fewer words.
fn boolean(text: &str) -> Result<Value, TypeError> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(Value::Bool(true)),
        "false" | "0" | "off" | "no" => Ok(Value::Bool(false)),
        _ => Err(TypeError::Bool),
    }
}

/// Splits at commas and trims; commas at the end are dropped first.
fn list(text: &str) -> Vec<String> {
    list_ranges(text).into_iter().map(|range| text[range].to_owned()).collect()
}

/// Where the items of a list stand in its text, trimmed.
#[must_use]
pub fn list_ranges(text: &str) -> Vec<std::ops::Range<usize>> {
    let trimmed = text.trim_matches(is_blank).trim_end_matches(',');
    if trimmed.is_empty() {
        return Vec::new();
    }
    let mut at = text.len() - text.trim_start_matches(is_blank).len();
    trimmed
        .split(',')
        .map(|item| {
            let start = at + (item.len() - item.trim_start_matches(is_blank).len());
            at += item.len() + 1;
            start..start + item.trim_matches(is_blank).len()
        })
        .collect()
}

/// `key:value` items. An item without a colon is glued to what follows it, as oslo.config retries with the next piece.
fn dict(text: &str) -> Result<Value, TypeError> {
    let text = text.trim_matches(is_blank);
    let mut found: Vec<(String, String)> = Vec::new();
    if text.is_empty() {
        return Ok(Value::Dict(found));
    }
    let mut open = String::new();
    let mut pieces = text.split(',').peekable();
    while let Some(piece) = pieces.next() {
        open += piece;
        let Some((key, value)) = open.split_once(':') else {
            if pieces.peek().is_none() {
                return Err(TypeError::DictItem(open));
            }
            open.push(',');
            continue;
        };
        let (key, value) = (key.trim_matches(is_blank).to_owned(), value.trim_matches(is_blank).to_owned());
        if key.is_empty() {
            return Err(TypeError::DictEmptyKey);
        }
        if found.iter().any(|(other, _)| *other == key) {
            return Err(TypeError::DictDuplicate(key));
        }
        found.push((key, value));
        open.clear();
    }
    Ok(Value::Dict(found))
}

/// `repr()` of a text.
fn python_quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control()
                || (c != ' ' && c.is_whitespace())
                || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}') =>
            {
                out += &match u32::from(c) {
                    code @ 0..=0xff => format!("\\x{code:02x}"),
                    code @ 0x100..=0xffff => format!("\\u{code:04x}"),
                    code => format!("\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::{Kind, TypeError, Value, list_ranges, python_quoted};

    #[test]
    fn booleans_know_eight_words_in_any_case() {
        for text in ["true", "1", "On", "YES"] {
            assert_eq!(Kind::Bool.read(text), Ok(Value::Bool(true)), "{text}");
        }
        for text in ["t", "y", "enabled", "2", "01", "none", "", "True # x", " true"] {
            assert_eq!(Kind::Bool.read(text), Err(TypeError::Bool), "{text}");
        }
    }

    #[test]
    fn lists_drop_commas_at_the_end_and_keep_empty_items() {
        let read = |text: &str| list_ranges(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>().join("|");
        assert_eq!(read("a, b ,,c"), "a|b||c");
        assert_eq!(read(" a ,, "), "a");
        assert_eq!(read(","), "");
        assert_eq!(read("\na,\nb"), "a|b");
    }

    #[test]
    fn dict_items_without_a_colon_are_glued_to_the_next() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(Kind::Dict.read("a:1,2,b:3"), Ok(Value::Dict(vec![pair("a", "1"), pair("2,b", "3")])));
        assert_eq!(Kind::Dict.read("a:1,"), Err(TypeError::DictItem(String::new())));
        assert_eq!(Kind::Dict.read("a:1,a:2"), Err(TypeError::DictDuplicate("a".to_owned())));
        assert_eq!(Kind::Dict.read(":1"), Err(TypeError::DictEmptyKey));
    }

    #[test]
    fn substituted_values_look_as_python_prints_them() {
        assert_eq!(python_quoted("it's"), "\"it's\"");
        assert_eq!(python_quoted("a\"'\n"), "'a\"\\'\\n'");
    }
}
