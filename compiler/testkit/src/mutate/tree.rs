//! JSON that keeps the order of its keys, so that a mutated file differs from the original in one place only.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Neither list nor object.
    Scalar(Value),
    /// A list.
    List(Vec<Tree>),
    /// An object with its keys in the order of the file.
    Map(Vec<(String, Tree)>),
}

/// The way to a value: positions in lists and objects.
pub(super) type Way = Vec<usize>;

impl Tree {
    /// Reads a text.
    ///
    /// # Errors
    /// It is no JSON.
    pub fn read(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The text, indented as another one is and with its end.
    #[must_use]
    pub fn write_like(&self, like: &str) -> String {
        let second = like.lines().nth(1).unwrap_or_default();
        let indent = &second[..second.len() - second.trim_start().len()];
        let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
        let mut bytes = Vec::new();
        let written = self.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter));
        written.expect("a tree is always JSON");
        let end = if like.ends_with('\n') { "\n" } else { "" };
        String::from_utf8(bytes).expect("JSON is text") + end
    }

    /// The value as a text without quotes, or in short.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Scalar(Value::String(text)) => text.clone(),
            Self::Scalar(value) => value.to_string(),
            Self::List(_) | Self::Map(_) => {
                let text = serde_json::to_string(self).expect("a tree is always JSON");
                if text.chars().count() > 80 { text.chars().take(79).chain(['…']).collect() } else { text }
            }
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(map) = self else { return None };
        map.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let Self::Scalar(Value::String(text)) = self else { return None };
        Some(text)
    }

    /// The value of a key, to change.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Map(map) = self else { return None };
        map.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Every value below, parents first.
    pub(super) fn ways(&self) -> Vec<Way> {
        let mut ways = Vec::new();
        for at in 0..self.len() {
            ways.push(vec![at]);
            let below = self.child(at).map(Self::ways).unwrap_or_default();
            ways.extend(below.into_iter().map(|way| [vec![at], way].concat()));
        }
        ways
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Scalar(_) => 0,
            Self::List(list) => list.len(),
            Self::Map(map) => map.len(),
        }
    }

    fn child(&self, at: usize) -> Option<&Self> {
        match self {
            Self::Scalar(_) => None,
            Self::List(list) => list.get(at),
            Self::Map(map) => map.get(at).map(|(_, value)| value),
        }
    }

    pub(super) fn at(&self, way: &[usize]) -> Option<&Self> {
        way.iter().try_fold(self, |tree, at| tree.child(*at))
    }

    pub(super) fn at_mut(&mut self, way: &[usize]) -> Option<&mut Self> {
        way.iter().try_fold(self, |tree, at| match tree {
            Self::Scalar(_) => None,
            Self::List(list) => list.get_mut(*at),
            Self::Map(map) => map.get_mut(*at).map(|(_, value)| value),
        })
    }

    /// Takes out what stands at the end of a way.
    pub(super) fn remove(&mut self, way: &[usize]) -> Option<Self> {
        let (last, parent) = way.split_last()?;
        match self.at_mut(parent)? {
            Self::Scalar(_) => None,
            Self::List(list) => (*last < list.len()).then(|| list.remove(*last)),
            Self::Map(map) => (*last < map.len()).then(|| map.remove(*last).1),
        }
    }

    /// The key that a way ends at or passes last.
    pub(super) fn key(&self, way: &[usize]) -> String {
        let mut key = String::new();
        let mut tree = self;
        for at in way {
            if let Self::Map(map) = tree
                && let Some((name, _)) = map.get(*at)
            {
                key.clone_from(name);
            }
            let Some(child) = tree.child(*at) else { break };
            tree = child;
        }
        key
    }

    /// A way as a person reads it: `ip-address-mapping/0/uuid`.
    pub(super) fn spelled(&self, way: &[usize]) -> String {
        let mut parts = Vec::new();
        let mut tree = self;
        for at in way {
            match tree {
                Self::Map(map) => parts.push(map.get(*at).map_or_else(|| at.to_string(), |(key, _)| key.clone())),
                Self::List(_) | Self::Scalar(_) => parts.push(at.to_string()),
            }
            let Some(child) = tree.child(*at) else { break };
            tree = child;
        }
        parts.join("/")
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Scalar(value) => value.serialize(serializer),
            Self::List(list) => {
                let mut out = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|item| out.serialize_element(item))?;
                out.end()
            }
            Self::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                map.iter().try_for_each(|(key, value)| out.serialize_entry(key, value))?;
                out.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Ordered)
    }
}

struct Ordered;

impl<'de> Visitor<'de> for Ordered {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}
