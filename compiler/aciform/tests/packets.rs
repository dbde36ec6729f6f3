//! Packets through a real Open vSwitch that carries the compiled flows, against what the site's YAML says must happen.
//!
//! Every host of every example and of 30 generated sites; the switch also gives each flow set back as it was written.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use aciform_testkit::expect::{Case, cases, check, packet};
use aciform_testkit::generate;
use aciform_testkit::ovs::Switch;
use aciform_testkit::program::{example, examples, run};
use aciform_testkit::world::World;

const SITES: u64 = 30;
const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn packets_of_the_examples_go_where_their_yaml_says() {
    let mut switch = Switch::start().expect("a switch");
    for name in examples() {
        let count = prove(&mut switch, &name, example(&name).path());
        println!("{count} packets of {name}");
        assert!(count > 5, "only {count} packets of {name}");
    }
}

#[test]
fn packets_of_generated_sites_go_where_their_yaml_says() {
    // Several at once, each with a switch of its own: most of the time goes into asking them.
    let lanes = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let next = AtomicU64::new(1);
    let total = std::thread::scope(|scope| {
        let lane = || {
            let mut switch = Switch::start().expect("a switch");
            let mut total = 0;
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > SITES {
                    return total;
                }
                let site = tempfile::tempdir().expect("a folder");
                generate::write(&generate::site(seed), site.path()).expect("the site can be written");
                total += prove(&mut switch, &format!("seed {seed}"), site.path());
            }
        };
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes
            .into_iter()
            .map(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .sum::<usize>()
    });
    println!("{total} packets of {SITES} sites");
    // A generator that makes empty sites would prove nothing.
    assert!(total > 5_000, "only {total} packets");
}

/// Compiles a site, loads every host and traces every case; returns how many there were.
fn prove(switch: &mut Switch, name: &str, site: &Path) -> usize {
    let _ = run(PROGRAM, site, &["compile", "-o", "out"]).success();
    let world = World::read(site);
    let mut by_host: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let all = cases(&world);
    let count = all.len();
    for case in all {
        by_host.entry(case.host.clone()).or_default().push(case);
    }
    let mut wrong = Vec::new();
    for (host, cases) in by_host {
        switch.load_host(&site.join("out"), &host).unwrap_or_else(|failure| panic!("{name}, {host}: {failure}"));
        for case in cases {
            let Some(packet) = packet(&case, |port| switch.port(port)) else {
                wrong.push(format!("{host}: {}: {:?} is no port of the switch", case.name, case.ingress));
                continue;
            };
            let verdict =
                switch.trace(&packet).unwrap_or_else(|failure| panic!("{name}, {host}: {}: {failure}", case.name));
            if let Err(what) = check(&case.expected, &verdict) {
                wrong.push(format!("{host}: {}: {what}\n{:?}\n{}", case.name, case.expected, verdict.trace));
            }
        }
    }
    let first: Vec<String> = wrong.iter().take(3).cloned().collect();
    assert!(wrong.is_empty(), "{name}: {} of {count} packets\n{}", wrong.len(), first.join("\n\n"));
    count
}
