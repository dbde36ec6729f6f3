//! The JSON Schema of a payload, made from the table of classes: closed for every class, with only the children it may have.

use serde_json::{Map, Value, json};

use super::class::{CLASSES, Class, Comparison, ROOTS};

/// The schema of a file below `apic/`.
#[must_use]
pub fn schema() -> Value {
    let posted = CLASSES.iter().filter(|class| is_root(class) || !parents(class).is_empty());
    let definitions: Map<String, Value> = posted.map(|class| (class.name.into(), object(class))).collect();
    let mut schema = one_of_classes(ROOTS);
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), "A payload for APIC".into());
    schema.insert(
        "description".into(),
        "One POST body, sent to /api/mo/<dn of the root>.json. Secrets are left out; the manifest lists them.".into(),
    );
    schema.insert("$defs".into(), definitions.into());
    schema.into()
}

/// The posted classes that an object of a class is sent under.
fn parents(class: &Class) -> Vec<&'static Class> {
    let named = |parent: &&&'static Class| class.parents.contains(&parent.name);
    // A provider of VMM domains is part of DNs only.
    CLASSES.iter().filter(named).copied().filter(|parent| is_root(parent) || !parents(parent).is_empty()).collect()
}

fn is_root(class: &Class) -> bool {
    ROOTS.iter().any(|root| root.name == class.name)
}

/// A map with one of the classes as its only key.
fn one_of_classes(classes: &[&Class]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        classes.iter().map(|class| (class.name.into(), json!({"$ref": format!("#/$defs/{}", class.name)}))).collect();
    Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), properties.into()),
        ("minProperties".to_owned(), json!(1)),
        ("maxProperties".to_owned(), json!(1)),
        ("additionalProperties".to_owned(), json!(false)),
    ])
}

fn object(class: &Class) -> Value {
    let mut properties = Map::from_iter([("attributes".to_owned(), attributes(class))]);
    let children: Vec<&Class> =
        CLASSES.iter().copied().filter(|child| !is_root(child) && child.parents.contains(&class.name)).collect();
    if !children.is_empty() {
        properties
            .insert("children".into(), json!({"type": "array", "minItems": 1, "items": one_of_classes(&children)}));
    }
    json!({"type": "object", "properties": properties, "required": ["attributes"], "additionalProperties": false})
}

fn attributes(class: &Class) -> Value {
    let (key, pattern) = if is_root(class) { ("dn", class.dn_pattern()) } else { ("rn", class.rn_pattern()) };
    let mut required = vec![key];
    let mut properties = Map::from_iter([(key.to_owned(), text(&pattern))]);
    for attribute in class.attributes {
        if attribute.comparison == Comparison::Secret {
            continue;
        }
        properties.insert(attribute.name.into(), text(&attribute.domain.pattern()));
        if attribute.always {
            required.push(attribute.name);
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn text(pattern: &str) -> Value {
    json!({"type": "string", "pattern": format!("^{pattern}$")})
}
