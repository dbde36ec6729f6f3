//! Other values for a value: mostly ones that the bundle uses for the same thing elsewhere, else the next one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{Artifact, Bundle, Tree, flows, rules};
use crate::generate::Dice;

/// The values in use, by what they are for and by what they look like.
#[derive(Debug, Default)]
pub(super) struct Pool {
    by_key: BTreeMap<String, BTreeSet<String>>,
    by_shape: BTreeMap<Shape, BTreeSet<String>>,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    V4,
    V6,
    V4Prefix,
    V6Prefix,
    Mac,
    Uuid,
    Number,
    Hex,
    Word,
}

/// Words that stand for a choice between two.
const OPPOSITES: [(&str, &str); 16] = [
    ("yes", "no"),
    ("true", "false"),
    ("public", "private"),
    ("enforced", "unenforced"),
    ("proxy", "flood"),
    ("vxlan", "vlan"),
    ("sw", "hw"),
    ("ovs", "default"),
    ("global", "context"),
    ("garp", "none"),
    ("ingress", "egress"),
    ("IPv4", "IPv6"),
    ("tcp", "udp"),
    ("icmp", "tcp"),
    ("src", "dst"),
    ("internal", "external"),
];

impl Pool {
    pub(super) fn new(bundle: &Bundle) -> Self {
        let mut pool = Self::default();
        for (path, text) in &bundle.files {
            match Artifact::of(path) {
                Some(Artifact::Flows) => flows::values(text).for_each(|(key, value)| pool.add(&key, &value)),
                Some(Artifact::Rules | Artifact::NamespaceRules) => {
                    rules::values(text).for_each(|(key, value)| pool.add(&key, &value));
                }
                Some(Artifact::Sets) => {
                    let members = text.lines().filter_map(|line| line.strip_prefix("add ")?.split_once(' '));
                    members.for_each(|(_, member)| pool.add("member", member));
                }
                Some(Artifact::Manifest | Artifact::Groups | Artifact::Ports) | None => {}
                Some(_) => {
                    if let Ok(tree) = Tree::read(text) {
                        pool.add_tree(&tree, "");
                    }
                }
            }
        }
        pool
    }

    fn add(&mut self, key: &str, value: &str) {
        self.by_key.entry(key.to_owned()).or_default().insert(value.to_owned());
        for part in value.split(['[', ']', '|', '"', ',']) {
            if shape(part) != Shape::Word {
                self.by_shape.entry(shape(part)).or_default().insert(part.to_owned());
            }
        }
    }

    fn add_tree(&mut self, tree: &Tree, key: &str) {
        match tree {
            Tree::Scalar(_) => self.add(key, &tree.shown()),
            Tree::List(list) => list.iter().for_each(|item| self.add_tree(item, key)),
            Tree::Map(map) => map.iter().for_each(|(name, value)| {
                // The names of objects of two classes are not taken for each other.
                let class = value.get("attributes").is_some().then_some(name.as_str());
                for (name, value) in value.get("attributes").into_iter().flat_map(entries) {
                    self.add_tree(value, &keyed(class, name));
                }
                if class.is_none() {
                    self.add_tree(value, name);
                } else if let Some(children) = value.get("children") {
                    self.add_tree(children, "");
                }
            }),
        }
    }

    /// Another value for what a key holds.
    pub(super) fn other(&self, dice: &mut Dice, key: &str, old: &str) -> String {
        let same_key: Vec<&String> = self.by_key.get(key).into_iter().flatten().filter(|value| *value != old).collect();
        // Two in three are values in use: an address for an address, a name for a name.
        if !same_key.is_empty() && !dice.once_in(3) {
            return (*dice.pick(&same_key)).clone();
        }
        let inner = old.split(['[', ']', '|']).find(|part| shape(part) != Shape::Word).unwrap_or(old);
        if inner != old {
            return old.replacen(inner, &self.alike(dice, inner), 1);
        }
        if shape(old) == Shape::Word {
            if let Some(other) = opposite(old) {
                return other.to_owned();
            }
            if let Some(uuid) = embedded_uuid(old) {
                return old.replacen(uuid, &self.alike(dice, uuid), 1);
            }
            return if same_key.is_empty() { next_word(old) } else { (*dice.pick(&same_key)).clone() };
        }
        self.alike(dice, old)
    }

    /// Another value of the same look.
    fn alike(&self, dice: &mut Dice, old: &str) -> String {
        let used: Vec<&String> =
            self.by_shape.get(&shape(old)).into_iter().flatten().filter(|value| *value != old).collect();
        if used.is_empty() || dice.once_in(3) { next(old) } else { (*dice.pick(&used)).clone() }
    }

