//! The lab, walked: packets through the flows that were compiled for its hosts, loaded into real switches,
//! through its SNAT namespace and its port filters in the kernel, and between hosts through a stand-in for the leaf.
//!
//! The wider lab has an instance on the second network on each host, and a second project whose network has the first one's addresses.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock};

use aciform_testkit::expect::{DHCP_COOKIE, Frame, METADATA, OUTSIDE, ROUTER, SERVICE, interface, snat_interface};
use aciform_testkit::netfilter::Backend;
use aciform_testkit::netfilter::hypervisor::{Hypervisor, Verdict as Filtered, Way};
use aciform_testkit::netfilter::packet::{Mac, Packet as Bytes, Payload as Segment};
use aciform_testkit::netfilter::snat::Stage;
use aciform_testkit::ovs::{Arp, Delivery, Packet, Payload, To, Verdict};
use aciform_testkit::program::{copy, repository};
use aciform_testkit::world::{Arrival, Place, Port, Walk};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");
const PROJECT: &str = "NewWebApps";
const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";
const EXTERNAL: &str = "OS_L3Out";

const WIDER: &str = "
projects:
  NewWebApps:
    instances:
      db-1: {host: centos-01, ports: {eth0: {id: d1000000-0000-4000-8000-000000000001, mac_address: 'fa:16:3e:10:01:21', network: MyWebData, fixed_ips: [10.100.101.21], security_groups: [AllowPublicAccess]}}}
      db-2: {host: centos-02, ports: {eth0: {id: d2000000-0000-4000-8000-000000000002, mac_address: 'fa:16:3e:10:01:22', network: MyWebData, fixed_ips: [10.100.101.22], security_groups: [AllowPublicAccess]}}}
  Rivals:
    networks:
      MyWebApp:
        id: aaaa0000-0000-4000-8000-000000000001
        facts: {vnid: 0x800010, mcast: 225.1.1.16}
        subnets: {web: {cidr: 10.100.100.0/24}}
        dhcp_ports: {centos-01: {id: aaaa0001-0000-4000-8000-000000000001, mac_address: 'fa:16:3e:20:00:02', fixed_ips: [10.100.100.2]}}
    instances:
      spy-1: {host: centos-01, ports: {eth0: {id: a1000000-0000-4000-8000-000000000001, mac_address: 'fa:16:3e:20:00:66', network: MyWebApp, fixed_ips: [10.100.100.66]}}}
      spy-2: {host: centos-02, ports: {eth0: {id: a2000000-0000-4000-8000-000000000002, mac_address: 'fa:16:3e:20:00:17', network: MyWebApp, fixed_ips: [10.100.100.14]}}}
";

struct Lab {
    walk: Walk,
    _folder: TempDir,
}

fn compiled(change: impl FnOnce(&Path)) -> Mutex<Lab> {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&repository().join("examples/rdo-lab"), folder.path());
    change(folder.path());
    Mutex::new(Lab { walk: Walk::new(PROGRAM, folder.path()), _folder: folder })
}

/// The example as it is.
fn lab() -> MutexGuard<'static, Lab> {
    static LAB: OnceLock<Mutex<Lab>> = OnceLock::new();
    LAB.get_or_init(|| compiled(|_| {})).lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The wider lab.
fn wider() -> MutexGuard<'static, Lab> {
    static LAB: OnceLock<Mutex<Lab>> = OnceLock::new();
    let widen = |site: &Path| std::fs::write(site.join("intent/wider.yaml"), WIDER).expect("a file");
    LAB.get_or_init(|| compiled(widen)).lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Lab {
    fn port(&self, instance: &str) -> Port {
        self.walk.world.port(PROJECT, &format!("{instance}/eth0")).clone()
    }

    fn spy(&self, instance: &str) -> Port {
        self.walk.world.port("Rivals", &format!("{instance}/eth0")).clone()
    }

    /// Sends a frame from an instance and follows it.
    fn walk(&mut self, from: &Port, frame: &Frame) -> Vec<Arrival> {
        self.walk.walk(&from.host, &interface(from), frame)
    }

    /// The same up to the edge of the host.
    fn send(&mut self, from: &Port, frame: &Frame) -> Verdict {
        self.walk.send(&from.host, &interface(from), frame)
    }
}

