//! One `.ep` file's flows: what it may send, where it is found, what is answered for it.

use std::net::IpAddr;

use super::sheet::{Numbers, Scene, Sheet, TUNNEL, arp, arp_reply, from_router, hex, solicitation};
use crate::net::{Mac, Net, ROUTER, is_link_local};
use crate::read::endpoint::Endpoint;
use crate::read::host::File;

/// An endpoint at its port.
struct Station<'a> {
    endpoint: &'a Endpoint,
    mac: Mac,
    /// Its port in hex and in decimal.
    port: (String, String),
    numbers: Numbers,
    /// What it is given and what it gives itself.
    addresses: Vec<IpAddr>,
    routed: bool,
}

pub(super) fn push(sheet: &mut Sheet, scene: &Scene<'_>, file: &File<'_, Endpoint>) {
    let owner = sheet.owner(Some(file.path), format!("endpoint `{}`", file.data.attributes.vm_name));
    let endpoint = &file.data;
    let port = sheet.port(&endpoint.interface_name);
    virtual_addresses(sheet, owner, endpoint, &port.1);
    let Some((group, domain)) = scene.group_of(file) else { return };
    sheet.floods.entry(group.bridge_domain.clone()).or_default().insert(endpoint.interface_name.clone());
    at_the_port(sheet, owner, endpoint, &port);
    // Without addresses a file has no MAC, and then nothing is known of what may be sent.
    let Some(mac) = endpoint.mac() else { return };
    let mut addresses = endpoint.ip.clone();
    if !addresses.contains(&mac.link_local()) {
        addresses.push(mac.link_local());
    }
    let numbers = sheet.numbers(group, domain);
    let station = Station { endpoint, mac, port, numbers, addresses, routed: domain.routed };
    sources(sheet, owner, &station);
    bridging(sheet, owner, &station);
    dhcp(sheet, owner, &station);
    routing(sheet, owner, &station);
    answers(sheet, owner, &station);
}

/// Table 1: an address pair is only heard of, so that the agent learns who has it now. Its own addresses are no news.
fn virtual_addresses(sheet: &mut Sheet, owner: u32, endpoint: &Endpoint, port: &str) {
    for pair in &endpoint.virtual_ip {
        let (Some(net), Some(mac)) = (Net::parse(&pair.ip), Mac::parse(&pair.mac)) else { continue };
        let from = format!("in_port={port},dl_src={mac}");
        let claim = |target: &str| match (net.v6, target) {
            (true, "") => format!("icmp6,{from},icmp_type=136,icmp_code=0"),
            (true, _) => format!("icmp6,{from},icmp_type=136,icmp_code=0,nd_target={target}"),
            (false, "") => format!("arp,{from}"),
            (false, _) => format!("arp,{from},arp_spa={target}"),
        };
        let cookie = if net.v6 { "0x8000000000000007" } else { "0x8000000000000006" };
        let matched = match (net.length, net.is_host()) {
            (0, _) => claim(""),
            (_, true) => claim(&net.address().to_string()),
            (_, false) => claim(&net.to_string()),
        };
        sheet.put(
            owner,
            format!("cookie={cookie}, table=1, priority=60,{matched} actions=CONTROLLER:65535,goto_table:2"),
        );
        let own = endpoint.ip.iter().copied().chain(endpoint.mac().map(Mac::link_local));
        for address in own.filter(|address| endpoint.mac() == Some(mac) && net.contains(*address)) {
            let matched = claim(&address.to_string());
            sheet.put(owner, format!("table=1, priority=61,{matched} actions=goto_table:2"));
        }
    }
}

/// What needs no MAC: a port where all sources are let in, and the way back out of the port a packet came in by.
fn at_the_port(sheet: &mut Sheet, owner: u32, endpoint: &Endpoint, (port, decimal): &(String, String)) {
    if endpoint.promiscuous_mode {
        sheet.put(owner, format!("table=1, priority=50,in_port={decimal} actions=goto_table:2"));
    }
    for metadata in ["0x400", "0x403"] {
        sheet.put(
            owner,
            format!("table=14, priority=2,reg7={port},metadata={metadata}/0x4ff,in_port={decimal} actions=IN_PORT"),
        );
    }
}

/// Tables 1 and 2: who may send what from the port, and to which group it belongs.
fn sources(sheet: &mut Sheet, owner: u32, station: &Station<'_>) {
    let Station { endpoint, mac, port: (_, port), numbers, .. } = station;
    if !endpoint.promiscuous_mode {
        sheet.put(owner, format!("table=1, priority=20,in_port={port},dl_src={mac} actions=goto_table:2"));
        for address in &station.addresses {
            let (spoken, claimed) = match address {
                IpAddr::V4(_) => (
                    format!("ip,in_port={port},dl_src={mac},nw_src={address}"),
                    format!("arp,in_port={port},dl_src={mac},arp_spa={address}"),
                ),
                IpAddr::V6(_) => (
                    format!("ipv6,in_port={port},dl_src={mac},ipv6_src={address}"),
                    format!("icmp6,in_port={port},dl_src={mac},icmp_type=136,icmp_code=0,nd_target={address}"),
                ),
            };
            sheet.put(owner, format!("table=1, priority=30,{spoken} actions=goto_table:2"));
            sheet.put(owner, format!("table=1, priority=40,{claimed} actions=goto_table:2"));
        }
    }
    let load = numbers.load(0);
    sheet.put(owner, format!("table=2, priority=140,in_port={port},dl_src={mac} actions={load},goto_table:4"));
}

