//! The worked example of the OpenFlow reference in a real Open vSwitch: all rows of its table of traces, with and without the floating IP.
//!
//! The flows are the reference's own text, which the `openflow` target is tested to make line for line.
//! The expected outcomes are the reference's table, written out here by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use std::net::{IpAddr, Ipv4Addr};

use aciform_testkit::ovs::{Arp, Delivery, HostFiles, Packet, Payload, Switch, To, Verdict};

const GROUPS: &str = include_str!("../../bundle/tests/data/openflow/centos-02.groups");
const ASSOCIATED: &str = include_str!("../../bundle/tests/data/openflow/centos-02.flows");
const NOT_ASSOCIATED: &str = include_str!("../../bundle/tests/data/openflow/centos-02.before-association.flows");
const PORTS: &str = "1 br-int_vxlan0\n5 of-c5c3ee166c7b\n6 of-svc-ovsport\n37 qvo43591b4f-86\n";

const VM: &str = "fa:16:3e:10:00:17";
const ROUTER: &str = "00:22:bd:f8:19:ff";
const SNAT: &str = "fa:16:3e:5a:00:03";
const SERVICE: &str = "fa:16:3e:5c:00:06";
const REMOTE: &str = "fa:16:3e:10:00:14";
const NAMESPACE_GATEWAY: &str = "fa:16:3e:00:00:99";

const WEB: u32 = 0x80_0001;
const NAT: u32 = 0x80_0002;

/// The agent dispatches by these.
const DHCP: u64 = 0x8000_0000_0000_0004;
const ICMP_ERROR: u64 = 0x8000_0000_0000_0008;

