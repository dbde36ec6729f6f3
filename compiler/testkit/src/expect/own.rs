//! What a station does alone: who it may claim to be, what the switch and the agent answer it, and how it gets out.

use std::net::{IpAddr, Ipv4Addr};

use crate::ovs::Payload;
use crate::world::World;

use super::station::{BROADCAST, Station, asked, covers, flood, flood_to, has_service, prefix, service, who_has};
use super::{By, Case, DHCP_COOKIE, Expected, Leaving, METADATA, OUTSIDE, PAIR_COOKIE, ROUTER, Source};

pub(super) fn cases(world: &World, stations: &[Station], from: &Station, cases: &mut Vec<Case>) {
    claims(world, stations, from, cases);
    lease(world, stations, from, cases);
    let Some(address) = from.v4().next() else { return };
    let net = from.net(world);
    for address in from.v4() {
        let expected = from.outside(world, address, OUTSIDE);
        cases.push(from.sends(&format!("pings outside as {address}"), from.routed(address.into(), OUTSIDE), expected));
        // Routed back by the port that it came in by.
        let itself = Leaving {
            src: Source::Is(address.into()),
            ttl: Some(63),
            macs: (Some(ROUTER.to_owned()), Some(from.mac.clone())),
            ..Leaving::by(By::InPort)
        };
        let frame = from.routed(address.into(), address.into());
        cases.push(from.sends("pings itself through the router", frame, Expected::one(itself)));
    }
    for subnet in &net.subnets {
        if let Some(IpAddr::V4(gateway)) = subnet.gateway {
            let answer = Leaving::answer(By::InPort, ROUTER, gateway, &from.mac);
            for address in from.v4() {
                let what = format!("asks as {address} for the gateway of {}", subnet.handle);
                cases.push(from.sends(&what, who_has(&from.mac, address, gateway), Expected::one(answer.clone())));
            }
        }
    }
    nobody(world, stations, from, address, cases);
    if let Some(server) = from.server(world) {
        let answer = Leaving::answer(By::InPort, ROUTER, server, &from.mac);
        cases.push(from.sends("asks for the DHCP server", who_has(&from.mac, address, server), Expected::one(answer)));
    }
    metadata(world, stations, from, address, cases);
    let frame = (from.mac.clone(), BROADCAST.to_owned(), Payload::Other(0x88b5));
    cases.push(from.sends("broadcasts what is not IP", frame, Expected::all(flood(world, stations, from))));
}

/// A port without an address is told to the switch without a MAC: nothing that it sends is let in.
pub(super) fn silent(from: &Station, cases: &mut Vec<Case>) {
    let somebody: IpAddr = [10, 50, 0, 9].into();
    let all: IpAddr = Ipv4Addr::BROADCAST.into();
    let discover = Payload::Udp { src: Ipv4Addr::UNSPECIFIED.into(), dst: all, ttl: 64, ports: (68, 67) };
    for (what, payload) in [
        ("what is not IP", Payload::Other(0x88b5)),
        ("a ping", Payload::ping(somebody, OUTSIDE, 64)),
        ("a request for a lease", discover),
    ] {
        let frame = (from.mac.clone(), BROADCAST.to_owned(), payload);
        cases.push(from.sends(&format!("without an address sends {what}"), frame, Expected::Drop));
    }
}

