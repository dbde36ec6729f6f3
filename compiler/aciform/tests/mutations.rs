//! The proofs, tried on the lab: without any one flow, bucket, rule, or part of an agent's file or payload, at least one of them fails.
//!
//! What may go unnoticed stands in `mutations/unnoticed.txt` with its reason; an entry that covers nothing, or something that is
//! noticed, fails too, so that the list says no more than is true.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use aciform_testkit::agent_files::findings;
use aciform_testkit::expect::{Case, cases, check, packet, snat_interface};
use aciform_testkit::expect_files::{files, forget_random};
use aciform_testkit::expect_payload::{objects, read};
use aciform_testkit::expect_rules::{differences, namespace, read_rules, read_sets, rules, zones};
use aciform_testkit::ovs::{HostFiles, Packet, Switch};
use aciform_testkit::program::{copy, repository, run};
use aciform_testkit::world::World;
use serde::Serialize as _;
use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");
const UNNOTICED: &str = include_str!("mutations/unnoticed.txt");
const HOSTS: [&str; 2] = ["centos-01", "centos-02"];

/// The compiled lab.
fn lab() -> &'static Path {
    static LAB: OnceLock<TempDir> = OnceLock::new();
    let compile = || {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&repository().join("examples/rdo-lab"), folder.path());
        let _ = run(PROGRAM, folder.path(), &["compile", "-o", "out"]).success();
        folder
    };
    LAB.get_or_init(compile).path()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A host's switch with the packets that are tried on it.
struct Trial {
    switch: Switch,
    packets: Vec<(Case, Packet)>,
}

impl Trial {
    fn new(host: &str, files: &HostFiles) -> Self {
        let mut switch = Switch::start().expect("a switch");
        switch.load(files).expect("the flows load");
        let of_host = cases(&World::read(lab())).into_iter().filter(|case| case.host == host);
        let packets = of_host.map(|case| {
            let packet =
                packet(&case, |port| switch.port(port)).unwrap_or_else(|| panic!("{}: no such port", case.name));
            (case, packet)
        });
        let packets = packets.collect();
        Self { switch, packets }
    }

    /// Whether some packet meets another fate than it must; what a trace cannot even say is one.
    fn notices(&mut self) -> Option<String> {
        let differs = |switch: &mut Switch, case: &Case, packet: &Packet| match switch.trace(packet) {
            Ok(verdict) => check(&case.expected, &verdict).is_err(),
            Err(_) => true,
        };
        let at = (0..self.packets.len()).find(|at| {
            let (case, packet) = &self.packets[*at];
            differs(&mut self.switch, case, packet)
        })?;
        // What noticed one flow is likely to notice the next, which is its neighbour.
        let found = self.packets.remove(at);
        let name = found.0.name.clone();
        self.packets.insert(0, found);
        Some(name)
    }
}

/// A pattern of the list with its reason; `*` stands for anything.
struct Entry {
    pattern: String,
    reason: String,
}

/// Reasons stand at the margin, the flows that they are about below them, further in.
fn entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut reason = String::new();
    let mut fresh = true;
    for line in UNNOTICED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(pattern) = line.strip_prefix("    ") {
            entries.push(Entry { pattern: pattern.to_owned(), reason: reason.clone() });
            fresh = true;
        } else if std::mem::take(&mut fresh) {
            line.clone_into(&mut reason);
        } else {
            reason = format!("{reason} {line}");
        }
    }
    entries
}

fn fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (at, part) in parts.iter().enumerate() {
        if at + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.is_empty()
}

