//! What makes one list another, element by element.
//!
//! What is told is exact: take away what went and what moved, mend what changed where it stands, put what came and what
//! moved to its place in the new list, and the new list is there.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::Element;
use super::json::scalar;
use super::lines::shared;

/// The differences of two lists, in their order.
pub(super) fn elements(old: &[Value], new: &[Value]) -> Vec<Element> {
    let mut found = Vec::new();
    of_lists("", old, new, &mut found);
    found
}

fn of_lists(place: &str, old: &[Value], new: &[Value], found: &mut Vec<Element>) {
    let start = old.iter().zip(new).take_while(|(before, after)| before == after).count();
    let rests = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = rests.take_while(|(before, after)| before == after).count();
    let written =
        |list: &[Value]| -> Vec<String> { list[start..list.len() - end].iter().map(Value::to_string).collect() };
    let (old_texts, new_texts) = (written(old), written(new));
    let pairs = shared(&old_texts, &new_texts);
    let moves = Moves::find(&old_texts, &new_texts, &pairs);
    let (mut left, mut right) = (0, 0);
    for (next_left, next_right) in pairs.into_iter().chain([(old_texts.len(), new_texts.len())]) {
        let went: Vec<usize> = (left..next_left).filter(|at| moves.to[*at].is_none()).collect();
        let came: Vec<usize> = (right..next_right).filter(|at| !moves.arrived[*at]).collect();
        if let ([went], [came]) = (went.as_slice(), came.as_slice()) {
            replaced(place, (went + start, &old[went + start]), (came + start, &new[came + start]), found);
        }
        let one_by_one = went.len() == 1 && came.len() == 1;
        for at in left..next_left {
            let (old_place, value) = (format!("{place}[{}]", at + start), || scalar(&old[at + start]));
            match moves.to[at] {
                Some(to) => {
                    let to = format!("[{}]", to + start);
                    found.push(Element::ElementMoved { place: old_place, to, value: value() });
                }
                None if one_by_one => {}
                None => found.push(Element::ElementRemoved { place: old_place, value: value() }),
            }
        }
        if !one_by_one {
            found.extend(came.into_iter().map(|at| came_at(place, at + start, &new[at + start])));
        }
        (left, right) = (next_left + 1, next_right + 1);
    }
}

/// Elements that both lists have and that do not stand among those that keep their order.
struct Moves {
    /// Of each old element, where it went.
    to: Vec<Option<usize>>,
    /// Of each new element, whether it came from elsewhere in the list.
    arrived: Vec<bool>,
}

impl Moves {
    fn find(old: &[String], new: &[String], kept: &[(usize, usize)]) -> Self {
        let (mut stays, mut arrived) = (vec![false; old.len()], vec![false; new.len()]);
        let mut stood = vec![false; new.len()];
        for (left, right) in kept {
            (stays[*left], stood[*right]) = (true, true);
        }
        // The last first, so that the first is taken from the end.
        let mut free: HashMap<&str, Vec<usize>> = HashMap::new();
        for at in (0..new.len()).rev().filter(|at| !stood[*at]) {
            free.entry(&new[at]).or_default().push(at);
        }
        let to = old.iter().zip(stays).map(|(text, stays)| {
            let to = if stays { None } else { free.get_mut(text.as_str())?.pop() };
            to.inspect(|to| arrived[*to] = true)
        });
        Self { to: to.collect(), arrived }
    }
}

/// One element in the place of one: what differs in it, where they have at least half of it in common.
fn replaced(place: &str, old: (usize, &Value), new: (usize, &Value), found: &mut Vec<Element>) {
    let old_place = format!("{place}[{}]", old.0);
    match (old.1, new.1) {
        (Value::Object(before), Value::Object(after)) if !alike(before, after) => {
            found.push(Element::ElementRemoved { place: old_place, value: scalar(old.1) });
            found.push(came_at(place, new.0, new.1));
        }
        (before, after) => of_values(&old_place, Some(before), Some(after), found),
    }
}

fn came_at(place: &str, at: usize, value: &Value) -> Element {
    Element::ElementAdded { place: format!("{place}[{at}]"), value: scalar(value) }
}

/// Whether two objects have as many fields in common as not.
fn alike(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    let same = old.iter().filter(|(key, value)| new.get(*key) == Some(value)).count();
    let all = old.len() + new.keys().filter(|key| !old.contains_key(*key)).count();
    2 * same >= all
}

fn of_values(place: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Element>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                of_values(&format!("{place}.{}", name(key)), old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => of_lists(place, old, new, found),
        (old, new) => {
            found.push(Element::ValueChanged { place: place.to_owned(), old: old.map(scalar), new: new.map(scalar) })
        }
    }
}

/// A key, in quotes where a place would read otherwise with it.
fn name(key: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(is_plain) { key.to_owned() } else { Value::from(key).to_string() }
}

#[cfg(test)]
#[path = "list/tests.rs"]
mod tests;
