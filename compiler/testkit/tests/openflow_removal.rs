//! Tries the proof itself: a host's flows with any one of them removed must treat some packet otherwise, or the flow is on a list with the reason.
//!
//! The packets are every station's to every other, inside and outside, honest and not; what the full set does with them is the standard.
//! Whether that standard is right is for the situations and the worked example to say.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test that cannot build its input has failed; the builders are shared"
)]

#[path = "openflow_situations/hosts.rs"]
mod hosts;
#[path = "../../bundle/tests/openflow/site.rs"]
mod site;

use std::net::IpAddr;

use aciform_testkit::ovs::{Arp, Ingress, Packet, Payload, unnoticed};

use hosts::{
    BROADCAST, DATA, DATA_1, LONELY, LONELY_1, LONELY_2, NAT, OPEN, OTHER, OTHER_1, PUBLIC, PUBLIC_1, ROUTER,
    SERVICE_MAC, SNAT_MAC, VIRTUAL_MAC, WEB, WEB_1, WEB_2, first_host, ip, link_local, mac, switch,
};

/// Flows whose absence no packet shows, by a part of the line, and why.
const UNSEEN: [(&str, &str); 39] = [
    ("send_flow_rem priority=0 actions=drop", COUNTED),
    ("cookie=0xc00000000000000c,", COUNTED),
    (
        "table=1, priority=40,icmp6,in_port=13,dl_src=fa:16:3e:00:00:0d,icmp_type=136,icmp_code=0,nd_target=2001:db8:2::13 ",
        "an address pair covers the address, and its flow is above",
    ),
    ("table=14, priority=1,metadata=0x200/0x200,", "for load-balanced services, which Neutron has none of"),
    ("table=12, priority=8243,metadata=0x200/0x200 ", "for load-balanced services, which Neutron has none of"),
    (
        "table=14, priority=15,metadata=0x7/0xff ",
        "for endpoints that the fabric tells the agent of, which flows cannot",
    ),
    ("table=5, priority=1 ", "for bridge domains that do not route, which this host has none of"),
    ("table=14, priority=10,reg7=0x800001,metadata=0x1/0xff ", NOT_NAT),
    ("table=14, priority=10,reg7=0x800002,metadata=0x1/0xff ", NOT_NAT),
    ("table=14, priority=10,reg7=0x800003,metadata=0x1/0xff ", NOT_NAT),
    ("table=14, priority=10,reg7=0x800004,metadata=0x1/0xff ", NOT_NAT),
    ("table=14, priority=10,reg7=0x800006,metadata=0x1/0xff ", NOT_NAT),
    (
        "table=2, priority=201,",
        "while the interface is in the NAT group, the flow of table 7 for the address does the same",
    ),
    (
        "table=5, priority=20,icmp6,reg4=0x1,reg6=0x1,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target=fe80::222:",
        DHCP_ABOVE,
    ),
    ("table=5, priority=22,icmp6,reg4=0x1,reg6=0x1,in_port=1,", DHCP_ABOVE),
    ("table=7, priority=324,ip,reg6=0x2,", SAME_WAY),
    ("table=7, priority=316,ip,reg6=0x2,", SAME_WAY),
    ("table=7, priority=324,ip,reg6=0x3,nw_dst=172.16.10.0/24", SAME_WAY),
    ("table=7, priority=324,ip,reg6=0x3,nw_dst=172.16.20.0/24", SAME_WAY),
    ("table=7, priority=40,ip,reg6=0x3 ", SAME_WAY),
    ("table=7, priority=40,ipv6,reg6=0x3 ", SAME_WAY),
    ("table=9, priority=151,ip,reg6=0x3 ", "no endpoint of the external VRF has a translation"),
    ("table=9, priority=151,ipv6,reg6=0x3 ", "no endpoint of the external VRF has a translation"),
    ("table=11, priority=51,icmp6,reg6=0x1,", NO_SERVICE),
    ("table=11, priority=50,ipv6,reg6=0x1,", NO_SERVICE),
    ("table=11, priority=51,icmp6,reg6=0x3,", NO_SERVICE),
    ("table=11, priority=51,arp,reg6=0x3,", NO_SERVICE),
    ("table=11, priority=50,ip,reg6=0x3,", NO_SERVICE),
    ("table=11, priority=50,ipv6,reg6=0x3,", NO_SERVICE),
    ("table=12, priority=10,arp ", ONE_GROUP),
    ("table=12, priority=10,icmp6,icmp_type=135,", ONE_GROUP),
    ("table=12, priority=10,icmp6,icmp_type=136,", ONE_GROUP),
    ("table=14, priority=2,reg7=0x5,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0xd,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0xe,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0xf,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0x10,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0x11,metadata=0x403/0x4ff,", NO_FLOATING),
    ("table=14, priority=2,reg7=0x12,metadata=0x403/0x4ff,", NO_FLOATING),
];

