//! `schema/netns.schema.json` is what the type says, and closed.

use std::path::Path;

use aciform_bundle::target::iptables::netns::schema;

#[test]
fn the_schema_of_a_namespace_in_the_repository_is_the_one_of_its_type() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/netns.schema.json");
    let mut made = serde_json::to_string_pretty(&schema()).expect("a schema is JSON");
    made.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &made).expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("the schema is there");
    assert_eq!(kept, made, "UPDATE_SCHEMA=1 rewrites it");
}

#[test]
fn every_object_of_the_schema_is_closed() {
    fn closed(schema: &serde_json::Value) -> usize {
        let nested: usize = match schema {
            serde_json::Value::Object(members) => members.values().map(closed).sum(),
            serde_json::Value::Array(items) => items.iter().map(closed).sum(),
            serde_json::Value::Null
            | serde_json::Value::Bool(_)
            | serde_json::Value::Number(_)
            | serde_json::Value::String(_) => 0,
        };
        let is_object = schema["type"] == "object";
        assert!(!is_object || schema["additionalProperties"] == false, "{schema:#}");
        nested + usize::from(is_object)
    }
    // The namespace, a setting, a route.
    assert_eq!(closed(schema().as_value()), 3);
}