#[test]
fn without_any_one_flow_some_packet_meets_another_fate() {
    let mut noticed = BTreeSet::new();
    let mut unnoticed = BTreeSet::new();
    let tried = std::thread::scope(|scope| {
        let trials: Vec<_> = HOSTS.iter().map(|host| scope.spawn(move || (*host, try_flows(host)))).collect();
        trials.into_iter().map(|trial| trial.join().expect("the trial ends")).collect::<Vec<_>>()
    });
    for (host, (seen, missed)) in tried {
        noticed.extend(seen.into_iter().map(|line| format!("{host}: {line}")));
        unnoticed.extend(missed.into_iter().map(|line| format!("{host}: {line}")));
    }
    let entries = entries();
    let listed = |line: &str| entries.iter().any(|entry| fits(&entry.pattern, line));
    let surprising: Vec<&String> = unnoticed.iter().filter(|line| !listed(line)).collect();
    assert!(surprising.is_empty(), "no packet misses these {} flows:\n{surprising:#?}", surprising.len());
    for Entry { pattern, reason } in &entries {
        assert!(!reason.is_empty(), "`{pattern}` has no reason");
        assert!(unnoticed.iter().any(|line| fits(pattern, line)), "`{pattern}` is about no flow that goes unnoticed");
        let wrong: Vec<&String> = noticed.iter().filter(|line| fits(pattern, line)).collect();
        assert!(wrong.is_empty(), "`{pattern}` is listed, and packets miss these:\n{wrong:#?}");
    }
    assert!(noticed.len() > 200, "only {} flows", noticed.len());
}

/// Takes each flow of a host out once: those that a packet misses, and the others.
fn try_flows(host: &str) -> (Vec<String>, Vec<String>) {
    let files = HostFiles::read(&lab().join("out"), host).expect("the host's files");
    let mut trial = Trial::new(host, &files);
    assert_eq!(trial.notices(), None, "{host}: the flows as they are");
    let lines: Vec<&str> = files.flows.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (mut seen, mut missed) = (Vec::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let others = lines.iter().enumerate().filter(|(other, _)| *other != at);
        let without: String = others.flat_map(|(_, line)| [*line, "\n"]).collect();
        trial.switch.replace_flows(&without).expect("a set with a flow less loads");
        let kind = if trial.notices().is_some() { &mut seen } else { &mut missed };
        kind.push((*line).to_owned());
    }
    (seen, missed)
}

#[test]
fn without_any_one_bucket_of_a_group_some_packet_meets_another_fate() {
    for host in HOSTS {
        let files = HostFiles::read(&lab().join("out"), host).expect("the host's files");
        let mut trial = Trial::new(host, &files);
        let buckets = files.groups.matches("bucket=").count();
        assert!(buckets > 3, "{host}: {}", files.groups);
        for bucket in 0..buckets {
            let groups = without_bucket(&files.groups, bucket);
            trial.switch.load(&HostFiles { groups, ..files.clone() }).expect("groups with a bucket less load");
            assert!(trial.notices().is_some(), "{host}: no packet misses bucket {bucket} of\n{}", files.groups);
        }
    }
}

/// The groups without the bucket of this number, counted over all of them.
fn without_bucket(groups: &str, bucket: usize) -> String {
    let mut at = 0;
    let mut out = String::new();
    for line in groups.lines() {
        let mut parts = line.split(",bucket=");
        out += parts.next().unwrap_or_default();
        for part in parts {
            if at != bucket {
                out += &format!(",bucket={part}");
            }
            at += 1;
        }
        out.push('\n');
    }
    out
}