/// Addresses that nobody has: in each subnet of the VRF, and link-local.
fn nobody(world: &World, stations: &[Station], from: &Station, address: Ipv4Addr, cases: &mut Vec<Case>) {
    let net = from.net(world);
    let taken =
        |wanted: Ipv4Addr| stations.iter().any(|it| it.vrf == from.vrf && it.addresses.contains(&wanted.into()));
    let mut strangers = vec![Ipv4Addr::new(169, 254, 7, 7)];
    for subnet in world.inside(&from.vrf) {
        let IpAddr::V4(base) = subnet.network else { continue };
        let last = base.to_bits() + ((1u32 << (32 - subnet.length)) - 2);
        let is_gateway = |address: Ipv4Addr| subnet.gateway == Some(address.into());
        let free = (base.to_bits() + 1..=last).rev().map(Ipv4Addr::from_bits);
        strangers.extend(free.into_iter().find(|address| !taken(*address) && !is_gateway(*address)));
    }
    for stranger in strangers {
        let by = By::Tunnel(net.vnid, world.anycast_tep);
        let unchanged = Leaving { dst: Some(stranger.into()), ttl: Some(64), ..Leaving::by(by) };
        let frame = from.routed(address.into(), stranger.into());
        cases.push(from.sends(
            &format!("pings {stranger}, which is inside and nobody's"),
            frame,
            Expected::one(unchanged),
        ));
    }
    let somebody = "fa:16:3e:77:77:77";
    let unknown = (from.mac.clone(), somebody.to_owned(), Payload::Other(0x88b5));
    let by = By::Tunnel(net.vnid, flood_to(world, net));
    cases.push(from.sends("sends to a MAC that is not here", unknown, Expected::one(Leaving::by(by))));
}

/// Who it may claim to be.
fn claims(world: &World, stations: &[Station], from: &Station, cases: &mut Vec<Case>) {
    let address = from.v4().next();
    if let Some(address) = address {
        let stranger = "fa:16:3e:99:99:99".to_owned();
        let frame = (stranger, ROUTER.to_owned(), Payload::ping(address.into(), OUTSIDE, 64));
        cases.push(from.sends("claims another MAC", frame, Expected::Drop));
    }
    if !from.secured {
        if let Some(address) = address {
            promiscuous(world, stations, from, address, cases);
        }
        return;
    }
    if let Some(address) = address {
        let somebody = (1..).map(|bit| Ipv4Addr::from_bits(address.to_bits() ^ (1 << bit)));
        let somebody = somebody.into_iter().find(|it| !from.addresses.contains(&(*it).into()));
        let somebody = somebody.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let stranger = Ipv4Addr::new(192, 0, 2, 77);
        for claimed in [somebody, Ipv4Addr::new(203, 0, 113, 77)] {
            let out = from.routed(claimed.into(), OUTSIDE);
            cases.push(from.sends(&format!("claims {claimed} towards outside"), out, Expected::Drop));
            // What leaves by no translation must be stopped all the same.
            let payload = Payload::ping(claimed.into(), address.into(), 64);
            let near = (from.mac.clone(), "fa:16:3e:77:77:77".to_owned(), payload);
            cases.push(from.sends(&format!("claims {claimed} towards its neighbours"), near, Expected::Drop));
            let frame = who_has(&from.mac, claimed, stranger);
            let expected = claimed_by_arp(world, stations, from, claimed, stranger);
            cases.push(from.sends(&format!("claims {claimed} by ARP"), frame, expected));
        }
        for subnet in &from.net(world).subnets {
            if let Some(IpAddr::V4(gateway)) = subnet.gateway {
                let frame = who_has(&from.mac, gateway, stranger);
                let expected = claimed_by_arp(world, stations, from, gateway, stranger);
                cases.push(from.sends("claims the gateway by ARP", frame, expected));
            }
        }
    }
    for (pair, mac) in &from.pairs {
        let Some((IpAddr::V4(base), length)) = prefix(pair) else { continue };
        let paired = Ipv4Addr::from_bits(base.to_bits() | if length == 32 { 0 } else { 5 });
        if from.addresses.contains(&paired.into()) {
            continue;
        }
        // The agent learns from it that the pair became active. Only the port's own MAC is known to the switch as a source.
        let mut seen = vec![Leaving::by(By::Agent(PAIR_COOKIE))];
        if *mac == from.mac {
            seen.extend(asked(world, stations, from, paired));
        }
        let announced = who_has(mac, paired, paired);
        cases.push(from.sends("announces its pair's address", announced, Expected::Deliver(seen)));
        let frame = (mac.clone(), ROUTER.to_owned(), Payload::ping(paired.into(), OUTSIDE, 64));
        cases.push(from.sends("sends as its pair before that is active", frame, Expected::Drop));
    }
}

