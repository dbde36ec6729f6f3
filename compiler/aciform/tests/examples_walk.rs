//! Every example, walked between its hosts: each instance to each other one, out of the cloud and back, and to the metadata service.
//! Of an example with more pairs than there is time for, a part of those in one network, of those in one VRF, and of the rest.
//!
//! What must happen follows from the YAML alone: who is on one network, which routers join what and lead where, which
//! addresses have a floating IP. The lab's own walks, with ARP, leases and spoofing, stand beside this.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use aciform_testkit::expect::{Frame, METADATA, OUTSIDE, ROUTER, SERVICE, interface, snat_interface};
use aciform_testkit::netfilter::Backend;
use aciform_testkit::netfilter::packet::Payload as Segment;
use aciform_testkit::netfilter::snat::Stage;
use aciform_testkit::ovs::{Payload, To};
use aciform_testkit::program::{example, examples};
use aciform_testkit::sample::sample;
use aciform_testkit::world::{Arrival, Place, Port, Walk};

/// Pairs of addresses of one example, as many again in one VRF, and as many in two.
const MOST: usize = 700;
const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// Runs a proof on every example; there have to be so many cases in all.
#[allow(clippy::print_stdout, reason = "says over how much was walked to those who want to see it")]
fn on_every_example(least: usize, prove: fn(&mut Walk) -> usize) {
    let mut total = 0;
    for name in examples() {
        let site = example(&name);
        let count = prove(&mut Walk::new(PROGRAM, site.path()));
        println!("{count} of {name}");
        total += count;
    }
    assert!(total >= least, "only {total}");
}

fn through_router(from: &Port, payload: Payload) -> Frame {
    (from.mac.clone(), ROUTER.to_owned(), payload)
}

fn walk(walk: &mut Walk, from: &Port, frame: &Frame) -> Vec<Arrival> {
    walk.walk(&from.host, &interface(from), frame)
}

fn is_at(arrival: &Arrival, port: &Port) -> bool {
    arrival.host == port.host && arrival.at == Place::Port(interface(port))
}

/// Asserts that one copy came, to a port, with these addresses and hops left.
#[track_caller]
fn assert_arrived(arrived: &[Arrival], at: &Port, headers: (IpAddr, IpAddr, u8), what: &str) {
    let [only] = arrived else { panic!("{what}: {arrived:?}") };
    assert!(is_at(only, at), "{what}: {only:?}");
    assert_eq!(only.headers.payload.ip(), Some(headers), "{what}");
    assert_eq!(only.headers.dl_dst, at.mac, "{what}");
}

#[test]
fn instances_reach_whom_networks_and_routers_join_and_nobody_else() {
    on_every_example(400, |it| {
        let ports = it.world.ports.clone();
        let mut kinds: [Vec<(&Port, &Port, IpAddr, IpAddr)>; 3] = Default::default();
        for from in &ports {
            for to in ports.iter().filter(|to| to.id != from.id) {
                let one_vrf = it.world.vrf(&from.network.0) == it.world.vrf(&to.network.0);
                let kind = if from.network == to.network { 0 } else { 2 - usize::from(one_vrf) };
                kinds[kind].extend(both_of_a_family(from, to).into_iter().map(|(src, dst)| (from, to, src, dst)));
            }
        }
        let pairs: Vec<_> = kinds.into_iter().flat_map(|pairs| sample(pairs, MOST)).collect();
        for (from, to, src, dst) in &pairs {
            pair(it, from, to, *src, *dst);
        }
        pairs.len()
    });
}

fn both_of_a_family(from: &Port, to: &Port) -> Vec<(IpAddr, IpAddr)> {
    let of = |src: IpAddr| to.addresses.iter().filter(move |dst| dst.is_ipv4() == src.is_ipv4());
    from.addresses.iter().flat_map(|src| of(*src).map(|dst| (*src, *dst))).collect()
}

