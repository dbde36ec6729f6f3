//! What is compared of two files says what the whole of them would.

use serde_json::json;

use super::super::Text;
use super::super::ends::{ends, same_bytes};
use super::*;

type Pair = (Map<String, Value>, Map<String, Value>);

/// Every value of a tree, one after the other, taken out, made another, or written twice.
fn edits(value: &Value) -> Vec<Value> {
    let mut made = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let mut less = fields.clone();
                less.remove(key);
                made.push(Value::Object(less));
                for inner in edits(inner) {
                    let mut other = fields.clone();
                    other.insert(key.clone(), inner);
                    made.push(Value::Object(other));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let mut less = items.clone();
                let gone = less.remove(at);
                made.push(Value::Array(less.clone()));
                less.push(gone);
                made.push(Value::Array(less.clone()));
                less.push(item.clone());
                made.push(Value::Array(less));
                for inner in edits(item) {
                    let mut other = items.clone();
                    other[at] = inner;
                    made.push(Value::Array(other));
                }
            }
        }
        Value::String(text) => made.push(Value::String(format!("{text}x"))),
        Value::Null | Value::Bool(_) | Value::Number(_) => made.push(Value::String("x".to_owned())),
    }
    made
}

/// The entries of what is left of two files and of the whole; whether something was cut off at their ends.
fn both_ways(path: &str, old: &str, new: &str) -> bool {
    let (before, after) = ([old.as_bytes()], [new.as_bytes()]);
    let (before, after) = (Text::new(&before), Text::new(&after));
    let ends = ends(&before, &after, same_bytes(&before, &after));
    let whole = (root(old.as_bytes()), root(new.as_bytes()));
    let left = left(path, old.as_bytes(), new.as_bytes(), ends);
    let entries = |(old, new): &Pair| of_objects(&objects(path, old), &objects(path, new));
    let alike = |(old, new): &Pair| canonical(&Value::Object(old.clone())) == canonical(&Value::Object(new.clone()));
    let whole = match whole {
        (Some(old), Some(new)) => Some((old, new)),
        _ => None,
    };
    let report = |pair: &Pair| (entries(pair), alike(pair));
    let lenient = || Some((serde_json::from_str(old).ok()?, serde_json::from_str(new).ok()?));
    match (&left, whole, lenient()) {
        // A key that stands twice is passed over where both sides have it letter by letter, and what differs is told.
        (Some(left), None, Some(whole)) => {
            assert_eq!(report(left), report(&whole), "{path}\n{old}\n{new}");
            assert!(!entries(left).is_empty() || !alike(left), "{path}\n{old}\n{new}");
        }
        (left, whole, _) => {
            assert_eq!(left.as_ref().map(report), whole.as_ref().map(report), "{path}\n{old}\n{new}");
        }
    }
    nest::cut(old, new, ends).is_some_and(|(left, _)| left.len() < old.len())
}

#[test]
fn what_is_left_differs_as_the_whole_does() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden/rdo-lab/");
    let (mut tried, mut cut) = (0, 0);
    for path in [
        "apic/40-tn-_RDO-ML2_NewWebApps.json",
        "apic/50-common-relations.json",
        "hosts/centos-02/security-groups.json",
        "hosts/centos-02/netns/of-c5c3ee166c7b/netns.json",
        "hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:10:00:17.ep",
    ] {
        let text = std::fs::read_to_string(format!("{golden}{path}")).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        // The keys of what is edited come in another order than those of the file.
        let ordered = serde_json::to_string_pretty(&value).unwrap();
        for edited in edits(&value) {
            let edited = serde_json::to_string_pretty(&edited).unwrap();
            for (old, new) in [(&text, &edited), (&edited, &text), (&ordered, &edited), (&edited, &ordered)] {
                tried += 1;
                cut += u32::from(both_ways(path, old, new));
            }
        }
    }
    assert!(tried > 2_000 && cut > 200, "{tried} {cut}");
}

/// A file of a host with lists in lists, names that stand twice, and what else a hand may write.
fn odd() -> Value {
    let member =
        |id: &str| json!({"id": id, "rules": [{"port": 80}, {"port": 81}], "more": {"device": "x", "deep": [1]}});
    json!({
        "uuid": "u",
        "devices": [{"device": "a", "on": true}, {"device": "b", "on": null}, {"device": "c", "uuid": "d"}],
        "nested": {"id": "n", "groups": [member("1"), member("2"), member("3"), member("2"), member("4")], "last": 0},
        "security_groups": [member("é"), member("5"), member("6")],
        "tail": [{"id": 5}, {"id": "7"}, {"name": "8"}],
    })
}

#[test]
fn what_is_left_of_odd_files_differs_as_the_whole_does() {
    let text = serde_json::to_string_pretty(&odd()).unwrap();
    let mut cut = 0;
    let once = edits(&odd());
    for (at, edited) in once.iter().enumerate().step_by(2) {
        let compact = edited.to_string();
        // A second edit stands often in another list.
        let again = edits(edited);
        let twice = &again[at * 7919 % again.len()];
        for other in [edited, twice] {
            let other = serde_json::to_string_pretty(other).unwrap();
            cut += u32::from(both_ways("f", &text, &other)) + u32::from(both_ways("f", &other, &text));
        }
        both_ways("f", &text, &compact);
    }
    assert!(cut > 100, "{cut}");
}