const COUNTED: &str = "what no flow takes is dropped anyway; the flow counts it";
const NOT_NAT: &str = "starts over as a group that nothing is translated into";
const DHCP_ABOVE: &str = "the DHCPv6 server has the router's MAC, and its flow is above";
const SAME_WAY: &str = "in a VRF without translated routes, what routing does not know leaves the same way";
const NO_SERVICE: &str = "the agent delivers for services that this VRF or family has none of";
const ONE_GROUP: &str = "a Neutron bridge domain has one group, so the rule inside the group is above";
const NO_FLOATING: &str = "only a port with a floating IP can be reached by itself through it";

struct Station {
    port: u32,
    vni: u32,
    addresses: Vec<String>,
}

fn stations() -> Vec<Station> {
    [
        (WEB_1, WEB, vec!["10.1.0.11", "2001:db8:1::11"]),
        (WEB_2, WEB, vec!["10.1.0.12"]),
        (DATA_1, DATA, vec!["10.2.0.13", "2001:db8:2::13"]),
        (OTHER_1, OTHER, vec!["10.1.0.11"]),
        (LONELY_1, LONELY, vec!["10.3.0.15"]),
        (LONELY_2, LONELY, vec!["10.3.0.16"]),
        (OPEN, WEB, vec!["10.1.0.17"]),
        (PUBLIC_1, PUBLIC, vec!["172.16.30.18"]),
    ]
    .into_iter()
    .map(|(port, vni, listed)| {
        let mut addresses: Vec<String> = listed.into_iter().map(str::to_owned).collect();
        addresses.push(link_local(port));
        Station { port, vni, addresses }
    })
    .collect()
}

/// Addresses beyond the stations: gateways, remote stations, outside, floating IPs of others, another project's.
const ELSEWHERE: [&str; 15] = [
    "10.1.0.1",
    "10.2.0.1",
    "10.3.0.1",
    "10.1.0.99",
    "10.2.0.99",
    "172.16.10.1",
    "172.16.20.1",
    "172.16.20.99",
    "172.16.30.1",
    "169.254.7.7",
    "192.168.200.1",
    "2001:db8:1::99",
    "2001:db8:2::99",
    "2001:db8:e::1",
    "172.16.10.3",
];

const TRANSLATED: [&str; 4] = ["172.16.20.11", "172.16.20.12", "2001:db8:f::11", "169.254.0.0"];

fn family(a: &str, b: &str) -> bool {
    ip(a).is_ipv4() == ip(b).is_ipv4()
}

/// The question for an address in the form of its family.
fn question(ingress: Ingress, own: &str, from: &str, to: &str) -> Packet {
    let (payload, dl_dst) = match (ip(from), ip(to)) {
        (IpAddr::V4(spa), IpAddr::V4(tpa)) => {
            (Payload::Arp(Arp { op: 1, sha: own.into(), spa, tha: "00:00:00:00:00:00".into(), tpa }), BROADCAST)
        }
        (src, IpAddr::V6(target)) => {
            let dst = ip("ff02::1:ff00:1");
            (Payload::Icmp { src, dst, ttl: 255, kind: (135, 0), target: Some(target) }, "33:33:ff:00:00:01")
        }
        (IpAddr::V6(_), IpAddr::V4(_)) => panic!("{from} does not ask for {to}"),
    };
    Packet { ingress, ..Packet::from_port(0, own, dl_dst, payload) }
}

