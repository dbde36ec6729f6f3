//! Tables 1, 5, 6 and 11: metadata, answered on the host.
//!
//! A packet to 169.254.169.254 leaves bridging for the service's next hop, an address in a namespace behind one interface that all VRFs share:
//! the next hop's address is what tells the VRFs apart. The answer comes in on that interface, gets its VRF by the same address,
//! and is delivered in table 11 to the endpoint without passing bridging, routing or a contract.

use std::net::IpAddr;

use aciform_fabric::model::MetadataService;
use aciform_intent::scalar::Prefix;

use super::action::Field;
use super::matching::{Match, Protocol, To};
use super::meta::{self, cookie};
use super::owner::Owner;
use super::scene::{Scene, Station};
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for service in &scene.host.services {
        there(scene, service, sheet);
        back(scene, service, sheet);
    }
    for station in &scene.stations {
        delivery(scene, station, sheet);
    }
}

fn question(routing_domain: u32, address: IpAddr) -> Match {
    let dl_dst = if address.is_ipv4() { To::Broadcast } else { To::Multicast };
    Match { protocol: Protocol::who_has(address), reg6: Some(routing_domain), dl_dst: Some(dl_dst), ..Match::default() }
}

fn there(scene: &Scene<'_>, service: &MetadataService, sheet: &mut Sheet) {
    let owner = Owner::Service(service.vrf);
    let routing_domain = scene.fabric.vrfs[service.vrf].routing_domain;
    let address = IpAddr::V4(meta::METADATA);
    let to_service =
        Match { reg6: Some(routing_domain), protocol: Protocol::to(Prefix::host(address)), ..Match::default() };
    sheet
        .flow(owner, Table::Bridge.at(51), &question(routing_domain, address))
        .arp_reply(service.mac, meta::METADATA)
        .in_port()
        .end();
    sheet
        .flow(owner, Table::Bridge.at(50), &to_service)
        .eth_src(scene.router)
        .eth_dst(service.mac)
        .choose_link()
        .goto(Table::ServiceNextHop);
    sheet
        .flow(owner, Table::ServiceNextHop.at(99), &to_service)
        .ip_dst(IpAddr::V4(service.next_hop))
        .dec_ttl()
        .output(service.ofport)
        .end();
}

fn back(scene: &Scene<'_>, service: &MetadataService, sheet: &mut Sheet) {
    let owner = Owner::Service(service.vrf);
    let routing_domain = scene.fabric.vrfs[service.vrf].routing_domain;
    let next_hop = Prefix::host(IpAddr::V4(service.next_hop));
    let from = |protocol: Protocol| Match {
        protocol,
        in_port: Some(service.ofport),
        dl_src: Some(service.mac),
        ..Match::default()
    };
    sheet
        .flow(owner, Table::PortSecurity.at(100), &from(Protocol::from(next_hop)))
        .load(Field::Reg6, u64::from(routing_domain))
        .ip_src(IpAddr::V4(meta::METADATA))
        .dec_ttl()
        .mark(meta::ROUTED, meta::ROUTED, Table::ServiceDestination);
    sheet
        .flow(owner, Table::PortSecurity.at(100), &from(Protocol::claim(next_hop)))
        .load(Field::Reg6, u64::from(routing_domain))
        .goto(Table::ServiceDestination);
    let gateway = question(routing_domain, IpAddr::V4(meta::METADATA_GATEWAY));
    sheet
        .flow(owner, Table::ServiceDestination.at(31), &Match { dl_src: Some(service.mac), ..gateway })
        .arp_reply(scene.router, meta::METADATA_GATEWAY)
        .in_port()
        .end();
}

/// The agent makes these for every endpoint with a VRF, whether a service is there or not.
fn delivery(scene: &Scene<'_>, station: &Station<'_>, sheet: &mut Sheet) {
    let Some(mac) = station.mac else { return };
    let routing_domain = station.numbers.routing_domain;
    for address in &station.returns {
        let matching =
            Match { reg6: Some(routing_domain), protocol: Protocol::to(Prefix::host(*address)), ..Match::default() };
        sheet
            .flow(station.owner, Table::ServiceDestination.at(50), &matching)
            .eth_src(scene.router)
            .eth_dst(mac)
            .dec_ttl()
            .output(station.port)
            .end();
        let asked = question(routing_domain, *address);
        match address {
            IpAddr::V4(v4) => {
                sheet.flow(station.owner, Table::ServiceDestination.at(51), &asked).arp_reply(mac, *v4).in_port().end()
            }
            IpAddr::V6(_) => sheet
                .flow(station.owner, Table::ServiceDestination.at(51).cookie(cookie::NEIGHBOUR), &asked)
                .discovery_answer(mac)
                .controller()
                .end(),
        }
    }
}
