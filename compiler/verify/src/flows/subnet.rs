//! The flows of gateways and VRFs: who answers as a router, and which way an address lies.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::group;
use super::sheet::{Scene, Sheet, TUNNEL, Unknown, arp, arp_reply, solicitation};
use crate::net::{Net, ROUTER};

pub(super) fn push(sheet: &mut Sheet, scene: &Scene<'_>, groups: &BTreeSet<String>) {
    let vrfs = group::vrfs(scene, groups);
    for (vrf, domains) in &vrfs {
        let owner = sheet.owner(None, format!("VRF `{vrf}`"));
        let routing = sheet.hex(Unknown::Routing(vrf.clone()));
        for domain in domains {
            gateways(sheet, scene, domain, &routing);
        }
        routes(sheet, scene, owner, vrf, &routing);
        sheet.put(
            owner,
            format!("cookie=0xc00000000000000c, table=12, send_flow_rem priority=1,reg6={routing} actions=drop"),
        );
    }
    outside_of_our_vrfs(sheet, scene, &vrfs);
    sheet.vrfs = vrfs;
}

/// Table 5: the host answers as the gateway; what comes through the tunnel is for other hosts to answer.
fn gateways(sheet: &mut Sheet, scene: &Scene<'_>, dn: &str, routing: &str) {
    let Some(domain) = scene.policy.bridge_domains.get(dn) else { return };
    let owner = sheet.owner(None, format!("bridge domain `{dn}`"));
    let bridge = sheet.hex(Unknown::Bridge(dn.to_owned()));
    let (_, tunnel) = sheet.port(TUNNEL);
    if domain.routed {
        sheet.put(owner, format!("table=5, priority=2,reg4={bridge} actions=goto_table:7"));
    }
    let domains = format!("reg4={bridge},reg6={routing}");
    for (gateway, _) in domain.gateways.iter().filter(|(gateway, _)| gateway.is_ipv4()) {
        let (asked, answer) = (arp(*gateway), arp_reply(ROUTER, *gateway));
        sheet.put(owner, format!("table=5, priority=20,arp,{domains},{asked} actions={answer},IN_PORT"));
        sheet.put(owner, format!("table=5, priority=22,arp,{domains},in_port={tunnel},{asked} actions=drop"));
    }
    if domain.gateways.iter().any(|(gateway, _)| gateway.is_ipv6()) {
        let cookie = "cookie=0x8000000000000003, table=5";
        let asked = solicitation(ROUTER.link_local());
        sheet.put(owner, format!("{cookie}, priority=20,icmp6,{domains},{asked} actions=CONTROLLER:65535"));
        sheet.put(owner, format!("{cookie}, priority=22,icmp6,{domains},in_port={tunnel},{asked} actions=drop"));
    }
}

/// Tables 7 and 9: inside, outside through a translation, and where a translated packet comes from.
fn routes(sheet: &mut Sheet, scene: &Scene<'_>, owner: u32, vrf: &str, routing: &str) {
    for net in scene.internal.get(vrf).into_iter().flatten() {
        let (family, to) = matched(*net, "dst");
        let priority = 300 + u16::from(net.length);
        sheet.put(
            owner,
            format!(
                "table=7, priority={priority},{family},reg6={routing}{to} actions=write_metadata:0x4/0xff,goto_table:13"
            ),
        );
    }
    let externals = scene.policy.externals.values().filter(|external| external.vrf == vrf);
    for external in externals {
        let number = sheet.hex(Unknown::External(external.dn.clone()));
        let nat = external.nat_group.as_ref().and_then(|dn| scene.policy.group_of(dn));
        let nat = nat.map(|group| sheet.hex(Unknown::Network(group.dn.clone())));
        for net in &external.prefixes {
            outside(sheet, owner, *net, routing, &number, nat.as_deref());
        }
    }
}

fn outside(sheet: &mut Sheet, owner: u32, net: Net, routing: &str, number: &str, nat: Option<&str>) {
    let (family, to) = matched(net, "dst");
    let priority = match (nat, net.v6) {
        (Some(_), false) => 80,
        (Some(_), true) => 170,
        (None, _) => 40,
    } + u16::from(net.length);
    let actions = match nat {
        Some(nat) => {
            format!("load:{number}->NXM_NX_REG2[],load:{nat}->NXM_NX_REG7[],write_metadata:0x2/0xff,goto_table:12")
        }
        None => "write_metadata:0x4/0xff,goto_table:13".to_owned(),
    };
    sheet.put(owner, format!("table=7, priority={priority},{family},reg6={routing}{to} actions={actions}"));
    let (_, from) = matched(net, "src");
    let priority = 151 + u16::from(net.length);
    sheet.put(
        owner,
        format!(
            "table=9, priority={priority},{family},reg6={routing}{from} actions=load:{number}->NXM_NX_REG0[],write_metadata:0x3/0x1ff,goto_table:12"
        ),
    );
}

/// The VRF of a pre-existing L3Out: beyond its bridge domains all is the fabric's.
fn outside_of_our_vrfs(sheet: &mut Sheet, scene: &Scene<'_>, vrfs: &BTreeMap<String, BTreeSet<String>>) {
    let everything = Net::around(IpAddr::from([0, 0, 0, 0]), 0).expect("0 is a length");
    for (vrf, domains) in vrfs {
        let known = domains.iter().filter_map(|dn| scene.policy.bridge_domains.get(dn));
        let outs: BTreeSet<&String> = known.flat_map(|domain| &domain.outs).collect();
        for out in outs {
            let owner = sheet.owner(None, format!("L3Out `{out}`"));
            let routing = sheet.hex(Unknown::Routing(vrf.clone()));
            let number = sheet.hex(Unknown::External(out.clone()));
            outside(sheet, owner, everything, &routing, &number, None);
        }
    }
}

/// The family, and the match of a prefix with its comma; nothing for everything.
fn matched(net: Net, end: &str) -> (&'static str, String) {
    let family = if net.v6 { "ipv6" } else { "ip" };
    let key = if net.v6 { format!("ipv6_{end}") } else { format!("nw_{end}") };
    let target = if net.is_host() { net.address().to_string() } else { net.to_string() };
    (family, if net.length == 0 { String::new() } else { format!(",{key}={target}") })
}
