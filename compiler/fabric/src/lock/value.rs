//! Values of the lock, read from and written as plain scalars.

use std::fmt;
use std::net::IpAddr;

use aciform_intent::scalar::MacAddr;
use uuid::Uuid;

use super::kind::{Form, Kind};

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Number(u32),
    Address(IpAddr),
    Id(Uuid),
    Mac(MacAddr),
    /// Boxed, as it would be the largest of them by far.
    Text(Box<str>),
}

impl Value {
    /// Reads a value of a kind; otherwise says what one looks like.
    pub(super) fn parse(kind: Kind, text: &str) -> Result<Self, String> {
        match kind.form() {
            Form::Number => number(kind, text),
            Form::Address => text.parse().map(Self::Address).map_err(|_| "an address such as `172.16.10.2`".to_owned()),
            Form::Id => id(text).ok_or_else(|| "an id such as `6fccd59e-76e0-49de-9434-020fef1c22d9`".to_owned()),
            Form::Mac => {
                MacAddr::parse(text).map(Self::Mac).ok_or_else(|| "a MAC such as `fa:16:3e:10:00:17`".to_owned())
            }
            Form::Text if text.is_empty() || text.contains(char::is_whitespace) => Err("a name".to_owned()),
            Form::Text => Ok(Self::Text(text.into())),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => fmt::Display::fmt(value, f),
            Self::Address(value) => fmt::Display::fmt(value, f),
            Self::Id(value) => fmt::Display::fmt(value, f),
            Self::Mac(value) => fmt::Display::fmt(value, f),
            Self::Text(value) => f.write_str(value),
        }
    }
}

/// Decimal without leading zeros: a leading zero is octal to some readers of YAML.
fn number(kind: Kind, text: &str) -> Result<Value, String> {
    let bounds = kind.bounds();
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    let value = if plain { text.parse().ok() } else { None };
    value
        .filter(|value| bounds.contains(value))
        .map(Value::Number)
        .ok_or_else(|| format!("a number from {} to {}", bounds.start(), bounds.end()))
}

/// Hyphenated, any case; the other forms that the library takes are not in use here.
fn id(text: &str) -> Option<Value> {
    (text.len() == 36).then(|| Uuid::parse_str(text).ok()).flatten().map(Value::Id)
}