fn v4(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn ping(from: &str, to: &str) -> Payload {
    Payload::ping(ip(from), ip(to), 64)
}

/// The switch with one of the two columns loaded; loading compares both dumps with the files.
fn switch(flows: &str) -> Switch {
    let mut switch = Switch::start().unwrap_or_else(|failure| panic!("{failure}"));
    let files = HostFiles { flows: flows.to_owned(), groups: GROUPS.to_owned(), ports: PORTS.to_owned() };
    switch.load(&files).unwrap_or_else(|failure| panic!("{failure}"));
    switch
}

fn ask(switch: &mut Switch, packet: &Packet) -> Verdict {
    switch.trace(packet).unwrap_or_else(|failure| panic!("{failure}"))
}

#[track_caller]
fn only(verdict: &Verdict) -> &Delivery {
    verdict.only().unwrap_or_else(|| panic!("not one delivery but {:?}\n{}", verdict.deliveries, verdict.trace))
}

#[track_caller]
fn dropped(switch: &mut Switch, packet: &Packet) {
    let verdict = ask(switch, packet);
    assert!(verdict.is_drop(), "{:?}\n{}", verdict.deliveries, verdict.trace);
}

/// Asserts where the one copy goes, and source, destination and hops of what leaves.
#[track_caller]
fn leaves(switch: &mut Switch, packet: &Packet, to: &To, headers: (&str, &str, u8)) -> Delivery {
    let verdict = ask(switch, packet);
    let delivery = only(&verdict);
    assert_eq!(&delivery.to, to, "{}", verdict.trace);
    assert_eq!(delivery.headers.payload.ip(), Some((ip(headers.0), ip(headers.1), headers.2)), "{}", verdict.trace);
    delivery.clone()
}

fn port(number: u32) -> To {
    let name = PORTS.lines().find_map(|line| line.strip_prefix(&format!("{number} "))).unwrap();
    To::Port { number, name: name.to_owned() }
}

fn tunnel(vni: u32, to: &str) -> To {
    To::Tunnel { vni, to: v4(to) }
}

/// Rows 1 to 7, 12, 13, 15 to 17: the same in both columns.
fn rows_that_association_does_not_change(switch: &mut Switch) {
    // 1: DHCP is the agent's.
    let verdict = ask(switch, &Packet::dhcp_discover(37, VM));
    assert_eq!(only(&verdict).to, To::Controller { cookie: DHCP }, "{}", verdict.trace);

    // 2 and 3: the gateway and the DHCP server are answered for.
    for asked in ["10.100.100.1", "10.100.100.2"] {
        let verdict = ask(switch, &Packet::who_has(37, VM, v4("10.100.100.17"), v4(asked)));
        let delivery = only(&verdict);
        assert_eq!(delivery.to, To::InPort, "{}", verdict.trace);
        let answer =
            Arp { op: 2, sha: ROUTER.to_owned(), spa: v4(asked), tha: VM.to_owned(), tpa: v4("10.100.100.17") };
        assert_eq!(delivery.headers.payload, Payload::Arp(answer));
        assert_eq!((delivery.headers.dl_src.as_str(), delivery.headers.dl_dst.as_str()), (ROUTER, VM));
    }

    // 4: a question for a remote station is flooded, and does not come back to who asked.
    let question = Packet::who_has(37, VM, v4("10.100.100.17"), v4("10.100.100.14"));
    let verdict = ask(switch, &question);
    let delivery = only(&verdict);
    assert_eq!(delivery.to, tunnel(WEB, "225.1.1.1"), "{}", verdict.trace);
    assert_eq!(delivery.headers.payload, question.payload);

    // 5: bridged to a remote station.
    let to_remote = Packet::from_port(37, VM, REMOTE, ping("10.100.100.17", "10.100.100.14"));
    let delivery = leaves(switch, &to_remote, &tunnel(WEB, "225.1.1.1"), ("10.100.100.17", "10.100.100.14", 64));
    assert_eq!((delivery.headers.dl_src.as_str(), delivery.headers.dl_dst.as_str()), (VM, REMOTE));

    // 6: its answer.
    let answer = Packet::from_tunnel(WEB, REMOTE, VM, Payload::pong(ip("10.100.100.14"), ip("10.100.100.17"), 64));
    let delivery = leaves(switch, &answer, &port(37), ("10.100.100.14", "10.100.100.17", 64));
    assert_eq!((delivery.headers.dl_src.as_str(), delivery.headers.dl_dst.as_str()), (REMOTE, VM));

    // 7: routed to a remote station: the leaf counts the hop.
    let routed = Packet::from_port(37, VM, ROUTER, ping("10.100.100.17", "10.100.101.9"));
    leaves(switch, &routed, &tunnel(WEB, "10.0.0.32"), ("10.100.100.17", "10.100.101.9", 64));

    // 12 and 13: what the SNAT namespace has translated, out and back.
    let out = Packet::from_port(5, SNAT, ROUTER, ping("172.16.10.3", "192.168.200.1"));
    leaves(switch, &out, &tunnel(NAT, "10.0.0.32"), ("172.16.10.3", "192.168.200.1", 64));
    let back = Packet::from_tunnel(NAT, ROUTER, SNAT, Payload::pong(ip("192.168.200.1"), ip("172.16.10.3"), 60));
    leaves(switch, &back, &port(5), ("192.168.200.1", "172.16.10.3", 60));

    // 15 and 16: metadata, there and back.
    let request = Payload::Tcp { src: ip("10.100.100.17"), dst: ip("169.254.169.254"), ttl: 64, ports: (40_000, 80) };
    let there = Packet::from_port(37, VM, ROUTER, request);
    let delivery = leaves(switch, &there, &port(6), ("10.100.100.17", "169.254.240.3", 63));
    assert_eq!(delivery.headers.dl_dst, SERVICE);
    let reply = Payload::Tcp { src: ip("169.254.240.3"), dst: ip("10.100.100.17"), ttl: 64, ports: (80, 40_000) };
    let delivery = leaves(
        switch,
        &Packet::from_port(6, SERVICE, ROUTER, reply),
        &port(37),
        ("169.254.169.254", "10.100.100.17", 62),
    );
    assert_eq!(delivery.headers.dl_dst, VM);

    // 17: another address, another MAC, another's address in ARP.
    dropped(switch, &Packet::from_port(37, VM, ROUTER, ping("10.100.100.99", "10.100.100.14")));
    dropped(switch, &Packet::from_port(37, "fa:16:3e:99:99:99", ROUTER, ping("10.100.100.17", "10.100.100.14")));
    dropped(switch, &Packet::who_has(37, VM, v4("10.100.100.1"), v4("10.100.100.14")));
}

/// Row 8: the VM pings a host outside.
fn out() -> Packet {
    Packet::from_port(37, VM, ROUTER, ping("10.100.100.17", "192.168.200.1"))
}

/// Row 9: the answer of that host to the floating IP.
fn in_to_floating() -> Packet {
    Packet::from_tunnel(NAT, ROUTER, VM, Payload::pong(ip("192.168.200.1"), ip("172.16.20.8"), 60))
}

/// Row 10: the same as an ICMP unreachable.
fn error_to_floating() -> Packet {
    let payload =
        Payload::Icmp { src: ip("192.168.200.1"), dst: ip("172.16.20.8"), ttl: 60, kind: (3, 1), target: None };
    Packet::from_tunnel(NAT, ROUTER, VM, payload)
}

/// Row 11: the VM pings its own floating IP.
fn to_itself() -> Packet {
    Packet::from_port(37, VM, ROUTER, ping("10.100.100.17", "172.16.20.8"))
}

/// Row 14: the namespace hands back an answer for the internal address.
fn back_from_namespace() -> Packet {
    Packet::from_port(5, SNAT, ROUTER, Payload::pong(ip("192.168.200.1"), ip("169.254.0.1"), 59))
}

#[test]
fn with_the_floating_ip_every_row_of_the_reference_holds() {
    let mut switch = switch(ASSOCIATED);
    rows_that_association_does_not_change(&mut switch);

    // 8
    leaves(&mut switch, &out(), &tunnel(NAT, "10.0.0.32"), ("172.16.20.8", "192.168.200.1", 63));
    // 9
    let delivery = leaves(&mut switch, &in_to_floating(), &port(37), ("192.168.200.1", "10.100.100.17", 59));
    assert_eq!((delivery.headers.dl_src.as_str(), delivery.headers.dl_dst.as_str()), (ROUTER, VM));
    // 10
    let agent = To::Controller { cookie: ICMP_ERROR };
    leaves(&mut switch, &error_to_floating(), &agent, ("192.168.200.1", "10.100.100.17", 59));
    // 11
    leaves(&mut switch, &to_itself(), &To::InPort, ("172.16.20.8", "10.100.100.17", 62));
    // 14: the internal address is nobody's now, and leaves.
    leaves(&mut switch, &back_from_namespace(), &tunnel(NAT, "10.0.0.32"), ("192.168.200.1", "169.254.0.1", 59));
    // 18
    assert_eq!(switch.dump_flows().unwrap().iter().filter(|line| line.contains("172.16.20.8")).count(), 5);
}

#[test]
fn without_the_floating_ip_every_row_of_the_reference_holds() {
    let mut switch = switch(NOT_ASSOCIATED);
    rows_that_association_does_not_change(&mut switch);

    // 8 and 11: through the namespace, marked with the VRF.
    for (packet, to) in [(out(), "192.168.200.1"), (to_itself(), "172.16.20.8")] {
        let delivery = leaves(&mut switch, &packet, &port(5), ("169.254.0.1", to, 63));
        assert_eq!((delivery.headers.dl_dst.as_str(), delivery.headers.mark), (SNAT, 1));
    }
    // 9 and 10
    dropped(&mut switch, &in_to_floating());
    dropped(&mut switch, &error_to_floating());
    // 14: the translation is undone.
    let delivery = leaves(&mut switch, &back_from_namespace(), &port(37), ("192.168.200.1", "10.100.100.17", 58));
    assert_eq!((delivery.headers.dl_src.as_str(), delivery.headers.dl_dst.as_str()), (ROUTER, VM));
    // 18
    assert_eq!(switch.dump_flows().unwrap().iter().filter(|line| line.contains("172.16.20.8")).count(), 0);
}

#[test]
fn a_floating_ip_is_answered_for_to_the_fabric() {
    let mut switch = switch(ASSOCIATED);
    let arp = Arp {
        op: 1,
        sha: NAMESPACE_GATEWAY.to_owned(),
        spa: v4("172.16.20.1"),
        tha: "00:00:00:00:00:00".to_owned(),
        tpa: v4("172.16.20.8"),
    };
    let question = Packet::from_tunnel(NAT, NAMESPACE_GATEWAY, "ff:ff:ff:ff:ff:ff", Payload::Arp(arp));
    let verdict = ask(&mut switch, &question);
    let delivery = only(&verdict);
    assert!(matches!(delivery.to, To::Tunnel { vni: NAT, .. }), "{}", verdict.trace);
    let Payload::Arp(answer) = &delivery.headers.payload else { panic!("{}", verdict.trace) };
    assert_eq!((answer.op, answer.sha.as_str(), answer.spa), (2, VM, v4("172.16.20.8")));
}
