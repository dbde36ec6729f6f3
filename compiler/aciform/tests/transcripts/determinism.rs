//! The same bytes in give the same bytes out, whatever runs them and however the intent is cut into files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use aciform_testkit::generate;
use aciform_testkit::program::{copy, repository};
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::kit::{Tree, tree};

/// The lab without its lock and with a password whose place the manifest names, and two generated sites.
fn sites() -> Vec<(&'static str, TempDir)> {
    let folder = || tempfile::tempdir().expect("a folder");
    let lab = folder();
    copy(&repository().join("examples/rdo-lab"), lab.path());
    fs::remove_file(lab.path().join("aciform.lock")).expect("a lock");
    let ini = lab.path().join("ml2_conf_cisco_apic.ini");
    let text = fs::read_to_string(&ini).expect("the ini");
    let text = text.replace("encap_mode", "openstack_password = lab-only-42\nencap_mode");
    fs::write(ini, text).expect("it can be written");
    let (drawn, labs) = (folder(), folder());
    generate::write(&generate::site(17), drawn.path()).expect("the site can be written");
    // Two hosts each: enough that they are spread over threads.
    generate::write(&generate::labs(40), labs.path()).expect("the site can be written");
    vec![("rdo-lab", lab), ("site 17", drawn), ("40 labs", labs)]
}

/// How a compile is started.
#[derive(Default)]
struct Start<'a> {
    environment: &'a [(&'a str, &'a str)],
    /// Where from, and what the site is called there.
    from: Option<(&'a Path, &'a str)>,
}

