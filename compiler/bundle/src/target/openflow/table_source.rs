//! Table 2: whose packet it is.
//!
//! What port security let in gets its group, bridge domain, flood domain and VRF into `reg0`, `reg4`, `reg5`, `reg6` and goes on to bridging.
//! The tunnel says the group by its network id; such a packet is marked as judged by the fabric.
//! A MAC that is not known on its port is dropped here, even on a promiscuous port.
//! What comes back from a SNAT interface is a reply: its translation is undone and it skips bridging.

use std::net::IpAddr;

use aciform_intent::scalar::{MacAddr, Prefix};

use super::action::Field;
use super::matching::{Match, Protocol};
use super::meta;
use super::scene::{Exit, Scene};
use super::sheet::Sheet;
use super::table::Table;
use super::table_route::undo_translation;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for group in &scene.groups {
        let matching = Match { tun_id: Some(group.numbers.vnid), in_port: Some(scene.tunnel), ..Match::default() };
        sheet.flow(group.owner(), Table::Source.at(149), &matching).source(group.numbers).mark(
            meta::FROM_FABRIC,
            meta::FROM_FABRIC,
            Table::ServiceReverse,
        );
    }
    for station in &scene.stations {
        if let Some(mac) = station.mac {
            let matching = Match { in_port: Some(station.port), dl_src: Some(mac), ..Match::default() };
            sheet
                .flow(station.owner, Table::Source.at(140), &matching)
                .source(station.numbers)
                .goto(Table::ServiceReverse);
        }
    }
    for (station, mac, mapping) in scene.translations() {
        let Exit::Interface(port, interface_mac) = scene.exit(mapping) else { continue };
        let back = |to: IpAddr, pkt_mark: Option<u32>| returning(port, interface_mac, to, pkt_mark);
        let actions = sheet.flow(station.owner, Table::Source.at(201), &back(mapping.outer, None));
        undo_translation(actions, scene, station, mac, mapping.mapped);
        // A namespace that routes the private address itself says by the packet's mark in which VRF it is meant.
        let marked = back(mapping.mapped, Some(station.numbers.routing_domain));
        sheet
            .flow(station.owner, Table::Source.at(200), &marked)
            .eth_src(scene.router)
            .destination(station.numbers)
            .load(Field::Reg7, u64::from(station.port))
            .mark(meta::ROUTED, meta::ROUTED, Table::NatIn);
    }
}

fn returning(port: u32, mac: MacAddr, to: IpAddr, pkt_mark: Option<u32>) -> Match {
    Match {
        pkt_mark,
        protocol: Protocol::to(Prefix::host(to)),
        in_port: Some(port),
        dl_src: Some(mac),
        ..Match::default()
    }
}
