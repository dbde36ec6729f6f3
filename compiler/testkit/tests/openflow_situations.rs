//! Situations that the worked example has no room for, in a real Open vSwitch: two hosts, two projects that use the same addresses,
//! two networks on a router, one on none, a port without port security, IPv6, and a stand-in leaf between the hosts.
//!
//! The flows are the `openflow` target's; loading each host also shows that its lines are canonical for everything used here.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "a test that cannot build its input has failed; the builder is shared"
)]

#[path = "openflow_situations/hosts.rs"]
mod hosts;
#[path = "../../bundle/tests/openflow/site.rs"]
mod site;

use aciform_testkit::ovs::{Arp, Delivery, HostFiles, Ingress, Leaf, Onward, Packet, Payload, Switch, To};

use hosts::{
    BROADCAST, DATA, DATA_1, DATA_3, LONELY_1, LONELY_2, NAT, OPEN, OTHER, OTHER_1, PUBLIC_1, ROUTER, SERVICE_MAC,
    SNAT_MAC, VIRTUAL_MAC, WEB, WEB_1, WEB_2, WEB_3, first_host, ip, link_local, mac, second_host, switch, v4,
};
use site::Site;

const NOBODY: &str = "00:00:00:00:00:00";

fn leaf() -> Leaf {
    let mut leaf = Leaf::new(ROUTER, v4("10.0.0.32"));
    leaf.group(WEB, "project", Some(v4("225.1.1.1")), &["router"]);
    leaf.group(DATA, "project", Some(v4("225.1.1.2")), &["router"]);
    leaf.group(OTHER, "elsewhere", Some(v4("225.1.1.3")), &[]);
    leaf.group(NAT, "common", Some(v4("225.1.1.5")), &[]);
    leaf.station("h1", WEB, &mac(WEB_1), &[ip("10.1.0.11")]);
    leaf.station("h1", DATA, &mac(DATA_1), &[ip("10.2.0.13")]);
    leaf.station("h1", NAT, &mac(WEB_1), &[ip("172.16.20.11")]);
    leaf.station("h1", NAT, SNAT_MAC, &[ip("172.16.10.3")]);
    leaf.station("h2", WEB, &mac(WEB_3), &[ip("10.1.0.21")]);
    leaf.station("h2", DATA, &mac(DATA_3), &[ip("10.2.0.22")]);
    leaf
}

#[track_caller]
fn deliveries(switch: &mut Switch, packet: &Packet) -> Vec<Delivery> {
    switch.trace(packet).unwrap_or_else(|failure| panic!("{failure}")).deliveries
}

#[track_caller]
fn one(switch: &mut Switch, packet: &Packet) -> Delivery {
    let verdict = switch.trace(packet).unwrap_or_else(|failure| panic!("{failure}"));
    verdict.only().unwrap_or_else(|| panic!("{:?}\n{}", verdict.deliveries, verdict.trace)).clone()
}

#[track_caller]
fn dropped(switch: &mut Switch, packet: &Packet) {
    let verdict = switch.trace(packet).unwrap_or_else(|failure| panic!("{failure}"));
    assert!(verdict.is_drop(), "{:?}\n{}", verdict.deliveries, verdict.trace);
}

fn number(to: &To) -> Option<u32> {
    match to {
        To::Port { number, .. } => Some(*number),
        To::InPort | To::Tunnel { .. } | To::Controller { .. } => None,
    }
}

fn ping(port: u32, dl_dst: &str, from: &str, to: &str) -> Packet {
    Packet::from_port(port, &mac(port), dl_dst, Payload::ping(ip(from), ip(to), 64))
}

#[test]
fn both_hosts_load_and_dump_as_they_are_written() {
    drop(switch(&first_host()));
    drop(switch(&second_host()));
    drop(switch(&Site::new("empty")));
}

#[test]
fn one_switch_takes_host_after_host() {
    let mut switch = switch(&first_host());
    let files = second_host().files();
    switch.load(&HostFiles { flows: files.flows, groups: files.groups, ports: files.ports }).unwrap();
    assert_eq!((switch.port("qvo21"), switch.port("qvo11")), (Some(WEB_3), None));
}

#[test]
fn neighbours_on_one_host_are_bridged_unchanged() {
    let made = one(&mut switch(&first_host()), &ping(WEB_1, &mac(WEB_2), "10.1.0.11", "10.1.0.12"));
    assert_eq!((number(&made.to), made.headers.ttl()), (Some(WEB_2), Some(64)));
    assert_eq!((made.headers.dl_src, made.headers.dl_dst), (mac(WEB_1), mac(WEB_2)));
}

