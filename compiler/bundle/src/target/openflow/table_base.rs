//! What every bridge has, whatever is behind it: the way from table to table, the counted drops, and the rules that name no endpoint.
//!
//! All packets come in at the entry and go on to port security.
//! The tunnel is trusted there; ARP, IP and IPv6 that no port rule took are dropped and counted, except what a host must say before it has an address.
//! A destination that neither bridging nor routing knows leaves through the tunnel.

use super::matching::{Match, Protocol, To, V4, V6};
use super::meta::{self, cookie};
use super::owner::Owner;
use super::scene::Scene;
use super::sheet::Sheet;
use super::table::Table;

/// ICMP types whose payload quotes an untranslated header: unreachable, time exceeded, parameter problem.
const QUOTING_ICMP: [u8; 3] = [3, 11, 12];

pub(super) fn emit(scene: &Scene<'_>, sheet: &mut Sheet) {
    sheet.flow(Owner::Bridge, Table::Entry.at(0), &Match::default()).goto(Table::PortSecurity);
    port_security(scene, sheet);
    sheet.flow(Owner::Bridge, Table::ServiceReverse.at(1), &Match::default()).goto(Table::Bridge);
    for table in [Table::Bridge, Table::Route] {
        sheet.flow(Owner::Bridge, table.at(1), &Match::default()).mark(
            meta::TO_TUNNEL,
            meta::ACTION_MASK,
            Table::Statistics,
        );
    }
    policy(sheet);
    sheet.flow(Owner::Bridge, Table::Statistics.at(10), &Match::default()).goto(Table::Output);
    output(scene, sheet);
    for table in Table::WITH_MISS {
        sheet.flow(Owner::Bridge, table.at(0).cookie(cookie::MISS).reported(), &Match::default()).end();
    }
}

fn port_security(scene: &Scene<'_>, sheet: &mut Sheet) {
    for protocol in
        [Protocol::Arp, Protocol::Ip { src: V4::ANY, dst: V4::ANY }, Protocol::Ipv6 { src: V6::ANY, dst: V6::ANY }]
    {
        let matching = Match { protocol, ..Match::default() };
        sheet.flow(Owner::Bridge, Table::PortSecurity.at(25).cookie(cookie::MISS).reported(), &matching).end();
    }
    for protocol in
        [Protocol::Udp { src: 68, dst: 67 }, Protocol::Udp6 { src: 546, dst: 547 }, Protocol::RouterSolicitation]
    {
        let matching = Match { protocol, ..Match::default() };
        sheet.flow(Owner::Bridge, Table::PortSecurity.at(27), &matching).goto(Table::Source);
    }
    let matching = Match { in_port: Some(scene.tunnel), ..Match::default() };
    sheet.flow(Owner::Bridge, Table::PortSecurity.at(50), &matching).goto(Table::Source);
}

/// Services pass, the fabric's packets have been judged by the fabric, and questions for addresses are no traffic.
fn policy(sheet: &mut Sheet) {
    let metadata = |bits: u64| Match { metadata: Some((bits, bits)), ..Match::default() };
    sheet.flow(Owner::Bridge, Table::Policy.at(8243), &metadata(meta::FROM_SERVICE)).goto(Table::Statistics);
    sheet.flow(Owner::Bridge, Table::Policy.at(8242), &metadata(meta::FROM_FABRIC)).end();
    for protocol in [Protocol::Arp, Protocol::NeighbourSolicitation(V6::ANY), Protocol::NeighbourAdvertisement(V6::ANY)]
    {
        let matching = Match { protocol, ..Match::default() };
        sheet.flow(Owner::Bridge, Table::Policy.at(10), &matching).goto(Table::Statistics);
    }
}

fn output(scene: &Scene<'_>, sheet: &mut Sheet) {
    let action = |action: u64| Match { metadata: Some((action, meta::ACTION_MASK)), ..Match::default() };
    for way in [meta::TO_PORT, meta::TO_PORT_REVERSED] {
        sheet.flow(Owner::Bridge, Table::Output.at(1), &action(way)).output_reg7().end();
    }
    let broadcast = Match {
        metadata: Some((meta::FROM_SERVICE, meta::FROM_SERVICE)),
        dl_dst: Some(To::Broadcast),
        ..Match::default()
    };
    sheet.flow(Owner::Bridge, Table::Output.at(1), &broadcast).end();
    sheet
        .flow(Owner::Bridge, Table::Output.at(15), &action(meta::TO_TUNNEL_ENDPOINT))
        .tunnel_destination_group()
        .tunnel_to_reg7()
        .output(scene.tunnel)
        .end();
    for kind in QUOTING_ICMP {
        let matching = Match { protocol: Protocol::Icmp { kind }, ..action(meta::TO_PORT_REVERSED) };
        sheet.flow(Owner::Bridge, Table::Output.at(10).cookie(cookie::ICMP_ERROR), &matching).controller().end();
    }
}
