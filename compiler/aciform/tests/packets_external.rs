//! Packets of an instance that stands on an external network itself: in the NAT group, in the VRF of the L3Out, untranslated.
//!
//! The generated sites have none, so the site and what must happen stand here.

use std::net::{IpAddr, Ipv4Addr};

use aciform_testkit::expect::{By, Case, Expected, From, Leaving, OUTSIDE, ROUTER, SERVICE, Source, check, packet};
use aciform_testkit::ovs::{Arp, Payload, Switch};
use aciform_testkit::program::run;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

const INI: &str = "[DEFAULT]
apic_system_id = lab

[ml2_cisco_apic]
apic_hosts = 192.0.2.7
apic_username = svc
apic_password = generated-1
verify_ssl_certificate = /etc/neutron/apic-ca.pem
apic_name_mapping = use_name
encap_mode = vxlan
enable_optimized_metadata = True

[apic_external_network:out]
preexisting = True
external_epg = any
host_pool_cidr = 172.16.10.1/24
";

const INTENT: &str = r#"fabric: {tep_pool: 10.0.0.0/16, anycast_tep: 10.0.0.32}
hosts: {h1: {roles: [compute, dhcp], facts: {macs: {of-svc-nsport: "fa:16:3e:5c:00:06"}}}}
external_networks:
  out:
    project: admin
    shared: true
    subnets: {fip: {cidr: 172.16.20.0/24}}
    facts: {vnid: 0x900001}
projects:
  admin: {}
  lab:
    networks:
      web: {subnets: {v4: {cidr: 10.1.0.0/24}}, facts: {vnid: 0x900002}}
    routers:
      edge: {external_gateway: {network: out}, interfaces: [web]}
    instances:
      direct:
        host: h1
        ports:
          eth0:
            id: aaaaaaaa-bb01-4000-8000-000000000001
            mac_address: "fa:16:3e:00:00:01"
            network: out
            fixed_ips: [172.16.20.50]
      inside:
        host: h1
        ports:
          eth0:
            id: cccccccc-dd02-4000-8000-000000000002
            mac_address: "fa:16:3e:00:00:02"
            network: web
            fixed_ips: [10.1.0.9]
    floating_ips:
      inside: {network: out, address: 172.16.20.60, port: inside/eth0}
"#;

const NAT_GROUP: u32 = 0x90_0001;
const TEP: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 32);
const DIRECT: (&str, &str, Ipv4Addr) = ("qvoaaaaaaaa-bb", "fa:16:3e:00:00:01", Ipv4Addr::new(172, 16, 20, 50));
const INSIDE: (&str, &str, Ipv4Addr) = ("qvocccccccc-dd", "fa:16:3e:00:00:02", Ipv4Addr::new(10, 1, 0, 9));
const PUBLIC: Ipv4Addr = Ipv4Addr::new(172, 16, 20, 60);

