//! Table 14: doing what the metadata says.
//!
//! Everything that passed comes in here and leaves: out of a port, into the tunnel with its source group's network id, to a flood domain's ports,
//! or translated. A translation for a floating IP and a destination that is a translated address start over in bridging, as the NAT group.
//! A routed packet may leave by the port it came in on, which Open vSwitch only does when told so.

use aciform_fabric::model::Mapping;
use aciform_intent::scalar::{MacAddr, Prefix};

use super::action::{Actions, Field};
use super::group::flood_domains;
use super::matching::{Match, Protocol, To};
use super::meta;
use super::scene::{Exit, Group, Numbers, Scene, Station};
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for group in &scene.groups {
        tunnel(scene, group, sheet);
        start_over(group, sheet);
    }
    for domain in flood_domains(scene) {
        let matching =
            Match { reg5: Some(domain.number), metadata: Some((meta::FLOOD, meta::ACTION_MASK)), ..Match::default() };
        sheet.flow(domain.owner, Table::Output.at(10), &matching).group(domain.number).end();
    }
    for (station, mac, mapping) in scene.translations() {
        translate(scene, station, mac, mapping, sheet);
    }
    for station in &scene.stations {
        for way in [meta::ROUTED | meta::TO_PORT, meta::ROUTED | meta::TO_PORT_REVERSED] {
            let matching = Match {
                reg7: Some(station.port),
                metadata: Some((way, meta::ROUTED | meta::ACTION_MASK)),
                in_port: Some(station.port),
                ..Match::default()
            };
            sheet.flow(station.owner, Table::Output.at(2), &matching).in_port().end();
        }
    }
}

/// Unknown unicast goes where the group's floods go; what is to be routed goes to the fabric's anycast TEP.
fn tunnel(scene: &Scene<'_>, group: &Group<'_>, sheet: &mut Sheet) {
    let matching = Match {
        reg0: Some(group.numbers.vnid),
        metadata: Some((meta::TO_TUNNEL, meta::ACTION_MASK)),
        ..Match::default()
    };
    let to_router = Match { dl_dst: Some(To::Mac(scene.router)), ..matching };
    for (priority, matching, to) in [(10, matching, group.flood_to), (11, to_router, scene.fabric.system.anycast_tep)] {
        sheet
            .flow(group.owner(), Table::Output.at(priority), &matching)
            .tunnel_source_group()
            .tunnel_to(to)
            .output(scene.tunnel)
            .end();
    }
}

fn start_over(group: &Group<'_>, sheet: &mut Sheet) {
    let matching = Match {
        reg7: Some(group.numbers.vnid),
        metadata: Some((meta::RESUBMIT, meta::ACTION_MASK)),
        ..Match::default()
    };
    as_group(sheet.flow(group.owner(), Table::Output.at(10), &matching), group.numbers);
}

/// Metadata is loaded here, not written: OpenFlow 1.3 writes it last, after the resubmit.
fn as_group(actions: Actions<'_>, numbers: Numbers) {
    actions.source(numbers).load(Field::Reg7, 0).load(Field::Metadata, meta::ROUTED).resubmit(Table::Bridge);
}

fn translate(scene: &Scene<'_>, station: &Station<'_>, mac: MacAddr, mapping: &Mapping, sheet: &mut Sheet) {
    let nat = Numbers::of(scene.fabric, mapping.nat_epg);
    let matching = Match {
        reg6: Some(station.numbers.routing_domain),
        reg7: Some(nat.vnid),
        metadata: Some((meta::TRANSLATE, meta::ACTION_MASK)),
        protocol: Protocol::from(Prefix::host(mapping.mapped)),
        ..Match::default()
    };
    let exit = scene.exit(mapping);
    let next_hop = match exit {
        Exit::Group => scene.router,
        Exit::Interface(_, mac) => mac,
    };
    let translated = sheet
        .flow(station.owner, Table::Output.at(10), &matching)
        .eth_src(mac)
        .eth_dst(next_hop)
        .ip_src(mapping.outer)
        .dec_ttl();
    match exit {
        Exit::Group => as_group(translated, nat),
        // The namespace sees the VRF as the packet's mark.
        Exit::Interface(port, _) => {
            translated.load(Field::PktMark, u64::from(station.numbers.routing_domain)).output(port).end();
        }
    }
}