fn pair(it: &mut Walk, from: &Port, to: &Port, src: IpAddr, dst: IpAddr) {
    let what = format!("{}/{} as {src} to {}/{} at {dst}", from.project, from.path, to.project, to.path);
    let ping = || Payload::ping(src, dst, 64);
    let routed = walk(it, from, &through_router(from, ping()));
    let straight = walk(it, from, &(from.mac.clone(), to.mac.clone(), ping()));
    if from.network == to.network {
        assert_arrived(&straight, to, (src, dst, 64), &what);
    } else {
        // Who knows a MAC of another network is no nearer to it.
        assert!(!straight.iter().any(|arrival| is_at(arrival, to)), "{what}: {straight:?}");
    }
    let world = &it.world;
    let one_vrf = world.vrf(&from.network.0) == world.vrf(&to.network.0);
    match (one_vrf, world.routed(&from.network, &to.network)) {
        (true, true) => assert_arrived(&routed, to, (src, dst, 63), &what),
        (true, false) => assert!(routed.is_empty(), "{what}: {routed:?}"),
        // The address may be somebody's in the sender's own VRF, or lead out; it is not this one's.
        (false, _) => assert!(!routed.iter().any(|arrival| is_at(arrival, to)), "{what}: {routed:?}"),
    }
}

#[test]
fn addresses_leave_by_their_floating_ip_or_their_hosts_address_or_not_at_all() {
    on_every_example(20, |it| {
        let ports = it.world.ports.clone();
        let mut stages = BTreeSet::new();
        let mut count = 0;
        for port in &ports {
            for address in &port.addresses {
                let IpAddr::V4(address) = *address else { continue };
                count += 1;
                let floating = port.floating.iter().find(|floating| floating.private == address);
                let by_snat = it.world.by_snat(&port.network, &port.addresses, &port.floating);
                let by_snat = by_snat.into_iter().find(|(_, mapped)| *mapped == address);
                match (floating, by_snat) {
                    (Some(floating), _) => by_floating(it, port, address, (&floating.external, floating.public)),
                    (None, Some((external, _))) => {
                        let internal = to_namespace(it, port, address, &external);
                        let pool = it.world.externals[&external].snat[&port.host];
                        if stages.insert((port.host.clone(), external.clone())) {
                            namespace(it, &port.host, &external, (internal, pool));
                        }
                        back_from_namespace(it, port, address, &external, internal);
                    }
                    (None, None) => stays(it, port, address),
                }
            }
        }
        count
    });
}

fn by_floating(it: &mut Walk, port: &Port, private: Ipv4Addr, (external, public): (&str, Ipv4Addr)) {
    let vrf = it.world.nat_vrf(external);
    let what = format!("{}/{} by {public}", port.project, port.path);
    let gone = walk(it, port, &through_router(port, Payload::ping(private.into(), OUTSIDE, 64)));
    let [only] = &gone[..] else { panic!("{what}: {gone:?}") };
    assert_eq!(only.at, Place::Outside(vrf.clone()), "{what}");
    assert_eq!(only.headers.payload.ip(), Some((public.into(), OUTSIDE, 63)), "{what}");
    let received = it.from_outside(&vrf, &Payload::ping(OUTSIDE, public.into(), 60));
    assert_arrived(&received, port, (OUTSIDE, private.into(), 59), &what);
    // Behind the other external networks nobody has the address.
    let others: Vec<String> = it.world.externals.keys().filter(|name| it.world.nat_vrf(name) != vrf).cloned().collect();
    for other in others {
        let vrf = it.world.nat_vrf(&other);
        let received = it.from_outside(&vrf, &Payload::ping(OUTSIDE, public.into(), 60));
        assert!(received.is_empty(), "{what}, from {other}: {received:?}");
    }
}

/// Out to the namespace of the port's host; gives the internal address that it goes under.
fn to_namespace(it: &mut Walk, port: &Port, address: Ipv4Addr, external: &str) -> Ipv4Addr {
    let what = format!("{}/{} as {address}", port.project, port.path);
    let frame = through_router(port, Payload::ping(address.into(), OUTSIDE, 64));
    let sent = it.send(&port.host, &interface(port), &frame);
    let [out] = &sent.deliveries[..] else { panic!("{what}: {}", sent.trace) };
    assert!(matches!(&out.to, To::Port { name, .. } if *name == snat_interface(external)), "{what}: {out:?}");
    let Some((IpAddr::V4(internal), OUTSIDE, 63)) = out.headers.payload.ip() else { panic!("{what}: {out:?}") };
    assert_eq!(internal.octets()[..2], [169, 254], "{what}");
    internal
}

