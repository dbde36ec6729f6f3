//! The packets' proof, tried on every form of `two-projects`: without any one flow of its hosts some packet meets another fate,
//! or the flow is on the list below with the reason.
//!
//! That the packets meet the right fate with all flows in place is proved beside this.

use std::collections::BTreeSet;
use std::path::Path;

use aciform_testkit::expect::{Case, cases, packet};
use aciform_testkit::ovs::{HostFiles, Packet, Switch, unnoticed};
use aciform_testkit::program::{example, run};
use aciform_testkit::world::World;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

const SAME_WAY: &str = "inside, outside and unknown all mean the same in this VRF: to the fabric, unchanged";
const NO_SERVICE: &str = "only the metadata service sends to this table, and it is not in this VRF or family";
const DHCP_ABOVE: &str = "the flow of DHCPv6, above, does the same; the agent tells them apart by metadata";
const NOBODY: &str = "nothing on this host is in the group; only what translation sends there counts";

/// Words that all stand in the host and the flow (behind `!`, do not), and why no packet misses such a flow.
const UNMISSED: &[(&[&str], &str)] = &[
    (
        &["cookie=0x4000000000000000, table=", "send_flow_rem priority=0 actions=drop"],
        "dropped anyway; counts and logs",
    ),
    (&["cookie=0xc00000000000000c, table=12,"], "dropped anyway; counts and logs"),
    (
        &["table=1, priority=27,udp,", "!kvm-3: "],
        "the filtered ports of these hosts have leases, which the agent gives",
    ),
    (&["kvm-2: table=1, priority=27,udp6,"], "the filtered ports of this host have leases, which the agent gives"),
    (&["net-1: ", "table=1, priority=27,"], "this host has ports of DHCP only, which are not filtered"),
    (&["net-1: ", "table=1, send_flow_rem priority=25,"], "this host has ports of DHCP only, which are not filtered"),
    (
        &["kvm-2: ", "table=1, priority=35,", "in_port=8,"],
        "what a port without port security sends is let in above this",
    ),
    (&["table=2, priority=201,"], "the SNAT interface is in the NAT group, whose flows of table 7 do the same"),
    (&["table=7, priority=450,"], "for other groups of the outer VRF, which has the NAT group only"),
    (&["table=14, priority=10,", "metadata=0x1/0xff"], "only the flows of table 7, priority 450, lead there"),
    (&["table=7, priority=3", ",reg6=0x2,"], SAME_WAY),
    (&["table=7, priority=3", ",reg6=0x4,"], SAME_WAY),
    (&["table=7, priority=3", ",reg6=0x5,"], SAME_WAY),
    (&["table=7, priority=364,ipv6,"], SAME_WAY),
    (&["table=7, priority=40,"], SAME_WAY),
    (
        &["table=9, priority=151,ip,reg6=0x4 "],
        "translation leads to the instance's VRF before the source is classified",
    ),
    (
        &["table=9, priority=151,ip,reg6=0x5 "],
        "translation leads to the instance's VRF before the source is classified",
    ),
    (&["kvm-3: table=9, priority=151,ip,reg6=0x1 "], "no port of this VRF on this host is translated"),
    (&["table=11, priority=51,icmp6,"], NO_SERVICE),
    (&["table=11, priority=50,ipv6,"], NO_SERVICE),
    (&["table=11, priority=5", ",reg6=0x4,"], NO_SERVICE),
    (&["table=11, priority=5", ",reg6=0x5,"], NO_SERVICE),
    (&["table=12, priority=10,"], "a bridge domain has one group, inside which everything passes, higher up"),
    (&["table=12, priority=8243,"], "there is no load-balanced service"),
    (&["table=14, priority=1,metadata=0x200/0x200,"], "there is no load-balanced service"),
    (&["table=14, priority=15,metadata=0x7/0xff"], "the leaf tells a host of no endpoint of another one"),
    (&["metadata=0x403/0x4ff", "!kvm-1: "], "only a port with a floating IP can meet itself by translation"),
    (
        &["kvm-1: ", "metadata=0x403/0x4ff", "!in_port=4 ", "!in_port=6 ", "!in_port=7 "],
        "only a port with a floating IP can meet itself by translation",
    ),
    (&["table=5, priority=1 "], "every bridge domain routes"),
    (&["table=5, priority=20,icmp6,", "nd_target=fe80::222:", "!net-1: ", "!reg4=0x1,"], DHCP_ABOVE),
    (&["table=5, priority=22,icmp6,", "!net-1: ", "!reg4=0x1,"], DHCP_ABOVE),
    (&["kvm-1: table=5, priority=20,arp,reg4=0x3,", "arp_tpa=10.20.8.2,"], "the agent answers for the DHCP server"),
    (&["kvm-1: table=5, priority=20,arp,reg4=0x9,"], NOBODY),
    (&["kvm-1: ", "priority=10,reg0=0x900002,"], NOBODY),
    (&["kvm-1: table=12, priority=8292,reg0=0x900002,"], NOBODY),
    (&["kvm-3: ", "=0x900002,"], NOBODY),
    (&["kvm-3: table=5, ", "reg4=0x9"], NOBODY),
    (&["kvm-3: table=14, priority=1", "reg0=0x900002"], NOBODY),
];

