//! The metadata service's port: its answers reach the instances of one VRF, and look as if the service itself had sent them.

use std::net::Ipv4Addr;

use crate::ovs::Payload;
use crate::world::World;

use super::station::{Station, has_service, who_has};
use super::{By, Case, Expected, From, Leaving, METADATA, ROUTER, SERVICE, Source};

/// Who asks for an instance, in the service's namespace.
const NAMESPACE: Ipv4Addr = Ipv4Addr::new(169, 254, 1, 2);
const GATEWAY: Ipv4Addr = Ipv4Addr::new(169, 254, 1, 1);

pub(super) fn cases(world: &World, stations: &[Station], cases: &mut Vec<Case>) {
    for station in stations {
        if !has_service(world, stations, &station.host, &station.vrf) {
            continue;
        }
        let mac = world.host_mac(&station.host, "of-svc-nsport").unwrap_or_default();
        let next_hop = |vrf: &str| {
            let key = format!("{} {}", station.host, world.context(vrf));
            let at: u32 = world.handed_out("metadata_next_hop", &key)?.parse().ok()?;
            Some(Ipv4Addr::from_bits(Ipv4Addr::new(169, 254, 240, 3).to_bits() + at))
        };
        let hop = next_hop(&station.network.0).unwrap_or_else(|| panic!("{} has no service", station.label));
        let sends = |what: &str, frame, expected| Case {
            name: format!("metadata {what} {}", station.label),
            host: station.host.clone(),
            ingress: From::Port(SERVICE.to_owned()),
            frame,
            mark: 0,
            expected,
        };
        let answer = |src: Ipv4Addr, dst: Ipv4Addr| {
            let payload = Payload::Tcp { src: src.into(), dst: dst.into(), ttl: 64, ports: (80, 40000) };
            (mac.clone(), ROUTER.to_owned(), payload)
        };
        for address in station.v4() {
            let received = Leaving {
                by: station.to_port(),
                src: Source::Is(METADATA.into()),
                dst: Some(address.into()),
                ttl: Some(62),
                macs: (Some(ROUTER.to_owned()), Some(station.mac.clone())),
                answers: None,
            };
            cases.push(sends("answers", answer(hop, address), Expected::one(received)));
            cases.push(sends("under no next hop answers", answer(NAMESPACE, address), Expected::Drop));
            let reply = Leaving::answer(By::InPort, &station.mac, address, &mac);
            cases.push(sends("asks for", who_has(&mac, hop, address), Expected::one(reply)));
            for other in world.projects.keys().filter(|other| world.vrf(other) != station.vrf) {
                let Some(theirs) =
                    next_hop(other).filter(|_| has_service(world, stations, &station.host, world.vrf(other)))
                else {
                    continue;
                };
                let never = Expected::NotBy(station.interface.clone());
                cases.push(sends(&format!("of {other} answers"), answer(theirs, address), never));
            }
        }
        let reply = Leaving::answer(By::InPort, ROUTER, GATEWAY, &mac);
        cases.push(sends("asks for its gateway beside", who_has(&mac, hop, GATEWAY), Expected::one(reply)));
    }
}
