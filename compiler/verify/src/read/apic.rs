//! The payloads as a tree of objects by DN.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::codes::UNREADABLE;
use crate::finding::{Finding, Place};

/// An object as one payload states it.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) class: String,
    pub(crate) dn: String,
    /// Its name in its parent; of a root the whole DN.
    pub(crate) rn: String,
    /// The parent's position.
    pub(crate) parent: Option<usize>,
    /// Without `dn` and `rn`.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) children: Vec<usize>,
    /// The artifact.
    pub(crate) file: String,
    /// The keys and positions that lead to its body.
    steps: Vec<String>,
}

/// All payloads.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) objects: Vec<Object>,
    /// Each DN with the objects that state it: a bare parent may stand in several payloads.
    pub(crate) by_dn: BTreeMap<String, Vec<usize>>,
}

/// Deeper than anything that APIC nests.
const DEEPEST: usize = 32;

impl Tree {
    /// Reads the payloads of a bundle.
    pub(crate) fn read(texts: &BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Self {
        let mut tree = Self::default();
        let payloads = texts.range("apic/".to_owned()..).take_while(|(path, _)| path.starts_with("apic/"));
        for (path, text) in payloads {
            let value = match super::unique::value(text) {
                Ok(value) => value,
                Err(error) => {
                    findings.push(super::host::unreadable(path, text, &error));
                    continue;
                }
            };
            let before = tree.objects.len();
            if tree.take(path, &value, None, &mut Vec::new()).is_none() {
                tree.objects.truncate(before);
                let message = format!("`{path}` does not hold objects of APIC: a class with attributes and children");
                findings.push(Finding::new(&UNREADABLE, message).at(Place::file(path), "this payload"));
            }
        }
        for (at, object) in tree.objects.iter().enumerate() {
            tree.by_dn.entry(object.dn.clone()).or_default().push(at);
        }
        tree
    }

    fn take(&mut self, file: &str, value: &Value, parent: Option<usize>, steps: &mut Vec<String>) -> Option<usize> {
        let node = value.as_object().filter(|node| node.len() == 1 && steps.len() < DEEPEST * 3)?;
        let (class, body) = node.iter().next()?;
        let body = body.as_object()?;
        if body.keys().any(|key| key != "attributes" && key != "children") {
            return None;
        }
        let given: &Map<String, Value> = body.get("attributes")?.as_object()?;
        let mut attributes = BTreeMap::new();
        for (key, value) in given {
            attributes.insert(key.clone(), value.as_str()?.to_owned());
        }
        let (dn, rn) = match parent {
            None => (attributes.remove("dn")?, String::new()),
            Some(parent) => {
                let rn = attributes.remove("rn")?;
                (format!("{}/{rn}", self.objects[parent].dn), rn)
            }
        };
        let at = self.objects.len();
        steps.push(class.clone());
        self.objects.push(Object {
            class: class.clone(),
            rn: if rn.is_empty() { dn.clone() } else { rn },
            dn,
            parent,
            attributes,
            children: Vec::new(),
            file: file.to_owned(),
            steps: steps.clone(),
        });
        if let Some(children) = body.get("children") {
            for (position, child) in children.as_array()?.iter().enumerate() {
                steps.extend(["children".to_owned(), position.to_string()]);
                let child = self.take(file, child, Some(at), steps)?;
                steps.truncate(steps.len() - 2);
                self.objects[at].children.push(child);
            }
        }
        steps.pop();
        Some(at)
    }

    /// Whether some payload states the object.
    pub(crate) fn holds(&self, dn: &str) -> bool {
        self.by_dn.contains_key(dn)
    }

    /// The objects of a class.
    pub(crate) fn of<'a>(&'a self, class: &'a str) -> impl Iterator<Item = &'a Object> {
        self.objects.iter().filter(move |object| object.class == class)
    }

    /// The children of an object that are of a class.
    pub(crate) fn below<'a>(&'a self, object: &'a Object, class: &'a str) -> impl Iterator<Item = &'a Object> {
        object.children.iter().map(|at| &self.objects[*at]).filter(move |child| child.class == class)
    }

    /// Where an object stands, or one of its attributes.
    pub(crate) fn place(&self, object: &Object, attribute: &str, texts: &BTreeMap<String, String>) -> Place {
        let text = texts.get(&object.file).map_or("", String::as_str);
        let steps: Vec<&str> = object.steps.iter().map(String::as_str).chain(["attributes", attribute]).collect();
        Place::value(&object.file, text, &steps)
    }
}

impl Object {
    /// What stands behind the first `-` of its name, without the brackets of a nested one.
    pub(crate) fn name(&self) -> &str {
        let last = self.rn.rsplit_once('/').filter(|_| !self.rn.ends_with(']')).map_or(self.rn.as_str(), |(_, rn)| rn);
        let name = last.split_once('-').map_or(last, |(_, name)| name);
        name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name)
    }

    pub(crate) fn attribute(&self, key: &str) -> &str {
        self.attributes.get(key).map_or("", String::as_str)
    }

    /// The tenant that it lies in.
    pub(crate) fn tenant(&self) -> &str {
        self.dn.strip_prefix("uni/tn-").map_or("", |rest| rest.split('/').next().unwrap_or_default())
    }
}
