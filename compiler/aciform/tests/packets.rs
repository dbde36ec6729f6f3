//! Packets through a real Open vSwitch that carries the compiled flows, against what the site's YAML says must happen.
//!
//! Every host of every example and of 30 generated sites; the switch also gives each flow set back as it was written.
//! Of a site that gives more packets than there is time for, a part of them, drawn evenly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use aciform_testkit::expect::{By, Case, Expected, cases, check, packet};
use aciform_testkit::generate;
use aciform_testkit::ovs::Switch;
use aciform_testkit::program::{example, examples, run};
use aciform_testkit::sample::sample;
use aciform_testkit::world::World;

const SITES: u64 = 30;
/// Packets of one site.
const MOST: usize = 12_000;

/// Which of [`FORMS`] were there.
type Forms = BTreeSet<&'static (&'static str, &'static str)>;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn packets_of_the_examples_go_where_their_yaml_says() {
    let mut switch = Switch::start().expect("a switch");
    for name in examples() {
        let count = prove(&mut switch, &name, example(&name).path(), &mut Forms::new());
        println!("{count} packets of {name}");
        assert!(count > 5, "only {count} packets of {name}");
    }
}

#[test]
fn packets_of_generated_sites_go_where_their_yaml_says() {
    // Several at once, each with a switch of its own: most of the time goes into asking them.
    let lanes = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let next = AtomicU64::new(1);
    let (total, found) = std::thread::scope(|scope| {
        let lane = || {
            let mut switch = Switch::start().expect("a switch");
            let (mut total, mut found) = (0, Forms::new());
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > SITES {
                    return (total, found);
                }
                let site = tempfile::tempdir().expect("a folder");
                generate::write(&generate::site(seed), site.path()).expect("the site can be written");
                total += prove(&mut switch, &format!("seed {seed}"), site.path(), &mut found);
            }
        };
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        let joined = lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.fold((0, Forms::new()), |(sum, mut all), (total, found)| {
            all.extend(found);
            (sum + total, all)
        })
    });
    println!("{total} packets of {SITES} sites");
    // A generator that makes empty sites would prove nothing.
    assert!(total > 5_000, "only {total} packets");
    let lacking: Vec<_> = FORMS.iter().filter(|form| !found.contains(*form)).collect();
    assert!(lacking.is_empty(), "no site has {lacking:?}");
}

/// What the generated sites must have somewhere: part of what a packet is about, and what becomes of it.
const FORMS: &[(&str, &str)] = &[
    ("pings its neighbour", "port"),
    ("pings its neighbour", "tunnel"),
    ("through the router", "port"),
    ("through the router", "tunnel"),
    ("through the router", "drop"),
    ("of another project", "never"),
    ("pings outside as", "tunnel"),
    ("pings outside as", "port"),
    ("pings outside as", "drop"),
    ("pings outside over IPv6", "tunnel"),
    ("the floating IP", "port"),
    ("the floating IP", "tunnel"),
    ("the floating IP", "drop"),
    ("sends to the floating IP", "port"),
    ("pings its own floating IP", "back"),
    ("by way of", "port"),
    ("by way of", "tunnel"),
    ("as somebody else", "tunnel"),
    ("as somebody else", "drop"),
    ("over IPv6 as somebody else", "tunnel"),
    ("announces its pair's address", "agent"),
    ("announces its pair's address", "tunnel"),
    ("advertises its pair's address", "agent"),
    ("advertises its pair's address", "tunnel"),
    ("sends as its pair before that is active", "drop"),
    ("advertises another's address", "agent"),
    ("advertises another's address", "drop"),
    ("claims the gateway by ARP", "agent"),
    ("claims the gateway by ARP", "drop"),
    ("claims another IPv6 address", "drop"),
    ("asks for a lease", "agent"),
    ("asks for a lease", "tunnel"),
    ("asks for a lease over IPv6", "agent"),
    ("asks for a lease over IPv6", "tunnel"),
    ("asks for metadata", "port"),
    ("asks for metadata", "tunnel"),
    ("solicits", "port"),
    ("solicits the router", "agent"),
    ("sends outside", "tunnel"),
    ("comes back", "port"),
    ("reports error 3", "agent"),
    ("without an address", "drop"),
];

/// What becomes of a packet, in a word for each copy.
fn outcomes(expected: &Expected) -> Vec<&'static str> {
    match expected {
        Expected::Drop => vec!["drop"],
        Expected::NotBy(_) | Expected::NotToAgent => vec!["never"],
        Expected::Deliver(leaving) => {
            let word = |by: &By| match by {
                By::InPort => "back",
                By::Port(_) => "port",
                By::Tunnel(..) => "tunnel",
                By::Agent(_) => "agent",
            };
            leaving.iter().map(|it| word(&it.by)).collect()
        }
    }
}

/// Compiles a site, loads every host and traces every case; returns how many there were, and notes which forms.
fn prove(switch: &mut Switch, name: &str, site: &Path, found: &mut Forms) -> usize {
    let _ = run(PROGRAM, site, &["compile", "-o", "out"]).success();
    let world = World::read(site);
    let mut by_host: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let all = sample(cases(&world), MOST);
    let count = all.len();
    // Hosts without a packet load all the same.
    for host in world.all_hosts.keys() {
        by_host.entry(host.clone()).or_default();
    }
    for case in all {
        let words = outcomes(&case.expected);
        found.extend(FORMS.iter().filter(|(part, word)| case.name.contains(part) && words.contains(word)));
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
