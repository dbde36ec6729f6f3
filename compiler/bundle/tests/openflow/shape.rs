//! The form of the lines: order, canonical spelling, and what Open vSwitch refuses or misreads.

use aciform_fabric::model::MappingKind;

use crate::site::{Site, dhcp4, dhcp6, mapping, pair, route};

/// A host with something of everything, in both families.
fn everything() -> Site {
    let mut site = Site::new("h");
    let project = site.vrf("project", &["10.0.0.0/24", "2001:db8:1::/64", "169.254.0.0/16", "fe80::a9fe:a9fe/128"]);
    let common = site.vrf("common", &["172.16.0.0/24"]);
    let web = site.network(project, "web", None, &["10.0.0.1/24", "2001:db8:1::1/64"]);
    let nat = site.network(common, "nat", None, &["172.16.0.1/24"]);
    site.fabric.vrfs[project].routes =
        vec![route("0.0.0.0/0", 1, Some(nat)), route("192.0.2.0/24", 3, None), route("::/0", 1, Some(nat))];
    site.fabric.vrfs[common].routes = vec![route("0.0.0.0/0", 2, None), route("2001:db8:e::/48", 2, None)];
    let through = site.snat(nat, 5, "fa:16:3e:5a:00:03", "172.16.0.3/24", "172.16.0.1");
    site.metadata(project, 6, "fa:16:3e:5c:00:06", "169.254.240.3");
    let port = site.instance(web, 37, "fa:16:3e:10:00:17", &["10.0.0.17", "2001:db8:1::17"]);
    port.dhcp4 = Some(dhcp4("10.0.0.17", Some("10.0.0.2")));
    port.dhcp6 = Some(dhcp6());
    port.virtual_ips = vec![pair("10.0.0.16/28", "fa:16:3e:10:00:17"), pair("2001:db8:1::/64", "fa:16:3e:10:00:17")];
    port.mappings = vec![
        mapping("10.0.0.17", "169.254.0.0", nat, MappingKind::Snat(through)),
        mapping("2001:db8:1::17", "2001:db8:f::8", nat, MappingKind::FloatingIp),
    ];
    site.instance(web, 38, "fa:16:3e:10:00:18", &["10.0.0.18"]).promiscuous = true;
    site
}

fn number(line: &str, key: &str) -> u32 {
    let head = line.split(" actions=").next().unwrap();
    let Some((_, rest)) = head.split_once(key) else { return 0 };
    rest.split([',', ' ']).next().unwrap().parse().unwrap()
}

fn has(flows: &str, line: &str) {
    assert!(flows.lines().any(|made| made == line), "no line `{line}`");
}

#[test]
fn lines_are_sorted_by_table_then_priority_from_the_highest_then_bytes() {
    let flows = everything().files().flows;
    let keys: Vec<_> =
        flows.lines().map(|line| (number(line, "table="), u32::MAX - number(line, "priority="), line)).collect();
    assert!(keys.is_sorted());
    assert!(keys.windows(2).all(|two| two[0] != two[1]));
}

#[test]
fn no_two_lines_share_table_priority_and_match() {
    let flows = everything().files().flows;
    let mut keys: Vec<_> = flows
        .lines()
        .map(|line| {
            let head = line.split(" actions=").next().unwrap();
            (number(line, "table="), head.split_once("priority=").unwrap().1)
        })
        .collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all);
}

#[test]
fn goto_leads_upwards_and_metadata_is_written_right_before_it() {
    for line in everything().files().flows.lines() {
        let (_, actions) = line.split_once(" actions=").unwrap();
        if let Some((before, to)) = actions.split_once("goto_table:") {
            assert!(to.parse::<u32>().unwrap() > number(line, "table="), "{line}");
            if let Some((_, between)) = before.split_once("write_metadata:") {
                assert_eq!(between.matches(',').count(), 1, "{line}");
            }
        } else {
            assert!(!actions.contains("write_metadata"), "{line}");
        }
    }
}

#[test]
fn fields_of_a_protocol_never_stand_without_it() {
    for line in everything().files().flows.lines() {
        let matching = line.split(" actions=").next().unwrap();
        for (field, keywords) in [
            ("tp_src=", &[",udp,", ",udp6,"][..]),
            ("nd_target=", &[",icmp6,"]),
            ("icmp_type=", &[",icmp6,", ",icmp,"]),
            ("arp_tpa=", &[",arp,"]),
            ("arp_spa=", &[",arp,"]),
            ("nw_dst=", &[",ip,"]),
            ("nw_src=", &[",ip,"]),
            ("ipv6_dst=", &[",ipv6,"]),
            ("ipv6_src=", &[",ipv6,"]),
        ] {
            let prerequisite = keywords.iter().any(|keyword| matching.contains(keyword));
            assert!(!matching.contains(field) || prerequisite, "{line}");
        }
    }
}

