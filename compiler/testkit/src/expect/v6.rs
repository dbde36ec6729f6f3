//! IPv6 of a station: neighbour discovery, router solicitation, DHCPv6, and who it may claim to be.

use std::net::{IpAddr, Ipv6Addr};

use crate::ovs::Payload;
use crate::world::{World, link_local};

use super::station::{Station, covers, flood, prefix, solicits};
use super::{By, Case, DHCP6_COOKIE, Expected, From, Leaving, NEIGHBOUR_COOKIE, PAIR6_COOKIE, ROUTER, Source};

const ALL_NODES: &str = "33:33:00:00:00:01";
const ALL_ROUTERS: &str = "33:33:00:00:00:02";
const ALL_SERVERS: &str = "33:33:00:01:00:02";

pub(super) fn cases(world: &World, stations: &[Station], from: &Station, cases: &mut Vec<Case>) {
    let own = from.link_local();
    let net = from.net(world);
    let flooded = || Expected::all(flood(world, stations, from));
    let neighbours = stations.iter().filter(|to| to.network == from.network && to.id != from.id);
    for to in neighbours.filter(|to| !to.addresses.is_empty()) {
        for target in to.v6().chain([to.link_local()]) {
            let unicast = Leaving { macs: (None, Some(to.mac.clone())), ..Leaving::by(to.to_port()) };
            let expected = if from.at(to) { Expected::one(unicast) } else { flooded() };
            let what = format!("solicits {target} of {}", to.label);
            cases.push(from.sends(&what, solicits(&from.mac, own, target), expected));
        }
    }
    let has_router = net.subnets.iter().any(|subnet| matches!(subnet.gateway, Some(IpAddr::V6(_))));
    let agent = || Expected::one(Leaving::by(By::Agent(NEIGHBOUR_COOKIE)));
    let expected = if has_router { agent() } else { flooded() };
    cases.push(from.sends("solicits the router", solicits(&from.mac, own, link_local(ROUTER)), expected));
    if has_router {
        // Where the agent serves DHCPv6 it hears this before the flow that stops it.
        let here = stations.iter().filter(|it| it.at(from) && it.network == from.network && !it.serves);
        let expected = if here.into_iter().any(|it| leased(world, it)) { agent() } else { Expected::Drop };
        cases.push(Case {
            name: format!("the fabric solicits the router before {}", from.label),
            host: from.host.clone(),
            ingress: From::Tunnel(net.vnid),
            frame: solicits("fa:16:3e:55:55:55", "fe80::55".parse().expect("an address"), link_local(ROUTER)),
            mark: 0,
            expected,
        });
    }
    let icmp = |src: Ipv6Addr, dst: &str, kind: u8, target: Option<Ipv6Addr>| {
        let dst = dst.parse().expect("an address");
        Payload::Icmp { src: src.into(), dst, ttl: 255, kind: (kind, 0), target }
    };
    let to = |mac: &str, payload| (from.mac.clone(), mac.to_owned(), payload);
    let looks = icmp(Ipv6Addr::UNSPECIFIED, "ff02::2", 133, None);
    cases.push(from.sends("looks for routers", to(ALL_ROUTERS, looks), flooded()));
    let advertises = |src, target| to(ALL_NODES, icmp(src, "ff02::1", 136, Some(target)));
    let foreign: Ipv6Addr = "fe80::bad".parse().expect("an address");
    // The target is what counts: the sender may still be without an address that it may use.
    for address in from.v6().chain([own]) {
        cases.push(from.sends(&format!("advertises {address}"), advertises(foreign, address), flooded()));
    }
    let far: IpAddr = "2001:db8:ffff::9".parse().expect("an address");
    if from.secured {
        let seen = || Leaving::by(By::Agent(PAIR6_COOKIE));
        // The agent learns from it that the pair became active. Only the port's own MAC is known to the switch as a source.
        let of_pair = || Expected::Deliver([vec![seen()], flood(world, stations, from)].concat());
        let is_paired = from.pairs.iter().any(|(pair, mac)| *mac == from.mac && covers(pair, foreign.into()));
        let expected = if is_paired { of_pair() } else { Expected::Drop };
        cases.push(from.sends("advertises another's address", advertises(foreign, foreign), expected));
        for (pair, mac) in &from.pairs {
            let Some((IpAddr::V6(base), length)) = prefix(pair) else { continue };
            let paired = Ipv6Addr::from_bits(base.to_bits() | if length == 128 { 0 } else { 5 });
            if from.addresses.contains(&paired.into()) {
                continue;
            }
            let expected = if *mac == from.mac { of_pair() } else { Expected::one(seen()) };
            let frame = (mac.clone(), ALL_NODES.to_owned(), icmp(paired, "ff02::1", 136, Some(paired)));
            cases.push(from.sends("advertises its pair's address", frame, expected));
            let frame = (mac.clone(), ROUTER.to_owned(), Payload::ping(paired.into(), far, 64));
            cases.push(from.sends("sends as its pair before that is active", frame, Expected::Drop));
        }
        let frame = to(ROUTER, Payload::ping(foreign.into(), far, 64));
        cases.push(from.sends("claims another IPv6 address", frame, Expected::Drop));
        for address in from.v6() {
            let other = IpAddr::V6((u128::from(address) ^ 0xff00).into());
            cases.push(from.sends(
                "claims a neighbour's IPv6 address",
                to(ROUTER, Payload::ping(other, far, 64)),
                Expected::Drop,
            ));
        }
    }
    if !from.secured {
        let by = By::Tunnel(net.vnid, world.anycast_tep);
        let expected = Expected::one(Leaving { src: Source::Is(foreign.into()), ttl: Some(64), ..Leaving::by(by) });
        cases.push(from.sends(
            "sends outside over IPv6 as somebody else",
            to(ROUTER, Payload::ping(foreign.into(), far, 64)),
            expected,
        ));
    }
    for address in from.v6() {
        // The way out is for IPv4 only; the fabric may know one.
        let by = By::Tunnel(net.vnid, world.anycast_tep);
        let expected = Expected::one(Leaving { ttl: Some(64), dst: Some(far), ..Leaving::by(by) });
        cases.push(from.sends("pings outside over IPv6", from.routed(address.into(), far), expected));
    }
    if !from.serves {
        let all: IpAddr = "ff02::1:2".parse().expect("an address");
        let request = Payload::Udp { src: foreign.into(), dst: all, ttl: 64, ports: (546, 547) };
        let agent = leased(world, from) && from.secured;
        let expected = if agent { Expected::one(Leaving::by(By::Agent(DHCP6_COOKIE))) } else { flooded() };
        cases.push(from.sends("asks for a lease over IPv6", to(ALL_SERVERS, request), expected));
    }
}

/// The agent answers where the first IPv6 subnet with DHCP has name servers, its own or the DHCP ports.
pub(super) fn leased(world: &World, from: &Station) -> bool {
    if !world.is_on("enable_optimized_dhcp", true) {
        return false;
    }
    let net = from.net(world);
    let of = |address: Ipv6Addr| net.subnets.iter().find(|subnet| subnet.dhcp && subnet.holds(address.into()));
    from.v6().find_map(of).is_some_and(|subnet| !net.name_servers(subnet).is_empty())
}
