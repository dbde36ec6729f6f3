//! What is told of two lists makes the one the other, and is what a person expects.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A value from the text that stands for it.
fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// Cuts a place into indices and keys.
fn steps(place: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut rest = place;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '[' => rest.find(']').unwrap() + 1,
            _ if rest.starts_with(".\"") => {
                let mut texts = serde_json::Deserializer::from_str(&rest[1..]).into_iter::<String>();
                texts.next().unwrap().unwrap();
                1 + texts.byte_offset()
            }
            _ => 1 + rest[1..].find(['.', '[']).unwrap_or(rest.len() - 1),
        };
        let step = &rest[..end];
        steps.push(match step.strip_prefix('.') {
            Some(key) if key.starts_with('"') => format!(".{}", serde_json::from_str::<String>(key).unwrap()),
            Some(_) | None => step.trim_matches(['[', ']']).to_owned(),
        });
        rest = &rest[end..];
    }
    steps
}

/// Does to a value what is told, with the steps to each difference.
fn follow(value: Value, told: &[(Vec<String>, &Element)]) -> Value {
    let mut below: BTreeMap<&str, Vec<(Vec<String>, &Element)>> = BTreeMap::new();
    let (mut went, mut came) = (Vec::new(), BTreeMap::new());
    for (steps, element) in told {
        match (steps.as_slice(), element) {
            ([], Element::ValueChanged { new, .. }) => return new.as_deref().map_or(Value::Null, read),
            ([], _) => panic!("{element:?}"),
            ([at], Element::ElementAdded { value, .. }) => {
                assert!(came.insert(at.parse::<usize>().unwrap(), read(value)).is_none());
            }
            ([at], Element::ElementRemoved { .. }) => went.push(at.parse::<usize>().unwrap()),
            ([at], Element::ElementMoved { to, value, .. }) => {
                went.push(at.parse().unwrap());
                assert!(came.insert(to.trim_matches(['[', ']']).parse().unwrap(), read(value)).is_none());
            }
            ([first, rest @ ..], _) => below.entry(first).or_default().push((rest.to_vec(), element)),
        }
    }
    match value {
        Value::Object(mut fields) => {
            assert!(went.is_empty() && came.is_empty());
            for (key, told) in below {
                let key = key.strip_prefix('.').unwrap();
                let goes =
                    matches!(told.as_slice(), [(rest, Element::ValueChanged { new: None, .. })] if rest.is_empty());
                let before = fields.remove(key).unwrap_or_default();
                if !goes {
                    fields.insert(key.to_owned(), follow(before, &told));
                }
            }
            Value::Object(fields)
        }
        Value::Array(items) => {
            let kept = items.into_iter().enumerate().filter(|(at, _)| !went.contains(at));
            let kept: Vec<Value> = kept
                .map(|(at, item)| match below.get(at.to_string().as_str()) {
                    Some(told) => follow(item, told),
                    None => item,
                })
                .collect();
            let mut kept = kept.into_iter();
            let mut list = Vec::new();
            while let Some(item) = came.remove(&list.len()).or_else(|| kept.next()) {
                list.push(item);
            }
            assert!(came.is_empty(), "{came:?}");
            Value::Array(list)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => panic!("{value} {told:?}"),
    }
}

fn place(element: &Element) -> &str {
    match element {
        Element::ElementAdded { place, .. }
        | Element::ElementRemoved { place, .. }
        | Element::ElementMoved { place, .. }
        | Element::ValueChanged { place, .. } => place,
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        (0..4).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        prop::sample::select(vec!["a", "b", "5", "", "[1]"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let keys = prop::sample::select(vec!["k", "l", "m.n", "", "o]", "\"q\""]).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(keys, inner, 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// One value that is often another in a few places.
fn edited(value: &Value, dice: &mut impl FnMut(usize) -> usize) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| edited(item, dice)).collect();
            if items.len() > 1 && dice(3) == 0 {
                let item = items.remove(dice(items.len()));
                let at = dice(items.len() + 1);
                items.insert(at, item);
            }
            if !items.is_empty() && dice(4) == 0 {
                items.remove(dice(items.len()));
            }
            if dice(4) == 0 {
                items.insert(dice(items.len() + 1), json!({"k": dice(3)}));
            }
            Value::Array(items)
        }
        Value::Object(fields) => fields.iter().map(|(key, inner)| (key.clone(), edited(inner, dice))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) if dice(5) == 0 => {
            [json!("z"), json!([]), json!({}), value.clone()][dice(4)].clone()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_told_makes_the_one_list_the_other(
        old in prop::collection::vec(values(), 0..8),
        other in prop::collection::vec(values(), 0..8),
        throws in prop::collection::vec(any::<prop::sample::Index>(), 64),
    ) {
        let mut at = 0;
        let mut dice = |sides: usize| { at += 1; throws[at % throws.len()].index(sides) };
        let near = edited(&Value::Array(old.clone()), &mut dice);
        for new in [near.as_array().unwrap(), &other] {
            let told = elements(&old, new);
            let steps: Vec<_> = told.iter().map(|element| (steps(place(element)), element)).collect();
            prop_assert_eq!(&follow(json!(old), &steps), &json!(new), "{:?}", told);
            prop_assert_eq!(told.is_empty(), &old == new);
        }
    }
}

fn told(old: Value, new: Value) -> Vec<String> {
    let (Value::Array(old), Value::Array(new)) = (old, new) else { panic!("two lists") };
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let line = |element: &Element| match element {
        Element::ElementAdded { place, value } => format!("+ {place} {value}"),
        Element::ElementRemoved { place, value } => format!("- {place} {value}"),
        Element::ElementMoved { place, to, value } => format!("{place} to {to} {value}"),
        Element::ValueChanged { place, old, new } => format!("~ {place} {} {}", shown(old), shown(new)),
    };
    elements(&old, &new).iter().map(line).collect()
}

#[test]
fn a_list_is_told_by_what_came_went_moved_and_changed() {
    let address = |last: u8| json!(format!("10.0.0.{last}"));
    let of = |lasts: &[u8]| Value::Array(lasts.iter().map(|last| address(*last)).collect());
    assert_eq!(told(of(&[1, 2]), of(&[1, 2, 3])), ["+ [2] 10.0.0.3"]);
    assert_eq!(told(of(&[1, 2, 3]), of(&[2, 3])), ["- [0] 10.0.0.1"]);
    assert_eq!(told(of(&[1, 2, 3]), of(&[1, 4, 3])), ["~ [1] 10.0.0.2 10.0.0.4"]);
    assert_eq!(told(of(&[1, 2, 3]), of(&[3, 1, 2])), ["[2] to [0] 10.0.0.3"]);
    assert_eq!(told(of(&[1, 1]), of(&[1])), ["- [1] 10.0.0.1"]);
    assert_eq!(told(of(&[]), of(&[1])), ["+ [0] 10.0.0.1"]);
    assert_eq!(told(of(&[1, 2, 3]), of(&[1, 4, 5, 3])), ["- [1] 10.0.0.2", "+ [1] 10.0.0.4", "+ [2] 10.0.0.5"]);
    let rule = |port: u16, ethertype: &str| json!({"ethertype": ethertype, "protocol": "tcp", "port": port});
    assert_eq!(
        told(json!([rule(1, "IPv4"), rule(2, "IPv4")]), json!([rule(1, "IPv4"), rule(3, "IPv4")])),
        ["~ [1].port 2 3"]
    );
    assert_eq!(
        told(json!([rule(1, "IPv4")]), json!([rule(3, "IPv6")])),
        [
            r#"- [0] {"ethertype":"IPv4","port":1,"protocol":"tcp"}"#,
            r#"+ [0] {"ethertype":"IPv6","port":3,"protocol":"tcp"}"#
        ]
    );
    assert_eq!(told(json!([[1, 2], 5]), json!([[1, 2, 3], 5])), ["+ [0][2] 3"]);
    assert_eq!(told(json!([{"a.b": [1, 2], "c": 1}]), json!([{"a.b": [2], "c": 1}])), [r#"- [0]."a.b"[0] 1"#]);
}

#[test]
fn fifty_thousand_elements_are_compared_at_once() {
    let rules = |ports: &mut dyn Iterator<Item = u32>| ports.map(|port| json!({"port": port})).collect::<Vec<_>>();
    let old = rules(&mut (0..50_000));
    assert_eq!(elements(&old, &rules(&mut (50_000..100_000))).len(), 100_000);
    assert_eq!(elements(&old, &rules(&mut (0..50_000).rev())).len(), 49_999);
    assert_eq!(elements(&vec![json!(1); 50_000], &vec![json!(1); 49_000]).len(), 1_000);
    let mixed = |skip: u32| rules(&mut (0..50_000).map(|at| at % skip));
    assert!(!elements(&mixed(7), &mixed(9)).is_empty());
}
