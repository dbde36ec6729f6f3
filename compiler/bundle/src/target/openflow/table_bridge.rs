//! Table 5: bridging, with the answers that need no flooding.
//!
//! A frame to a MAC behind this bridge gets its destination group and port and goes on to the contracts.
//! The router and the DHCP server answer ARP and ND here, on their ports only: what the tunnel brings is for another host's copy of them.
//! A question for a local endpoint is turned into unicast; what is left with the group bit set is flooded, and the rest is routed.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use aciform_intent::scalar::MacAddr;

use super::action::Field;
use super::matching::{Match, Protocol, To};
use super::meta::{self, cookie};
use super::owner::Owner;
use super::scene::{Numbers, Scene, Station};
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for group in &scene.groups {
        let matching = Match {
            reg0: Some(group.numbers.vnid),
            reg5: Some(group.numbers.flood_domain),
            dl_dst: Some(To::Multicast),
            ..Match::default()
        };
        sheet
            .flow(group.owner(), Table::Bridge.at(10), &matching)
            .load(Field::Reg7, u64::from(group.flood_to.to_bits()))
            .mark(meta::FLOOD, meta::ACTION_MASK, Table::Statistics);
    }
    domains(scene, sheet);
    for station in &scene.stations {
        if let Some(mac) = station.mac {
            local(station, mac, sheet);
        }
    }
    dhcp_servers(scene, sheet);
}

/// The question for an address in a bridge domain.
pub(super) fn who_has(bridge_domain: u32, routing_domain: u32, address: IpAddr) -> Match {
    let dl_dst = if address.is_ipv4() { To::Broadcast } else { To::Multicast };
    Match {
        protocol: Protocol::who_has(address),
        reg4: Some(bridge_domain),
        reg6: Some(routing_domain),
        dl_dst: Some(dl_dst),
        ..Match::default()
    }
}

/// Gateways answer for themselves. For IPv6 that is the router MAC's link-local address, once per bridge domain, and the agent gives the answer.
fn domains(scene: &Scene<'_>, sheet: &mut Sheet) {
    for (id, domain) in &scene.domains {
        let owner = Owner::Domain(*id);
        let routing_domain = scene.fabric.vrfs[domain.vrf].routing_domain;
        for gateway in &domain.gateways {
            if let IpAddr::V4(address) = gateway.gateway {
                let router = Answer { owner, priority: 20, over_tunnel: 22, mac: scene.router, address };
                answer(scene, (domain.local, routing_domain), &router, sheet);
            }
        }
        if domain.gateways.iter().any(|gateway| gateway.gateway.is_ipv6()) {
            let matching = who_has(domain.local, routing_domain, IpAddr::V6(scene.router.link_local()));
            let from_tunnel = Match { in_port: Some(scene.tunnel), ..matching };
            sheet.flow(owner, Table::Bridge.at(20).cookie(cookie::NEIGHBOUR), &matching).controller().end();
            sheet.flow(owner, Table::Bridge.at(22).cookie(cookie::NEIGHBOUR), &from_tunnel).end();
        }
        if domain.unicast_route {
            let matching = Match { reg4: Some(domain.local), ..Match::default() };
            sheet.flow(owner, Table::Bridge.at(2), &matching).goto(Table::Route);
        }
    }
}

/// Who answers for an address, and how loudly.
struct Answer {
    owner: Owner,
    priority: u16,
    /// Of the drop of the same question from the tunnel.
    over_tunnel: u16,
    mac: MacAddr,
    address: Ipv4Addr,
}

/// ARP is answered on the bridge, and dropped when it comes from the tunnel.
fn answer(scene: &Scene<'_>, (bridge_domain, routing_domain): (u32, u32), answer: &Answer, sheet: &mut Sheet) {
    let matching = who_has(bridge_domain, routing_domain, IpAddr::V4(answer.address));
    let from_tunnel = Match { in_port: Some(scene.tunnel), ..matching };
    sheet
        .flow(answer.owner, Table::Bridge.at(answer.priority), &matching)
        .arp_reply(answer.mac, answer.address)
        .in_port()
        .end();
    sheet.flow(answer.owner, Table::Bridge.at(answer.over_tunnel), &from_tunnel).end();
}

fn local(station: &Station<'_>, mac: MacAddr, sheet: &mut Sheet) {
    let Numbers { vnid, bridge_domain, routing_domain, .. } = station.numbers;
    let matching = Match { reg4: Some(bridge_domain), dl_dst: Some(To::Mac(mac)), ..Match::default() };
    sheet
        .flow(station.owner, Table::Bridge.at(10), &matching)
        .load(Field::Reg2, u64::from(vnid))
        .load(Field::Reg7, u64::from(station.port))
        .goto(Table::Policy);
    if !station.routed {
        return;
    }
    for address in &station.addresses {
        sheet
            .flow(station.owner, Table::Bridge.at(20), &who_has(bridge_domain, routing_domain, *address))
            .load(Field::Reg2, u64::from(vnid))
            .load(Field::Reg7, u64::from(station.port))
            .eth_dst(mac)
            .goto(Table::Policy);
    }
}

/// The DHCP server is in the agent, so its address is answered for once per bridge domain that has a client.
fn dhcp_servers(scene: &Scene<'_>, sheet: &mut Sheet) {
    let mac = scene.fabric.system.dhcp_mac;
    // Many ports share a server: writing its flows once keeps the sheet short.
    let mut written: BTreeSet<(u32, u32, IpAddr)> = BTreeSet::new();
    for station in scene.stations.iter().filter(|station| station.mac.is_some()) {
        let Numbers { vnid, bridge_domain, routing_domain, .. } = station.numbers;
        if let Some(server) = station.dhcp4
            && written.insert((bridge_domain, routing_domain, IpAddr::V4(server)))
        {
            let owner = station.owner;
            let server = Answer { owner, priority: 51, over_tunnel: 52, mac, address: server };
            answer(scene, (bridge_domain, routing_domain), &server, sheet);
        }
        let server6 = IpAddr::V6(mac.link_local());
        if station.dhcp6 && written.insert((bridge_domain, routing_domain, server6)) {
            let matching = who_has(bridge_domain, routing_domain, server6);
            sheet
                .flow(station.owner, Table::Bridge.at(51).cookie(cookie::NEIGHBOUR), &matching)
                .load(Field::Reg0, u64::from(vnid))
                .discovery_answer(mac)
                .controller()
                .end();
        }
    }
}
