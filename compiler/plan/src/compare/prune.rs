//! What two JSON files have in common, letter by letter, is left out before they are compared.
//!
//! Two bundles that differ in one object of thousands are compared in the time that it takes to look over their bytes: what
//! is left of each is parsed, the rest is never made into values. Only what cannot be a difference goes: members of lists
//! that are told apart by what they are, not by where they stand, and fields of an object that both sides have.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json::{BODY_KEYS, ID_KEYS, is_apic};
use super::strict::{self, fields};

/// An object's fields as they are written.
type Fields<'a> = BTreeMap<&'a str, &'a RawValue>;

/// What is left of two files, each with one object at its root. `None` where nothing is left of one of them, or where one
/// holds something else or a key that is written with an escape.
pub(super) fn prune(path: &str, old: &[u8], new: &[u8]) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let (old, new) = (fields(str::from_utf8(old).ok()?)?, fields(str::from_utf8(new).ok()?)?);
    let objects = if is_apic(path) { managed } else { plain };
    // A file without a field stands for one that is not there.
    objects(old, new).filter(|(old, new)| !old.is_empty() && !new.is_empty())
}

type Pair = (Map<String, Value>, Map<String, Value>);

/// Two objects of a host file that have one id.
fn plain(old: Fields<'_>, new: Fields<'_>) -> Option<Pair> {
    let id = |object: &Fields<'_>| ID_KEYS.map(|key| object.get(key).map(|raw| raw.get().to_owned()));
    if id(&old) != id(&new) {
        return whole(&old, &new);
    }
    let mut left = (Map::new(), Map::new());
    for (key, before) in &old {
        let Some(after) = new.get(key) else {
            left.0.insert((*key).to_owned(), value(before)?);
            continue;
        };
        let (before_text, after_text) = (before.get(), after.get());
        if before_text == after_text {
            if ID_KEYS.contains(key) {
                left.0.insert((*key).to_owned(), value(before)?);
                left.1.insert((*key).to_owned(), value(before)?);
            }
            continue;
        }
        let (before, after) = match (identified(before_text), identified(after_text)) {
            (Some(before), Some(after)) => members(before, after, plain)?,
            _ => (Some(value(before)?), Some(value(after)?)),
        };
        for (side, left) in [(&mut left.0, before), (&mut left.1, after)] {
            if let Some(left) = left {
                side.insert((*key).to_owned(), left);
            }
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        left.1.insert((*key).to_owned(), value(after)?);
    }
    Some(left)
}

/// Two objects of APIC with one DN, or two roots: `{class: {attributes, children}}`.
fn managed(old: Fields<'_>, new: Fields<'_>) -> Option<Pair> {
    let (Some(before), Some(after)) = (class(&old), class(&new)) else { return whole(&old, &new) };
    if before != after {
        return whole(&old, &new);
    }
    let (old_body, new_body) = (fields(old[before].get())?, fields(new[after].get())?);
    // What is below an object of another name has another name too, be it written alike.
    if dn(&old_body) != dn(&new_body) || ![&old_body, &new_body].into_iter().all(is_body) {
        return whole(&old, &new);
    }
    let attributes = |body: &Fields<'_>| body.get("attributes").map(|attributes| value(attributes));
    let mut bodies = (Map::new(), Map::new());
    for (body, into) in [(&old_body, &mut bodies.0), (&new_body, &mut bodies.1)] {
        if let Some(attributes) = attributes(body) {
            into.insert("attributes".to_owned(), attributes?);
        }
    }
    let (before_children, after_children) = members(children(&old_body)?, children(&new_body)?, managed)?;
    for (body, left) in [(&mut bodies.0, before_children), (&mut bodies.1, after_children)] {
        if let Some(left) = left {
            body.insert("children".to_owned(), left);
        }
    }
    let object = |body| Map::from_iter([(before.to_owned(), Value::Object(body))]);
    Some((object(bodies.0), object(bodies.1)))
}

/// The class of an object that is written as APIC writes one.
fn class<'a>(object: &Fields<'a>) -> Option<&'a str> {
    object.keys().next().copied().filter(|_| object.len() == 1)
}

/// Whether nothing stands in the body of an object that APIC does not know there.
fn is_body(body: &Fields<'_>) -> bool {
    body.keys().all(|key| BODY_KEYS.contains(key))
}

/// What an object of APIC is named by.
fn dn<'a>(body: &Fields<'a>) -> Option<[Option<&'a str>; 2]> {
    let attributes = fields(body.get("attributes")?.get())?;
    Some(["dn", "rn"].map(|key| attributes.get(key).map(|raw| raw.get())))
}