#[test]
fn two_networks_of_a_router_are_routed_on_the_host() {
    let mut switch = switch(&first_host());
    for (from, to) in [("10.1.0.11", "10.2.0.13"), ("2001:db8:1::11", "2001:db8:2::13")] {
        let made = one(&mut switch, &ping(WEB_1, ROUTER, from, to));
        assert_eq!((number(&made.to), made.headers.ttl()), (Some(DATA_1), Some(63)));
        assert_eq!((made.headers.dl_src.as_str(), made.headers.dl_dst), (ROUTER, mac(DATA_1)));
    }
}

#[test]
fn a_question_for_a_local_neighbour_becomes_unicast() {
    let mut switch = switch(&first_host());
    let made = one(&mut switch, &Packet::who_has(WEB_1, &mac(WEB_1), v4("10.1.0.11"), v4("10.1.0.12")));
    assert_eq!((number(&made.to), made.headers.dl_dst), (Some(WEB_2), mac(WEB_2)));
    let solicitation = Payload::Icmp {
        src: ip(&link_local(WEB_1)),
        dst: ip("ff02::1:ff00:c"),
        ttl: 255,
        kind: (135, 0),
        target: Some(link_local(WEB_2).parse().unwrap()),
    };
    let packet = Packet::from_port(WEB_1, &mac(WEB_1), "33:33:ff:00:00:0c", solicitation);
    let made = one(&mut switch, &packet);
    assert_eq!((number(&made.to), made.headers.dl_dst), (Some(WEB_2), mac(WEB_2)));
}

fn router_solicited(port: u32) -> Packet {
    let solicitation = Payload::Icmp {
        src: ip(&link_local(port)),
        dst: ip("ff02::1:fff8:19ff"),
        ttl: 255,
        kind: (135, 0),
        target: Some("fe80::222:bdff:fef8:19ff".parse().unwrap()),
    };
    Packet::from_port(port, &mac(port), "33:33:ff:f8:19:ff", solicitation)
}

#[test]
fn the_router_is_the_agent_in_ipv6_and_not_for_the_tunnel() {
    let mut switch = switch(&first_host());
    let asked = router_solicited(DATA_1);
    assert_eq!(one(&mut switch, &asked).to, To::Controller { cookie: 0x8000_0000_0000_0003 });
    dropped(&mut switch, &Packet { ingress: Ingress::Tunnel(DATA), ..asked });
}

#[test]
fn the_dhcp_server_is_the_agent_in_ipv6() {
    let mut switch = switch(&first_host());
    let dhcp = Payload::Udp { src: ip(&link_local(WEB_1)), dst: ip("ff02::1:2"), ttl: 64, ports: (546, 547) };
    let packet = Packet::from_port(WEB_1, &mac(WEB_1), "33:33:00:01:00:02", dhcp);
    assert_eq!(one(&mut switch, &packet).to, To::Controller { cookie: 0x8000_0000_0000_0005 });
    // Router and DHCP server have one MAC by default, so this answers for both.
    assert_eq!(one(&mut switch, &router_solicited(WEB_1)).to, To::Controller { cookie: 0x8000_0000_0000_0003 });
}

#[test]
fn a_flood_reaches_every_other_port_of_the_network_and_the_tunnel_once() {
    let mut switch = switch(&first_host());
    let made = deliveries(&mut switch, &Packet::who_has(WEB_1, &mac(WEB_1), v4("10.1.0.11"), v4("10.1.0.99")));
    let ports: Vec<u32> = made.iter().filter_map(|it| number(&it.to)).collect();
    assert_eq!(ports, [WEB_2, OPEN]);
    let tunnels: Vec<&To> = made.iter().map(|it| &it.to).filter(|to| matches!(to, To::Tunnel { .. })).collect();
    assert_eq!(tunnels, [&To::Tunnel { vni: WEB, to: v4("225.1.1.1") }]);
    assert_eq!(made.len(), 3);
    // The port with a second MAC is flooded once, and what comes from the tunnel does not go back.
    let arp = Arp { op: 1, sha: mac(DATA_3), spa: v4("10.2.0.22"), tha: NOBODY.into(), tpa: v4("10.2.0.99") };
    let made = one(&mut switch, &Packet::from_tunnel(DATA, &mac(DATA_3), BROADCAST, Payload::Arp(arp)));
    assert_eq!(number(&made.to), Some(DATA_1));
}

