//! The schemas of `netns.json` and `security-groups.json` are what the types say, and closed.

use aciform_bundle::target::iptables::{devices, netns};
use aciform_testkit::committed::assert_schema;

#[test]
fn the_schemas_in_the_repository_are_those_of_the_types() {
    assert_schema("netns", netns::schema().as_value());
    assert_schema("security-groups", devices::schema().as_value());
}

#[test]
fn every_object_of_the_schemas_is_closed() {
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
    assert_eq!(closed(netns::schema().as_value()), 3);
    // The answer, a device, a pair, a group, a rule.
    assert_eq!(closed(devices::schema().as_value()), 5);
}
