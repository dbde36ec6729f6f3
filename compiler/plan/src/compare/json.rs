//! JSON artifacts, object by object: APIC payloads by DN, the others by uuid.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::ends::Ends;
use super::prune::prune;
use super::{Entry, list, nest, strict};

/// An object without its children: class and attributes.
#[derive(Debug)]
pub(super) struct Object<'v> {
    class: &'v str,
    attributes: BTreeMap<Cow<'v, str>, &'v Value>,
    /// How a value is written.
    text: fn(&Value) -> String,
}

/// What an object of a host file is known by: a device and a security group of Neutron have other words for it.
pub(super) const ID_KEYS: [&str; 3] = ["uuid", "device", "id"];

/// What stands in the body of an object of APIC.
pub(super) const BODY_KEYS: [&str; 2] = ["attributes", "children"];

pub(super) type Objects<'v> = BTreeMap<String, Object<'v>>;

/// The differences of two JSON files. `None` where one of them is not JSON, or where they differ in something that is
/// no object, class or attribute, as a file edited by hand may.
pub(super) fn entries(path: &str, old: &[u8], new: &[u8], ends: Ends) -> Option<Vec<Entry>> {
    let (old_root, new_root) = left(path, old, new, ends)?;
    if is_apic(path) && ![&old_root, &new_root].into_iter().all(is_managed) {
        return None;
    }
    let entries = of_objects(&objects(path, &old_root), &objects(path, &new_root));
    let alike = || canonical(&Value::Object(old_root)) == canonical(&Value::Object(new_root));
    (!entries.is_empty() || alike()).then_some(entries)
}

/// What has to be compared of two files: of what they have in common, as little as can be told at once.
pub(super) fn left(path: &str, old: &[u8], new: &[u8], ends: Ends) -> Option<(Map<String, Value>, Map<String, Value>)> {
    if ![old, new].into_iter().all(may_be_object) {
        return None;
    }
    let texts = || Some((str::from_utf8(old).ok()?, str::from_utf8(new).ok()?));
    let cut = texts().filter(|_| !is_apic(path)).and_then(|(old, new)| nest::cut(old, new, ends));
    let (old, new) = cut.as_ref().map_or((old, new), |(old, new)| (old.as_bytes(), new.as_bytes()));
    prune(path, old, new).or_else(|| Some((root(old)?, root(new)?)))
}

/// Whether a file may hold an object, by its first byte.
pub(super) fn may_be_object(start: &[u8]) -> bool {
    start.first().is_none_or(|first| *first == b'{')
}

/// Whether objects of APIC hold attributes and children alone, which are all that is compared.
fn is_managed(objects: &Map<String, Value>) -> bool {
    objects.values().all(|body| {
        let Value::Object(body) = body else { return false };
        let children = body.get("children").map(|children| match children {
            Value::Array(children) => children.iter().all(|child| child.as_object().is_some_and(is_managed)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => false,
        });
        body.keys().all(|key| BODY_KEYS.contains(&key.as_str()))
            && body.get("attributes").is_none_or(Value::is_object)
            && children.unwrap_or(true)
    })
}

/// Whether a file holds objects of APIC.
pub(super) fn is_apic(path: &str) -> bool {
    path.starts_with("apic/")
}

pub(super) fn of_objects(old: &Objects<'_>, new: &Objects<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for id in ids {
        match (old.get(id), new.get(id)) {
            (Some(before), Some(after)) => changed(id, before, after, &mut entries),
            (None, Some(after)) => entries.push(added(id, after)),
            (Some(before), None) => entries.push(removed(id, before)),
            (None, None) => {}
        }
    }
    entries
}

