//! The metadata service of a VRF: everybody's 169.254.169.254, told apart behind it by the next hop's address.

use super::sheet::{SERVICES, Sheet, Unknown, arp, arp_reply, from_router};
use crate::net::{Mac, ROUTER};
use crate::policy;
use crate::read::endpoint::Service;
use crate::read::host::File;

pub(super) fn push(sheet: &mut Sheet, file: &File<'_, Service>) {
    let service = &file.data;
    let Some(mac) = Mac::parse(&service.service_mac) else { return };
    let vrf = policy::vrf(&service.domain_policy_space, &service.domain_name);
    let owner = sheet.owner(Some(file.path), format!("the service of VRF `{}`", service.domain_name));
    let routing = sheet.hex(Unknown::Routing(vrf));
    let (_, port) = sheet.port(SERVICES);
    for mapping in &service.service_mapping {
        let (address, gateway, next_hop) = (mapping.service_ip, mapping.gateway_ip, mapping.next_hop_ip);
        if [address, gateway, next_hop].iter().any(std::net::IpAddr::is_ipv6) {
            continue;
        }
        let reply = arp_reply(mac, address);
        sheet.put(owner, format!("table=5, priority=51,arp,reg6={routing},{} actions={reply},IN_PORT", arp(address)));
        sheet.put(
            owner,
            format!(
                "table=5, priority=50,ip,reg6={routing},nw_dst={address} actions={},multipath(symmetric_l3l4+udp,1024,iter_hash,1,32,NXM_NX_REG7[]),goto_table:6",
                from_router(mac)
            ),
        );
        sheet.put(
            owner,
            format!(
                "table=6, priority=99,ip,reg6={routing},nw_dst={address} actions=set_field:{next_hop}->ip_dst,dec_ttl,output:{port}"
            ),
        );
        sheet.put(
            owner,
            format!(
                "table=1, priority=100,ip,in_port={port},dl_src={mac},nw_src={next_hop} actions=load:{routing}->NXM_NX_REG6[],set_field:{address}->ip_src,dec_ttl,write_metadata:0x400/0x400,goto_table:11"
            ),
        );
        sheet.put(
            owner,
            format!(
                "table=1, priority=100,arp,in_port={port},dl_src={mac},arp_spa={next_hop} actions=load:{routing}->NXM_NX_REG6[],goto_table:11"
            ),
        );
        let reply = arp_reply(ROUTER, gateway);
        sheet.put(
            owner,
            format!("table=11, priority=31,arp,reg6={routing},dl_src={mac},{} actions={reply},IN_PORT", arp(gateway)),
        );
    }
}
