//! The JSON Schemas of the language, made from types that mirror it; editors read them, and so does `aciform schema`.
//!
//! The types of this module are described and never made: reading goes through `decode`, which knows more and says it better.
//! A test holds every object here to the table of keys that `decode` reads by.

#![allow(dead_code, reason = "the types are described and never made")]

mod instance;
mod intent_file;
mod network;
mod scalars;
mod security;
mod site_file;

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of `aciform.yaml`.
#[must_use]
pub fn site() -> Value {
    root::<site_file::SiteFile>()
}

/// The schema of an intent file.
#[must_use]
pub fn intent() -> Value {
    root::<intent_file::IntentFile>()
}

fn root<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_deserialize().with_transform(Absence);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// An absent key is left out, not null; an object that needs nothing may be left empty, as `admin:` is.
#[derive(Clone)]
struct Absence;

impl Transform for Absence {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            properties.values_mut().for_each(without_null);
            if schema.get("required").is_none() && schema.get("minProperties").is_none() {
                schema.insert("type".to_owned(), serde_json::json!(["object", "null"]));
            }
        }
        transform_subschemas(self, schema);
    }
}

/// Takes back that an optional field may be null.
fn without_null(property: &mut Value) {
    let Value::Object(property) = property else { return };
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            property.remove("anyOf");
            property.extend(only);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use crate::decode::shapes;

    /// Every object of both schemas by name: the roots by their title, the others by that of their definition.
    fn objects() -> BTreeMap<String, Value> {
        let mut objects = BTreeMap::new();
        for root in [super::site(), super::intent()] {
            let title = root["title"].as_str().expect("a titled root").to_owned();
            let definitions = root["$defs"].as_object().expect("definitions").clone();
            objects.extend(definitions);
            objects.insert(title, root);
        }
        objects.retain(|_, schema| schema.get("properties").is_some());
        objects
    }

    #[test]
    fn every_key_that_is_read_is_in_the_schema_and_the_reverse() {
        let objects = objects();
        let known: Vec<&str> = shapes::ALL.iter().map(|shape| shape.name).collect();
        assert!(objects.keys().all(|name| known.contains(&name.as_str())), "{:?}", objects.keys());
        for shape in shapes::ALL {
            let schema = objects.get(shape.name).unwrap_or_else(|| panic!("{} is in no schema", shape.name));
            let mut keys: Vec<&str> = shape.keys.iter().map(|key| key.name).collect();
            keys.sort_unstable();
            let properties = schema["properties"].as_object().expect("properties");
            assert_eq!(properties.keys().collect::<Vec<_>>(), keys, "{}", shape.name);
            let mut required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
            required.sort_unstable();
            let mut stated: Vec<&str> = schema
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            stated.sort_unstable();
            assert_eq!(stated, required, "{}", shape.name);
            assert_eq!(schema["additionalProperties"], false, "{} is open", shape.name);
            for (name, property) in properties {
                assert!(property.get("description").is_some(), "{}.{name} has no description", shape.name);
            }
        }
    }

    #[test]
    fn only_what_may_be_left_empty_takes_null() {
        fn nulls(path: &str, schema: &Value, found: &mut Vec<String>) {
            match schema {
                Value::Object(map) => {
                    if map.get("type").is_some_and(|name| name == "null") {
                        found.push(path.to_owned());
                    }
                    map.iter().for_each(|(key, value)| nulls(&format!("{path}/{key}"), value, found));
                }
                Value::Array(list) => list.iter().for_each(|value| nulls(path, value, found)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let mut found = Vec::new();
        for schema in [super::site(), super::intent()] {
            nulls("", &schema, &mut found);
        }
        assert_eq!(found, ["/$defs/GatewayIp/anyOf"]);
    }
}