fn claim(port: u32, own: &str, address: &str) -> Packet {
    match ip(address) {
        IpAddr::V4(spa) => {
            let arp = Arp { op: 1, sha: own.into(), spa, tha: "00:00:00:00:00:00".into(), tpa: spa };
            Packet::from_port(port, own, BROADCAST, Payload::Arp(arp))
        }
        IpAddr::V6(target) => {
            let payload =
                Payload::Icmp { src: ip(address), dst: ip("ff02::1"), ttl: 255, kind: (136, 0), target: Some(target) };
            Packet::from_port(port, own, "33:33:00:00:00:01", payload)
        }
    }
}

fn probes() -> Vec<Packet> {
    let all = stations();
    let mut probes = Vec::new();
    for one in &all {
        let own = mac(one.port);
        let port = Ingress::Port(one.port);
        let everywhere = || {
            let local = all.iter().flat_map(|other| other.addresses.iter().map(String::as_str));
            local.chain(ELSEWHERE).chain(TRANSLATED)
        };
        for from in &one.addresses {
            for to in everywhere().filter(|to| family(from, to)) {
                let ping = Payload::ping(ip(from), ip(to), 64);
                probes.push(Packet::from_port(one.port, &own, ROUTER, ping.clone()));
                probes
                    .push(Packet { ingress: Ingress::Tunnel(one.vni), ..Packet::from_port(0, &mac(99), ROUTER, ping) });
                probes.push(question(port, &own, from, to));
                probes.push(question(Ingress::Tunnel(one.vni), &mac(99), from, to));
            }
            for other in &all {
                for to in other.addresses.iter().filter(|to| family(from, to)) {
                    let ping = Payload::ping(ip(from), ip(to), 64);
                    probes.push(Packet::from_port(one.port, &own, &mac(other.port), ping.clone()));
                    probes.push(Packet::from_tunnel(one.vni, ROUTER, &mac(other.port), ping));
                }
            }
            if let IpAddr::V6(target) = ip(from) {
                // Its sender's address is nobody's, so only the target speaks for it.
                let advertisement =
                    Payload::Icmp { src: ip("::"), dst: ip("ff02::1"), ttl: 255, kind: (136, 0), target: Some(target) };
                probes.push(Packet::from_port(one.port, &own, "33:33:00:00:00:01", advertisement));
            }
            probes.push(claim(one.port, &own, from));
        }
        // What a station may not say, and what it may say before it has an address.
        probes.push(Packet::from_port(one.port, &own, ROUTER, Payload::ping(ip("10.9.9.9"), ip("10.1.0.99"), 64)));
        probes.push(Packet::from_port(
            one.port,
            &own,
            ROUTER,
            Payload::ping(ip("2001:db8:9::9"), ip("2001:db8:1::99"), 64),
        ));
        probes.push(Packet::from_port(
            one.port,
            &mac(77),
            ROUTER,
            Payload::ping(ip(&one.addresses[0]), ip("10.1.0.99"), 64),
        ));
        probes.push(question(port, &own, "10.9.9.9", "10.1.0.99"));
        probes.push(question(port, &mac(77), "10.9.9.9", "10.1.0.99"));
        probes.push(Packet::dhcp_discover(one.port, &own));
        let dhcp6 = Payload::Udp { src: ip(&link_local(one.port)), dst: ip("ff02::1:2"), ttl: 64, ports: (546, 547) };
        probes.push(Packet::from_port(one.port, &own, "33:33:00:01:00:02", dhcp6));
        let unspecified = Payload::Udp { src: ip("::"), dst: ip("ff02::1:2"), ttl: 64, ports: (546, 547) };
        probes.push(Packet::from_port(one.port, &own, "33:33:00:01:00:02", unspecified));
        let solicitation = Payload::Icmp { src: ip("::"), dst: ip("ff02::2"), ttl: 255, kind: (133, 0), target: None };
        probes.push(Packet::from_port(one.port, &own, "33:33:00:00:00:02", solicitation));
        probes.push(Packet::from_port(one.port, &own, &mac(WEB_2), Payload::Other(0x88cc)));
        probes.push(Packet::from_port(one.port, &own, &mac(99), Payload::Other(0x88cc)));
        for server in ["169.254.32.32", "fe80::222:bdff:fef8:19ff"] {
            let from = if server.contains(':') { link_local(one.port) } else { one.addresses[0].clone() };
            probes.push(question(port, &own, &from, server));
            probes.push(question(Ingress::Tunnel(one.vni), &mac(99), &from, server));
        }
        // Packets of another group by the fabric: the contract does not count for them.
        for vni in [WEB, DATA, OTHER, NAT] {
            let ping = Payload::ping(ip("10.2.0.99"), ip(&one.addresses[0]), 64);
            probes.push(Packet::from_tunnel(vni, ROUTER, &own, ping.clone()));
            probes.push(Packet::from_tunnel(vni, &mac(99), ROUTER, ping));
        }
    }
    for (own, address) in [
        (mac(DATA_1), "10.2.0.250"),
        (mac(DATA_1), "2001:db8:2::fa"),
        (mac(DATA_1), "2001:db8:2::13"),
        (VIRTUAL_MAC.to_owned(), "10.2.0.245"),
        (VIRTUAL_MAC.to_owned(), "2001:db8:2::fa"),
    ] {
        probes.push(claim(DATA_1, &own, address));
    }
    translations(&mut probes);
    services(&mut probes);
    probes
}

