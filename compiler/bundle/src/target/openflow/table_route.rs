//! Table 7: routing, by longest prefix, which is spelled as priority.
//!
//! Everything comes here that is not for a MAC behind this bridge.
//! An endpoint's address through the router's MAC goes on to the contracts; a subnet of the VRF leaves through the tunnel for the fabric to judge;
//! a destination outside goes on to the contracts as the external group's, to be translated where the VRF says so.
//! A translated address of the NAT VRF has its translation undone when the packet is the NAT group's, and else starts over as such after the contracts.

use std::net::IpAddr;

use aciform_fabric::model::{Vrf, VrfId};
use aciform_intent::scalar::{MacAddr, Prefix};

use super::action::{Actions, Field};
use super::matching::{Match, Protocol, To};
use super::meta;
use super::owner::Owner;
use super::scene::{Numbers, Scene, Station};
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for station in scene.stations.iter().filter(|station| station.routed) {
        if let Some(mac) = station.mac {
            endpoint(scene, station, mac, sheet);
        }
    }
    translated(scene, sheet);
    for (id, vrf) in &scene.vrfs {
        inside(*id, vrf, sheet);
        outside(scene, *id, vrf, sheet);
    }
}

fn endpoint(scene: &Scene<'_>, station: &Station<'_>, mac: MacAddr, sheet: &mut Sheet) {
    for address in station.addresses.iter().filter(|address| !is_link_local(**address)) {
        let matching = Match {
            reg6: Some(station.numbers.routing_domain),
            dl_dst: Some(To::Mac(scene.router)),
            protocol: Protocol::to(Prefix::host(*address)),
            ..Match::default()
        };
        sheet
            .flow(station.owner, Table::Route.at(500), &matching)
            .load(Field::Reg2, u64::from(station.numbers.vnid))
            .load(Field::Reg7, u64::from(station.port))
            .eth_src(scene.router)
            .eth_dst(mac)
            .dec_ttl()
            .mark(meta::ROUTED, meta::ROUTED, Table::Policy);
    }
}

fn translated(scene: &Scene<'_>, sheet: &mut Sheet) {
    for (station, mac, mapping) in scene.translations() {
        let nat = Numbers::of(scene.fabric, mapping.nat_epg);
        let to_outer = Match {
            reg6: Some(nat.routing_domain),
            protocol: Protocol::to(Prefix::host(mapping.outer)),
            ..Match::default()
        };
        let in_group = Match { reg0: Some(nat.vnid), ..to_outer };
        let actions = sheet.flow(station.owner, Table::Route.at(452), &in_group);
        undo_translation(actions, scene, station, mac, mapping.mapped);
        sheet
            .flow(station.owner, Table::Route.at(450), &to_outer)
            .load(Field::Reg2, u64::from(nat.vnid))
            .load(Field::Reg7, u64::from(nat.vnid))
            .mark(meta::RESUBMIT, meta::ACTION_MASK, Table::Policy);
    }
}

/// Gives a packet the private address back, and the registers of its endpoint; the external group of its source is found next.
pub(super) fn undo_translation(
    actions: Actions<'_>,
    scene: &Scene<'_>,
    station: &Station<'_>,
    mac: MacAddr,
    mapped: IpAddr,
) {
    actions
        .eth_src(scene.router)
        .eth_dst(mac)
        .ip_dst(mapped)
        .dec_ttl()
        .destination(station.numbers)
        .load(Field::Reg7, u64::from(station.port))
        .mark(meta::ROUTED, meta::ROUTED, Table::NatIn);
}

fn inside(id: VrfId, vrf: &Vrf, sheet: &mut Sheet) {
    for subnet in &vrf.internal_subnets {
        let matching = Match { reg6: Some(vrf.routing_domain), protocol: Protocol::to(*subnet), ..Match::default() };
        let priority = 300 + u16::from(subnet.length());
        sheet.flow(Owner::Vrf(id), Table::Route.at(priority), &matching).mark(
            meta::TO_TUNNEL,
            meta::ACTION_MASK,
            Table::Statistics,
        );
    }
}

fn outside(scene: &Scene<'_>, id: VrfId, vrf: &Vrf, sheet: &mut Sheet) {
    for route in &vrf.routes {
        let owner = Owner::External(id, route.external);
        let length = u16::from(route.prefix.length());
        let matching =
            Match { reg6: Some(vrf.routing_domain), protocol: Protocol::to(route.prefix), ..Match::default() };
        match route.nat {
            Some(nat) => {
                let base = if route.prefix.is_ipv4() { 80 } else { 170 };
                sheet
                    .flow(owner, Table::Route.at(base + length), &matching)
                    .load(Field::Reg2, u64::from(meta::EXTERNAL | route.external))
                    .load(Field::Reg7, u64::from(scene.fabric.epgs[nat].vnid))
                    .mark(meta::TRANSLATE, meta::ACTION_MASK, Table::Policy);
            }
            None => sheet.flow(owner, Table::Route.at(40 + length), &matching).mark(
                meta::TO_TUNNEL,
                meta::ACTION_MASK,
                Table::Statistics,
            ),
        }
    }
}

/// Addresses that are only reached inside one link; the agent makes no routes for them.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}
