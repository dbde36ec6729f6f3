//! What every bridge has, whatever is on it: the ways between the tables, and drops at their ends.

use super::sheet::{Sheet, TUNNEL};

const FIXED: &[&str] = &[
    "priority=0 actions=goto_table:1",
    "cookie=0x4000000000000000, table=1, send_flow_rem priority=25,arp actions=drop",
    "cookie=0x4000000000000000, table=1, send_flow_rem priority=25,ip actions=drop",
    "cookie=0x4000000000000000, table=1, send_flow_rem priority=25,ipv6 actions=drop",
    "table=1, priority=27,udp,tp_src=68,tp_dst=67 actions=goto_table:2",
    "table=1, priority=27,udp6,tp_src=546,tp_dst=547 actions=goto_table:2",
    "table=1, priority=27,icmp6,icmp_type=133,icmp_code=0 actions=goto_table:2",
    "table=4, priority=1 actions=goto_table:5",
    "table=5, priority=1 actions=write_metadata:0x4/0xff,goto_table:13",
    "table=7, priority=1 actions=write_metadata:0x4/0xff,goto_table:13",
    "table=12, priority=8243,metadata=0x200/0x200 actions=goto_table:13",
    "table=12, priority=8242,metadata=0x100/0x100 actions=drop",
    "table=12, priority=10,arp actions=goto_table:13",
    "table=12, priority=10,icmp6,icmp_type=135,icmp_code=0 actions=goto_table:13",
    "table=12, priority=10,icmp6,icmp_type=136,icmp_code=0 actions=goto_table:13",
    "table=13, priority=10 actions=goto_table:14",
    "table=14, priority=1,metadata=0/0xff actions=output:NXM_NX_REG7[]",
    "table=14, priority=1,metadata=0x3/0xff actions=output:NXM_NX_REG7[]",
    "table=14, priority=1,metadata=0x200/0x200,dl_dst=ff:ff:ff:ff:ff:ff actions=drop",
    "cookie=0x8000000000000008, table=14, priority=10,icmp,metadata=0x3/0xff,icmp_type=3 actions=CONTROLLER:65535",
    "cookie=0x8000000000000008, table=14, priority=10,icmp,metadata=0x3/0xff,icmp_type=11 actions=CONTROLLER:65535",
    "cookie=0x8000000000000008, table=14, priority=10,icmp,metadata=0x3/0xff,icmp_type=12 actions=CONTROLLER:65535",
];

/// Tables that end in a drop of what nothing before matched.
const TABLES: std::ops::RangeInclusive<u8> = 1..=14;

pub(super) fn push(sheet: &mut Sheet) {
    let owner = sheet.owner(None, "the bridge itself");
    for flow in FIXED {
        sheet.put(owner, (*flow).to_owned());
    }
    for table in TABLES {
        let flow = format!("cookie=0x4000000000000000, table={table}, send_flow_rem priority=0 actions=drop");
        sheet.put(owner, flow);
    }
    let (_, tunnel) = sheet.port(TUNNEL);
    sheet.put(owner, format!("table=1, priority=50,in_port={tunnel} actions=goto_table:2"));
    let to_peer = "move:NXM_NX_REG2[]->NXM_NX_TUN_ID[0..31],move:NXM_NX_REG7[]->NXM_NX_TUN_IPV4_DST[]";
    sheet.put(owner, format!("table=14, priority=15,metadata=0x7/0xff actions={to_peer},output:{tunnel}"));
}
