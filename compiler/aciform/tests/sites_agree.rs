//! Endpoint files and APIC payloads of every example and of 30 generated sites, whole, against what their YAML says they must be,
//! and how many flows each host has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aciform_testkit::expect::flow_count;
use aciform_testkit::expect_files::{files, forget_random};
use aciform_testkit::expect_payload::{Objects, objects, read};
use aciform_testkit::generate;
use aciform_testkit::program::{example, examples, run};
use aciform_testkit::world::World;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn the_examples_are_what_their_yaml_says() {
    for name in examples() {
        let _ = prove(&name, example(&name).path());
    }
}

#[test]
fn generated_sites_are_what_their_yaml_says() {
    let (mut total_files, mut total_objects) = (0, 0);
    for seed in 1..=30 {
        let site = tempfile::tempdir().expect("a folder");
        generate::write(&generate::site(seed), site.path()).expect("the site can be written");
        let (files, objects) = prove(&format!("seed {seed}"), site.path());
        total_files += files;
        total_objects += objects;
    }
    // A generator that makes empty sites would prove nothing.
    assert!(total_files > 500 && total_objects > 2_000, "only {total_files} files and {total_objects} objects");
}

/// Compiles a site and compares; returns how many files and objects there were.
fn prove(name: &str, site: &Path) -> (usize, usize) {
    let _ = run(PROGRAM, site, &["compile", "-o", "out"]).success();
    let world = World::read(site);
    let bundle = site.join("out");
    assert_payloads(name, &objects(&world), &read(&payloads(&bundle)));
    let mut count = 0;
    for host in world.all_hosts.keys() {
        let (expected, found) = (files(&world, host), agent_files(&bundle.join("hosts").join(host)));
        let names = |files: &BTreeMap<String, Value>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&expected), names(&found), "{name}, {host}");
        for (file, wanted) in &expected {
            let text = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
            assert_eq!(text(wanted), text(&found[file]), "{name}, {host}, {file}");
        }
        count += found.len();
        let flows = fs::read_to_string(bundle.join("hosts").join(host).join("br-int.flows")).expect("flows");
        let flows = flows.lines().filter(|line| line.contains("actions=")).count();
        assert_eq!(flow_count(&world, host), flows, "{name}, {host}: flows");
    }
    assert_eq!(snat_addresses(&world), handed_out_snat(&world), "{name}: SNAT addresses");
    (count, objects(&world).len())
}

/// By the documented rule: lowest free first, to compute hosts in natural order of name.
fn snat_addresses(world: &World) -> BTreeMap<String, String> {
    let externals = world.externals.iter();
    let all = externals.flat_map(|(name, external)| external.snat.iter().map(move |(host, it)| (name, host, it)));
    all.map(|(name, host, address)| (format!("{name} {host}"), address.to_string())).collect()
}

fn handed_out_snat(world: &World) -> BTreeMap<String, String> {
    let keys = world.all_handed_out("snat");
    keys.filter_map(|key| Some((key.clone(), world.handed_out("snat", key)?))).collect()
}

fn payloads(bundle: &Path) -> Vec<Value> {
    let mut names: Vec<_> =
        fs::read_dir(bundle.join("apic")).expect("payloads").map(|it| it.expect("a file").path()).collect();
    names.sort();
    names.iter().map(|path| json(&fs::read_to_string(path).expect("a text"))).collect()
}

fn agent_files(host: &Path) -> BTreeMap<String, Value> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(host).sort_by_file_name() {
        let entry = entry.expect("the folder can be read");
        let name = entry.path().strip_prefix(host).expect("it lies below").to_string_lossy().into_owned();
        let is_agents = name.starts_with("endpoints/") || name.starts_with("services/") || name.ends_with("netns.json");
        if entry.file_type().is_file() && is_agents {
            let mut file = json(&fs::read_to_string(entry.path()).expect("a text"));
            forget_random(&name, &mut file);
            files.insert(name, file);
        }
    }
    files
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn assert_payloads(name: &str, expected: &Objects, found: &Objects) {
    let dns: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differ: Vec<String> = dns
        .into_iter()
        .filter(|dn| expected.get(*dn) != found.get(*dn))
        .map(|dn| format!("{dn}\n  expected {:?}\n  found    {:?}", expected.get(dn), found.get(dn)))
        .collect();
    assert!(differ.is_empty(), "{name}:\n{}", differ.join("\n"));
}