#[test]
fn without_any_one_rule_of_a_filter_or_namespace_the_comparison_fails() {
    let world = World::read(lab());
    let mut count = 0;
    for host in HOSTS {
        let folder = lab().join("out/hosts").join(host);
        let own = text(&folder.join("iptables.v4"));
        let expected = rules(&world, host, &zones(&read_rules(&own)));
        assert_eq!(read_sets(&text(&folder.join("ipset"))), expected.sets);
        let mut all = vec![("iptables.v4".to_owned(), expected.v4), ("iptables.v6".to_owned(), expected.v6)];
        for external in world.snats(host) {
            let (v4, v6) = namespace(&world, host, &external);
            let place = |file: &str| format!("netns/{}/{file}", snat_interface(&external));
            all.extend([(place("iptables.v4"), v4), (place("iptables.v6"), v6)]);
        }
        for (file, expected) in all {
            let whole = text(&folder.join(&file));
            assert!(differences(&expected, &read_rules(&whole)).is_empty(), "{host}, {file}");
            for (at, line) in whole.lines().enumerate().filter(|(_, line)| line.starts_with("-A ")) {
                let rest = whole.lines().enumerate().filter(|(other, _)| *other != at);
                let without: String = rest.flat_map(|(_, line)| [line, "\n"]).collect();
                assert!(!differences(&expected, &read_rules(&without)).is_empty(), "{host}, {file}: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 200, "only {count} rules");
}

#[test]
fn without_any_one_part_of_an_agents_file_the_comparison_fails() {
    let world = World::read(lab());
    let mut count = 0;
    for host in HOSTS {
        let folder = lab().join("out/hosts").join(host);
        let mut found = BTreeMap::new();
        for entry in walkdir::WalkDir::new(&folder).sort_by_file_name() {
            let entry = entry.expect("the folder can be read");
            let name = entry.path().strip_prefix(&folder).expect("it lies below").to_string_lossy().into_owned();
            if name.starts_with("endpoints/") || name.starts_with("services/") || name.ends_with("netns.json") {
                let file: Value = serde_json::from_str(&text(entry.path())).expect("JSON");
                found.insert(name, file);
            }
        }
        let expected = files(&world, host);
        let holds = |found: &BTreeMap<String, Value>| {
            let mut plain = found.clone();
            plain.iter_mut().for_each(|(name, file)| forget_random(name, file));
            let agents = found.iter().filter(|(name, _)| !name.ends_with("netns.json"));
            let texts = agents.map(|(name, file)| (name.clone(), indented(file)));
            plain == expected && findings(&texts.collect()).is_empty()
        };
        assert!(holds(&found), "{host}: the files as they are");
        for name in found.keys() {
            let mut without = found.clone();
            let _ = without.remove(name);
            assert!(!holds(&without), "{host}: without {name}");
            for pointer in places(&found[name]) {
                let mut without = found.clone();
                take(without.get_mut(name).expect("the file"), &pointer);
                assert!(!holds(&without), "{host}, {name}: without {pointer}");
                count += 1;
            }
        }
    }
    assert!(count > 200, "only {count} places");
}

#[test]
fn without_any_one_object_or_attribute_of_a_payload_the_comparison_fails() {
    let expected = objects(&World::read(lab()));
    let mut names: Vec<_> =
        fs::read_dir(lab().join("out/apic")).expect("payloads").map(|it| it.expect("a file").path()).collect();
    names.sort();
    let payloads: Vec<Value> = names.iter().map(|path| serde_json::from_str(&text(path)).expect("JSON")).collect();
    assert_eq!(read(&payloads), expected);
    let mut count = 0;
    for (at, payload) in payloads.iter().enumerate() {
        for pointer in places(payload) {
            // An object without its name, its attributes or its class is none at all, and the reader says so by itself.
            let parts: Vec<&str> = pointer.split('/').collect();
            let last = parts.last().copied().unwrap_or_default();
            let names_it = matches!(last, "rn" | "dn" | "attributes");
            let is_class = parts.len() >= 2 && parts[parts.len() - 2].parse::<usize>().is_ok() || parts.len() == 2;
            let is_list = last == "children";
            if names_it || is_class && !last.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            let mut without = payloads.clone();
            take(&mut without[at], &pointer);
            assert_ne!(read(&without), expected, "{}: without {pointer}", names[at].display());
            count += usize::from(!is_list);
        }
    }
    assert!(count > 150, "only {count} places");
}

/// As the agent indents.
fn indented(file: &Value) -> String {
    let mut text = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    file.serialize(&mut serde_json::Serializer::with_formatter(&mut text, formatter)).expect("JSON");
    String::from_utf8(text).expect("a text")
}

/// Where something stands in a JSON value, as pointers, parents first.
fn places(value: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let mut visit = |key: String, child: &Value| {
        places.push(format!("/{key}"));
        places.extend(self::places(child).into_iter().map(|below| format!("/{key}{below}")));
    };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, child)| visit(key.replace('~', "~0").replace('/', "~1"), child))
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(at, child)| visit(at.to_string(), child)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    places
}

/// Takes out what stands at a pointer.
fn take(value: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(&key)),
        Some(Value::Array(list)) => drop(list.remove(key.parse().expect("a position"))),
        other => panic!("nothing can be taken out of {other:?}"),
    }
}
