//! What comes out of the tunnel: the fabric sends with the id of the group that it sends to, and nothing else is let in.

use std::net::{IpAddr, Ipv4Addr};

use crate::ovs::Payload;
use crate::world::World;

use super::station::{BROADCAST, Station, solicits, who_has};
use super::{By, Case, Expected, FABRIC, Leaving, OUTSIDE, ROUTER, Source};

/// A neighbour on another host.
const REMOTE_MAC: &str = "fa:16:3e:55:55:55";

pub(super) fn cases(world: &World, stations: &[Station], to: &Station, cases: &mut Vec<Case>) {
    let net = to.net(world);
    let arriving = |what: &str, vnid: u32, frame, expected| Case {
        name: format!("the fabric {what} {}", to.label),
        host: to.host.clone(),
        ingress: super::From::Tunnel(vnid),
        frame,
        mark: 0,
        expected,
    };
    let frame = |dst: &str, payload| (ROUTER.to_owned(), dst.to_owned(), payload);
    for address in &to.addresses {
        let src = if address.is_ipv4() { OUTSIDE } else { "2001:db8:ffff::9".parse().expect("an address") };
        let packet = || Payload::ping(src, *address, 60);
        let arrives = |ttl| Leaving { dst: Some(*address), ttl: Some(ttl), ..Leaving::by(to.to_port()) };
        cases.push(arriving("sends to", net.vnid, frame(&to.mac, packet()), Expected::one(arrives(60))));
        cases.push(arriving("routes to", net.vnid, frame(ROUTER, packet()), Expected::one(arrives(59))));
        cases.push(arriving("sends as nobody to", 0x7f_fff0, frame(&to.mac, packet()), Expected::Drop));
        for (name, other) in world.networks.iter().filter(|(name, _)| **name != to.network) {
            // Contracts are the fabric's business: what comes under another group's id is not let in, whatever they say.
            let what = format!("sends as {}/{} to", name.0, name.1);
            let expected = Expected::NotBy(to.interface.clone());
            cases.push(arriving(&what, other.vnid, frame(ROUTER, packet()), expected));
        }
    }
    let remote = |tpa: Ipv4Addr| who_has(REMOTE_MAC, Ipv4Addr::new(192, 0, 2, 55), tpa);
    for subnet in &net.subnets {
        if let Some(IpAddr::V4(gateway)) = subnet.gateway {
            cases.push(arriving("asks for the gateway before", net.vnid, remote(gateway), Expected::Drop));
        }
    }
    let here = || stations.iter().filter(|it| it.at(to) && it.network == to.network);
    for address in to.v4() {
        let answered = here().any(|it| it.server(world) == Some(address));
        let unicast = Leaving { macs: (None, Some(to.mac.clone())), ..Leaving::by(to.to_port()) };
        let expected = if answered { Expected::Drop } else { Expected::one(unicast) };
        cases.push(arriving("asks for", net.vnid, remote(address), expected));
        // Not out again, under the translation of the way out or as it came: a switch never sends back what a tunnel brought.
        let looped = (REMOTE_MAC.to_owned(), ROUTER.to_owned(), Payload::ping(address.into(), OUTSIDE, 60));
        cases.push(arriving("sends back what was sent by", net.vnid, looped, Expected::Drop));
    }
    if let Some(server) = to.server(world) {
        cases.push(arriving("asks for the DHCP server before", net.vnid, remote(server), Expected::Drop));
    }
    let unicast = Leaving { macs: (None, Some(to.mac.clone())), ..Leaving::by(to.to_port()) };
    for target in to.v6().chain([to.link_local()]) {
        let frame = solicits(REMOTE_MAC, "fe80::55".parse().expect("an address"), target);
        cases.push(arriving("solicits", net.vnid, frame, Expected::one(unicast.clone())));
    }
    let broadcast = (REMOTE_MAC.to_owned(), BROADCAST.to_owned(), Payload::Other(0x88b5));
    let all = here().map(|it| Leaving::by(it.to_port())).collect();
    cases.push(arriving("broadcasts before", net.vnid, broadcast, Expected::Deliver(all)));
    for floating in &to.floating {
        let vnid = world.externals[&floating.external].vnid;
        let open = world.leads_out(&to.network, &floating.external);
        self::floating(to, (floating.public, floating.private), vnid, open, &arriving, cases);
        // Under the id of the instance's own group the floating IP means nothing.
        let frame = (ROUTER.to_owned(), to.mac.clone(), Payload::ping(OUTSIDE, floating.public.into(), 60));
        cases.push(arriving(
            "sends as its own group to a floating IP of",
            net.vnid,
            frame,
            unchanged(to, floating.public),
        ));
    }
}

/// A bridged frame is not looked at above its MAC.
fn unchanged(to: &Station, public: Ipv4Addr) -> Expected {
    Expected::one(Leaving { dst: Some(public.into()), ttl: Some(60), ..Leaving::by(to.to_port()) })
}

/// What the fabric does with a floating IP; `open` says whether a router's contract lets it in.
pub(super) fn floating(
    to: &Station,
    (public, private): (Ipv4Addr, Ipv4Addr),
    vnid: u32,
    open: bool,
    arriving: &impl Fn(&str, u32, super::Frame, Expected) -> Case,
    cases: &mut Vec<Case>,
) {
    let frame = |payload| (ROUTER.to_owned(), to.mac.clone(), payload);
    let arrives = Leaving {
        by: to.to_port(),
        src: Source::Is(OUTSIDE),
        dst: Some(private.into()),
        ttl: Some(59),
        macs: (Some(ROUTER.to_owned()), Some(to.mac.clone())),
        answers: None,
    };
    let let_in = |leaving| if open { Expected::one(leaving) } else { Expected::Drop };
    let ping = Payload::ping(OUTSIDE, public.into(), 60);
    cases.push(arriving(&format!("sends to {public} of"), vnid, frame(ping), let_in(arrives)));
    for kind in [3, 11, 12] {
        // The error quotes a header with the public address, which the agent has to put right.
        let error = Payload::Icmp { src: OUTSIDE, dst: public.into(), ttl: 60, kind: (kind, 0), target: None };
        let agent = Leaving { dst: Some(private.into()), ..Leaving::by(By::Agent(super::ERROR_COOKIE)) };
        cases.push(arriving(&format!("reports error {kind} to {public} of"), vnid, frame(error), let_in(agent)));
    }
    let asks = who_has(REMOTE_MAC, Ipv4Addr::new(192, 0, 2, 55), public);
    let answer = Leaving::answer(By::Tunnel(vnid, FABRIC), &to.mac, public, REMOTE_MAC);
    cases.push(arriving(&format!("asks for {public} of"), vnid, asks, Expected::one(answer)));
}
