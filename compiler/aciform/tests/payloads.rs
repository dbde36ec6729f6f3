//! Payloads and agent files of every example and of generated sites: against the schemas, against the tables of what APIC
//! and the agent read, and against what the ML2 driver's own client library sends for the same cloud.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use aciform_testkit::payload::{self, Mo};
use aciform_testkit::program::{copy, examples, repository, run};
use aciform_testkit::{agent_files, generate, upstream};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// A compiled site.
struct Site {
    name: String,
    /// What its YAML says, for the driver's library.
    cloud: Value,
    /// Its artifacts by path.
    files: BTreeMap<String, String>,
}

/// Every example and 30 generated sites, compiled once.
static SITES: LazyLock<Vec<Site>> = LazyLock::new(|| {
    let example = |name: String| {
        let from = repository().join("examples").join(&name);
        Site::compile(name, |folder| copy(&from, folder))
    };
    let generated = (1..=30).map(|seed| {
        Site::compile(format!("seed {seed}"), |folder| {
            generate::write(&generate::site(seed), folder).expect("the site can be written");
        })
    });
    examples().into_iter().map(example).chain(generated).collect()
});

impl Site {
    fn compile(name: String, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        prepare(folder.path());
        let _ = run(PROGRAM, folder.path(), &["compile", "-o", "out"]).success();
        let out = folder.path().join("out");
        let files = walkdir::WalkDir::new(&out)
            .into_iter()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let path = entry.path().strip_prefix(&out).expect("it lies below");
                let text = std::fs::read_to_string(entry.path()).expect("artifacts are text");
                (path.to_string_lossy().into_owned(), text)
            })
            .collect();
        Self { name, cloud: upstream::cloud(folder.path()), files }
    }

    /// The mark on what is ours.
    fn mark(&self) -> String {
        format!("orchestrator:aciform:{}", self.cloud["system"].as_str().expect("a system id"))
    }

    fn objects(&self) -> BTreeMap<String, Mo> {
        payload::flatten(self.below("apic/").map(|(_, text)| text))
    }

    fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let files = self.files.iter();
        files.filter_map(move |(path, text)| Some((path.strip_prefix(folder)?, text.as_str())))
    }
}

#[test]
fn every_site_sends_what_the_drivers_own_library_sends() {
    let sites: Vec<&Site> = SITES.iter().filter(|site| site.cloud["replayed"] == true).collect();
    let clouds: Vec<&Value> = sites.iter().map(|site| &site.cloud).collect();
    let mut compared = 0;
    for (site, sent) in sites.iter().zip(upstream::sent(&clouds)) {
        let expected = upstream::as_chosen(sent, &site.cloud);
        let wrong = upstream::differences(&expected, &site.objects(), &site.mark());
        assert!(wrong.is_empty(), "{}:\n{}", site.name, wrong.join("\n"));
        compared += expected.len();
    }
    // Comparing nothing would prove nothing.
    assert!(sites.len() >= 8 && compared > 1_000, "only {compared} objects of {} sites", sites.len());
}

#[test]
fn options_that_rename_and_rehome_objects_do_what_they_do_upstream() {
    const OPTIONS: [&str; 4] = [
        "scope_names = False",
        "shared_context_name = theirs",
        "per_tenant_context = False",
        "apic_multicast_ns_name = floods",
    ];
    // Every set of them.
    let sets = (0..1 << OPTIONS.len()).map(|set: usize| {
        OPTIONS.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, line)| *line).collect()
    });
    let labs: Vec<Site> = sets.map(|set: Vec<&str>| lab_with(&set)).collect();
    let clouds: Vec<&Value> = labs.iter().map(|lab| &lab.cloud).collect();
    let mut kinds: BTreeMap<Vec<String>, &str> = BTreeMap::new();
    for (lab, sent) in labs.iter().zip(upstream::sent(&clouds)) {
        let expected = upstream::as_chosen(sent, &lab.cloud);
        let wrong = upstream::differences(&expected, &lab.objects(), &lab.mark());
        assert!(wrong.is_empty(), "{}:\n{}", lab.name, wrong.join("\n"));
        // Each set makes other objects than every other one.
        let other = kinds.insert(expected.into_keys().collect(), &lab.name);
        assert_eq!(other, None, "{} changes nothing", lab.name);
    }
}

