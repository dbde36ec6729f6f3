//! The iptables rules and ipsets of every host of every example and of generated sites, line for line and in order, against
//! what Neutron's own agent and hybrid iptables driver make of the same ports and groups.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aciform_testkit::generate::{self, SiteFiles};
use aciform_testkit::neutron::{Hosts, differences, driven, emitted, site};
use aciform_testkit::program::{copy, repository, run};
use aciform_testkit::world::World;
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn examples_have_the_rules_that_neutron_has() {
    let mut sites = Vec::new();
    for example in fs::read_dir(repository().join("examples")).expect("the examples are there") {
        let example = example.expect("a folder").path();
        let folder = tempfile::tempdir().expect("a folder");
        copy(&example, folder.path());
        sites.push(Compiled::new(example.display().to_string(), &folder));
    }
    prove(&sites);
}

#[test]
fn generated_sites_have_the_rules_that_neutron_has() {
    let sites: Vec<Compiled> =
        (1..=30).map(|seed| Compiled::of(format!("seed {seed}"), &generate::site(seed))).collect();
    let rules = prove(&sites);
    // A generator that makes empty sites would prove nothing.
    assert!(rules > 10_000, "only {rules} rules");
}

#[test]
fn every_form_of_groups_and_ports_has_the_rules_that_neutron_has() {
    let sites: Vec<Compiled> =
        (1..=12).map(|seed| Compiled::of(format!("groups, seed {seed}"), &generate::filtered(seed))).collect();
    let rules = prove(&sites);
    assert!(rules > 30_000, "only {rules} rules");
    for form in FORMS {
        let is_there = |text: &String| text.lines().any(|line| form.iter().all(|part| line.contains(part)));
        assert!(sites.iter().flat_map(Compiled::texts).any(is_there), "no site has {form:?}");
    }
}

/// What the generated sites must have somewhere, as parts of one line.
const FORMS: &[&[&str]] = &[
    &["--dport "],
    &["-m tcp -m multiport --dports "],
    &["-p udplite -m multiport --dports "],
    &["--icmp-type 8 "],
    &["--icmp-type 8/0 "],
    &["--icmp-type 255 "],
    &["--icmpv6-type 128 "],
    &["--icmpv6-type 1/4 "],
    &["-p ipv6-icmp -j RETURN"],
    &["-p 200 -j RETURN"],
    &["-p ipencap -j RETURN"],
    &["-s 198.51.100.", "/26 -p tcp"],
    &["-d 2001:db8:", "/48 -p udp"],
    &["--match-set NIPv4", " src "],
    &["--match-set NIPv6", " dst "],
    &["--notrack"],
    &["port security is disabled", "physdev-in"],
    &["port is trusted", "--physdev-is-bridged"],
    &["-m mac --mac-source", "-A neutron-opflex-a-s", " -s "],
    &["-s fe80::", "/128 -m mac"],
    &["hash:net family inet6"],
    &["add NIPv4", "0.0.0.0/1"],
    &["add NIPv6", "8000::/1"],
    &["add NIPv6", "/64"],
];

#[test]
fn one_rule_that_neutron_has_not_is_noticed() {
    let compiled = Compiled::of("seed 1".to_owned(), &generate::site(1));
    let neutron = driven(std::slice::from_ref(&compiled.asked)).remove(0);
    assert_eq!(differences(&neutron, &compiled.emitted), Vec::<String>::new());
    for (host, files) in &compiled.emitted {
        for (file, text) in files {
            let lines: Vec<&str> = text.lines().collect();
            // Some of them: each costs a diff.
            for at in (0..lines.len()).step_by(7) {
                let mut fewer = lines.clone();
                let line = fewer.remove(at);
                let mut swapped = lines.clone();
                swapped.swap(at, (at + 1) % lines.len());
                let widened = lines
                    .iter()
                    .enumerate()
                    .map(|(it, line)| if it == at { line.replace("-j DROP", "-j RETURN") } else { (*line).to_owned() });
                let widened: Vec<String> = widened.collect();
                let mut mutants = vec![fewer.join("\n") + "\n"];
                mutants.extend((swapped != lines).then(|| swapped.join("\n") + "\n"));
                mutants.extend((widened != lines).then(|| widened.join("\n") + "\n"));
                for mutant in mutants {
                    let mut spoilt = compiled.emitted.clone();
                    spoilt.entry(host.clone()).or_default().insert(file.clone(), mutant);
                    let found = differences(&neutron, &spoilt);
                    assert_eq!(found.len(), 1, "{host}/{file}, line {at} ({line})");
                    assert!(found[0].contains(&format!("{host}/{file}")), "{}", found[0]);
                }
            }
        }
    }
}