#[test]
fn ipv6_has_the_forms_of_the_reference() {
    let flows = everything().files().flows;
    for line in [
        "cookie=0x8000000000000005, table=1, priority=35,udp6,in_port=37,dl_src=fa:16:3e:10:00:17,tp_src=546,tp_dst=547 actions=CONTROLLER:65535",
        "cookie=0x8000000000000007, table=1, priority=60,icmp6,in_port=37,dl_src=fa:16:3e:10:00:17,icmp_type=136,icmp_code=0,nd_target=2001:db8:1::/64 actions=CONTROLLER:65535,goto_table:2",
        "cookie=0x8000000000000003, table=5, priority=20,icmp6,reg4=0x1,reg6=0x1,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target=fe80::222:bdff:fef8:19ff actions=CONTROLLER:65535",
        "cookie=0x8000000000000003, table=5, priority=22,icmp6,reg4=0x1,reg6=0x1,in_port=1,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target=fe80::222:bdff:fef8:19ff actions=drop",
        "cookie=0x8000000000000003, table=5, priority=51,icmp6,reg4=0x1,reg6=0x1,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target=fe80::222:bdff:fef8:19ff actions=load:0x800001->NXM_NX_REG0[],load:0x100ff19f8bd2200->OXM_OF_METADATA[],CONTROLLER:65535",
        "cookie=0x8000000000000003, table=5, priority=20,icmp6,reg4=0x2,reg6=0x2,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target=2001:db8:f::8 actions=load:0x800002->NXM_NX_REG0[],load:0x1001700103e16fa->OXM_OF_METADATA[],CONTROLLER:65535",
        "table=7, priority=500,ipv6,reg6=0x1,dl_dst=00:22:bd:f8:19:ff,ipv6_dst=2001:db8:1::17 actions=load:0x800001->NXM_NX_REG2[],load:0x25->NXM_NX_REG7[],set_field:00:22:bd:f8:19:ff->eth_src,set_field:fa:16:3e:10:00:17->eth_dst,dec_ttl,write_metadata:0x400/0x400,goto_table:12",
        "table=7, priority=428,ipv6,reg6=0x1,ipv6_dst=fe80::a9fe:a9fe actions=write_metadata:0x4/0xff,goto_table:13",
        "table=7, priority=364,ipv6,reg6=0x1,ipv6_dst=2001:db8:1::/64 actions=write_metadata:0x4/0xff,goto_table:13",
        "table=7, priority=170,ipv6,reg6=0x1 actions=load:0x80000001->NXM_NX_REG2[],load:0x800002->NXM_NX_REG7[],write_metadata:0x2/0xff,goto_table:12",
        "table=7, priority=88,ipv6,reg6=0x2,ipv6_dst=2001:db8:e::/48 actions=write_metadata:0x4/0xff,goto_table:13",
        "table=9, priority=199,ipv6,reg6=0x2,ipv6_src=2001:db8:e::/48 actions=load:0x80000002->NXM_NX_REG0[],write_metadata:0x3/0x1ff,goto_table:12",
    ] {
        has(&flows, line);
    }
    assert!(flows.contains("set_field:2001:db8:f::8->ipv6_src,dec_ttl"));
    assert!(flows.contains("set_field:2001:db8:1::17->ipv6_dst,dec_ttl"));
}

#[test]
fn an_external_prefix_without_translation_leaves_for_the_fabric() {
    has(
        &everything().files().flows,
        "table=7, priority=64,ip,reg6=0x1,nw_dst=192.0.2.0/24 actions=write_metadata:0x4/0xff,goto_table:13",
    );
}

#[test]
fn a_group_without_multicast_address_floods_to_the_anycast_tep() {
    has(
        &everything().files().flows,
        "table=5, priority=10,reg0=0x800001,reg5=0x1,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 actions=load:0xa000020->NXM_NX_REG7[],write_metadata:0x5/0xff,goto_table:13",
    );
}

#[test]
fn a_flood_group_lists_its_ports_by_number_and_the_tunnel_last() {
    let groups = everything().files().groups;
    let first = groups.lines().next().unwrap();
    assert!(
        first.starts_with("group_id=1,type=all,bucket=actions=output:37,bucket=actions=output:38,bucket=actions=move:")
    );
    assert!(first.ends_with("output:1"));
}

#[test]
fn every_port_that_flows_name_is_in_the_ports_file() {
    let files = everything().files();
    let known: Vec<&str> = files.ports.lines().map(|line| line.split(' ').next().unwrap()).collect();
    for (at, _) in files.flows.match_indices("in_port=").chain(files.flows.match_indices("output:")) {
        let rest = files.flows[at..].trim_start_matches("in_port=").trim_start_matches("output:");
        let port = rest.split([',', ' ', '\n']).next().unwrap();
        assert!(port == "NXM_NX_REG7[]" || known.contains(&port), "{port}");
    }
}

#[test]
fn the_same_fabric_gives_the_same_bytes() {
    let (one, two) = (everything().files(), everything().files());
    assert_eq!(one.flows, two.flows);
    assert_eq!(one.groups, two.groups);
}
