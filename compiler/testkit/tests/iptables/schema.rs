//! `schema/netns.schema.json` is what the type says, and closed.

use aciform_bundle::target::iptables::netns::schema;
use aciform_testkit::committed::assert_schema;

#[test]
fn the_schema_of_a_namespace_in_the_repository_is_the_one_of_its_type() {
    assert_schema("netns", schema().as_value());
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
