//! What must happen to a packet, worked out from a [`World`] alone: who may reach whom, as what address, by which port or tunnel.
//!
//! This is the other opinion: it reads the site's YAML, knows OpenStack's and the agent's rules in words, and shares no line with the compiler.

use std::net::{IpAddr, Ipv4Addr};

use md5::{Digest as _, Md5};

use crate::ovs::{Arp, Packet, Payload, To, Verdict};
use crate::world::{Net, Port, World};

/// The MAC of the distributed router.
pub const ROUTER: &str = "00:22:bd:f8:19:ff";
/// Somebody outside, in nobody's subnet.
pub const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));
const DHCP_COOKIE: u64 = 0x8000_0000_0000_0004;

/// A packet on a host and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is about, for the message of a failure.
    pub name: String,
    /// The host whose switch it reaches.
    pub host: String,
    /// Where it comes in; a port by name, or the tunnel.
    pub ingress: From,
    /// The frame: Ethernet source and destination, and payload.
    pub frame: (String, String, Payload),
    /// What must happen.
    pub expected: Expected,
}

/// Where a packet comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// By the port of this interface name.
    Port(String),
    /// Through the tunnel, with this network id.
    Tunnel(u32),
}

/// What must happen to a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing leaves.
    Drop,
    /// Exactly these leave, in any order.
    Deliver(Vec<Leaving>),
    /// Whatever happens, it does not leave by this port.
    NotBy(String),
    /// Whatever happens, the agent does not see it.
    NotToAgent,
}

/// One copy leaving. What is `None` is not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Where to.
    pub by: By,
    /// IP source.
    pub src: Source,
    /// IP destination.
    pub dst: Option<IpAddr>,
    /// Hops left.
    pub ttl: Option<u8>,
    /// Ethernet source and destination.
    pub macs: (Option<String>, Option<String>),
}

/// Where a copy leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// Back where it came from.
    #[default]
    InPort,
    /// By the port of this interface name.
    Port(String),
    /// Through the tunnel: network id and outer destination.
    Tunnel(u32, Ipv4Addr),
    /// To the agent, with this cookie.
    Agent(u64),
}

/// The source that a copy must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Any.
    #[default]
    Any,
    /// This one.
    Is(IpAddr),
    /// An internal NAT address: 169.254/16.
    Internal,
}

/// The name of a port's interface on the bridge.
#[must_use]
pub fn interface(port: &Port) -> String {
    format!("qvo{}", &port.id[..11])
}

