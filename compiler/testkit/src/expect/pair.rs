//! What one station sends to another.

use std::net::IpAddr;

use crate::ovs::Payload;
use crate::world::World;

use super::station::{Station, asked, flood_to, who_has};
use super::{By, Case, Expected, Leaving, ROUTER, Source};

pub(super) fn cases(world: &World, stations: &[Station], from: &Station, to: &Station, cases: &mut Vec<Case>) {
    let to_name = &to.label;
    let pairs = || -> Vec<(IpAddr, IpAddr)> {
        let v4 = from.v4().next().into_iter().flat_map(|src| to.v4().map(move |dst| (src.into(), dst.into())));
        let v6 = from.v6().next().into_iter().flat_map(|src| to.v6().map(move |dst| (src.into(), dst.into())));
        v4.chain(v6).collect()
    };
    if from.vrf != to.vrf {
        if !from.at(to) {
            return;
        }
        let (Some(src), Some(dst)) = (from.v4().next(), to.v4().next()) else { return };
        // Another project's network is never reached from inside, whatever the addresses are.
        let never = || Expected::NotBy(to.interface.clone());
        let frame = from.routed(src.into(), dst.into());
        cases.push(from.sends(&format!("pings {to_name} of another project"), frame, never()));
        let frame = (from.mac.clone(), to.mac.clone(), Payload::ping(src.into(), dst.into(), 64));
        cases.push(from.sends(&format!("sends straight to {to_name} of another project"), frame, never()));
        return;
    }
    if from.network == to.network {
        neighbours(world, from, to, &pairs(), cases);
        if let (Some(src), Some(dst)) = (from.v4().next(), to.v4().next()) {
            let what = format!("asks for its neighbour {to_name}");
            cases.push(from.sends(
                &what,
                who_has(&from.mac, src, dst),
                Expected::all(asked(world, stations, from, dst)),
            ));
        }
    }
    for (src, dst) in pairs() {
        let what = format!("pings {to_name} through the router");
        cases.push(from.sends(&what, from.routed(src, dst), through_router(world, from, to, src, dst)));
    }
    for mine in &from.floating {
        for theirs in to.floating.iter().filter(|it| it.external == mine.external && to.at(from)) {
            // Out under the one floating IP and in by the other, without leaving the host.
            let open = |it: &Station| world.leads_out(&it.network, &mine.external);
            let both = Leaving {
                by: to.to_port(),
                src: Source::Is(mine.public.into()),
                dst: Some(theirs.private.into()),
                ttl: Some(62),
                macs: (Some(ROUTER.to_owned()), Some(to.mac.clone())),
                answers: None,
            };
            let expected = if open(from) && open(to) { Expected::one(both) } else { Expected::Drop };
            let what = format!("pings the floating IP of {to_name}");
            cases.push(from.sends(&what, from.routed(mine.private.into(), theirs.public.into()), expected));
        }
    }
}

/// Stations of one network, which see each other's MACs.
fn neighbours(world: &World, from: &Station, to: &Station, pairs: &[(IpAddr, IpAddr)], cases: &mut Vec<Case>) {
    let net = from.net(world);
    let by = || if from.at(to) { to.to_port() } else { By::Tunnel(net.vnid, flood_to(world, net)) };
    let link_locals = (from.link_local().into(), to.link_local().into());
    for (src, dst) in pairs.iter().copied().chain([link_locals]) {
        let unchanged = Leaving {
            by: by(),
            src: Source::Is(src),
            dst: Some(dst),
            ttl: Some(64),
            macs: (Some(from.mac.clone()), Some(to.mac.clone())),
            answers: None,
        };
        let frame = (from.mac.clone(), to.mac.clone(), Payload::ping(src, dst, 64));
        cases.push(from.sends(&format!("pings its neighbour {}", to.label), frame, Expected::one(unchanged)));
    }
    let frame = (from.mac.clone(), to.mac.clone(), Payload::Other(0x88b5));
    let expected = Expected::one(Leaving::by(by()));
    cases.push(from.sends(&format!("sends what is not IP to {}", to.label), frame, expected));
}

/// A packet in the VRF by way of the router's MAC.
fn through_router(world: &World, from: &Station, to: &Station, src: IpAddr, dst: IpAddr) -> Expected {
    if !from.at(to) {
        // Policy towards other hosts is the fabric's.
        let by = By::Tunnel(from.net(world).vnid, world.anycast_tep);
        return Expected::one(Leaving { src: Source::Is(src), dst: Some(dst), ttl: Some(64), ..Leaving::by(by) });
    }
    if !world.routed(&from.network, &to.network) {
        return Expected::Drop;
    }
    Expected::one(Leaving {
        by: to.to_port(),
        src: Source::Is(src),
        dst: Some(dst),
        ttl: Some(63),
        macs: (Some(ROUTER.to_owned()), Some(to.mac.clone())),
        answers: None,
    })
}
