//! The agents' files as their readers take them: objects by content, whatever the name of the file. Left out is
//!
//! - the order of lists that are read as sets, and what they say twice;
//! - what a reader takes where nothing is said, and keys that the agent writes and nobody reads;
//! - ids that only tell objects apart, as long as they do;
//! - the name of an instance, which is shown to people; only its beginning `snat|` means something.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Judgement;
use crate::mutate::{Artifact, Bundle};

/// Lists whose order a reader keeps: a guest asks its name servers and tries its routers in turn.
const ORDERED: [&str; 2] = ["dns-servers", "routers"];

/// What is taken where a key is absent.
const ABSENT: [(&str, &str); 4] =
    [("promiscuous-mode", "false"), ("lease-time", "86400"), ("prefix-len", "32"), ("dest-prefix", "32")];

const KINDS: [Artifact; 5] =
    [Artifact::Endpoint, Artifact::RoutingDomain, Artifact::Service, Artifact::Namespace, Artifact::HostJson];

pub(super) fn compare(original: &Bundle, mutant: &Bundle, folder: &str) -> Judgement {
    let (before, after) = (held(original, folder), held(mutant, folder));
    let differs = before.keys().chain(after.keys()).find(|text| before.get(*text) != after.get(*text));
    match differs {
        Some(text) => {
            let start: String = text.chars().take(60).collect();
            Judgement::Changes(format!("an agent reads {start}… or does not"))
        }
        None => Judgement::Harmless("the agents read the same, under whatever name and in whatever order".to_owned()),
    }
}

/// What the files of a host hold; the same under two names counts once.
fn held(bundle: &Bundle, folder: &str) -> BTreeMap<String, ()> {
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut files: BTreeMap<String, (bool, Value)> = BTreeMap::new();
    for kind in KINDS {
        for path in bundle.of(kind).filter(|path| path.starts_with(folder)) {
            let value =
                serde_json::from_str(&bundle.files[path]).unwrap_or_else(|_| json!(format!("{path} is no JSON")));
            // Namespaces are told apart by their folder, and other JSON by its name; the agent goes by extension.
            let named = matches!(kind, Artifact::Namespace | Artifact::HostJson);
            let extension = path.rsplit('.').next().unwrap_or_default();
            let value = normal("", &value, named);
            let text = if named { format!("{path}{value}") } else { format!("{extension}{value}") };
            if !files.contains_key(&text) && !named {
                count_ids(&value, &mut ids);
            }
            files.insert(text, (named, value));
        }
    }
    files
        .into_iter()
        .map(|(text, (named, mut value))| {
            if named {
                return (text, ());
            }
            forget_ids(&mut value, &ids);
            (format!("{}{value}", text.split('{').next().unwrap_or_default()), ())
        })
        .collect()
}

fn count_ids(value: &Value, ids: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            if let (Value::String(id), "uuid") = (value, key.as_str()) {
                *ids.entry(id.clone()).or_default() += 1;
            } else {
                count_ids(value, ids);
            }
        }),
        Value::Array(list) => list.iter().for_each(|item| count_ids(item, ids)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An id that no other object of the host has says nothing.
fn forget_ids(value: &mut Value, ids: &BTreeMap<String, usize>) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| {
            if key == "uuid" && value.as_str().is_some_and(|id| !id.is_empty() && ids.get(id) == Some(&1)) {
                *value = json!("its own");
            } else {
                forget_ids(value, ids);
            }
        }),
        Value::Array(list) => {
            list.iter_mut().for_each(|item| forget_ids(item, ids));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// In one form for all texts that a reader takes alike.
fn normal(key: &str, value: &Value, plain: bool) -> Value {
    match value {
        Value::Array(list) => {
            let mut items: Vec<Value> = list.iter().map(|item| normal(key, item, plain)).collect();
            if !ORDERED.contains(&key) {
                items.sort_by_cached_key(sorted_by);
                items.dedup();
            }
            Value::Array(items)
        }
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| (key.clone(), normal(key, value, plain)));
            let mut map: Map<String, Value> = entries.collect();
            if !plain {
                map.retain(|name, value| is_said(key, name, value));
                if map.get("anycast-return-ip") == map.get("ip") {
                    let _ = map.remove("anycast-return-ip");
                }
            }
            Value::Object(map)
        }
        Value::String(text) if !plain && key == "vm-name" => json!(text.starts_with("snat|")),
        Value::String(text) if key.ends_with("mac") => json!(text.to_ascii_lowercase()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Ids last, so that another one changes no order.
fn sorted_by(item: &Value) -> String {
    let mut item = item.clone();
    let id = item.as_object_mut().and_then(|map| map.remove("uuid"));
    format!("{item}{}", id.unwrap_or_default())
}

fn is_said(parent: &str, key: &str, value: &Value) -> bool {
    let ignored = parent == "dhcp6" && matches!(key, "interface-mtu" | "static-routes");
    let absent = ABSENT.iter().any(|(name, default)| *name == key && value.to_string().trim_matches('"') == *default);
    let nothing = value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty);
    let unnamed = key == "attributes" && value == &json!({"vm-name": false});
    !ignored && !absent && !nothing && !unnamed
}