#[test]
fn a_network_on_no_router_talks_inside_only() {
    let mut switch = switch(&first_host());
    let inside = one(&mut switch, &ping(LONELY_1, &mac(LONELY_2), "10.3.0.15", "10.3.0.16"));
    assert_eq!(number(&inside.to), Some(LONELY_2));
    dropped(&mut switch, &ping(LONELY_1, ROUTER, "10.3.0.15", "10.1.0.11"));
    dropped(&mut switch, &ping(LONELY_1, ROUTER, "10.3.0.15", "192.168.200.1"));
    dropped(&mut switch, &ping(WEB_1, ROUTER, "10.1.0.11", "10.3.0.15"));
}

#[test]
fn projects_with_the_same_addresses_are_kept_apart() {
    let mut switch = switch(&first_host());
    // The same source and destination mean another port in each project.
    let made = one(&mut switch, &ping(DATA_1, ROUTER, "10.2.0.13", "10.1.0.11"));
    assert_eq!(number(&made.to), Some(WEB_1));
    let made = one(
        &mut switch,
        &Packet::from_tunnel(OTHER, &mac(99), &mac(OTHER_1), Payload::ping(ip("10.1.0.12"), ip("10.1.0.11"), 64)),
    );
    assert_eq!(number(&made.to), Some(OTHER_1));
    // What is not in the project's own VRF leaves in its own group, to be dropped by the fabric.
    let made = one(&mut switch, &ping(OTHER_1, ROUTER, "10.1.0.11", "10.2.0.13"));
    assert_eq!(made.to, To::Tunnel { vni: OTHER, to: v4("10.0.0.32") });
    // And the fabric cannot reach one project with the other's number, nor anybody with a number that nobody has.
    let stray = |vni: u32| {
        let payload = Payload::ping(ip("10.1.0.12"), ip("10.1.0.11"), 64);
        Packet::from_tunnel(vni, &mac(99), &mac(WEB_1), payload)
    };
    assert_eq!(number(&one(&mut switch, &stray(WEB)).to), Some(WEB_1));
    dropped(&mut switch, &stray(OTHER));
    dropped(&mut switch, &stray(0x12_3456));
}

#[test]
fn the_fabric_judges_and_must_use_the_destinations_group() {
    let mut switch = switch(&first_host());
    let from =
        |vni: u32| Packet::from_tunnel(vni, ROUTER, &mac(WEB_1), Payload::ping(ip("10.2.0.22"), ip("10.1.0.11"), 63));
    assert_eq!(number(&one(&mut switch, &from(WEB)).to), Some(WEB_1));
    dropped(&mut switch, &from(DATA));
}

#[test]
fn a_port_without_port_security_may_use_any_address_but_only_its_mac() {
    let mut switch = switch(&first_host());
    let made = one(&mut switch, &ping(OPEN, &mac(WEB_1), "10.1.0.200", "10.1.0.11"));
    assert_eq!(number(&made.to), Some(WEB_1));
    let foreign = Packet::from_port(OPEN, &mac(77), &mac(WEB_1), Payload::ping(ip("10.1.0.17"), ip("10.1.0.11"), 64));
    dropped(&mut switch, &foreign);
}

#[test]
fn an_address_pair_may_be_announced_and_not_used_before_it_is_active() {
    let mut switch = switch(&first_host());
    let agent = |cookie: u64| To::Controller { cookie };
    let announce = |own: &str, address: &str| {
        let arp = Arp { op: 1, sha: own.into(), spa: v4(address), tha: NOBODY.into(), tpa: v4(address) };
        Packet::from_port(DATA_1, own, BROADCAST, Payload::Arp(arp))
    };
    let made = deliveries(&mut switch, &announce(&mac(DATA_1), "10.2.0.250"));
    assert_eq!(made[0].to, agent(0x8000_0000_0000_0006));
    assert!(made.len() > 1, "and its neighbours hear of it: {made:?}");
    // Of a MAC of its own only the agent hears.
    assert_eq!(one(&mut switch, &announce(VIRTUAL_MAC, "10.2.0.245")).to, agent(0x8000_0000_0000_0006));
    dropped(&mut switch, &announce(VIRTUAL_MAC, "10.2.0.200"));
    let advertisement = Payload::Icmp {
        src: ip("2001:db8:2::fa"),
        dst: ip("ff02::1"),
        ttl: 255,
        kind: (136, 0),
        target: Some("2001:db8:2::fa".parse().unwrap()),
    };
    let packet = Packet::from_port(DATA_1, VIRTUAL_MAC, "33:33:00:00:00:01", advertisement);
    assert_eq!(one(&mut switch, &packet).to, agent(0x8000_0000_0000_0007));
    dropped(&mut switch, &ping(DATA_1, ROUTER, "10.2.0.250", "10.1.0.11"));
}

