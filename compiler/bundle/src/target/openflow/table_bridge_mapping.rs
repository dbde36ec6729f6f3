//! Table 5 for translated addresses: the endpoint's MAC answers for its floating IP and its internal SNAT address, to the fabric too.
//!
//! Questions for the outer address come from the NAT group's bridge domain, locally or through the tunnel, and go back where they came from.

use std::net::IpAddr;

use super::action::Field;
use super::matching::Match;
use super::meta::cookie;
use super::scene::{Numbers, Scene};
use super::sheet::Sheet;
use super::table::Table;
use super::table_bridge::who_has;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for (station, mac, mapping) in scene.translations() {
        let nat = Numbers::of(scene.fabric, mapping.nat_epg);
        let matching = who_has(nat.bridge_domain, nat.routing_domain, mapping.outer);
        match mapping.outer {
            IpAddr::V4(address) => {
                sheet.flow(station.owner, Table::Bridge.at(20), &matching).arp_reply(mac, address).in_port().end();
                let from_tunnel = Match { in_port: Some(scene.tunnel), ..matching };
                sheet
                    .flow(station.owner, Table::Bridge.at(21), &from_tunnel)
                    .arp_reply(mac, address)
                    .tunnel_back()
                    .in_port()
                    .end();
            }
            IpAddr::V6(_) => sheet
                .flow(station.owner, Table::Bridge.at(20).cookie(cookie::NEIGHBOUR), &matching)
                .load(Field::Reg0, u64::from(nat.vnid))
                .discovery_answer(mac)
                .controller()
                .end(),
        }
    }
}