/// Table 5: frames and questions for it.
fn bridging(sheet: &mut Sheet, owner: u32, station: &Station<'_>) {
    let Station { mac, port: (port, _), numbers: Numbers { network, bridge, routing, .. }, .. } = station;
    let found = format!("load:{network}->NXM_NX_REG2[],load:{port}->NXM_NX_REG7[]");
    sheet.put(owner, format!("table=5, priority=10,reg4={bridge},dl_dst={mac} actions={found},goto_table:12"));
    if !station.routed {
        return;
    }
    for address in &station.addresses {
        let domains = format!("reg4={bridge},reg6={routing}");
        let question = match address {
            IpAddr::V4(_) => format!("arp,{domains},{}", arp(*address)),
            IpAddr::V6(_) => format!("icmp6,{domains},{}", solicitation(*address)),
        };
        sheet.put(
            owner,
            format!("table=5, priority=20,{question} actions={found},set_field:{mac}->eth_dst,goto_table:12"),
        );
    }
}

/// Tables 1 and 5: the agent is its DHCP server.
fn dhcp(sheet: &mut Sheet, owner: u32, station: &Station<'_>) {
    let Station { endpoint, mac, port: (_, port), numbers: Numbers { network, bridge, routing, .. }, .. } = station;
    let (_, tunnel) = sheet.port(TUNNEL);
    let mut macs = vec![*mac];
    macs.extend(endpoint.virtual_ip.iter().filter_map(|pair| Mac::parse(&pair.mac)).filter(|other| other != mac));
    macs.dedup();
    if let Some(dhcp) = &endpoint.dhcp4 {
        for mac in &macs {
            let asked = format!("udp,in_port={port},dl_src={mac},tp_src=68,tp_dst=67");
            sheet.put(
                owner,
                format!("cookie=0x8000000000000004, table=1, priority=35,{asked} actions=CONTROLLER:65535"),
            );
        }
        let server = dhcp.server_ip.unwrap_or(IpAddr::from([169, 254, 32, 32]));
        let domains = format!("arp,reg4={bridge},reg6={routing}");
        let asked = arp(server);
        let answer = arp_reply(ROUTER, server);
        sheet.put(owner, format!("table=5, priority=51,{domains},{asked} actions={answer},IN_PORT"));
        sheet.put(owner, format!("table=5, priority=52,{domains},in_port={tunnel},{asked} actions=drop"));
    }
    if endpoint.dhcp6.is_some() {
        for mac in &macs {
            let asked = format!("udp6,in_port={port},dl_src={mac},tp_src=546,tp_dst=547");
            sheet.put(
                owner,
                format!("cookie=0x8000000000000005, table=1, priority=35,{asked} actions=CONTROLLER:65535"),
            );
        }
        let asked = format!("icmp6,reg4={bridge},reg6={routing},{}", solicitation(ROUTER.link_local()));
        let told = format!("load:{network}->NXM_NX_REG0[],load:{}->OXM_OF_METADATA[]", hex(ROUTER.in_metadata()));
        sheet.put(
            owner,
            format!("cookie=0x8000000000000003, table=5, priority=51,{asked} actions={told},CONTROLLER:65535"),
        );
    }
}

/// Table 7: packets that the router has for it.
fn routing(sheet: &mut Sheet, owner: u32, station: &Station<'_>) {
    let Station { mac, port: (port, _), numbers: Numbers { network, routing, .. }, .. } = station;
    for address in station.addresses.iter().filter(|address| station.routed && !is_link_local(**address)) {
        let to = destination(*address);
        let (family, to) = (to.0, to.1);
        sheet.put(
            owner,
            format!(
                "table=7, priority=500,{family},reg6={routing},dl_dst={ROUTER},{to} actions=load:{network}->NXM_NX_REG2[],load:{port}->NXM_NX_REG7[],{},dec_ttl,write_metadata:0x400/0x400,goto_table:12",
                from_router(*mac)
            ),
        );
    }
}

/// Table 11: what local services answer it.
fn answers(sheet: &mut Sheet, owner: u32, station: &Station<'_>) {
    let Station { endpoint, mac, port: (_, port), numbers: Numbers { routing, .. }, .. } = station;
    let listed = &endpoint.anycast_return_ip;
    for address in if listed.is_empty() { &station.addresses } else { listed } {
        let (family, to) = destination(*address);
        sheet.put(
            owner,
            format!(
                "table=11, priority=50,{family},reg6={routing},{to} actions={},dec_ttl,output:{port}",
                from_router(*mac)
            ),
        );
        sheet.put(
            owner,
            match address {
                IpAddr::V4(_) => format!(
                    "table=11, priority=51,arp,reg6={routing},{} actions={},IN_PORT",
                    arp(*address),
                    arp_reply(*mac, *address)
                ),
                IpAddr::V6(_) => format!(
                    "cookie=0x8000000000000003, table=11, priority=51,icmp6,reg6={routing},{} actions=load:{}->OXM_OF_METADATA[],CONTROLLER:65535",
                    solicitation(*address),
                    hex(mac.in_metadata())
                ),
            },
        );
    }
}

/// The family, and the match of a destination.
pub(super) fn destination(address: IpAddr) -> (&'static str, String) {
    match address {
        IpAddr::V4(_) => ("ip", format!("nw_dst={address}")),
        IpAddr::V6(_) => ("ipv6", format!("ipv6_dst={address}")),
    }
}