/// The outside, the NAT group's own traffic, and the SNAT interface.
fn translations(probes: &mut Vec<Packet>) {
    for (outside, outer) in [
        ("192.168.200.1", "172.16.20.11"),
        ("192.168.200.1", "172.16.20.12"),
        ("192.168.200.1", "172.16.10.3"),
        ("192.168.200.1", "169.254.0.0"),
        ("172.16.20.1", "172.16.20.11"),
        ("2001:db8:e::1", "2001:db8:f::11"),
    ] {
        for own in [mac(WEB_1), SNAT_MAC.to_owned(), ROUTER.to_owned()] {
            probes.push(Packet::from_tunnel(NAT, ROUTER, &own, Payload::pong(ip(outside), ip(outer), 60)));
        }
        probes.push(question(Ingress::Tunnel(NAT), &mac(99), outside, outer));
        if ip(outer).is_ipv4() {
            for kind in [3, 11, 12] {
                let payload =
                    Payload::Icmp { src: ip(outside), dst: ip(outer), ttl: 60, kind: (kind, 0), target: None };
                probes.push(Packet::from_tunnel(NAT, ROUTER, &mac(WEB_1), payload));
            }
        }
    }
    let snat = |from: &str, to: &str, mark: u32| {
        Packet::from_port(5, SNAT_MAC, ROUTER, Payload::pong(ip(from), ip(to), 59)).marked(mark)
    };
    for outer in TRANSLATED {
        let asking = if family("172.16.10.3", outer) { "172.16.10.3" } else { "fe80::f816:3eff:fe5a:3" };
        probes.push(question(Ingress::Port(5), SNAT_MAC, asking, outer));
        let ping = Payload::ping(ip("2001:db8:e::1"), ip(outer), 60);
        if family("2001:db8:e::1", outer) {
            probes.push(Packet::from_tunnel(PUBLIC, &mac(99), ROUTER, ping));
        }
    }
    probes.push(snat("172.16.10.3", "192.168.200.1", 0));
    probes.push(snat("192.168.200.1", "169.254.0.0", 0));
    probes.push(snat("192.168.200.1", "10.2.0.13", 1));
    probes.push(snat("172.16.10.3", "172.16.20.11", 0));
    probes.push(snat("172.16.10.3", "172.16.10.3", 0));
    let own6 = "fe80::f816:3eff:fe5a:3";
    for (from, to) in [
        ("172.16.10.3", "172.16.10.1"),
        ("172.16.10.3", "172.16.20.1"),
        ("172.16.10.3", "172.16.20.11"),
        (own6, "fe80::222:bdff:fef8:19ff"),
    ] {
        probes.push(question(Ingress::Port(5), SNAT_MAC, from, to));
        probes.push(question(Ingress::Tunnel(NAT), &mac(99), from, to));
    }
    probes.push(question(Ingress::Tunnel(NAT), &mac(99), "172.16.10.1", "172.16.10.3"));
    probes.push(question(Ingress::Tunnel(NAT), &mac(99), own6, own6));
    probes.push(question(Ingress::Tunnel(NAT), &mac(99), "172.16.10.1", "172.16.10.77"));
    probes.push(question(Ingress::Port(5), SNAT_MAC, "172.16.10.3", "172.16.10.77"));
    probes.push(Packet::from_port(5, SNAT_MAC, &mac(99), Payload::ping(ip("172.16.10.3"), ip("172.16.10.77"), 64)));
    probes.push(Packet::from_port(5, SNAT_MAC, &mac(99), Payload::ping(ip("172.16.10.3"), ip("172.16.20.77"), 64)));
    probes.push(Packet::from_port(5, SNAT_MAC, ROUTER, Payload::ping(ip("172.16.10.3"), ip("172.16.20.77"), 64)));
    probes.push(Packet::from_port(5, SNAT_MAC, ROUTER, Payload::ping(ip(own6), ip("2001:db8:e::1"), 64)));
    probes.push(Packet::from_tunnel(NAT, ROUTER, SNAT_MAC, Payload::ping(ip("fe80::1"), ip(own6), 64)));
}