/// What a port sends that may claim any address under its own MAC: inside it passes, and outside nothing stands for it.
fn promiscuous(world: &World, stations: &[Station], from: &Station, address: Ipv4Addr, cases: &mut Vec<Case>) {
    let (claimed, stranger) = (Ipv4Addr::new(203, 0, 113, 77), Ipv4Addr::new(192, 0, 2, 77));
    let net = from.net(world);
    let unchanged = |by| Expected::one(Leaving { src: Source::Is(claimed.into()), ttl: Some(64), ..Leaving::by(by) });
    let payload = Payload::ping(claimed.into(), address.into(), 64);
    let near = (from.mac.clone(), "fa:16:3e:77:77:77".to_owned(), payload);
    let by = By::Tunnel(net.vnid, flood_to(world, net));
    cases.push(from.sends("sends to its neighbours as somebody else", near, unchanged(by)));
    let expected = Expected::all(asked(world, stations, from, stranger));
    cases.push(from.sends("asks by ARP as somebody else", who_has(&from.mac, claimed, stranger), expected));
    let expected = match world.ways_out(&from.vrf)[..] {
        [] => unchanged(By::Tunnel(net.vnid, world.anycast_tep)),
        [..] => Expected::Drop,
    };
    cases.push(from.sends("sends outside as somebody else", from.routed(claimed.into(), OUTSIDE), expected));
}

/// What comes of an ARP question under an address that is not the port's own.
/// One of its pairs' under its own MAC gets through, and the agent sees it too.
fn claimed_by_arp(
    world: &World,
    stations: &[Station],
    from: &Station,
    claimed: Ipv4Addr,
    asked_for: Ipv4Addr,
) -> Expected {
    if !from.pairs.iter().any(|(pair, mac)| *mac == from.mac && covers(pair, claimed.into())) {
        return Expected::Drop;
    }
    let mut seen = vec![Leaving::by(By::Agent(PAIR_COOKIE))];
    seen.extend(asked(world, stations, from, asked_for));
    Expected::Deliver(seen)
}

/// What a request for a lease comes to.
fn lease(world: &World, stations: &[Station], from: &Station, cases: &mut Vec<Case>) {
    if from.serves {
        return;
    }
    let (src, dst) = (Ipv4Addr::UNSPECIFIED.into(), Ipv4Addr::BROADCAST.into());
    let discover = Payload::Udp { src, dst, ttl: 64, ports: (68, 67) };
    let expected = if from.lease(world).is_some() && from.secured {
        Expected::one(Leaving::by(By::Agent(DHCP_COOKIE)))
    } else {
        // Without a lease, or let in before its DHCP is looked at: a real server has to answer.
        Expected::all(flood(world, stations, from))
    };
    cases.push(from.sends("asks for a lease", (from.mac.clone(), BROADCAST.to_owned(), discover), expected));
}

/// The metadata service, by its address.
fn metadata(world: &World, stations: &[Station], from: &Station, address: Ipv4Addr, cases: &mut Vec<Case>) {
    let net = from.net(world);
    let request = Payload::Tcp { src: address.into(), dst: METADATA.into(), ttl: 64, ports: (40000, 80) };
    let frame = (from.mac.clone(), ROUTER.to_owned(), request);
    if !has_service(world, stations, &from.host, &from.vrf) {
        let by = By::Tunnel(net.vnid, world.anycast_tep);
        return cases.push(from.sends("asks for metadata", frame, Expected::one(Leaving::by(by))));
    }
    let mac = world.host_mac(&from.host, "of-svc-nsport");
    let served = Leaving {
        src: Source::Is(address.into()),
        ttl: Some(63),
        macs: (Some(ROUTER.to_owned()), mac),
        ..Leaving::by(service())
    };
    cases.push(from.sends("asks for metadata", frame, Expected::one(served)));
    let frame = who_has(&from.mac, address, METADATA);
    cases.push(from.sends("asks for metadata by ARP", frame, Expected::all(asked(world, stations, from, METADATA))));
}