fn children<'a>(body: &Fields<'a>) -> Option<Vec<Member<'a>>> {
    match body.get("children") {
        Some(children) => identified_children(children.get()),
        None => Some(Vec::new()),
    }
}

fn whole(old: &Fields<'_>, new: &Fields<'_>) -> Option<Pair> {
    let all = |object: &Fields<'_>| -> Option<Map<String, Value>> {
        object.iter().map(|(key, raw)| Some(((*key).to_owned(), value(raw)?))).collect()
    };
    Some((all(old)?, all(new)?))
}

/// A member of a list by its name there.
struct Member<'a> {
    name: String,
    raw: &'a RawValue,
}

/// What is left of two lists whose members have names. `None`: of that side, which had some, nothing is left.
fn members<'a>(
    old: Vec<Member<'a>>,
    new: Vec<Member<'a>>,
    object: fn(Fields<'a>, Fields<'a>) -> Option<Pair>,
) -> Option<(Option<Value>, Option<Value>)> {
    let (were_empty, are_empty) = (old.is_empty(), new.is_empty());
    let mut of_name: HashMap<&str, Vec<&Member<'a>>> = HashMap::new();
    for member in &new {
        of_name.entry(&member.name).or_default().push(member);
    }
    // Where two have one name, the later comes to stand in its place; nothing is left out there.
    let mut times: HashMap<&str, usize> = HashMap::new();
    for member in &old {
        *times.entry(&member.name).or_default() += 1;
    }
    let mut left = (Vec::new(), Vec::new());
    for member in &old {
        let others = of_name.get(member.name.as_str()).filter(|_| times[member.name.as_str()] == 1);
        match others.map(Vec::as_slice) {
            Some([other]) if other.raw.get() == member.raw.get() => {
                of_name.remove(member.name.as_str());
            }
            Some([other]) => {
                let (before, after) = object(fields(member.raw.get())?, fields(other.raw.get())?)?;
                left.0.push(Value::Object(before));
                left.1.push(Value::Object(after));
                of_name.remove(member.name.as_str());
            }
            Some(_) | None => left.0.push(value(member.raw)?),
        }
    }
    for member in &new {
        if of_name.contains_key(member.name.as_str()) {
            left.1.push(value(member.raw)?);
        }
    }
    let list = |left: Vec<Value>, was_empty: bool| (was_empty || !left.is_empty()).then_some(Value::Array(left));
    Some((list(left.0, were_empty), list(left.1, are_empty)))
}

/// The members of a list, each with an id of its own; `None` for every other value.
fn identified(text: &str) -> Option<Vec<Member<'_>>> {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        uuid: Option<&'a str>,
        #[serde(borrow)]
        device: Option<&'a str>,
        #[serde(borrow)]
        id: Option<&'a str>,
    }
    let name = |raw: &RawValue| {
        let Named { uuid, device, id } = serde_json::from_str(raw.get()).ok()?;
        uuid.or(device).or(id).map(str::to_owned)
    };
    named(text, name)
}

/// The names of a list's members; `None` where one has none.
pub(super) fn names(list: &str) -> Option<Vec<String>> {
    Some(identified(list)?.into_iter().map(|member| member.name).collect())
}

/// The children of an object of APIC, by class and name.
fn identified_children(text: &str) -> Option<Vec<Member<'_>>> {
    #[derive(Deserialize)]
    struct Body<'a> {
        #[serde(borrow)]
        attributes: Attributes<'a>,
    }
    #[derive(Deserialize)]
    struct Attributes<'a> {
        #[serde(borrow)]
        dn: Option<Cow<'a, str>>,
        #[serde(borrow)]
        rn: Option<Cow<'a, str>>,
    }
    let name = |raw: &RawValue| {
        let object: HashMap<&str, Body<'_>> = serde_json::from_str(raw.get()).ok()?;
        let (class, Body { attributes: Attributes { dn, rn } }) = object.into_iter().next()?;
        Some(format!("{class} {} {}", dn.unwrap_or_default(), rn.unwrap_or_default()))
    };
    named(text, name)
}

fn named(text: &str, name: impl Fn(&RawValue) -> Option<String>) -> Option<Vec<Member<'_>>> {
    let list: Vec<&RawValue> = text.starts_with('[').then(|| serde_json::from_str(text).ok())??;
    list.into_iter().map(|raw| Some(Member { name: name(raw)?, raw })).collect()
}

fn value(raw: &RawValue) -> Option<Value> {
    strict::value(raw.get())
}