#[test]
fn floating_ips_of_one_host_reach_each_other_with_both_addresses_translated() {
    let made = one(&mut switch(&first_host()), &ping(WEB_1, ROUTER, "10.1.0.11", "172.16.20.12"));
    assert_eq!(number(&made.to), Some(WEB_2));
    assert_eq!(made.headers.payload.ip(), Some((ip("172.16.20.11"), ip("10.1.0.12"), 62)));
}

#[test]
fn a_network_in_the_external_vrf_reaches_a_floating_ip_as_the_nat_group() {
    let made = one(&mut switch(&first_host()), &ping(PUBLIC_1, ROUTER, "172.16.30.18", "172.16.20.12"));
    assert_eq!(number(&made.to), Some(WEB_2));
    assert_eq!(made.headers.payload.ip(), Some((ip("172.16.30.18"), ip("10.1.0.12"), 63)));
}

#[test]
fn metadata_is_answered_per_project() {
    let mut switch = switch(&first_host());
    for (port, own, next_hop) in [(WEB_1, "10.1.0.11", "169.254.240.3"), (OTHER_1, "10.1.0.11", "169.254.240.4")] {
        let request = Payload::Tcp { src: ip(own), dst: ip("169.254.169.254"), ttl: 64, ports: (40_000, 80) };
        let made = one(&mut switch, &Packet::from_port(port, &mac(port), ROUTER, request));
        assert_eq!((number(&made.to), made.headers.nw_dst()), (Some(6), Some(ip(next_hop))));
        let reply = Payload::Tcp { src: ip(next_hop), dst: ip(own), ttl: 64, ports: (80, 40_000) };
        let made = one(&mut switch, &Packet::from_port(6, SERVICE_MAC, ROUTER, reply));
        assert_eq!((number(&made.to), made.headers.nw_src()), (Some(port), Some(ip("169.254.169.254"))));
    }
}

#[test]
fn ipv6_is_translated_like_ipv4() {
    let mut switch = switch(&first_host());
    let made = one(&mut switch, &ping(WEB_1, ROUTER, "2001:db8:1::11", "2001:db8:e::1"));
    assert_eq!(made.to, To::Tunnel { vni: NAT, to: v4("10.0.0.32") });
    assert_eq!(made.headers.payload.ip(), Some((ip("2001:db8:f::11"), ip("2001:db8:e::1"), 63)));
    let back = Payload::pong(ip("2001:db8:e::1"), ip("2001:db8:f::11"), 60);
    let made = one(&mut switch, &Packet::from_tunnel(NAT, ROUTER, &mac(WEB_1), back));
    assert_eq!(number(&made.to), Some(WEB_1));
    assert_eq!(made.headers.payload.ip(), Some((ip("2001:db8:e::1"), ip("2001:db8:1::11"), 59)));
    let asked = Payload::Icmp {
        src: ip("2001:db8:f::1"),
        dst: ip("ff02::1:ff00:11"),
        ttl: 255,
        kind: (135, 0),
        target: Some("2001:db8:f::11".parse().unwrap()),
    };
    let made = one(&mut switch, &Packet::from_tunnel(NAT, ROUTER, "33:33:ff:00:00:11", asked));
    assert_eq!(made.to, To::Controller { cookie: 0x8000_0000_0000_0003 });
}

