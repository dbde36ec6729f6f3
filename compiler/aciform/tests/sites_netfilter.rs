//! The iptables rules and ipsets of every host of every example and of 30 generated sites, rule by rule against what the site's
//! YAML says they must be. That the kernel takes them, and what it does with packets, is asked beside this.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aciform_testkit::expect::snat_interface;
use aciform_testkit::expect_rules::{Chains, differences, namespace, read_rules, read_sets, rules, zones};
use aciform_testkit::generate;
use aciform_testkit::program::{example, examples, run};
use aciform_testkit::world::World;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn every_rule_of_the_examples_is_one_that_the_yaml_asks_for() {
    for name in examples() {
        let _ = prove(&name, example(&name).path());
    }
}

#[test]
fn every_rule_of_generated_sites_is_one_that_the_yaml_asks_for() {
    let mut total = 0;
    for seed in 1..=30 {
        let site = tempfile::tempdir().expect("a folder");
        generate::write(&generate::site(seed), site.path()).expect("the site can be written");
        total += prove(&format!("seed {seed}"), site.path());
    }
    // A generator that makes empty sites would prove nothing.
    assert!(total > 10_000, "only {total} rules");
}

/// Compiles a site and compares every host; returns how many rules there were.
fn prove(name: &str, site: &Path) -> usize {
    let _ = run(PROGRAM, site, &["compile", "-o", "out"]).success();
    let world = World::read(site);
    let mut count = 0;
    for host in world.all_hosts.keys() {
        let read = |file: &str| {
            let path = site.join("out/hosts").join(host).join(file);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}, {}: {error}", path.display()))
        };
        let (v4, v6) = (read_rules(&read("iptables.v4")), read_rules(&read("iptables.v6")));
        let given = zones(&v4);
        assert_zones(&format!("{name}, {host}"), &world, host, &v4, &v6);
        let expected = rules(&world, host, &given);
        for (file, expected, found) in [("v4", &expected.v4, &v4), ("v6", &expected.v6, &v6)] {
            let differ = differences(expected, found);
            assert!(differ.is_empty(), "{name}, {host}, {file}:\n{}", differ.join("\n"));
            count += found.values().map(Vec::len).sum::<usize>();
        }
        assert_eq!(read_sets(&read("ipset")), expected.sets, "{name}, {host}");
        for external in world.snats(host).iter().filter(|it| world.externals[*it].snat.contains_key(host)) {
            let (v4, v6) = namespace(&world, host, external);
            for (file, expected) in [("iptables.v4", v4), ("iptables.v6", v6)] {
                let found = read_rules(&read(&format!("netns/{}/{file}", snat_interface(external))));
                let differ = differences(&expected, &found);
                assert!(differ.is_empty(), "{name}, {host}, {external}, {file}:\n{}", differ.join("\n"));
            }
        }
    }
    count
}

/// Every tracked port has a zone of its own on its host, the same in both families, above those of the switch's own.
fn assert_zones(name: &str, world: &World, host: &str, v4: &Chains, v6: &Chains) {
    let given = zones(v4);
    assert_eq!(given, zones(v6), "{name}");
    let numbers: BTreeSet<u32> = given.values().map(|zone| zone.parse().expect("a number")).collect();
    assert_eq!(numbers.len(), given.len(), "{name}: {given:?}");
    assert!(numbers.iter().all(|zone| (4097..=65535).contains(zone)), "{name}: {given:?}");
    let ports = world.ports.iter().filter(|port| port.host == host && port.port_security);
    for port in ports {
        let kept = world.handed_out("zone", &format!("{host} {}", port.id));
        assert!(kept.is_some(), "{name}: the lock does not keep the zone of {}", port.id);
        if let Some(zone) = given.get(&port.id) {
            assert_eq!(Some(zone), kept.as_ref(), "{name}: {}", port.id);
        }
    }
}