/// Metadata, there and back.
fn services(probes: &mut Vec<Packet>) {
    for one in stations() {
        let own = mac(one.port);
        for to in &one.addresses {
            for next_hop in ["169.254.240.3", "169.254.240.4", "169.254.240.5"] {
                if family(next_hop, to) {
                    let reply = Payload::Tcp { src: ip(next_hop), dst: ip(to), ttl: 64, ports: (80, 40_000) };
                    probes.push(Packet::from_port(6, SERVICE_MAC, ROUTER, reply));
                    probes.push(question(Ingress::Port(6), SERVICE_MAC, next_hop, to));
                }
            }
        }
        let request =
            Payload::Tcp { src: ip(&one.addresses[0]), dst: ip("169.254.169.254"), ttl: 64, ports: (40_000, 80) };
        probes.push(Packet::from_port(one.port, &own, ROUTER, request));
        probes.push(question(Ingress::Port(one.port), &own, &one.addresses[0], "169.254.169.254"));
    }
    for next_hop in ["169.254.240.3", "169.254.240.4", "169.254.240.5"] {
        probes.push(question(Ingress::Port(6), SERVICE_MAC, next_hop, "169.254.1.1"));
        probes.push(question(Ingress::Port(6), SERVICE_MAC, next_hop, "172.16.10.3"));
        let reply = Payload::Tcp { src: ip(next_hop), dst: ip("172.16.10.3"), ttl: 64, ports: (80, 40_000) };
        probes.push(Packet::from_port(6, SERVICE_MAC, ROUTER, reply));
    }
}

#[test]
fn every_flow_matters_to_some_packet_or_is_on_the_list() {
    let site = first_host();
    let flows = site.files().flows;
    let mut switch = switch(&site);
    let unseen = unnoticed(&mut switch, &flows, &probes()).unwrap();
    let unexplained: Vec<&String> =
        unseen.iter().filter(|line| !UNSEEN.iter().any(|(part, _)| line.contains(part))).collect();
    assert!(unexplained.is_empty(), "{} of {} flows: {unexplained:#?}", unexplained.len(), flows.lines().count());
    let idle: Vec<&str> =
        UNSEEN.iter().map(|(part, _)| *part).filter(|part| !unseen.iter().any(|line| line.contains(part))).collect();
    assert!(idle.is_empty(), "on the list and seen after all: {idle:?}");
}