#[test]
fn neutron_answers_for_what_it_is_asked() {
    let compiled = Compiled::of("groups, seed 1".to_owned(), &generate::filtered(1));
    let changed = |pointer: &str, value: Value| {
        let mut asked = compiled.asked.clone();
        let place = asked.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not there"));
        assert_ne!(*place, value, "{pointer}");
        *place = value;
        asked
    };
    let ports = compiled.asked["ports"].as_array().expect("a list");
    let filtered = |port: &Value| port["port_security"] == true && port["fixed_ips"] != json!([]);
    let port = ports.iter().position(filtered).expect("one port is filtered");
    let asked = [
        compiled.asked.clone(),
        changed(&format!("/ports/{port}/port_security"), json!(false)),
        changed(&format!("/ports/{port}/mac"), json!("fa:16:3e:00:00:01")),
        changed(&format!("/ports/{port}/fixed_ips"), json!(["192.0.2.9"])),
        changed(&format!("/ports/{port}/owner"), json!("network:dhcp")),
        changed("/groups/team0~1default/rules", json!([{"protocol": "tcp", "port": 9}])),
    ];
    let differ: Vec<usize> =
        driven(&asked).iter().map(|neutron| differences(neutron, &compiled.emitted).len()).collect();
    assert!(differ[0] == 0 && differ[1..].iter().all(|count| *count > 0), "{differ:?}");
}

/// A site with its bundle, and what is asked of Neutron.
struct Compiled {
    name: String,
    asked: Value,
    emitted: Hosts,
}

impl Compiled {
    fn of(name: String, files: &SiteFiles) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        generate::write(files, folder.path()).expect("the site can be written");
        Self::new(name, &folder)
    }

    fn new(name: String, folder: &TempDir) -> Self {
        let place: &Path = folder.path();
        let _ = run(PROGRAM, place, &["compile", "-o", "out"]).success();
        let world = World::read(place);
        Self { name, asked: site(&world), emitted: emitted(&place.join("out"), &world) }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        self.emitted.values().flat_map(BTreeMap::values)
    }
}

/// Compares every host of these sites; returns how many rules there were.
#[allow(clippy::print_stdout, reason = "says over how much was compared to those who want to see it")]
fn prove(sites: &[Compiled]) -> usize {
    let asked: Vec<Value> = sites.iter().map(|site| site.asked.clone()).collect();
    let mut problems = Vec::new();
    for (site, neutron) in sites.iter().zip(driven(&asked)) {
        let found = differences(&neutron, &site.emitted);
        problems.extend(found.into_iter().map(|diff| format!("{}\n{diff}", site.name)));
    }
    assert!(problems.is_empty(), "{} files differ\n{}", problems.len(), problems[..problems.len().min(5)].join("\n"));
    let (hosts, rules, members) =
        sites.iter().flat_map(|site| &site.emitted).fold((0, 0, 0), |(hosts, rules, members), (_, files)| {
            let count = |start: &str| {
                files.values().flat_map(|text| text.lines()).filter(|line| line.starts_with(start)).count()
            };
            (hosts + 1, rules + count("-A "), members + count("add "))
        });
    let ports: usize = sites.iter().filter_map(|site| site.asked["ports"].as_array()).map(Vec::len).sum();
    println!("{} sites, {hosts} hosts, {ports} ports, {rules} rules, {members} members of sets", sites.len());
    rules
}