/// The name of an external network's SNAT interface.
#[must_use]
pub fn snat_interface(external: &str) -> String {
    let digest = Md5::digest(external.as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("of-{hex}")
}

/// Every case that a site gives.
#[must_use]
pub fn cases(world: &World) -> Vec<Case> {
    let mut cases = Vec::new();
    for from in &world.ports {
        own(world, from, &mut cases);
        for to in world.ports.iter().filter(|to| to.id != from.id) {
            pair(world, from, to, &mut cases);
        }
    }
    cases
}

/// Whether a verdict is the expected one; `Err` says what is wrong.
///
/// # Errors
/// The difference, in words.
pub fn check(expected: &Expected, verdict: &Verdict) -> Result<(), String> {
    let deliveries = &verdict.deliveries;
    match expected {
        Expected::Drop if verdict.is_drop() => Ok(()),
        Expected::Drop => Err(format!("it leaves: {deliveries:?}")),
        Expected::NotBy(name) => {
            match deliveries.iter().find(|it| matches!(&it.to, To::Port { name: by, .. } if by == name)) {
                Some(_) => Err(format!("it leaves by {name}")),
                None => Ok(()),
            }
        }
        Expected::NotToAgent if deliveries.iter().any(|it| matches!(it.to, To::Controller { .. })) => {
            Err("the agent sees it".to_owned())
        }
        Expected::NotToAgent => Ok(()),
        Expected::Deliver(all) => {
            let mut left: Vec<_> = deliveries.iter().collect();
            for wanted in all {
                match left.iter().position(|it| fits(wanted, it)) {
                    Some(at) => drop(left.remove(at)),
                    None => return Err(format!("nothing leaves as {wanted:?}; there is {deliveries:?}")),
                }
            }
            if left.is_empty() { Ok(()) } else { Err(format!("more leaves: {left:?}")) }
        }
    }
}

fn fits(wanted: &Leaving, found: &crate::ovs::Delivery) -> bool {
    let by = match (&wanted.by, &found.to) {
        (By::InPort, To::InPort) => true,
        (By::Port(name), To::Port { name: found, .. }) => name == found,
        (By::Tunnel(vni, to), To::Tunnel { vni: found, to: outer }) => vni == found && to == outer,
        (By::Agent(cookie), To::Controller { cookie: found }) => cookie == found,
        _ => false,
    };
    let headers = &found.headers;
    let src = match (&wanted.src, headers.nw_src()) {
        (Source::Any, _) => true,
        (Source::Is(address), found) => Some(*address) == found,
        (Source::Internal, Some(IpAddr::V4(found))) => found.octets()[..2] == [169, 254],
        (Source::Internal, _) => false,
    };
    let mac = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
    by && src
        && wanted.dst.is_none_or(|dst| headers.nw_dst() == Some(dst))
        && wanted.ttl.is_none_or(|ttl| headers.ttl() == Some(ttl))
        && mac(&wanted.macs.0, &headers.dl_src)
        && mac(&wanted.macs.1, &headers.dl_dst)
}

/// What does not need a second port.
fn own(world: &World, port: &Port, cases: &mut Vec<Case>) {
    let net = &world.networks[&port.network];
    let Some(address) = v4(port) else { return };
    let case = |what: &str, frame, expected| Case {
        name: format!("{}/{} {what}", port.project, port.path),
        host: port.host.clone(),
        ingress: From::Port(interface(port)),
        frame,
        expected,
    };
    let routed = |src: IpAddr, dst: IpAddr| (port.mac.clone(), ROUTER.to_owned(), Payload::ping(src, dst, 64));
    cases.push(case("pings outside", routed(address.into(), OUTSIDE), outside(world, port, address)));
    if port.port_security {
        let somebody = IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() ^ 0x40));
        cases.push(case("claims another address", routed(somebody, OUTSIDE), Expected::Drop));
        cases.push(case(
            "claims an address of nobody",
            routed(IpAddr::from([203, 0, 113, 77]), OUTSIDE),
            Expected::Drop,
        ));
        if let Some(gateway) = gateway(net, address) {
            cases.push(case("claims the gateway by ARP", who_has(&port.mac, gateway, address), Expected::Drop));
        }
        if let Some(v6) = v6(port) {
            let other = IpAddr::V6((u128::from(v6) ^ 0xff00).into());
            let dst: IpAddr = "2001:db8:ffff::9".parse().expect("an address");
            cases.push(case("claims another IPv6 address", routed(other, dst), Expected::Drop));
        }
    }
    let stranger = "fa:16:3e:99:99:99".to_owned();
    let frame = (stranger, ROUTER.to_owned(), Payload::ping(address.into(), OUTSIDE, 64));
    cases.push(case("claims another MAC", frame, Expected::Drop));
    if let Some(gateway) = gateway(net, address) {
        let reply = Leaving { macs: (Some(ROUTER.to_owned()), Some(port.mac.clone())), ..Leaving::default() };
        cases.push(case("asks for the gateway", who_has(&port.mac, address, gateway), Expected::Deliver(vec![reply])));
    }
    let discover =
        Payload::Udp { src: Ipv4Addr::UNSPECIFIED.into(), dst: Ipv4Addr::BROADCAST.into(), ttl: 64, ports: (68, 67) };
    let leased = net.subnets.iter().any(|subnet| subnet.dhcp && subnet.holds(address.into()));
    let expected = if leased && !port.port_security {
        // Such a port is let in before its DHCP is looked at, so a real server has to answer.
        Expected::Deliver(flood(world, port))
    } else if leased {
        Expected::Deliver(vec![Leaving { by: By::Agent(DHCP_COOKIE), ..Leaving::default() }])
    } else {
        Expected::NotToAgent
    };
    cases.push(case("asks for a lease", (port.mac.clone(), BROADCAST.to_owned(), discover), expected));
    if let Some((_, IpAddr::V4(server))) = net.dhcp.as_ref().filter(|_| leased) {
        let reply = Expected::Deliver(vec![Leaving::default()]);
        cases.push(case("asks for the DHCP server", who_has(&port.mac, address, *server), reply));
    }
    let metadata =
        Payload::Tcp { src: address.into(), dst: IpAddr::from([169, 254, 169, 254]), ttl: 64, ports: (40000, 80) };
    let by =
        if world.metadata { By::Port("of-svc-ovsport".to_owned()) } else { By::Tunnel(net.vnid, world.anycast_tep) };
    let frame = (port.mac.clone(), ROUTER.to_owned(), metadata);
    cases.push(case("asks for metadata", frame, Expected::Deliver(vec![Leaving { by, ..Leaving::default() }])));
    if let Some((external, public, private)) = &port.floating {
        let from_outside = Case {
            name: format!("outside pings {public} of {}/{}", port.project, port.path),
            host: port.host.clone(),
            ingress: From::Tunnel(world.externals[external].vnid),
            frame: (ROUTER.to_owned(), port.mac.clone(), Payload::ping(OUTSIDE, (*public).into(), 60)),
            expected: Expected::Deliver(vec![Leaving {
                by: By::Port(interface(port)),
                src: Source::Is(OUTSIDE),
                dst: Some((*private).into()),
                ttl: Some(59),
                macs: (Some(ROUTER.to_owned()), Some(port.mac.clone())),
            }]),
        };
        cases.push(from_outside);
    }
    let fabric = |vnid: u32, expected| Case {
        name: format!("the fabric sends to {}/{} as {vnid:#x}", port.project, port.path),
        host: port.host.clone(),
        ingress: From::Tunnel(vnid),
        frame: (ROUTER.to_owned(), port.mac.clone(), Payload::ping(OUTSIDE, address.into(), 60)),
        expected,
    };
    let arrives =
        Leaving { by: By::Port(interface(port)), dst: Some(address.into()), ttl: Some(60), ..Leaving::default() };
    cases.push(fabric(net.vnid, Expected::Deliver(vec![arrives])));
    cases.push(fabric(0x7f_fff0, Expected::Drop));
}

