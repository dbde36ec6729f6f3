//! What one station sends to another.

use std::net::{IpAddr, Ipv4Addr};

use crate::ovs::Payload;
use crate::world::World;

use super::station::{Station, asked, flood_to, who_has};
use super::{By, Case, Expected, Leaving, OUTSIDE, ROUTER, Source};

pub(super) fn cases(world: &World, stations: &[Station], from: &Station, to: &Station, cases: &mut Vec<Case>) {
    let to_name = &to.label;
    let pairs = || -> Vec<(IpAddr, IpAddr)> {
        let v4 = from.v4().next().into_iter().flat_map(|src| to.v4().map(move |dst| (src.into(), dst.into())));
        let v6 = from.v6().next().into_iter().flat_map(|src| to.v6().map(move |dst| (src.into(), dst.into())));
        v4.chain(v6).collect()
    };
    public(world, from, to, cases);
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
}

/// To the other's floating IPs, in whatever project: as its own floating IP, or through the SNAT of its host.
fn public(world: &World, from: &Station, to: &Station, cases: &mut Vec<Case>) {
    let ways = world.ways_out(&from.vrf);
    for theirs in &to.floating {
        // Two NAT groups in one VRF would see each other on the host.
        let apart =
            |way: &str| way == theirs.external || world.externals[way].vrf != world.externals[&theirs.external].vrf;
        let mut addresses: Vec<Ipv4Addr> = from.floating.iter().map(|mine| mine.private).collect();
        addresses.extend(from.v4().find(|address| !addresses.contains(address)));
        for address in addresses {
            let mine = from.floating.iter().find(|it| it.private == address && it.external == theirs.external);
            let expected = match mine.filter(|_| from.at(to) && ways.first() == Some(&theirs.external.as_str())) {
                // Out under the one floating IP and in by the other, without leaving the host.
                Some(mine) => {
                    let open = |it: &Station| world.leads_out(&it.network, &mine.external);
                    let both = Leaving {
                        by: to.to_port(),
                        src: Source::Is(mine.public.into()),
                        dst: Some(theirs.private.into()),
                        ttl: Some(62),
                        macs: (Some(ROUTER.to_owned()), Some(to.mac.clone())),
                        answers: None,
                    };
                    if open(from) && open(to) { Expected::one(both) } else { Expected::Drop }
                }
                None if !ways.iter().all(|way| apart(way)) => continue,
                None => from.outside(world, address, theirs.public.into()),
            };
            let what = format!("pings as {address} the floating IP {} of {}", theirs.public, to.label);
            cases.push(from.sends(&what, from.routed(address.into(), theirs.public.into()), expected));
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
    if let Some(address) = from.v4().next() {
        let frame = (from.mac.clone(), to.mac.clone(), Payload::ping(address.into(), OUTSIDE, 64));
        let unchanged =
            Leaving { src: Source::Is(address.into()), dst: Some(OUTSIDE), ttl: Some(64), ..Leaving::by(by()) };
        // A host route leads to a neighbour on the host only: what is sent to any other MAC is routed by its address.
        let expected = if from.at(to) || world.ways_out(&from.vrf).is_empty() {
            Expected::one(unchanged)
        } else {
            from.outside(world, address, OUTSIDE)
        };
        cases.push(from.sends(&format!("sends outside by way of {}", to.label), frame, expected));
    }
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
