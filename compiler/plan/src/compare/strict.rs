//! JSON that says everything once. Where an object has a key twice, readers differ in which they take, so such a file is
//! not compared as objects: what is read of it would hide a difference.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A value without a repeated key; `None` also where it is no JSON.
pub(super) fn value(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().map(|Strict(value)| value)
}

/// The fields of an object as they are written; `None` also where it is no object, or a key is written with an escape.
pub(super) fn fields(text: &str) -> Option<BTreeMap<&str, &RawValue>> {
    serde_json::from_str(text).ok().map(|Fields(fields)| fields)
}

struct Strict(Value);

struct Fields<'a>(BTreeMap<&'a str, &'a RawValue>);

/// Makes a `T` of what a reader finds.
struct Once<T>(PhantomData<T>);

const REPEATED: &str = "a key stands in an object twice";

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Once::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Once<Strict> {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Strict(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Strict, A::Error> {
        let mut fields = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom(REPEATED));
            }
        }
        Ok(Strict(fields.into()))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(Once::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Once<Fields<'de>> {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = BTreeMap::new();
        while let Some((key, value)) = entries.next_entry()? {
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom(REPEATED));
            }
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_read_as_the_library_reads_it_unless_a_key_stands_twice() {
        let text = r#"{"a": [1, -2, 1.5, null, true, "é\n", {"b": {}}], "c\u0064": []}"#;
        assert_eq!(value(text), serde_json::from_str(text).ok());
        assert_eq!(value("[1]"), Some(json!([1])));
        for repeated in [r#"{"a": 1, "b": 2, "a": 1}"#, r#"[{"x": {"a": 1, "\u0061": 2}}]"#] {
            assert_eq!(value(repeated), None);
        }
        assert_eq!(fields(r#"{"a": {"x": 1, "x": 2}, "b": 2}"#).map(|fields| fields.len()), Some(2));
        assert!(fields(r#"{"a": 1, "a": 1}"#).is_none() && fields("[]").is_none());
    }
}