/// What becomes of a packet to nobody's subnet.
fn outside(world: &World, port: &Port, address: Ipv4Addr) -> Expected {
    let net = &world.networks[&port.network];
    if let Some((external, public, private)) = &port.floating
        && *private == address
    {
        return Expected::Deliver(vec![Leaving {
            by: By::Tunnel(world.externals[external].vnid, world.anycast_tep),
            src: Source::Is((*public).into()),
            ttl: Some(63),
            macs: (Some(port.mac.clone()), Some(ROUTER.to_owned())),
            ..Leaving::default()
        }]);
    }
    match world.external_of(port) {
        Some(external) => Expected::Deliver(vec![Leaving {
            by: By::Port(snat_interface(external)),
            src: Source::Internal,
            ttl: Some(63),
            macs: (Some(port.mac.clone()), None),
            ..Leaving::default()
        }]),
        // The VRF has a way out, but no contract with this network.
        None if vrf_has_a_way_out(world, &port.project) => Expected::Drop,
        None => Expected::Deliver(vec![Leaving {
            by: By::Tunnel(net.vnid, world.anycast_tep),
            src: Source::Is(address.into()),
            ttl: Some(64),
            ..Leaving::default()
        }]),
    }
}

fn vrf_has_a_way_out(world: &World, project: &str) -> bool {
    let mut of_project =
        world.routers.iter().filter(|router| router.networks.iter().any(|(owner, _)| owner == project));
    of_project.any(|router| router.external.is_some())
}

