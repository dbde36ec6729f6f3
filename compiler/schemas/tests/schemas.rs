//! The committed schemas are whole, and their refusals have places in the text.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, SourceMap, Span, render};
use aciform_schemas::{Schema, names, span, text, validate};
use aciform_syntax::yaml;
use expect_test::expect;
use serde_json::{Value, json};

#[test]
fn every_file_of_the_schema_folder_is_built_in_under_its_name() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema");
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    // What others wrote lies in a folder of its own.
    let entries = entries.filter(|entry| entry.file_name() != "vendor");
    let mut files: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    files.sort();
    let expected: Vec<String> = names().map(|name| format!("{name}.schema.json")).collect();
    assert_eq!(files, expected);
}

#[test]
fn every_schema_is_valid_closed_and_described() {
    for name in names() {
        let schema: Value = serde_json::from_str(text(name).unwrap()).unwrap();
        Schema::new(&schema).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        let mut open = Vec::new();
        find_open(&schema, String::new(), &mut open);
        assert!(open.is_empty(), "{name} accepts unknown keys at {open:?}");
    }
}

/// Collects the objects of a schema that accept any key: those with properties of their own but nothing that closes them.
fn find_open(schema: &Value, path: String, open: &mut Vec<String>) {
    if let Value::Object(map) = schema {
        let closed = ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|key| map.get(*key).is_some_and(|v| *v != json!(true)));
        if map.get("type") == Some(&json!("object")) && !closed {
            open.push(path.clone());
        }
    }
    match schema {
        Value::Object(map) => map.iter().for_each(|(key, value)| find_open(value, format!("{path}/{key}"), open)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| find_open(item, format!("{path}/{at}"), open))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn findings_as_json_are_as_their_schema_says() {
    static CODE: Code = Code { id: "ACI1001", name: "unreadable-yaml", severity: Severity::Error, page: "" };
    let mut sources = SourceMap::new();
    let file = sources.add("a.yaml", "a: [\n");
    let findings = [
        Diagnostic::new(&CODE, "message").label(Span::new(file, 3, 4), "label").label(Span::new(file, 0, 5), ""),
        Diagnostic::new(&CODE, "message").help("help"),
    ];
    let lines = render::json_version("0.1.0") + &render::json(&sources, &findings);
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        assert_eq!(validate("diagnostic", &serde_json::from_str(line).unwrap()), [], "{line}");
    }
}

#[test]
fn refusals_point_into_the_text() {
    static CODE: Code = Code { id: "ACI9001", name: "schema", severity: Severity::Error, page: "" };
    let schema = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$"},
            "mtu": {"type": "integer", "minimum": 68},
            "hosts": {"type": "array", "items": {"$ref": "#/$defs/host"}},
            "a/b": {"anyOf": [{"$ref": "#/$defs/host"}, {"type": "null"}]},
        },
        "additionalProperties": false,
        "required": ["name", "id"],
        "$defs": {"host": {
            "type": "object",
            "properties": {"role": {"enum": ["compute", "dhcp"]}, "at": {"type": "string"}},
            "required": ["role", "at"],
            "additionalProperties": false,
        }},
    });
    let written = "name: Ab\nmtu: 10\nhosts:\n  - role: router\n    at: 1\n    uplink: x\n  - {at: y}\na/b: {role: dhcp, at: z, extra: 1}\nvlan: 7\n";
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let (_, tree) = yaml::read(&mut sources, "a.yaml", written.as_bytes().to_vec(), &mut diagnostics);
    let value = json!({
        "name": "Ab", "mtu": 10,
        "hosts": [{"role": "router", "at": 1, "uplink": "x"}, {"at": "y"}],
        "a/b": {"role": "dhcp", "at": "z", "extra": 1},
        "vlan": 7,
    });
    for error in Schema::new(&schema).unwrap().check(&value) {
        let message = format!("{} {}", error.pointer, error.message);
        diagnostics.push(Diagnostic::at(&CODE, span(&tree, tree.documents[0], &error), message));
    }
    expect![[r#"
        a.yaml:1:1: error[ACI9001]:  `id` is missing
        a.yaml:1:7: error[ACI9001]: /name value does not match "^[a-z]+$"
        a.yaml:2:6: error[ACI9001]: /mtu value is less than the minimum of 68
        a.yaml:4:11: error[ACI9001]: /hosts/0/role value is not one of "compute" or "dhcp"
        a.yaml:5:9: error[ACI9001]: /hosts/0/at this must be of type string
        a.yaml:6:5: error[ACI9001]: /hosts/0/uplink the key `uplink` is not known here
        a.yaml:7:5: error[ACI9001]: /hosts/1 `role` is missing
        a.yaml:8:26: error[ACI9001]: /a~1b/extra the key `extra` is not known here
        a.yaml:9:1: error[ACI9001]: /vlan the key `vlan` is not known here
    "#]]
    .assert_eq(&render::short(&sources, &diagnostics.into_sorted()));
}

#[test]
fn a_schema_that_refers_elsewhere_is_refused() {
    let refused = Schema::new(&json!({"$ref": "https://example.com/other.json"}));
    assert!(refused.is_err());
}