    /// Another JSON scalar of the same type.
    pub(super) fn other_scalar(&self, dice: &mut Dice, key: &str, old: &Value) -> Value {
        match old {
            Value::Bool(value) => (!value).into(),
            Value::Number(number) => {
                let other = self.other(dice, key, &number.to_string());
                other.parse::<u64>().map_or_else(|_| Value::from(number.as_u64().unwrap_or(0) + 1), Value::from)
            }
            Value::Null | Value::Array(_) | Value::Object(_) => "other".into(),
            Value::String(text) => self.other(dice, key, text).into(),
        }
    }
}

/// The key of an attribute: names and DNs are those of a class.
pub(super) fn keyed(class: Option<&str>, name: &str) -> String {
    match class {
        Some(class) if matches!(name, "rn" | "dn" | "tDn" | "scope" | "mode") => format!("{class}.{name}"),
        _ => name.to_owned(),
    }
}

fn entries(tree: &Tree) -> &[(String, Tree)] {
    let Tree::Map(map) = tree else { return &[] };
    map
}

pub(super) fn shape(text: &str) -> Shape {
    let prefix = |text: &str| text.split_once('/').filter(|(_, length)| length.parse::<u8>().is_ok()).is_some();
    let address = text.split('/').next().unwrap_or_default();
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match () {
        () if address.parse::<Ipv4Addr>().is_ok() && prefix(text) => Shape::V4Prefix,
        () if text.parse::<Ipv4Addr>().is_ok() => Shape::V4,
        () if text.len() == 17 && text.split([':', '-']).filter(|byte| byte.len() == 2 && hex(byte)).count() == 6 => {
            Shape::Mac
        }
        () if address.parse::<Ipv6Addr>().is_ok() && prefix(text) => Shape::V6Prefix,
        () if text.parse::<Ipv6Addr>().is_ok() => Shape::V6,
        () if text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) => Shape::Uuid,
        () if text.len() < 19 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => Shape::Number,
        () if text.strip_prefix("0x").is_some_and(hex) => Shape::Hex,
        () => Shape::Word,
    }
}

/// The neighbour of a value.
fn next(old: &str) -> String {
    let (front, behind) = old.split_once('/').map_or((old, None), |(front, behind)| (front, Some(behind)));
    match shape(old) {
        Shape::V4 => old.parse::<Ipv4Addr>().map_or_else(|_| next_word(old), |it| step4(it).to_string()),
        Shape::V6 => old.parse::<Ipv6Addr>().map_or_else(|_| next_word(old), |it| step6(it).to_string()),
        Shape::V4Prefix | Shape::V6Prefix => {
            let length: u8 = behind.and_then(|length| length.parse().ok()).unwrap_or(8);
            format!("{front}/{}", if length > 8 { length - 1 } else { length + 1 })
        }
        Shape::Number => old.parse::<u64>().map_or_else(|_| next_word(old), |number| (number + 1).to_string()),
        Shape::Hex => match u64::from_str_radix(&old[2..], 16) {
            Ok(number) => format!("{:#x}", number.wrapping_add(1)),
            Err(_) => next_word(old),
        },
        Shape::Mac | Shape::Uuid => next_digit(old),
        Shape::Word => next_word(old),
    }
}

fn step4(address: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(address).wrapping_add(1))
}

fn step6(address: Ipv6Addr) -> Ipv6Addr {
    Ipv6Addr::from(u128::from(address).wrapping_add(1))
}

/// With the next last hex digit.
fn next_digit(old: &str) -> String {
    let (front, last) = old.split_at(old.len() - 1);
    let digit = u8::from_str_radix(last, 16).map_or(0, |digit| (digit + 1) % 16);
    format!("{front}{digit:x}")
}

fn next_word(old: &str) -> String {
    match old.strip_suffix('x') {
        Some(shorter) if !shorter.is_empty() => shorter.to_owned(),
        _ => format!("{old}x"),
    }
}

fn opposite(word: &str) -> Option<&'static str> {
    OPPOSITES.iter().find_map(|(one, other)| {
        if *one == word {
            Some(*other)
        } else if *other == word {
            Some(*one)
        } else {
            None
        }
    })
}

fn embedded_uuid(text: &str) -> Option<&str> {
    (0..text.len()).find_map(|at| text.get(at..at + 36).filter(|part| shape(part) == Shape::Uuid))
}