#[test]
fn without_any_one_flow_some_packet_meets_another_fate() {
    let site = example("two-projects");
    let _ = run(PROGRAM, site.path(), &["compile", "-o", "out"]).success();
    let world = World::read(site.path());
    let all = cases(&world);
    let bundle = site.path().join("out");
    let tried = std::thread::scope(|scope| {
        let (bundle, all) = (&bundle, &all);
        let hosts: Vec<_> =
            world.all_hosts.keys().map(|host| scope.spawn(move || try_host(bundle, host, all))).collect();
        hosts.into_iter().map(|host| host.join().expect("the trial ends")).collect::<Vec<_>>()
    });
    let flows: BTreeSet<&String> = tried.iter().flat_map(|(flows, _)| flows).collect();
    let missed: BTreeSet<&String> = tried.iter().flat_map(|(_, missed)| missed).collect();
    let listed = |line: &str| UNMISSED.iter().any(|(words, _)| fits(words, line));
    let surprising: Vec<_> = missed.iter().filter(|line| !listed(line)).collect();
    assert!(surprising.is_empty(), "no packet misses\n{surprising:#?}");
    let stale: Vec<_> = UNMISSED.iter().filter(|(words, _)| !missed.iter().any(|line| fits(words, line))).collect();
    assert!(stale.is_empty(), "this is about no flow that goes unmissed\n{stale:#?}");
    let wrong: Vec<_> = flows.difference(&missed).filter(|line| listed(line)).collect();
    assert!(wrong.is_empty(), "some packet misses what is said to be unmissed\n{wrong:#?}");
    assert!(flows.len() - missed.len() > 800, "only {} flows of {}", flows.len() - missed.len(), flows.len());
}

/// The flows of a host, and those that no packet misses, each behind the host's name.
fn try_host(bundle: &Path, host: &str, all: &[Case]) -> (Vec<String>, Vec<String>) {
    let mut switch = Switch::start().expect("a switch");
    let files = HostFiles::read(bundle, host).expect("the host's files");
    switch.load(&files).expect("the flows load");
    let here = all.iter().filter(|case| case.host == host);
    let packets: Vec<Packet> =
        here.map(|case| packet(case, |port| switch.port(port)).expect("the switch has the port")).collect();
    let missed = unnoticed(&mut switch, &files.flows, &packets).expect("sets with a flow less load");
    let named = |line: &str| format!("{host}: {line}");
    let flows = files.flows.lines().filter(|line| line.contains("actions="));
    (flows.map(named).collect(), missed.iter().map(|line| named(line)).collect())
}

fn fits(words: &[&str], line: &str) -> bool {
    words.iter().all(|word| word.strip_prefix('!').map_or(line.contains(word), |not| !line.contains(not)))
}