#[test]
fn an_instance_without_floating_ip_goes_through_the_snat_interface_and_back() {
    let mut switch = switch(&first_host());
    let made = one(&mut switch, &ping(DATA_1, ROUTER, "10.2.0.13", "192.168.200.1"));
    assert_eq!((number(&made.to), made.headers.mark, made.headers.dl_dst.as_str()), (Some(5), 1, SNAT_MAC));
    assert_eq!(made.headers.payload.ip(), Some((ip("169.254.0.0"), ip("192.168.200.1"), 63)));
    let back = Payload::pong(ip("192.168.200.1"), ip("169.254.0.0"), 59);
    let made = one(&mut switch, &Packet::from_port(5, SNAT_MAC, ROUTER, back));
    assert_eq!((number(&made.to), made.headers.nw_dst()), (Some(DATA_1), Some(ip("10.2.0.13"))));
    // A namespace that routes the private address itself says the VRF by the mark; without it nothing is delivered.
    let plain = Payload::pong(ip("192.168.200.1"), ip("10.2.0.13"), 59);
    let made = one(&mut switch, &Packet::from_port(5, SNAT_MAC, ROUTER, plain.clone()).marked(1));
    assert_eq!(number(&made.to), Some(DATA_1));
    let unmarked = one(&mut switch, &Packet::from_port(5, SNAT_MAC, ROUTER, plain));
    assert_eq!(unmarked.to, To::Tunnel { vni: NAT, to: v4("10.0.0.32") });
}

/// Carries a packet from one host over the leaf into another, and gives the port it ends at.
fn across(from: (&str, &mut Switch), to: (&str, &mut Switch), packet: &Packet) -> Option<u32> {
    let sent = one(from.1, packet);
    let forwarded = leaf().forward(from.0, &sent);
    let [Onward::Host(host, packet)] = forwarded.as_slice() else { return None };
    assert_eq!(host, to.0);
    let arrived = deliveries(to.1, packet);
    arrived.first().and_then(|delivery| number(&delivery.to))
}

#[test]
fn hosts_reach_each_other_over_the_leaf() {
    let (mut one, mut two) = (switch(&first_host()), switch(&second_host()));
    let bridged = ping(WEB_1, &mac(WEB_3), "10.1.0.11", "10.1.0.21");
    assert_eq!(across(("h1", &mut one), ("h2", &mut two), &bridged), Some(WEB_3));
    let routed = ping(WEB_1, ROUTER, "10.1.0.11", "10.2.0.22");
    assert_eq!(across(("h1", &mut one), ("h2", &mut two), &routed), Some(DATA_3));
    let back = ping(DATA_3, ROUTER, "10.2.0.22", "10.1.0.11");
    assert_eq!(across(("h2", &mut two), ("h1", &mut one), &back), Some(WEB_1));
    let asked = Packet::who_has(WEB_3, &mac(WEB_3), v4("10.1.0.21"), v4("10.1.0.11"));
    assert_eq!(across(("h2", &mut two), ("h1", &mut one), &asked), Some(WEB_1));
    let other_project = ping(OTHER_1, ROUTER, "10.1.0.11", "10.2.0.22");
    assert_eq!(across(("h1", &mut one), ("h2", &mut two), &other_project), None);
}

#[test]
fn the_world_reaches_a_floating_ip_over_the_leaf() {
    let mut switch = switch(&first_host());
    let payload = Payload::ping(ip("192.168.200.1"), ip("172.16.20.11"), 60);
    let Some(Onward::Host(host, packet)) = leaf().from_outside("common", &payload) else { panic!("nobody has it") };
    assert_eq!(host, "h1");
    let made = one(&mut switch, &packet);
    assert_eq!((number(&made.to), made.headers.nw_dst()), (Some(WEB_1), Some(ip("10.1.0.11"))));
    let answer = one(&mut switch, &ping(WEB_1, ROUTER, "10.1.0.11", "192.168.200.1"));
    let outside = Onward::Outside { vrf: "common".into(), src: ip("172.16.20.11"), dst: ip("192.168.200.1") };
    assert_eq!(leaf().forward("h1", &answer), [outside]);
}

#[test]
fn a_flow_that_is_missing_or_spelled_otherwise_is_noticed() {
    let files = second_host().files();
    let mut switch = switch(&second_host());
    let spelled = files.flows.replace("reg7=0x15", "reg7=21");
    assert_ne!(spelled, files.flows);
    let other = HostFiles { flows: spelled, groups: files.groups.clone(), ports: files.ports.clone() };
    let failure = switch.load(&other).unwrap_err().to_string();
    assert!(failure.contains("-table=14, priority=2,reg7=21,"), "{failure}");
    let twice = HostFiles { flows: format!("{0}{0}", files.flows), groups: files.groups, ports: files.ports };
    assert!(switch.load(&twice).unwrap_err().to_string().contains("a line was written twice"));
}