/// Through the namespace with real packets, and from there out of the external network's VRF and back.
fn namespace(it: &mut Walk, host: &str, external: &str, (internal, pool): (Ipv4Addr, Ipv4Addr)) {
    let wire = snat_interface(external);
    let IpAddr::V4(outside) = OUTSIDE else { panic!("an IPv4 address") };
    for backend in Backend::ALL {
        let stage = Stage::new(&it.bundle().join(format!("hosts/{host}/netns/{wire}")), backend);
        let stage = stage.expect("the namespace can be made");
        let (ping, pong) = (Segment::Icmp { kind: 8, code: 0, id: 7 }, Segment::Icmp { kind: 0, code: 0, id: 7 });
        stage.expect((internal, outside), ping, (pool, outside)).expect("the way out");
        stage.expect((outside, pool), pong, (outside, internal)).expect("the way back");
    }
    let vrf = it.world.nat_vrf(external);
    let mac = it.world.host_mac(host, &wire).expect("the SNAT interface has a MAC");
    let translated = Payload::ping(pool.into(), OUTSIDE, 62);
    let gone = it.walk(host, &wire, &(mac, ROUTER.to_owned(), translated.clone()));
    let [only] = &gone[..] else { panic!("{host}, {external}: {gone:?}") };
    assert_eq!((&only.at, &only.headers.payload), (&Place::Outside(vrf.clone()), &translated));
    let back = it.from_outside(&vrf, &Payload::pong(OUTSIDE, pool.into(), 58));
    let [only] = &back[..] else { panic!("{host}, {external}: {back:?}") };
    assert_eq!((only.host.as_str(), &only.at), (host, &Place::Port(wire)));
}

fn back_from_namespace(it: &mut Walk, port: &Port, address: Ipv4Addr, external: &str, internal: Ipv4Addr) {
    let wire = snat_interface(external);
    let mac = it.world.host_mac(&port.host, &wire).expect("the SNAT interface has a MAC");
    let frame = (mac, ROUTER.to_owned(), Payload::pong(OUTSIDE, internal.into(), 57));
    let received = it.walk(&port.host, &wire, &frame);
    assert_arrived(&received, port, (OUTSIDE, address.into(), 56), &format!("an answer to {internal}"));
}

/// Neither translated nor let into an external network's VRF.
fn stays(it: &mut Walk, port: &Port, address: Ipv4Addr) {
    let gone = walk(it, port, &through_router(port, Payload::ping(address.into(), OUTSIDE, 64)));
    let own = it.world.vrf(&port.network.0);
    let unchanged = |arrival: &Arrival| arrival.at == Place::Outside(own.to_owned());
    assert!(gone.iter().all(unchanged), "{}/{} as {address}: {gone:?}", port.project, port.path);
}

#[test]
fn metadata_is_answered_to_whoever_asked_though_another_has_the_address() {
    on_every_example(20, |it| {
        let ports = it.world.ports.clone();
        let mut hops = BTreeSet::new();
        let mut askers = 0;
        let asking = ports.iter().filter(|_| it.world.metadata).collect::<Vec<_>>();
        for port in asking {
            let Some(address) = port.addresses.iter().copied().find(IpAddr::is_ipv4) else { continue };
            let mac = it.world.host_mac(&port.host, "of-svc-nsport").expect("the service has a MAC");
            let payload = |src, dst, ports| Payload::Tcp { src, dst, ttl: 64, ports };
            let request = through_router(port, payload(address, METADATA.into(), (40000, 80)));
            let asked = it.send(&port.host, &interface(port), &request);
            let [only] = &asked.deliveries[..] else { panic!("{}: {}", port.path, asked.trace) };
            assert!(matches!(&only.to, To::Port { name, .. } if name == SERVICE), "{}: {only:?}", port.path);
            let hop = only.headers.nw_dst().expect("an address");
            // The next hop is all that tells two VRFs apart when the answer comes.
            hops.insert((port.host.clone(), it.world.vrf(&port.network.0).to_owned(), hop));
            let answer = (mac, ROUTER.to_owned(), payload(hop, address, (80, 40000)));
            let answered = it.walk(&port.host, SERVICE, &answer);
            assert_arrived(&answered, port, (METADATA.into(), address, 62), &port.path);
            askers += 1;
        }
        let places: BTreeSet<_> = hops.iter().map(|(host, vrf, _)| (host, vrf)).collect();
        let told_apart: BTreeSet<_> = hops.iter().map(|(host, _, hop)| (host, hop)).collect();
        assert_eq!((places.len(), told_apart.len()), (hops.len(), hops.len()), "{hops:?}");
        askers
    });
}