fn ip(port: &Port) -> IpAddr {
    port.addresses[0]
}

fn ipv4(port: &Port) -> Ipv4Addr {
    match ip(port) {
        IpAddr::V4(v4) => v4,
        IpAddr::V6(_) => panic!("{} starts with an IPv6 address", port.path),
    }
}

fn only<T: std::fmt::Debug>(mut all: Vec<T>) -> T {
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn left(verdict: Verdict) -> Delivery {
    assert_eq!(verdict.deliveries.len(), 1, "{}", verdict.trace);
    only(verdict.deliveries)
}

/// Asserts that a packet came to an instance, from whom, to whom and with how many hops left.
fn assert_arrived(arrived: &Arrival, at: &Port, (src, dst, ttl): (IpAddr, IpAddr, u8)) {
    assert_eq!((arrived.host.as_str(), &arrived.at), (at.host.as_str(), &Place::Port(interface(at))));
    let headers = &arrived.headers;
    assert_eq!(headers.payload.ip(), Some((src, dst, ttl)));
    assert_eq!(headers.dl_dst, at.mac);
}

fn assert_reach_as_neighbours(lab: &mut Lab, a: &Port, b: &Port) {
    for (from, to) in [(a, b), (b, a)] {
        for payload in [Payload::ping(ip(from), ip(to), 64), Payload::pong(ip(from), ip(to), 64)] {
            let arrived = only(lab.walk(from, &(from.mac.clone(), to.mac.clone(), payload)));
            assert_arrived(&arrived, to, (ip(from), ip(to), 64));
            assert_eq!(arrived.headers.dl_src, from.mac);
        }
    }
}

fn assert_reach_by_router(lab: &mut Lab, a: &Port, b: &Port) {
    for (from, to) in [(a, b), (b, a)] {
        for payload in [Payload::ping(ip(from), ip(to), 64), Payload::pong(ip(from), ip(to), 64)] {
            let arrived = only(lab.walk(from, &(from.mac.clone(), ROUTER.to_owned(), payload)));
            assert_arrived(&arrived, to, (ip(from), ip(to), 63));
            assert_eq!(arrived.headers.dl_src, ROUTER);
        }
    }
}

fn arp(op: u8, from: (&str, Ipv4Addr), to: (&str, Ipv4Addr)) -> Payload {
    Payload::Arp(Arp { op, sha: from.0.to_owned(), spa: from.1, tha: to.0.to_owned(), tpa: to.1 })
}

fn who_has(from: &Port, address: Ipv4Addr) -> Frame {
    let question = arp(1, (&from.mac, ipv4(from)), ("00:00:00:00:00:00", address));
    (from.mac.clone(), BROADCAST.to_owned(), question)
}

#[test]
fn two_instances_on_one_host_reach_each_other() {
    let mut lab = lab();
    let (a, b) = (lab.port("test-instance"), lab.port("batch-1"));
    assert_eq!(a.host, b.host);
    assert_reach_as_neighbours(&mut lab, &a, &b);
}

#[test]
fn two_instances_of_one_network_reach_each_other_across_hosts() {
    let mut lab = lab();
    let (a, b) = (lab.port("test-instance"), lab.port("web-server-1"));
    assert_ne!(a.host, b.host);
    assert_reach_as_neighbours(&mut lab, &a, &b);
}

#[test]
fn instances_of_two_networks_are_routed_on_one_host() {
    let mut lab = wider();
    for (a, b) in [("web-server-1", "db-1"), ("test-instance", "db-2"), ("batch-1", "db-2")] {
        let (a, b) = (lab.port(a), lab.port(b));
        assert_eq!(a.host, b.host);
        assert_reach_by_router(&mut lab, &a, &b);
    }
}

#[test]
fn instances_of_two_networks_are_routed_across_hosts() {
    let mut lab = wider();
    for (a, b) in [("test-instance", "db-1"), ("batch-1", "db-1"), ("web-server-1", "db-2")] {
        let (a, b) = (lab.port(a), lab.port(b));
        assert_ne!(a.host, b.host);
        assert_reach_by_router(&mut lab, &a, &b);
    }
}

#[test]
fn a_request_for_a_lease_goes_to_the_agent_and_nowhere_else() {
    let mut lab = lab();
    for instance in ["test-instance", "batch-1", "web-server-1"] {
        let port = lab.port(instance);
        let (src, dst) = (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::BROADCAST.into());
        let discover = Payload::Udp { src, dst, ttl: 64, ports: (68, 67) };
        let renewal = Payload::Udp { src: ip(&port), dst: [10, 100, 100, 2].into(), ttl: 64, ports: (68, 67) };
        for (mac, request) in [(BROADCAST, discover), (ROUTER, renewal)] {
            let arrived = only(lab.walk(&port, &(port.mac.clone(), mac.to_owned(), request)));
            assert_eq!(arrived.at, Place::Agent(DHCP_COOKIE));
        }
    }
}

#[test]
fn the_gateway_answers_arp_on_every_host() {
    let mut lab = wider();
    for (instance, gateway) in [
        ("test-instance", [10, 100, 100, 1]),
        ("web-server-1", [10, 100, 100, 1]),
        ("db-1", [10, 100, 101, 1]),
        ("db-2", [10, 100, 101, 1]),
    ] {
        let port = lab.port(instance);
        let answer = only(lab.walk(&port, &who_has(&port, gateway.into())));
        assert_eq!(answer.at, Place::Back);
        assert_eq!((answer.headers.dl_src.as_str(), &answer.headers.dl_dst), (ROUTER, &port.mac));
        assert_eq!(answer.headers.payload, arp(2, (ROUTER, gateway.into()), (&port.mac, ipv4(&port))));
    }
}

#[test]
fn a_neighbour_answers_arp_on_one_host_and_across_hosts() {
    let mut lab = lab();
    for (from, to) in [("test-instance", "batch-1"), ("test-instance", "web-server-1"), ("web-server-1", "batch-1")] {
        let (from, to) = (lab.port(from), lab.port(to));
        let asked = lab.walk(&from, &who_has(&from, ipv4(&to)));
        // On its own host the question goes to the neighbour alone; others may hear one that has to travel.
        let heard: Vec<&Arrival> = asked.iter().filter(|it| it.at == Place::Port(interface(&to))).collect();
        assert_eq!(heard.len(), 1, "{asked:?}");
        assert_eq!(heard[0].headers.payload, who_has(&from, ipv4(&to)).2);
        let reply = arp(2, (&to.mac, ipv4(&to)), (&from.mac, ipv4(&from)));
        let answer = only(lab.walk(&to, &(to.mac.clone(), from.mac.clone(), reply.clone())));
        assert_eq!((answer.host, answer.at), (from.host.clone(), Place::Port(interface(&from))));
        assert_eq!(answer.headers.payload, reply);
    }
}

#[test]
fn an_instance_without_floating_ip_gets_out_by_snat_and_its_answer_comes_back() {
    let mut lab = lab();
    for (instance, pool_address) in [("batch-1", [172, 16, 10, 3]), ("web-server-1", [172, 16, 10, 2])] {
        let vm = lab.port(instance);
        let (host, pool_address) = (vm.host.clone(), Ipv4Addr::from(pool_address));
        let wire = snat_interface(EXTERNAL);
        let mac = lab.walk.world.host_mac(&host, &wire).expect("the SNAT interface has a MAC");

        // From the instance to the namespace, under an internal address.
        let out = left(lab.send(&vm, &(vm.mac.clone(), ROUTER.to_owned(), Payload::ping(ip(&vm), OUTSIDE, 64))));
        assert!(matches!(&out.to, To::Port { name, .. } if *name == wire), "{out:?}");
        let (Some(IpAddr::V4(internal)), Some(ttl)) = (out.headers.nw_src(), out.headers.ttl()) else {
            panic!("{out:?}")
        };
        assert_eq!((internal.octets()[..2].to_vec(), ttl), (vec![169, 254], 63));
        assert_eq!((out.headers.nw_dst(), &out.headers.dl_dst), (Some(OUTSIDE), &mac));

        // Through the namespace, made as the bundle describes it: real packets.
        let IpAddr::V4(outside) = OUTSIDE else { panic!("an IPv4 address") };
        let folder = lab.walk.bundle().join(format!("hosts/{host}/netns/{wire}"));
        for backend in Backend::ALL {
            let stage = Stage::new(&folder, backend).expect("the namespace can be made");
            let (ping, pong) = (Segment::Icmp { kind: 8, code: 0, id: 7 }, Segment::Icmp { kind: 0, code: 0, id: 7 });
            stage.expect((internal, outside), ping, (pool_address, outside)).expect("the way out");
            stage.expect((outside, pool_address), pong, (outside, internal)).expect("the way back");
        }

        // From the namespace to the fabric, which it finds by ARP, in the NAT group.
        let question = arp(1, (&mac, pool_address), ("00:00:00:00:00:00", [172, 16, 10, 1].into()));
        let gateway = only(lab.walk.walk(&host, &wire, &(mac.clone(), BROADCAST.to_owned(), question)));
        assert_eq!((gateway.at, gateway.headers.dl_src.as_str()), (Place::Back, ROUTER));
        let translated = Payload::ping(pool_address.into(), OUTSIDE, 62);
        let frame = (mac.clone(), ROUTER.to_owned(), translated.clone());
        let tunnelled = left(lab.walk.send(&host, &wire, &frame));
        let external = lab.walk.world.externals[EXTERNAL].clone();
        assert_eq!(tunnelled.to, To::Tunnel { vni: external.vnid, to: lab.walk.world.anycast_tep });
        let vrf = lab.walk.world.nat_vrf(EXTERNAL);
        let gone = only(lab.walk.walk(&host, &wire, &frame));
        assert_eq!((gone.at, gone.headers.payload), (Place::Outside(vrf.clone()), translated));

        // The answer to the pool address is taken to the host that has it, and there to the namespace.
        let back = only(lab.walk.from_outside(&vrf, &Payload::pong(OUTSIDE, pool_address.into(), 58)));
        assert_eq!((back.host.as_str(), &back.at), (host.as_str(), &Place::Port(wire.clone())));
        assert_eq!(back.headers.nw_dst(), Some(pool_address.into()));

        // And what comes out of the namespace again is the instance's.
        let frame = (mac.clone(), ROUTER.to_owned(), Payload::pong(OUTSIDE, internal.into(), 57));
        let received = only(lab.walk.walk(&host, &wire, &frame));
        assert_arrived(&received, &vm, (OUTSIDE, ip(&vm), 56));
    }
}

#[test]
fn an_instance_with_a_floating_ip_goes_out_and_is_reached_under_it() {
    let mut lab = lab();
    let vm = lab.port("test-instance");
    let public: IpAddr = [172, 16, 20, 8].into();
    let vrf = lab.walk.world.nat_vrf(EXTERNAL);
    for (out, back) in
        [(Payload::ping as fn(_, _, _) -> _, Payload::pong as fn(_, _, _) -> _), (Payload::pong, Payload::ping)]
    {
        let gone = only(lab.walk(&vm, &(vm.mac.clone(), ROUTER.to_owned(), out(ip(&vm), OUTSIDE, 64))));
        assert_eq!(gone.at, Place::Outside(vrf.clone()));
        assert_eq!(gone.headers.payload.ip(), Some((public, OUTSIDE, 63)));
        let received = only(lab.walk.from_outside(&vrf, &back(OUTSIDE, public, 60)));
        assert_arrived(&received, &vm, (OUTSIDE, ip(&vm), 59));
    }
    // A neighbour without floating IP reaches it as anybody outside does.
    let wire = snat_interface(EXTERNAL);
    let batch = lab.port("batch-1");
    let out = left(lab.send(&batch, &(batch.mac.clone(), ROUTER.to_owned(), Payload::ping(ip(&batch), public, 64))));
    assert!(matches!(&out.to, To::Port { name, .. } if *name == wire), "{out:?}");
}

#[test]
fn metadata_is_asked_and_answered_on_the_instances_own_host() {
    let mut lab = wider();
    let instances = ["test-instance", "batch-1", "web-server-1", "db-1", "db-2"].map(|it| lab.port(it));
    let spies = ["spy-1", "spy-2"].map(|it| lab.spy(it));
    let mut hops = std::collections::BTreeSet::new();
    for vm in instances.into_iter().chain(spies) {
        let mac = lab.walk.world.host_mac(&vm.host, "of-svc-nsport").expect("the service has a MAC");
        let payload = |src, dst, ports| Payload::Tcp { src, dst, ttl: 64, ports };
        let request = payload(ip(&vm), METADATA.into(), (40000, 80));
        let asked = left(lab.send(&vm, &(vm.mac.clone(), ROUTER.to_owned(), request)));
        assert!(matches!(&asked.to, To::Port { name, .. } if name == SERVICE), "{asked:?}");
        assert_eq!((asked.headers.nw_src(), &asked.headers.dl_dst), (Some(ip(&vm)), &mac));
        let hop = asked.headers.nw_dst().expect("an address");
        hops.insert((vm.host.clone(), vm.project.clone(), hop));
        let frame = (mac, ROUTER.to_owned(), payload(hop, ip(&vm), (80, 40000)));
        let answered = only(lab.walk.walk(&vm.host, SERVICE, &frame));
        assert_arrived(&answered, &vm, (METADATA.into(), ip(&vm), 62));
    }
    // One next hop a VRF and host: it is how the answer finds its way where two projects have one address.
    assert_eq!(hops.len(), 4, "{hops:?}");
}

/// Whether an instance's port lets a frame out.
fn filtered(lab: &Lab, vm: &Port, frames: &[(&[u8], Filtered)]) {
    for backend in Backend::ALL {
        let host = Hypervisor::new(&lab.walk.bundle(), &vm.host, backend).expect("the rules load");
        let plug = host.plug(&vm.id).expect("the port can be plugged");
        for (at, (frame, expected)) in frames.iter().enumerate() {
            assert_eq!(plug.send(Way::Out, frame).expect("the port works"), *expected, "frame {at}, {backend:?}");
        }
    }
}

fn bytes(mac: &str, to: &str, src: IpAddr, dst: IpAddr, payload: Segment) -> Vec<u8> {
    let octets = |mac: &str| -> Mac {
        let octets: Vec<u8> = mac.split(':').map(|octet| u8::from_str_radix(octet, 16).expect("a MAC")).collect();
        octets.try_into().expect("six octets")
    };
    Bytes { source_mac: octets(mac), destination_mac: octets(to), source: src, destination: dst, payload }.bytes()
}

#[test]
fn a_spoofed_source_is_dropped_by_the_filter_and_by_the_switch() {
    let mut lab = lab();
    let vm = lab.port("test-instance");
    let ping = Segment::Icmp { kind: 8, code: 0, id: 1 };
    let stranger = "fa:16:3e:99:99:99";
    let honest = bytes(&vm.mac, ROUTER, ip(&vm), OUTSIDE, ping);
    let mut frames =
        vec![(honest, Filtered::Passed), (bytes(stranger, ROUTER, ip(&vm), OUTSIDE, ping), Filtered::Dropped)];
    for source in [[10, 100, 100, 18], [10, 100, 100, 99], [172, 16, 20, 8], [203, 0, 113, 7]].map(IpAddr::from) {
        frames.push((bytes(&vm.mac, ROUTER, source, OUTSIDE, ping), Filtered::Dropped));
        let frame = (vm.mac.clone(), ROUTER.to_owned(), Payload::ping(source, OUTSIDE, 64));
        assert!(lab.send(&vm, &frame).is_drop(), "from {source}");
    }
    let frame = (stranger.to_owned(), ROUTER.to_owned(), Payload::ping(ip(&vm), OUTSIDE, 64));
    assert!(lab.send(&vm, &frame).is_drop());
    let frames: Vec<(&[u8], Filtered)> = frames.iter().map(|(frame, expected)| (&frame[..], *expected)).collect();
    filtered(&lab, &vm, &frames);
}

#[test]
fn a_spoofed_arp_is_dropped() {
    let mut lab = lab();
    let vm = lab.port("test-instance");
    let neighbour = lab.port("batch-1");
    for claimed in [[10, 100, 100, 1], [10, 100, 100, 2], [10, 100, 100, 14], [10, 100, 100, 18], [10, 100, 100, 99]] {
        for (op, to) in [(1, BROADCAST), (2, BROADCAST), (2, neighbour.mac.as_str())] {
            let payload = arp(op, (&vm.mac, claimed.into()), (&neighbour.mac, ipv4(&neighbour)));
            assert!(lab.send(&vm, &(vm.mac.clone(), to.to_owned(), payload)).is_drop(), "{op} for {claimed:?} to {to}");
        }
    }
    // The same under its own address is heard.
    let honest = arp(2, (&vm.mac, ipv4(&vm)), (&neighbour.mac, ipv4(&neighbour)));
    let heard = only(lab.walk(&vm, &(vm.mac.clone(), neighbour.mac.clone(), honest)));
    assert_eq!(heard.at, Place::Port(interface(&neighbour)));
}

#[test]
fn a_rogue_dhcp_server_is_silenced() {
    let mut lab = lab();
    let vm = lab.port("test-instance");
    let neighbour = lab.port("batch-1");
    let offer = |src: IpAddr, dst: IpAddr| Payload::Udp { src, dst, ttl: 64, ports: (67, 68) };
    // Under the real server's address the switch drops it already.
    for dst in [IpAddr::V4(Ipv4Addr::BROADCAST), ip(&neighbour)] {
        let frame = (vm.mac.clone(), neighbour.mac.clone(), offer([10, 100, 100, 2].into(), dst));
        assert!(lab.send(&vm, &frame).is_drop());
    }
    // Under its own the port's filter does, and only because of the ports.
    let serve = Segment::Udp { from: 67, to: 68 };
    let from_own = |dst, payload| bytes(&vm.mac, &neighbour.mac, ip(&vm), dst, payload);
    let (offered, told) = (from_own(Ipv4Addr::BROADCAST.into(), serve), from_own(ip(&neighbour), serve));
    let renewed = from_own([10, 100, 100, 2].into(), Segment::Udp { from: 68, to: 67 });
    let harmless = from_own(ip(&neighbour), Segment::Udp { from: 67, to: 69 });
    let discover = bytes(
        &vm.mac,
        BROADCAST,
        Ipv4Addr::UNSPECIFIED.into(),
        Ipv4Addr::BROADCAST.into(),
        Segment::Udp { from: 68, to: 67 },
    );
    filtered(
        &lab,
        &vm,
        &[
            (&offered, Filtered::Dropped),
            (&told, Filtered::Dropped),
            (&renewed, Filtered::Passed),
            (&harmless, Filtered::Passed),
            (&discover, Filtered::Passed),
        ],
    );
}

#[test]
fn a_projects_network_is_not_reached_from_anothers() {
    let mut lab = wider();
    let theirs = ["test-instance", "batch-1", "web-server-1", "db-1", "db-2"].map(|it| lab.port(it));
    for spy in ["spy-1", "spy-2"].map(|it| lab.spy(it)) {
        for victim in &theirs {
            for mac in [ROUTER, victim.mac.as_str(), BROADCAST] {
                let frame = (spy.mac.clone(), mac.to_owned(), Payload::ping(ip(&spy), ip(victim), 64));
                let arrived = lab.walk(&spy, &frame);
                assert!(arrived.iter().all(|it| it.at != Place::Port(interface(victim))), "{arrived:?}");
                let back = (victim.mac.clone(), spy.mac.clone(), Payload::ping(ip(victim), ip(&spy), 64));
                let arrived = lab.walk(victim, &back);
                assert!(arrived.iter().all(|it| it.at != Place::Port(interface(&spy))), "{arrived:?}");
            }
            let asked = lab.walk(&spy, &who_has(&spy, ipv4(victim)));
            assert!(asked.iter().all(|it| it.at != Place::Port(interface(victim))), "{asked:?}");
        }
        // Nor under the other network's id from the tunnel, should the spy's host be able to send it.
        let vnid = lab.walk.world.networks[&("Rivals".to_owned(), "MyWebApp".to_owned())].vnid;
        for victim in &theirs {
            let payload = Payload::ping(ip(&spy), ip(victim), 64);
            let packet = Packet::from_tunnel(vnid, &spy.mac, &victim.mac, payload);
            let verdict = lab.walk.trace(&victim.host, &packet);
            let reached = |it: &Delivery| matches!(&it.to, To::Port { name, .. } if *name == interface(victim));
            assert!(!verdict.deliveries.iter().any(reached), "{}", verdict.trace);
        }
    }
}