/// Compiles a copy of a site from nothing: the bundle and the lock.
fn compiled(site: &Path, start: &Start<'_>) -> (Tree, Vec<u8>) {
    let out = tempfile::tempdir().expect("a folder");
    let lock = site.join("aciform.lock");
    let _ = fs::remove_file(&lock);
    let (from, name) = start.from.unwrap_or((site, "."));
    let run = Command::new(env!("CARGO_BIN_EXE_aciform"))
        .current_dir(from)
        .envs(start.environment.iter().copied())
        .args(["compile", name, "-o"])
        .arg(out.path().join("bundle"))
        .output()
        .expect("the program runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let made = (tree(&out.path().join("bundle")), fs::read(&lock).expect("a lock"));
    assert!(made.0.len() > 5);
    made
}

#[test]
fn threads_time_zone_locale_and_working_directory_change_nothing() {
    for (name, site) in sites() {
        let expected = compiled(site.path(), &Start::default());
        let absolute = site.path().to_string_lossy().into_owned();
        let (parent, last) = (site.path().parent().expect("a parent"), site.path().file_name().expect("a name"));
        let last = last.to_string_lossy().into_owned();
        let starts = [
            Start { environment: &[("RAYON_NUM_THREADS", "1")], from: None },
            Start { environment: &[("RAYON_NUM_THREADS", "2")], from: None },
            Start { environment: &[("RAYON_NUM_THREADS", "7")], from: None },
            Start {
                environment: &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
                from: None,
            },
            Start { environment: &[("HOME", "/nonexistent"), ("USER", "nobody")], from: None },
            Start { environment: &[], from: Some((Path::new("/"), &absolute)) },
            Start { environment: &[], from: Some((parent, &last)) },
            Start { environment: &[], from: Some((parent, &format!("./{last}/"))) },
        ];
        for (at, start) in starts.iter().enumerate() {
            assert!(compiled(site.path(), start) == expected, "{name}: start {at}");
        }
    }
}

#[test]
fn a_file_that_is_named_and_lies_in_a_named_folder_is_one_file() {
    let (_, site) = sites().swap_remove(0);
    let expected = compiled(site.path(), &Start::default());
    let place = site.path().join("aciform.yaml");
    let text = fs::read_to_string(&place).expect("the site file");
    fs::write(place, text.replace("[intent/]", "[intent/fabric.yaml, intent/, ./intent]")).expect("it can be written");
    assert!(compiled(site.path(), &Start::default()) == expected);
}

#[test]
fn the_cut_of_the_intent_into_files_and_the_order_of_keys_change_nothing() {
    for (name, site) in sites() {
        let expected = compiled(site.path(), &Start::default());
        let whole = intent(site.path());
        let forms: [(&str, BTreeMap<String, String>); 4] = [
            ("one file of YAML", BTreeMap::from([("intent.yaml".to_owned(), yaml(&whole))])),
            ("one file of JSON", BTreeMap::from([("intent/all.json".to_owned(), whole.to_string())])),
            ("keys the other way round", BTreeMap::from([("intent/all.yaml".to_owned(), backwards(&whole))])),
            ("200 files", cut(&whole, 200)),
        ];
        for (form, files) in forms {
            let copied = tempfile::tempdir().expect("a folder");
            for file in ["aciform.yaml", "ml2_conf_cisco_apic.ini"] {
                let text = fs::read_to_string(site.path().join(file)).expect("a file of the site");
                // Where the intent lies is the site's default, in both forms.
                let text: String =
                    text.lines().filter(|line| !line.starts_with("intent:")).map(|line| format!("{line}\n")).collect();
                fs::write(copied.path().join(file), text).expect("a file");
            }
            for (path, text) in &files {
                let place = copied.path().join(path);
                fs::create_dir_all(place.parent().expect("below")).expect("a folder");
                fs::write(place, text).expect("a file");
            }
            assert!(compiled(copied.path(), &Start::default()) == expected, "{name}: {form}");
        }
    }
}

/// The intent of a site as one value.
fn intent(site: &Path) -> Value {
    let mut whole = Value::Object(Map::new());
    for (path, text) in tree(site) {
        if path.starts_with("intent") {
            let text = String::from_utf8(text).expect("UTF-8");
            merge(&mut whole, serde_yaml::from_str(&text).expect("YAML"));
        }
    }
    // A file with nothing but facts declares nothing, so hosts that are declared by theirs alone say what they are.
    for host in whole["hosts"].as_object_mut().expect("hosts").values_mut().filter_map(Value::as_object_mut) {
        host.entry("roles").or_insert(Value::from(vec!["compute"]));
    }
    whole
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn yaml(value: &Value) -> String {
    serde_yaml::to_string(value).expect("YAML")
}

/// JSON, which is YAML, with the keys of every map from last to first.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut entries: Vec<(&String, &Value)> = fields.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            let entries: Vec<String> = entries
                .into_iter()
                .rev()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), backwards(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join(", ")),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// Every object for itself, dealt to so many files whose names say nothing.
fn cut(whole: &Value, count: usize) -> BTreeMap<String, String> {
    let mut leaves: Vec<Vec<(String, Value)>> = Vec::new();
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    for (top, value) in fields(whole) {
        match top.as_str() {
            "hosts" | "external_networks" => {
                leaves.extend(
                    fields(&value).into_iter().map(|(handle, leaf)| vec![(top.clone(), Value::Null), (handle, leaf)]),
                );
            }
            "projects" => {
                for (project, body) in fields(&value) {
                    leaves.push(vec![(top.clone(), Value::Null), (project.clone(), Value::Object(Map::new()))]);
                    for (kind, of_kind) in fields(&body) {
                        let path = |last: (String, Value)| {
                            vec![(top.clone(), Value::Null), (project.clone(), Value::Null), last]
                        };
                        if kind == "id" || kind == "name" {
                            leaves.push(path((kind, of_kind)));
                            continue;
                        }
                        for (handle, leaf) in fields(&of_kind) {
                            let mut path = path((kind.clone(), Value::Null));
                            path.push((handle, leaf));
                            leaves.push(path);
                        }
                    }
                }
            }
            _ => leaves.push(vec![(top, value)]),
        }
    }
    let mut files: Vec<Value> = vec![Value::Object(Map::new()); count];
    for (at, path) in leaves.into_iter().enumerate() {
        let nested = path.into_iter().rev().fold(Value::Null, |inner, (key, value)| {
            Value::Object(Map::from_iter([(key, if value.is_null() { inner } else { value })]))
        });
        merge(&mut files[at * 89 % count], nested);
    }
    let name = |at: usize| format!("intent/{}/{}.yaml", at % 7, (at * 7919) % 1009);
    files.iter().enumerate().map(|(at, file)| (name(at), yaml(file))).collect()
}