/// What one port sends to another.
fn pair(world: &World, from: &Port, to: &Port, cases: &mut Vec<Case>) {
    let net = &world.networks[&from.network];
    let same_host = from.host == to.host;
    let case = |what: &str, frame, expected| Case {
        name: format!("{}/{} {what} {}/{}", from.project, from.path, to.project, to.path),
        host: from.host.clone(),
        ingress: From::Port(interface(from)),
        frame,
        expected,
    };
    let (Some(a), Some(b)) = (v4(from), v4(to)) else { return };
    let both = [(Some(IpAddr::from(a)), Some(IpAddr::from(b))), (v6(from).map(IpAddr::from), v6(to).map(IpAddr::from))];
    if from.network == to.network {
        for (src, dst) in both.into_iter().filter_map(|(src, dst)| Some((src?, dst?))) {
            let by = if same_host { By::Port(interface(to)) } else { By::Tunnel(net.vnid, flood_to(world, net)) };
            let unchanged = Leaving {
                by,
                src: Source::Is(src),
                dst: Some(dst),
                ttl: Some(64),
                macs: (Some(from.mac.clone()), Some(to.mac.clone())),
            };
            let frame = (from.mac.clone(), to.mac.clone(), Payload::ping(src, dst, 64));
            cases.push(case("pings its neighbour", frame, Expected::Deliver(vec![unchanged])));
        }
        let expected = if same_host {
            let unicast =
                Leaving { by: By::Port(interface(to)), macs: (None, Some(to.mac.clone())), ..Leaving::default() };
            Expected::Deliver(vec![unicast])
        } else {
            Expected::Deliver(flood(world, from))
        };
        cases.push(case("asks for its neighbour", who_has(&from.mac, a, b), expected));
        return;
    }
    if from.project == to.project {
        for (src, dst) in both.into_iter().filter_map(|(src, dst)| Some((src?, dst?))) {
            let expected = match (same_host, world.routed(&from.network, &to.network)) {
                (true, true) => Expected::Deliver(vec![Leaving {
                    by: By::Port(interface(to)),
                    src: Source::Is(src),
                    dst: Some(dst),
                    ttl: Some(63),
                    macs: (Some(ROUTER.to_owned()), Some(to.mac.clone())),
                }]),
                (true, false) => Expected::Drop,
                // Policy towards other hosts is the fabric's.
                (false, _) => Expected::Deliver(vec![Leaving {
                    by: By::Tunnel(net.vnid, world.anycast_tep),
                    src: Source::Is(src),
                    dst: Some(dst),
                    ttl: Some(64),
                    ..Leaving::default()
                }]),
            };
            let frame = (from.mac.clone(), ROUTER.to_owned(), Payload::ping(src, dst, 64));
            cases.push(case("pings across the router", frame, expected));
        }
        return;
    }
    // Another project's network is never reached from inside, whatever the addresses are.
    let frame = (from.mac.clone(), ROUTER.to_owned(), Payload::ping(a.into(), b.into(), 64));
    cases.push(case("pings another project's", frame, Expected::NotBy(interface(to))));
    let frame = (from.mac.clone(), to.mac.clone(), Payload::ping(a.into(), b.into(), 64));
    cases.push(case("sends straight to another project's", frame, Expected::NotBy(interface(to))));
}

/// Where a broadcast goes: every other port of the network on the host, and the tunnel.
fn flood(world: &World, from: &Port) -> Vec<Leaving> {
    let net = &world.networks[&from.network];
    let mut leaving = vec![Leaving { by: By::Tunnel(net.vnid, flood_to(world, net)), ..Leaving::default() }];
    let local =
        world.ports.iter().filter(|port| port.host == from.host && port.network == from.network && port.id != from.id);
    leaving.extend(local.map(|port| Leaving { by: By::Port(interface(port)), ..Leaving::default() }));
    if let Some((host, id)) = &net.dhcp_port
        && *host == from.host
    {
        leaving.push(Leaving { by: By::Port(format!("tap{}", &id[..11])), ..Leaving::default() });
    }
    leaving
}

fn flood_to(world: &World, net: &Net) -> Ipv4Addr {
    net.mcast.unwrap_or(world.anycast_tep)
}

fn gateway(net: &Net, address: Ipv4Addr) -> Option<Ipv4Addr> {
    let subnet = net.subnets.iter().find(|subnet| subnet.holds(address.into()))?;
    match subnet.gateway? {
        IpAddr::V4(gateway) => Some(gateway),
        IpAddr::V6(_) => None,
    }
}

const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";

fn who_has(mac: &str, spa: Ipv4Addr, tpa: Ipv4Addr) -> (String, String, Payload) {
    let arp = Arp { op: 1, sha: mac.to_owned(), spa, tha: "00:00:00:00:00:00".to_owned(), tpa };
    (mac.to_owned(), BROADCAST.to_owned(), Payload::Arp(arp))
}

fn v4(port: &Port) -> Option<Ipv4Addr> {
    port.addresses.iter().find_map(|address| match address {
        IpAddr::V4(v4) => Some(*v4),
        IpAddr::V6(_) => None,
    })
}

fn v6(port: &Port) -> Option<std::net::Ipv6Addr> {
    port.addresses.iter().find_map(|address| match address {
        IpAddr::V6(v6) => Some(*v6),
        IpAddr::V4(_) => None,
    })
}

/// The packet of a case, where the switch knows its port.
#[must_use]
pub fn packet(case: &Case, port: impl Fn(&str) -> Option<u32>) -> Option<Packet> {
    let (src, dst, payload) = case.frame.clone();
    match &case.ingress {
        From::Port(name) => Some(Packet::from_port(port(name)?, &src, &dst, payload)),
        From::Tunnel(vnid) => Some(Packet::from_tunnel(*vnid, &src, &dst, payload)),
    }
}
