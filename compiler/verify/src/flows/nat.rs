//! A translation's flows: out under another address, and back.

use super::sheet::{Numbers, Scene, Sheet, TUNNEL, Unknown, arp, arp_reply, from_router};
use crate::net::{Mac, ROUTER};
use crate::read::endpoint::{Endpoint, Mapping};
use crate::read::host::File;

pub(super) fn push(sheet: &mut Sheet, scene: &Scene<'_>, file: &File<'_, Endpoint>, mapping: &Mapping) {
    let endpoint = &file.data;
    let (Some(mac), Some((group, domain))) = (endpoint.mac(), scene.group_of(file)) else { return };
    let Some((outer_group, outer_domain)) = scene.group(&mapping.policy_space_name, &mapping.endpoint_group_name)
    else {
        return;
    };
    // Only IPv4 is translated: the shadow's subnet is one of IPv4.
    if !domain.routed || mapping.mapped_ip.is_ipv6() || mapping.floating_ip.is_ipv6() {
        return;
    }
    let what = format!("the translation of {} to {}", mapping.mapped_ip, mapping.floating_ip);
    let owner = sheet.owner(Some(file.path), what);
    let (hex_port, _) = sheet.port(&endpoint.interface_name);
    let (_, tunnel) = sheet.port(TUNNEL);
    let inner = sheet.numbers(group, domain);
    let outer = sheet.numbers(outer_group, outer_domain);
    let (inside, outside) = (mapping.mapped_ip, mapping.floating_ip);
    let Numbers { network, bridge, routing, .. } = &outer;
    let router = from_router(mac);
    let arrive = format!("{},load:{hex_port}->NXM_NX_REG7[],write_metadata:0x400/0x400,goto_table:9", inner.load(2));
    let restored = format!("{router},set_field:{inside}->ip_dst,dec_ttl,{arrive}");
    sheet.put(
        owner,
        format!("table=7, priority=452,ip,reg0={network},reg6={routing},nw_dst={outside} actions={restored}"),
    );
    sheet.put(
        owner,
        format!(
            "table=7, priority=450,ip,reg6={routing},nw_dst={outside} actions=load:{network}->NXM_NX_REG2[],load:{network}->NXM_NX_REG7[],write_metadata:0x1/0xff,goto_table:12"
        ),
    );
    let (question, answer) = (arp(outside), arp_reply(mac, outside));
    sheet.put(
        owner,
        format!("table=5, priority=20,arp,reg4={bridge},reg6={routing},{question} actions={answer},IN_PORT"),
    );
    sheet.put(
        owner,
        format!(
            "table=5, priority=21,arp,reg4={bridge},reg6={routing},in_port={tunnel},{question} actions={answer},move:NXM_NX_TUN_IPV4_SRC[]->NXM_NX_TUN_IPV4_DST[],IN_PORT"
        ),
    );
    let leave = format!(
        "table=14, priority=10,ip,reg6={},reg7={network},metadata=0x2/0xff,nw_src={inside} actions=set_field:{mac}->eth_src",
        inner.routing
    );
    let Some(next_hop) = &mapping.next_hop_if else {
        sheet.put(
            owner,
            format!(
                "{leave},set_field:{ROUTER}->eth_dst,set_field:{outside}->ip_src,dec_ttl,{},load:0->NXM_NX_REG7[],load:0x400->OXM_OF_METADATA[],resubmit(,5)",
                outer.load(0)
            ),
        );
        return;
    };
    let next_mac = mapping.next_hop_mac.as_deref().and_then(Mac::parse).unwrap_or(ROUTER);
    let (_, next_port) = sheet.port(next_hop);
    let mark = sheet.hex(Unknown::Routing(domain.vrf.clone()));
    sheet.put(
        owner,
        format!(
            "{leave},set_field:{next_mac}->eth_dst,set_field:{outside}->ip_src,dec_ttl,load:{mark}->NXM_NX_PKT_MARK[],output:{next_port}"
        ),
    );
    let back = format!("in_port={next_port},dl_src={next_mac}");
    sheet.put(owner, format!("table=2, priority=201,ip,{back},nw_dst={outside} actions={restored}"));
    sheet.put(
        owner,
        format!(
            "table=2, priority=200,pkt_mark={mark},ip,{back},nw_dst={inside} actions=set_field:{ROUTER}->eth_src,{arrive}"
        ),
    );
}
