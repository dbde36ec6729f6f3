//! Table 1: who may send what from which port.
//!
//! Every packet from a port comes in here.
//! Goes on to the source table: frames from a port's own MAC that carry none but its own addresses, everything from a promiscuous port,
//! and ARP or neighbour advertisements of a virtual address (which the agent also sees, because that is how it learns who holds the address now).
//! DHCP requests end here: they go to the agent, whose answer goes straight to the port.

use aciform_fabric::model::VirtualIp;
use aciform_intent::scalar::{MacAddr, Prefix};

use super::matching::{Match, Protocol};
use super::meta::cookie;
use super::scene::{Scene, Station};
use super::sheet::Sheet;
use super::table::Table;

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    for station in &scene.stations {
        if station.promiscuous {
            let matching = Match { in_port: Some(station.port), ..Match::default() };
            sheet.flow(station.owner, Table::PortSecurity.at(50), &matching).goto(Table::Source);
        } else if let Some(mac) = station.mac {
            own_addresses(station, mac, sheet);
        }
        for pair in station.virtual_ips {
            virtual_address(station, pair, sheet);
        }
        if let Some(mac) = station.mac {
            dhcp(station, mac, sheet);
        }
    }
}

fn from(station: &Station<'_>, mac: MacAddr, protocol: Protocol) -> Match {
    Match { protocol, in_port: Some(station.port), dl_src: Some(mac), ..Match::default() }
}

fn own_addresses(station: &Station<'_>, mac: MacAddr, sheet: &mut Sheet) {
    let mut allow = |priority: u16, protocol: Protocol| {
        let matching = from(station, mac, protocol);
        sheet.flow(station.owner, Table::PortSecurity.at(priority), &matching).goto(Table::Source);
    };
    allow(20, Protocol::Any);
    for address in &station.addresses {
        allow(30, Protocol::from(Prefix::host(*address)));
        allow(40, Protocol::claim(Prefix::host(*address)));
    }
}

/// An address pair that nobody has taken yet may only be announced; addresses of the station inside it are announced as its own.
fn virtual_address(station: &Station<'_>, pair: &VirtualIp, sheet: &mut Sheet) {
    let announced = if pair.prefix.is_ipv4() { cookie::VIRTUAL_ARP } else { cookie::VIRTUAL_NEIGHBOUR };
    let matching = from(station, pair.mac, Protocol::claim(pair.prefix));
    sheet.flow(station.owner, Table::PortSecurity.at(60).cookie(announced), &matching).controller().goto(Table::Source);
    for address in station.addresses.iter().filter(|address| pair.prefix.contains(**address)) {
        let matching = from(station, pair.mac, Protocol::claim(Prefix::host(*address)));
        sheet.flow(station.owner, Table::PortSecurity.at(61), &matching).goto(Table::Source);
    }
}

/// The port's own MAC asks, and so may each virtual MAC in the families that it has addresses of.
fn dhcp(station: &Station<'_>, mac: MacAddr, sheet: &mut Sheet) {
    let virtual_macs = |v4: bool| {
        let of_family = station.virtual_ips.iter().filter(move |pair| pair.prefix.is_ipv4() == v4);
        of_family.map(|pair| pair.mac).filter(move |other| *other != mac)
    };
    let request4 = (Protocol::Udp { src: 68, dst: 67 }, cookie::DHCP4);
    let request6 = (Protocol::Udp6 { src: 546, dst: 547 }, cookie::DHCP6);
    for (served, v4, (protocol, cookie)) in
        [(station.dhcp4.is_some(), true, request4), (station.dhcp6, false, request6)]
    {
        if served {
            for mac in std::iter::once(mac).chain(virtual_macs(v4)) {
                let matching = from(station, mac, protocol);
                sheet.flow(station.owner, Table::PortSecurity.at(35).cookie(cookie), &matching).controller().end();
            }
        }
    }
}