#[test]
fn an_instance_on_an_external_network_reaches_and_is_reached_untranslated() {
    let site = tempfile::tempdir().expect("a folder");
    for (name, text) in [("aciform.yaml", "aciform: 1\n"), ("ml2_conf_cisco_apic.ini", INI), ("intent.yaml", INTENT)] {
        std::fs::write(site.path().join(name), text).expect("a file");
    }
    let _ = run(PROGRAM, site.path(), &["compile", "-o", "out"]).success();
    let mut switch = Switch::start().expect("a switch");
    switch.load_host(&site.path().join("out"), "h1").expect("the host's flows load");
    let mut wrong = Vec::new();
    for case in cases() {
        let packet = packet(&case, |port| switch.port(port)).expect("the port is on the switch");
        let verdict = switch.trace(&packet).expect("a verdict");
        if let Err(what) = check(&case.expected, &verdict) {
            wrong.push(format!("{}: {what}\n{}", case.name, verdict.trace));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn cases() -> Vec<Case> {
    let ping = |src: Ipv4Addr, dst: IpAddr, ttl| Payload::ping(src.into(), dst, ttl);
    let to_router =
        |from: (&str, &str, Ipv4Addr), dst: IpAddr| (from.1.to_owned(), ROUTER.to_owned(), ping(from.2, dst, 64));
    let port = |name: &str| By::Port(name.to_owned());
    let tunnel = || By::Tunnel(NAT_GROUP, TEP);
    let as_is = |by, src: IpAddr, dst: IpAddr, ttl| Leaving {
        by,
        src: Source::Is(src),
        dst: Some(dst),
        ttl: Some(ttl),
        ..Leaving::default()
    };
    let (direct, public): (IpAddr, IpAddr) = (DIRECT.2.into(), PUBLIC.into());
    let answer = Leaving {
        by: By::InPort,
        macs: (Some(ROUTER.to_owned()), Some(DIRECT.1.to_owned())),
        answers: Some(Ipv4Addr::new(172, 16, 20, 1)),
        ..Leaving::default()
    };
    let who_has = Arp {
        op: 1,
        sha: DIRECT.1.to_owned(),
        spa: DIRECT.2,
        tha: "00:00:00:00:00:00".to_owned(),
        tpa: Ipv4Addr::new(172, 16, 20, 1),
    };
    let broadcast = "ff:ff:ff:ff:ff:ff".to_owned();
    let from = |name: &str| From::Port(name.to_owned());
    let metadata: IpAddr = Ipv4Addr::new(169, 254, 169, 254).into();
    let asks = Payload::Tcp { src: direct, dst: metadata, ttl: 64, ports: (40000, 80) };
    let proxied = Leaving { by: port(SERVICE), src: Source::Is(direct), ttl: Some(63), ..Leaving::default() };
    let stolen = (DIRECT.1.to_owned(), ROUTER.to_owned(), ping(PUBLIC, OUTSIDE, 64));
    let inbound =
        |dst: &str, address: Ipv4Addr| (ROUTER.to_owned(), dst.to_owned(), Payload::ping(OUTSIDE, address.into(), 60));
    let table = [
        ("asks for the gateway", from(DIRECT.0), (DIRECT.1.to_owned(), broadcast, Payload::Arp(who_has)), Some(answer)),
        ("goes out", from(DIRECT.0), to_router(DIRECT, OUTSIDE), Some(as_is(tunnel(), direct, OUTSIDE, 64))),
        ("claims a floating IP", from(DIRECT.0), stolen, None),
        (
            "is reached",
            From::Tunnel(NAT_GROUP),
            inbound(DIRECT.1, DIRECT.2),
            Some(as_is(port(DIRECT.0), OUTSIDE, direct, 60)),
        ),
        (
            "is routed to",
            From::Tunnel(NAT_GROUP),
            inbound(ROUTER, DIRECT.2),
            Some(as_is(port(DIRECT.0), OUTSIDE, direct, 59)),
        ),
        ("is not reached as another group", From::Tunnel(0x90_0002), inbound(ROUTER, DIRECT.2), None),
        (
            "reaches a floating IP of its host",
            from(DIRECT.0),
            to_router(DIRECT, public),
            Some(as_is(port(INSIDE.0), direct, INSIDE.2.into(), 63)),
        ),
        (
            "is reached by a floating IP of its host",
            from(INSIDE.0),
            to_router(INSIDE, direct),
            Some(as_is(port(DIRECT.0), public, direct, 62)),
        ),
        (
            "does not reach private addresses",
            from(DIRECT.0),
            to_router(DIRECT, INSIDE.2.into()),
            Some(as_is(tunnel(), direct, INSIDE.2.into(), 64)),
        ),
        ("asks for metadata", from(DIRECT.0), (DIRECT.1.to_owned(), ROUTER.to_owned(), asks), Some(proxied)),
    ];
    let case = |(name, ingress, frame, leaving): (&str, From, (String, String, Payload), Option<Leaving>)| Case {
        name: name.to_owned(),
        host: "h1".to_owned(),
        ingress,
        frame,
        mark: 0,
        expected: leaving.map_or(Expected::Drop, |leaving| Expected::Deliver(vec![leaving])),
    };
    table.into_iter().map(case).collect()
}
