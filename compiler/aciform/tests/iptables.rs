//! The compiled rules, sets and SNAT namespaces of every host of every example and of 30 generated sites: loaded by the real
//! tools, printed back, and met by packets that the site's YAML says must pass or must not.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aciform_testkit::generate;
use aciform_testkit::netfilter::intent::{self, PortPolicy};
use aciform_testkit::netfilter::mutation::unnoticed;
use aciform_testkit::netfilter::probe::probes;
use aciform_testkit::netfilter::verdict::check_site;
use aciform_testkit::netfilter::{Backend, Problem, check_host};
use aciform_testkit::program::{self, examples, run};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

#[test]
fn every_example_loads_with_both_backends() {
    for name in examples() {
        assert_none(&name, &load(example(&name).path()));
    }
}

#[test]
fn examples_filter_as_their_yaml_says_with_both_backends() {
    for name in examples() {
        let site = &example(&name);
        std::thread::scope(|scope| {
            let both = Backend::ALL
                .map(|backend| scope.spawn(move || check_site(site.path(), &site.path().join("out"), backend)));
            for backend in both {
                assert_none(&name, &backend.join().expect("the packets are sent"));
            }
        });
    }
}

#[test]
fn generated_sites_load_with_both_backends() {
    for_each_seed(|seed| assert_none(&format!("seed {seed}"), &load(generated(seed).path())));
}

#[test]
fn generated_sites_filter_as_their_yaml_says() {
    let packets = AtomicUsize::new(0);
    for_each_seed(|seed| {
        let site = generated(seed);
        // A host has one backend; which, makes no difference to a packet.
        let backend = if seed % 2 == 0 { Backend::Nft } else { Backend::Legacy };
        assert_none(&format!("seed {seed}"), &check_site(site.path(), &site.path().join("out"), backend));
        let count = intent::read(site.path()).iter().map(|policy| probes(policy).len()).sum::<usize>();
        packets.fetch_add(count, Ordering::Relaxed);
    });
    // A generator that makes empty sites would prove nothing.
    let packets = packets.into_inner();
    assert!(packets > 20_000, "only {packets} packets");
}

/// Several at once: most of the time goes into waiting for the kernel to make and remove namespaces.
fn for_each_seed(prove: impl Fn(u64) + Sync) {
    std::thread::scope(|scope| {
        for lane in 1..=6 {
            let prove = &prove;
            scope.spawn(move || (lane..=30).step_by(6).for_each(prove));
        }
    });
}

/// Lines of the lab that no packet misses: words that all stand in the file's or table's name or the line (behind `!`, do
/// not), and why.
const UNMISSED: &[(&[&str], &str)] = &[
    (&["-A OUTPUT"], "leads to chains without rules"),
    (&["-j neutron-filter-top"], "leads to a chain without rules"),
    (&["-j neutron-opflex-a-local"], "leads to a chain without rules"),
    (&[" nat "], "accepts where nobody else translates"),
    (&[" raw -A PREROUTING"], "no two ports here have the same addresses, which is what zones keep apart"),
    (&["port is trusted"], "ports of DHCP are on br-int and on no bridge of their own"),
    (&["-A INPUT"], "no rule behind it matches, as the next"),
    (&["-A neutron-opflex-a-INPUT"], "a packet for the host itself has no port it goes out by: it is never bridged"),
    (&["--state INVALID"], "what a rule allows has returned before, and the rest is dropped behind it"),
    (&["PREROUTING -i qvb"], "bridged packets are met by their port of the bridge one line above"),
    (&["-A neutron-opflex-a-o", "RELATED,ESTABLISHED"], "the groups let everything leave"),
    (&["-A neutron-opflex-a-o", "sg-fallback"], "the groups let everything leave"),
    (&["-A neutron-opflex-a-o", "Allow DHCP client", "!-s 0.0.0.0/32"], "the groups let everything leave"),
    (&["-A neutron-opflex-a-o", "Allow IPv6 ICMP"], "the groups let everything leave, and no IPv6 source is checked"),
];

#[test]
fn without_any_one_rule_of_the_lab_some_packet_meets_another_fate() {
    let site = example("rdo-lab");
    let policies = intent::read(site.path());
    let mut lines: Vec<String> = Vec::new();
    for host in ["centos-01", "centos-02"] {
        let here: Vec<&PortPolicy> = policies.iter().filter(|policy| policy.host == host).collect();
        let found = unnoticed(&site.path().join("out"), host, &here, Backend::Nft).expect("the rules as they are hold");
        lines.extend(found.iter().map(|one| format!("{host} {} {} {}", one.file, one.table, one.line)));
    }
    let fits = |word: &str, line: &str| word.strip_prefix('!').map_or(line.contains(word), |not| !line.contains(not));
    let excuses = |words: &[&str], line: &str| words.iter().all(|word| fits(word, line));
    let missed: Vec<&String> =
        lines.iter().filter(|line| !UNMISSED.iter().any(|(words, _)| excuses(words, line))).collect();
    assert!(missed.is_empty(), "no packet misses\n{missed:#?}");
    let stale: Vec<_> = UNMISSED.iter().filter(|(words, _)| !lines.iter().any(|line| excuses(words, line))).collect();
    assert!(stale.is_empty(), "some packet misses what is said to be unmissed\n{stale:#?}");
}

/// Loads every host of a compiled site, several at once as above.
fn load(site: &Path) -> Vec<Problem> {
    let hosts = fs::read_dir(site.join("out/hosts")).expect("a site has hosts");
    let mut names: Vec<String> =
        hosts.map(|host| host.expect("a folder").file_name().into_string().expect("a plain name")).collect();
    names.sort();
    let problems = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = check_host(&site.join("out"), name);
                    problems.lock().expect("no lane fails with it").extend(found);
                }
            });
        }
    });
    problems.into_inner().expect("no lane fails with it")
}

fn example(name: &str) -> TempDir {
    compile(program::example(name))
}

fn generated(seed: u64) -> TempDir {
    let site = tempfile::tempdir().expect("a folder");
    generate::write(&generate::site(seed), site.path()).expect("the site can be written");
    compile(site)
}

fn compile(site: TempDir) -> TempDir {
    let _ = run(PROGRAM, site.path(), &["compile", "-o", "out"]).success();
    site
}

fn assert_none(site: &str, problems: &[Problem]) {
    let text: Vec<String> = problems.iter().take(10).map(ToString::to_string).collect();
    assert!(text.is_empty(), "{site}: {} problems\n{}", problems.len(), text.join("\n"));
}
