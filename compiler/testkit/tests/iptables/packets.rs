//! Packets through the rules of a host: each port's groups are tried rule by rule, from both sides of every edge.

use std::fs;

use aciform_fabric::model::Fabric;
use aciform_intent::model::EtherType::{IPv4, IPv6};
use aciform_testkit::netfilter::Backend;
use aciform_testkit::netfilter::hypervisor::{Hypervisor, Verdict, Way};
use aciform_testkit::netfilter::intent::{self, PortPolicy};
use aciform_testkit::netfilter::mutation::{Unnoticed, unnoticed};
use aciform_testkit::netfilter::packet::{Packet, Payload};
use aciform_testkit::netfilter::probe::probes;
use aciform_testkit::netfilter::verdict::check_site;
use tempfile::TempDir;

use crate::kernel::{assert_no_problems, write};
use crate::site::{ICMP, ICMPV6, Narrow as _, Site, TCP, UDP, egress, ingress, pair};

/// The same groups and ports as [`fabric`], as an operator writes them.
const INTENT: &str = "
projects:
  p:
    networks: {web: {}, open: {port_security_enabled: false}}
    security_groups:
      public: {rules: [{protocol: icmp}, {protocol: tcp, port: 22}]}
      servers:
        default_egress: false
        rules:
          - {protocol: tcp, port: 8000-8100, remote_ip_prefix: 198.51.100.0/24}
          - {protocol: icmp, icmp: {type: 8, code: 0}}
          - {protocol: icmpv6, icmp: {type: 128}}
          - {protocol: tcp, port: 5432, remote_group: clients}
          - {protocol: udp, port: 53, ethertype: IPv6, remote_ip_prefix: '2001:db8:5::/64'}
          - {protocol: sctp, port: 7-9}
          - {protocol: udplite, port: 7}
          - {direction: egress, protocol: tcp, port: 443, remote_ip_prefix: 203.0.113.0/24}
          - {direction: egress, ethertype: IPv6, protocol: 58}
      clients: {rules: [{ethertype: IPv6, remote_group: clients}]}
      untracked: {stateful: false, rules: [{protocol: tcp, port: 22}]}
    instances:
      a: {host: h, ports: {eth0: {id: 10000001-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:01', network: web, fixed_ips: [10.100.100.17], security_groups: [public]}}}
      b:
        host: h
        ports:
          eth0:
            id: 10000002-8635-4ad6-b8d7-c6510dd618ee
            mac_address: 'fa:16:3e:00:00:02'
            network: web
            fixed_ips: [10.100.100.18, '2001:db8:100::18']
            security_groups: [servers]
            allowed_address_pairs: [10.100.100.250, {ip: 10.100.200.0/28, mac: 'fa:16:3e:aa:00:01'}, '2001:db8:100::fa']
      c: {host: other, ports: {eth0: {id: 10000003-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:03', network: web, fixed_ips: [10.100.100.19, '2001:db8:100::19'], security_groups: [clients], allowed_address_pairs: [10.100.50.0/24]}}}
      d: {host: h, ports: {eth0: {id: 10000004-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:04', network: web, fixed_ips: ['2001:db8:100::20'], security_groups: [untracked, clients]}}}
      e: {host: h, ports: {eth0: {id: 10000005-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:05', network: web, fixed_ips: [], security_groups: []}}}
      f: {host: h, ports: {eth0: {id: 10000006-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:06', network: open, fixed_ips: [10.100.100.22]}}}
      g: {host: h, ports: {eth0: {id: 10000007-8635-4ad6-b8d7-c6510dd618ee, mac_address: 'fa:16:3e:00:00:07', network: web, fixed_ips: [10.100.100.23]}}}
";

fn fabric() -> Fabric {
    let mut site = Site::new(&["h", "other"]);
    let (v4, v6) = (|| ingress(IPv4), || ingress(IPv6));
    let group = |at: u32| format!("{at:08x}-0000-4000-8000-000000000000");
    let public = site.group(&group(1), &[v4().protocol(ICMP), v4().protocol(TCP).ports(22, 22)]);
    let clients = site.group(&group(2), &[]);
    site.add_rules(clients, &[v6().group(clients)]);
    let servers = site.bare_group(
        &group(3),
        &[
            v4().protocol(TCP).ports(8000, 8100).prefix("198.51.100.0/24"),
            v4().protocol(ICMP).icmp(8, Some(0)),
            v6().protocol(ICMPV6).icmp(128, None),
            v4().protocol(TCP).ports(5432, 5432).group(clients),
            v6().protocol(UDP).ports(53, 53).prefix("2001:db8:5::/64"),
            v4().protocol(132).ports(7, 9),
            v4().protocol(136).ports(7, 7),
            egress(IPv4).protocol(TCP).ports(443, 443).prefix("203.0.113.0/24"),
            egress(IPv6).protocol(ICMPV6),
        ],
    );
    let untracked = site.group(&group(4), &[v4().protocol(TCP).ports(22, 22)]);
    site.stateless(untracked);
    let default = site.group(&group(5), &[]);
    site.add_rules(default, &[v4().group(default), v6().group(default)]);

    let id = |at: u32| format!("1000000{at}-8635-4ad6-b8d7-c6510dd618ee");
    let mac = |at: u32| format!("fa:16:3e:00:00:0{at}");
    site.port(0, &id(1), &mac(1), &["10.100.100.17"], &[public]);
    site.port(0, &id(2), &mac(2), &["10.100.100.18", "2001:db8:100::18"], &[servers]).pairs = vec![
        pair("10.100.100.250", &mac(2)),
        pair("10.100.200.0/28", "fa:16:3e:aa:00:01"),
        pair("2001:db8:100::fa", &mac(2)),
    ];
    site.port(1, &id(3), &mac(3), &["10.100.100.19", "2001:db8:100::19"], &[clients]).pairs =
        vec![pair("10.100.50.0/24", &mac(3))];
    site.port(0, &id(4), &mac(4), &["2001:db8:100::20"], &[untracked, clients]);
    site.port(0, &id(5), &mac(5), &[], &[]);
    site.port(0, &id(6), &mac(6), &["10.100.100.22"], &[]).port_security = false;
    site.port(0, &id(7), &mac(7), &["10.100.100.23"], &[default]);
    site.fabric()
}

fn site() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("intent.yaml"), INTENT).expect("a file");
    fs::write(folder.path().join("ml2_conf_cisco_apic.ini"), "[DEFAULT]\napic_system_id = lab\n").expect("a file");
    folder
}

#[test]
fn packets_meet_the_verdicts_that_the_yaml_promises_with_nft() {
    assert_no_problems(&check_site(site().path(), write(&fabric()).path(), Backend::Nft));
}

#[test]
fn packets_meet_the_verdicts_that_the_yaml_promises_with_legacy() {
    assert_no_problems(&check_site(site().path(), write(&fabric()).path(), Backend::Legacy));
}

/// Lines that no packet misses: words that all stand in the table's name or the line, and why.
const UNMISSED: &[(&[&str], &str)] = &[
    (&["-A OUTPUT"], "leads to chains without rules"),
    (&["-j neutron-filter-top"], "leads to a chain without rules"),
    (&["-j neutron-opflex-a-local"], "leads to a chain without rules"),
    (&["nat "], "accepts where nobody else translates"),
    (&["-A INPUT"], "no rule behind it matches, as the next"),
    (&["-A neutron-opflex-a-INPUT"], "a packet for the host itself has no port it goes out by: it is never bridged"),
    (&["--state INVALID"], "what a rule allows has returned before, and the rest is dropped behind it"),
    (&["PREROUTING -i qvb"], "bridged packets are met by their port of the bridge one line above"),
    (&["--notrack"], "a connection is known only when both ways are tracked"),
    (&["raw ", "10000005"], "without rules no connection is opened"),
    (&["RELATED,ESTABLISHED", "10000005"], "without rules no connection is opened"),
    (&["RELATED,ESTABLISHED", "10000004"], "nothing is tracked"),
    (&["RELATED,ESTABLISHED", "-o10000001"], "everything may leave"),
    (&["RELATED,ESTABLISHED", "-o10000007"], "everything may leave"),
    (&["iptables.v6", "RELATED,ESTABLISHED", "-i10000002"], "only ICMPv6 may leave, which connections have no part in"),
    (&["--sport 68 --dport 67", "-o10000001"], "everything may leave"),
    (&["--sport 68 --dport 67", "-o10000004"], "everything may leave, and no IPv4 source is checked"),
    (&["--sport 68 --dport 67", "-o10000007"], "everything may leave"),
    (&["-s 0.0.0.0/32", "-o10000005"], "any source may be used, so the second rule for DHCP does"),
    (&["--sport 67 --dport 68", "Prevent", "10000002"], "no rule lets it leave"),
    (&["--sport 67 --dport 68", "Prevent", "10000005"], "no rule lets it leave"),
    (&["--sport 547 --dport 546", "Prevent", "10000002"], "no rule lets it leave"),
    (&["--sport 547 --dport 546", "Prevent", "10000005"], "no rule lets it leave"),
    (&["--sport 546 --dport 547", "-o10000001"], "everything may leave"),
    (&["--sport 546 --dport 547", "-o10000004"], "everything may leave"),
    (&["--sport 546 --dport 547", "-o10000007"], "everything may leave"),
    (&["sg-fallback", "-o10000001"], "everything has left"),
    (&["sg-fallback", "-o10000004"], "everything has left"),
    (&["sg-fallback", "-o10000007"], "everything has left"),
    (&["-p ipv6-icmp", "-o10000001"], "everything may leave, and no IPv6 source is checked"),
    (&["-p ipv6-icmp", "-o10000007"], "everything may leave, and no IPv6 source is checked"),
    (&["-p ipv6-icmp -m comment", "-o10000004"], "everything may leave"),
    (&["-p ipv6-icmp -", "-o10000002"], "one of the group's and one built in, either does"),
    (&["-s ::/128", "-o10000005"], "any source may be used, and ICMPv6 leaves"),
    (&["--match-set NIPv600000005", "10000007"], "the group has no IPv6 member"),
];

#[test]
fn without_any_one_line_some_packet_meets_another_fate() {
    let bundle = write(&fabric());
    let policies = intent::read(site().path());
    let here: Vec<&PortPolicy> = policies.iter().filter(|policy| policy.host == "h").collect();
    let found = unnoticed(bundle.path(), "h", &here, Backend::Nft).expect("the rules as they are hold");
    let shown = |line: &Unnoticed| format!("{} {} {}", line.file, line.table, line.line);
    let lines: Vec<String> = found.iter().map(shown).collect();
    let excuses = |words: &[&str], line: &str| words.iter().all(|word| line.contains(word));
    let missed: Vec<&String> =
        lines.iter().filter(|line| !UNMISSED.iter().any(|(words, _)| excuses(words, line))).collect();
    assert!(missed.is_empty(), "no packet misses\n{missed:#?}");
    let stale: Vec<_> = UNMISSED.iter().filter(|(words, _)| !lines.iter().any(|line| excuses(words, line))).collect();
    assert!(stale.is_empty(), "some packet misses what is said to be unmissed\n{stale:#?}");
}

#[test]
fn a_ports_probes_hold_both_verdicts_both_ways() {
    for policy in intent::read(site().path()).iter().filter(|policy| policy.port_security && !policy.rules.is_empty()) {
        for way in [Way::Out, Way::In] {
            for verdict in [Verdict::Passed, Verdict::Dropped] {
                let count = probes(policy).iter().filter(|probe| (probe.way, probe.expected) == (way, verdict)).count();
                assert!(count > 2, "{} {way:?} {verdict:?}", policy.id);
            }
        }
    }
}

#[test]
fn a_connection_of_one_port_is_none_of_another_with_the_same_address() {
    let mut site = Site::new(&["h"]);
    let group = site.group("00000001-0000-4000-8000-000000000000", &[]);
    let ids = ["10000001-8635-4ad6-b8d7-c6510dd618ee", "10000002-8635-4ad6-b8d7-c6510dd618ee"];
    for id in ids {
        site.port(0, id, "fa:16:3e:00:00:01", &["10.0.0.5"], &[group]);
    }
    let bundle = write(&site.fabric());
    let (instance, other) = ([0xfa, 0x16, 0x3e, 0, 0, 1], [2, 0, 0, 0, 0, 9]);
    let (ours, theirs) = ("10.0.0.5".parse().expect("an address"), "203.0.113.9".parse().expect("an address"));
    let opening = Packet {
        source_mac: instance,
        destination_mac: other,
        source: ours,
        destination: theirs,
        payload: Payload::Udp { from: 4000, to: 53 },
    };
    let answer = Packet {
        source_mac: other,
        destination_mac: instance,
        source: theirs,
        destination: ours,
        payload: Payload::Udp { from: 53, to: 4000 },
    };
    for backend in Backend::ALL {
        let host = Hypervisor::new(bundle.path(), "h", backend).expect("the rules load");
        let [one, two] = ids.map(|id| host.plug(id).expect("a port can be plugged"));
        assert_eq!(one.send(Way::Out, &opening.bytes()).expect("a port that works"), Verdict::Passed);
        assert_eq!(two.send(Way::In, &answer.bytes()).expect("a port that works"), Verdict::Dropped, "{backend:?}");
        assert_eq!(one.send(Way::In, &answer.bytes()).expect("a port that works"), Verdict::Passed);
    }
}
