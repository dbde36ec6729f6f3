//! The host centos-02 of the OpenFlow reference, section 5: its flows and groups were loaded into Open vSwitch and traced by those who wrote it.
//!
//! `centos-02.before-association.flows` is composed as section 5.3 says: without the five lines of the floating IP, with its seven.

use aciform_fabric::model::{ContractKind, MappingKind};

use crate::site::{Site, dhcp4, mapping, route};

/// Section 5 as a fabric; the address that 10.100.100.17 is translated into decides which of 5.2 and 5.3 it is.
fn centos_02(floating: bool) -> Site {
    let mut site = Site::new("centos-02");
    let project = site.vrf("_RDO-ML2_shared", &["10.100.100.0/24", "10.100.101.0/24", "169.254.0.0/16"]);
    let common = site.vrf("default", &["172.16.10.0/24", "172.16.20.0/24"]);
    let web = site.network(project, "RDO-ML2|MyWebApp", Some("225.1.1.1"), &["10.100.100.1/24"]);
    let nat =
        site.network(common, "RDO-ML2|EXT-epg-OS_L3Out", Some("225.1.1.2"), &["172.16.10.1/24", "172.16.20.1/24"]);
    site.fabric.vrfs[project].routes = vec![route("0.0.0.0/0", 1, Some(nat))];
    site.fabric.vrfs[common].routes = vec![route("0.0.0.0/0", 2, None)];
    site.contract(ContractKind::Router, &[web], &[1]);
    site.contract(ContractKind::AllowAll, &[nat], &[2]);
    let snat = site.snat(nat, 5, "fa:16:3e:5a:00:03", "172.16.10.3/24", "172.16.10.1");
    site.metadata(project, 6, "fa:16:3e:5c:00:06", "169.254.240.3");
    let instance = site.instance(web, 37, "fa:16:3e:10:00:17", &["10.100.100.17"]);
    instance.dhcp4 = Some(dhcp4("10.100.100.17", Some("10.100.100.2")));
    instance.mappings = vec![if floating {
        mapping("10.100.100.17", "172.16.20.8", nat, MappingKind::FloatingIp)
    } else {
        mapping("10.100.100.17", "169.254.0.1", nat, MappingKind::Snat(snat))
    }];
    site
}

#[test]
fn the_flows_with_a_floating_ip_are_the_references_line_for_line() {
    let files = centos_02(true).files();
    assert_lines(&files.flows, include_str!("../data/openflow/centos-02.flows"));
    assert_eq!(files.flows.lines().count(), 113);
}

#[test]
fn the_flows_before_the_association_are_the_references_line_for_line() {
    let files = centos_02(false).files();
    assert_lines(&files.flows, include_str!("../data/openflow/centos-02.before-association.flows"));
    assert_eq!(files.flows.lines().count(), 115);
}

#[test]
fn association_changes_exactly_the_flows_of_the_mapping() {
    let (with, without) = (centos_02(true).files().flows, centos_02(false).files().flows);
    let only = |a: &str, b: &str| a.lines().filter(|line| !b.lines().any(|other| other == *line)).count();
    assert_eq!((only(&with, &without), only(&without, &with)), (5, 7));
    assert_eq!(with.lines().filter(|line| line.contains("172.16.20.8")).count(), 5);
}

#[test]
fn the_groups_are_the_references() {
    assert_lines(&centos_02(true).files().groups, include_str!("../data/openflow/centos-02.groups"));
}

#[test]
fn the_ports_file_lists_number_and_name_by_number() {
    assert_eq!(centos_02(true).files().ports, "1 br-int_vxlan0\n5 of-snat5\n6 of-svc-ovsport\n37 qvo37\n");
}

/// Fails on the first line that differs, which a dump of both would hide.
fn assert_lines(made: &str, expected: &str) {
    for (at, (made, expected)) in made.lines().zip(expected.lines()).enumerate() {
        assert_eq!(made, expected, "line {}", at + 1);
    }
    assert_eq!(made, expected);
}