#[test]
fn what_no_reader_of_objects_sees_is_compared_line_by_line() {
    let ends = Ends::default();
    let apic = r#"{"a":{"attributes":{"dn":"x"},"children":[{"b":{"attributes":{"rn":"y"}}}]}}"#;
    for (from, to) in [
        ("\"attributes\":{\"rn\"", "\"status\":\"deleted\",\"attributes\":{\"rn\""),
        ("\"attributes\":{\"dn\"", "\"status\":1,\"attributes\":{\"dn\""),
        ("\"rn\":\"y\"", "\"rn\":\"z\",\"rn\":\"y\""),
        ("[{\"b\"", "[7,{\"b\""),
        ("{\"rn\":\"y\"}", "7"),
    ] {
        let other = apic.replacen(from, to, 1);
        assert!(other != apic, "{from}");
        for (old, new) in [(apic, other.as_str()), (&other, apic)] {
            assert_eq!(super::entries("apic/a.json", old.as_bytes(), new.as_bytes(), ends), None, "{old}\n{new}");
        }
    }
    for other in [r#"{"uuid":"u","mac":"b","mac":"a"}"#, r#"{"mac":"b","uuid":"u","mac":"a"}"#] {
        assert_eq!(super::entries("f", br#"{"uuid":"u","mac":"a"}"#, other.as_bytes(), ends), None, "{other}");
    }
}

#[test]
fn what_is_left_of_broken_files_differs_as_the_whole_does() {
    let text = serde_json::to_string_pretty(&odd()).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = |gone: usize| lines.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, line)| *line).collect();
    let twice = |more: usize| {
        lines.iter().enumerate().flat_map(|(at, line)| vec![*line; 1 + usize::from(at == more)]).collect()
    };
    for at in 0..lines.len() {
        let (less, more): (String, String) = (without(at), twice(at));
        for broken in [&less, &more] {
            both_ways("f", &text, broken);
            both_ways("f", broken, &text);
            // One that both sides have, and an edit before or behind it.
            for (from, to) in
                [("\"on\": true", "\"on\": false"), ("\"id\": \"6\"", "\"id\": \"9\""), ("81", "8\\u0031")]
            {
                both_ways("f", broken, &broken.replacen(from, to, 1));
            }
        }
    }
}

#[test]
fn what_is_left_of_files_that_say_a_thing_twice_or_half_differs_as_the_whole_does() {
    let field = |key: &str, ids: &[&str]| {
        let members: Vec<String> =
            ids.iter().map(|id| format!("    {{\n      {id},\n      \"v\": 1\n    }}")).collect();
        format!("  \"{key}\": [\n{}\n  ]", members.join(",\n"))
    };
    let file = |fields: &[String]| format!("{{\n{}\n}}\n", fields.join(",\n"));
    let named = field("a", &["\"id\": \"1\"", "\"id\": \"2\"", "\"id\": \"3\""]);
    let mut cut = 0;
    for text in [
        file(std::slice::from_ref(&named)),
        file(&[named.clone(), named.clone()]),
        file(&["  \"a\": 5".to_owned(), named.clone()]),
        file(&[named.clone(), "  \"a\": 5".to_owned()]),
        file(&["  \"id\": \"x\"".to_owned(), named.clone(), "  \"uuid\": \"y\"".to_owned()]),
        file(&["  \"id\": \"x\"".to_owned(), "  \"id\": 5".to_owned(), named.clone()]),
        file(&[named.replace("\"a\"", "\"id\"")]),
        file(&[field("a", &["\"id\": \"1\"", "\"id\": \"1\"", "\"id\": \"3\""])]),
        file(&[field("a", &["\"id\": \"1\"", "\"id\": 2", "\"id\": \"3\""])]),
        file(&[field("a", &["\"id\": \"1\"", "\"uuid\": 4,\n\"id\": \"2\"", "\"device\": null,\n\"id\": \"3\""])]),
        file(&[field("a", &["\"id\": \"1\"", "\"id\": \"\\u0031\"", "\"id\": \"3\""])]),
        file(&[named.clone(), "  \"b\": 1.5e4".to_owned()]),
        file(&[named.clone(), "  \"b\": 01".to_owned()]),
        file(&[named.clone(), "  \"b\": \"\t\"".to_owned()]),
        file(&[named.clone(), "  \"b\": 1,".to_owned()]),
        file(&[named.replace("},", "}")]),
        file(&[named.replace("    },\n", "    },\n,")]),
        format!("{}{{}}", file(std::slice::from_ref(&named))),
        format!("{}]", file(std::slice::from_ref(&named))),
        file(&["  \"o\": {\n  \"p\": 1,".to_owned() + &named + "\n}", "  \"q\": 2".to_owned()]),
    ] {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for at in 0..lines.len() {
            for inserted in [
                "\"v\": 2,\n",
                "],\n\"c\": [\n",
                "}, {\"id\": \"9\"\n",
                "\"id\": \"8\",\n",
                "{\"id\": \"3\"},\n",
                "\n",
                ",\n",
                "]\n",
                "}\n",
            ] {
                for replaced in [0, 1] {
                    let other = [&lines[..at], &[inserted], &lines[at + replaced..]].concat().concat();
                    cut += u32::from(both_ways("f", &text, &other)) + u32::from(both_ways("f", &other, &text));
                }
            }
            let until = (at + 4).min(lines.len());
            let other = [&lines[..at], &lines[until..]].concat().concat();
            cut += u32::from(both_ways("f", &text, &other)) + u32::from(both_ways("f", &other, &text));
        }
        for at in [1, 2, 3] {
            let mut times = 0;
            let lines = lines.iter().map(|line| {
                times += usize::from(line.contains("\"v\""));
                if times == at { line.replace('1', "7") } else { (*line).to_owned() }
            });
            cut += u32::from(both_ways("f", &text, &lines.collect::<String>()));
        }
    }
    assert!(cut > 100, "{cut}");
}