#[test]
fn options_of_bridge_domains_and_gateways_do_what_they_do_upstream() {
    const OPTIONS: [&str; 6] = [
        "default_arp_flooding = False",
        "default_l2_unknown_unicast = flood",
        "default_ep_move_detect = ",
        "default_enforce_subnet_check = True",
        "default_subnet_scope = private",
        "enable_aci_routing = False",
    ];
    let sets = OPTIONS.iter().map(std::slice::from_ref).chain([&[][..], &OPTIONS[..]]);
    let labs: Vec<Site> = sets.map(lab_with).collect();
    let clouds: Vec<&Value> = labs.iter().map(|lab| &lab.cloud).collect();
    let mut known = Vec::new();
    for (lab, sent) in labs.iter().zip(upstream::sent(&clouds)) {
        let expected = upstream::as_chosen(sent, &lab.cloud);
        let wrong = upstream::differences(&expected, &lab.objects(), &lab.mark());
        assert!(wrong.is_empty(), "{}:\n{}", lab.name, wrong.join("\n"));
        assert!(!known.contains(&expected), "{} changes nothing", lab.name);
        known.push(expected);
    }
}

/// The lab with these lines in the driver's section.
fn lab_with(lines: &[&str]) -> Site {
    Site::compile(lines.join(", "), |folder| {
        copy(&repository().join("examples/rdo-lab"), folder);
        let ini = folder.join("ml2_conf_cisco_apic.ini");
        let text = std::fs::read_to_string(&ini).expect("the lab's ini");
        let header = "[ml2_cisco_apic]\n";
        let keys: Vec<&str> = lines.iter().filter_map(|line| line.split_once(" =")).map(|(key, _)| key).collect();
        let is_kept = |line: &&str| {
            !line.starts_with("scope_names") && !keys.iter().any(|key| line.split([' ', '=']).next() == Some(key))
        };
        let text: String = text.lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
        assert!(text.contains(header) && !text.contains("\nper_tenant_context"), "{text}");
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(ini, text.replace(header, &format!("{header}{lines}"))).expect("the lab's ini");
    })
}

#[test]
fn taking_away_any_object_or_changing_any_attribute_is_noticed() {
    let site = SITES.iter().find(|site| site.name == "rdo-lab").expect("the lab is an example");
    let sent = upstream::sent(&[&site.cloud]).remove(0);
    let expected = upstream::as_chosen(sent, &site.cloud);
    let whole = site.objects();
    for (dn, mo) in &whole {
        let mut less = whole.clone();
        less.remove(dn);
        assert_eq!(upstream::differences(&expected, &less, &site.mark()).len(), 1, "{dn} can be missing");
        for name in mo.attributes.keys() {
            let mut other = whole.clone();
            other.get_mut(dn).expect("it is there").attributes.insert(name.clone(), "x".into());
            assert_eq!(upstream::differences(&expected, &other, &site.mark()).len(), 1, "{dn}.{name} can be anything");
        }
    }
}

#[test]
fn every_object_of_every_site_stands_where_it_may_and_points_at_something() {
    for site in SITES.iter() {
        let outside: Vec<String> = site.cloud["externals"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|external| {
                let text = |key: &str| external[key].as_str().unwrap_or_default().to_owned();
                let tenant = format!("uni/tn-{}", text("tenant"));
                [format!("{tenant}/ctx-{}", text("vrf")), format!("{tenant}/out-{}", text("name"))]
            })
            .collect();
        let outside: Vec<&str> = outside.iter().map(String::as_str).collect();
        assert_eq!(payload::findings(&site.objects(), &outside), Vec::<String>::new(), "{}", site.name);
    }
}

#[test]
fn every_agent_file_of_every_site_is_what_the_agent_reads() {
    let mut files = 0;
    for site in SITES.iter() {
        let mut hosts: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
        for (path, text) in site.below("hosts/") {
            let (host, path) = path.split_once('/').expect("files lie in a host's folder");
            if path.starts_with("endpoints/") || path.starts_with("services/") {
                hosts.entry(host).or_default().insert(path.to_owned(), text.to_owned());
            }
        }
        for (host, below) in hosts {
            assert_eq!(agent_files::findings(&below), Vec::<String>::new(), "{}, {host}", site.name);
            files += below.len();
        }
    }
    assert!(files > 300, "only {files} files");
}

#[test]
fn every_file_of_every_site_is_as_its_schema_says() {
    let schema = |name: &str| {
        let text = aciform_schemas::text(name).expect("the schema is built in");
        let schema = serde_json::from_str(text).expect("a schema is JSON");
        (name.to_owned(), aciform_schemas::Schema::new(&schema).expect("the schema compiles"))
    };
    let schemas: BTreeMap<_, _> = ["payload", "endpoint", "rdconfig", "service"].map(schema).into();
    for site in SITES.iter() {
        for (path, text) in &site.files {
            let name = match path.rsplit('.').next() {
                Some("json") if path.starts_with("apic/") => "payload",
                Some("ep") => "endpoint",
                Some("rdconfig") => "rdconfig",
                Some("as") => "service",
                _ => continue,
            };
            let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let refused = schemas[name].check(&value);
            assert!(refused.is_empty(), "{}, {path}: {refused:?}", site.name);
        }
    }
}