/// A value with the members of its lists in an order of their own where each is an object of APIC or has a uuid.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), canonical(value))).collect())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(canonical).collect();
            let is_managed = |item: &Value| {
                item.as_object().is_some_and(|item| item.values().all(|body| body.get("attributes").is_some()))
            };
            if items.iter().all(|item| uuid(item).is_some() || is_managed(item)) {
                items.sort_by_cached_key(Value::to_string);
            }
            Value::Array(items)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn added(id: &str, object: &Object<'_>) -> Entry {
    let written = |(name, value): (&Cow<'_, str>, &&Value)| (name.to_string(), (object.text)(value));
    Entry::ObjectAdded {
        id: id.to_owned(),
        class: object.class.to_owned(),
        attributes: object.attributes.iter().map(written).collect(),
    }
}

fn removed(id: &str, object: &Object<'_>) -> Entry {
    Entry::ObjectRemoved { id: id.to_owned(), class: object.class.to_owned() }
}

fn changed(id: &str, before: &Object<'_>, after: &Object<'_>, entries: &mut Vec<Entry>) {
    if before.class != after.class {
        entries.extend([removed(id, before), added(id, after)]);
        return;
    }
    let names: BTreeSet<&Cow<'_, str>> = before.attributes.keys().chain(after.attributes.keys()).collect();
    for name in names {
        let (old, new) = (before.attributes.get(name).copied(), after.attributes.get(name).copied());
        if old == new {
            continue;
        }
        let (old_text, new_text) = (old.map(before.text), new.map(after.text));
        if old_text != new_text {
            let elements = match (old, new) {
                (Some(Value::Array(old)), Some(Value::Array(new))) => list::elements(old, new),
                _ => Vec::new(),
            };
            entries.push(Entry::AttributeChanged {
                id: id.to_owned(),
                attribute: name.to_string(),
                old: old_text,
                new: new_text,
                elements,
            });
        }
    }
}

/// The object that a file holds; of an absent file an empty one.
pub(super) fn root(bytes: &[u8]) -> Option<Map<String, Value>> {
    match bytes.first() {
        None => Some(Map::new()),
        Some(b'{') => match strict::value(str::from_utf8(bytes).ok()?)? {
            Value::Object(root) => Some(root),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        },
        Some(_) => None,
    }
}

pub(super) fn objects<'v>(path: &str, root: &'v Map<String, Value>) -> Objects<'v> {
    let mut found = Objects::new();
    if root.is_empty() {
        return found;
    }
    if is_apic(path) {
        managed_object(root, "", &mut found);
    } else {
        let id = root.get("uuid").and_then(Value::as_str).unwrap_or(path).to_owned();
        plain_object(id, root, &mut found);
    }
    found
}

/// `{class: {attributes: {…}, children: […]}}`, named by its DN.
fn managed_object<'v>(node: &'v Map<String, Value>, parent: &str, found: &mut Objects<'v>) {
    for (class, body) in node {
        let attributes = body.get("attributes").and_then(Value::as_object);
        let text = |key: &str| attributes.and_then(|attributes| attributes.get(key)).and_then(Value::as_str);
        let dn = match (text("dn"), text("rn")) {
            (Some(dn), _) => dn.to_owned(),
            (None, Some(rn)) if parent.is_empty() => rn.to_owned(),
            (None, Some(rn)) => format!("{parent}/{rn}"),
            (None, None) => format!("{parent}/{class}"),
        };
        let empty = Object { class, attributes: BTreeMap::new(), text: managed_text };
        let object = found.entry(dn.clone()).or_insert(empty);
        object.class = class;
        for (name, value) in attributes.into_iter().flatten().filter(|(name, _)| *name != "dn" && *name != "rn") {
            object.attributes.insert(Cow::Borrowed(name), value);
        }
        for child in body.get("children").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(child) = child {
                managed_object(child, &dn, found);
            }
        }
    }
}

/// Every attribute of APIC is a string.
fn managed_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An object of a host file. Nested objects become dotted attributes; members of a list that have an id are objects of their own.
fn plain_object<'v>(id: String, node: &'v Map<String, Value>, found: &mut Objects<'v>) {
    let mut object = Object { class: "", attributes: BTreeMap::new(), text: scalar };
    flatten(node, "", &id, &mut object, found);
    for key in ID_KEYS {
        object.attributes.remove(key);
    }
    found.insert(id, object);
}

fn flatten<'v>(node: &'v Map<String, Value>, prefix: &str, id: &str, object: &mut Object<'v>, found: &mut Objects<'v>) {
    for (key, value) in node {
        let name = if prefix.is_empty() { Cow::Borrowed(key.as_str()) } else { format!("{prefix}.{key}").into() };
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(inner, &name, id, object, found),
            Value::Array(items) if !items.is_empty() && items.iter().all(|item| uuid(item).is_some()) => {
                for item in items {
                    if let (Some(uuid), Value::Object(inner)) = (uuid(item), item) {
                        plain_object(format!("{id} {name} {uuid}"), inner, found);
                    }
                }
            }
            Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                object.attributes.insert(name, value);
            }
        }
    }
}

/// The id of an object of a host file.
fn uuid(value: &Value) -> Option<&str> {
    ID_KEYS.iter().find_map(|key| value.get(key)).and_then(Value::as_str)
}

/// A value as text. A text that would read as another kind of value keeps its quotes: to an agent, `5` and `"5"` are not
/// the same.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if serde_json::from_str::<Value>(text).is_err() => text.clone(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

#[cfg(test)]
#[path = "json/tests.rs"]
mod tests;
