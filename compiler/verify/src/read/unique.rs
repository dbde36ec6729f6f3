//! JSON of any form in which no key stands twice in one object.
//!
//! Of two values of one key `serde_json` keeps the last and the OVS agent the first, both without a word, so that a file
//! with both would be held against the others as something that its reader never sees.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Value};

/// Reads a text; a repeated key is refused in the words, and at the place, that typed artifacts have for it.
pub(crate) fn value(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).map(|Unique(value)| value)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Anything).map(Self)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            match map.entry(key) {
                Entry::Vacant(free) => {
                    let Unique(value) = members.next_value()?;
                    free.insert(value);
                }
                // Before the value is read: the place of the refusal is that of the key.
                Entry::Occupied(taken) => {
                    return Err(A::Error::custom(format_args!("duplicate field `{}`", taken.key())));
                }
            }
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn a_key_may_stand_in_two_objects_and_not_twice_in_one() {
        let text = r#"{"a": {"b": [1, -2, 0.5, null, true, "c"]}, "b": {}}"#;
        assert_eq!(value(text).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
        let refused = value("{\"a\": 1,\n \"a\" : 2}").unwrap_err();
        assert_eq!(refused.line(), 2);
        assert!(refused.to_string().starts_with("duplicate field `a`"));
    }
}
