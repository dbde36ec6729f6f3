//! How many flows an owner makes: the counts that the reference states per owner, on sites that grow one owner at a time.

use aciform_fabric::model::{ContractKind, EpgId, MappingKind, VrfId};

use crate::site::{Site, dhcp4, dhcp6, mapping, pair, route};
use crate::whole_host::host;

/// A site with a NAT group and one network, and nothing on the host.
fn bare() -> (Site, VrfId, EpgId, EpgId) {
    let mut site = Site::new("h");
    let project = site.vrf("project", &["10.0.0.0/24", "169.254.0.0/16"]);
    let common = site.vrf("common", &["172.16.0.0/24"]);
    let web = site.network(project, "web", None, &["10.0.0.1/24"]);
    let nat = site.network(common, "nat", None, &["172.16.0.1/24"]);
    site.fabric.vrfs[project].routes = vec![route("0.0.0.0/0", 1, Some(nat))];
    site.fabric.vrfs[common].routes = vec![route("0.0.0.0/0", 2, None)];
    (site, project, web, nat)
}

fn flows(site: &Site) -> usize {
    site.files().flows.lines().count()
}

/// How many flows more there are after a change.
fn added(change: impl FnOnce(&mut Site, EpgId, EpgId)) -> usize {
    let (mut site, _, web, nat) = bare();
    let before = flows(&site);
    change(&mut site, web, nat);
    flows(&site) - before
}

const VM: &str = "fa:16:3e:00:00:01";

#[test]
fn an_empty_bridge_has_the_base_alone() {
    assert_eq!(flows(&Site::new("h")), 38);
}

#[test]
fn groups_domains_gateways_and_vrfs_add_up() {
    // Base, two groups, two bridge domains with one IPv4 gateway each, and I + 2X + 1 of both VRFs.
    assert_eq!(flows(&bare().0), 38 + 2 * 6 + 2 + 2 * 2 + (2 + 2 + 1) + (1 + 2 + 1));
}

#[test]
fn ipv6_gateways_of_one_bridge_domain_count_once() {
    let with = |gateways: &[&str]| {
        let mut site = Site::new("h");
        let vrf = site.vrf("project", &[]);
        site.network(vrf, "web", None, gateways);
        flows(&site)
    };
    let none = with(&[]);
    assert_eq!(with(&["2001:db8:1::1/64"]) - none, 2);
    assert_eq!(with(&["2001:db8:1::1/64", "2001:db8:2::1/64"]) - none, 2);
    assert_eq!(with(&["10.0.0.1/24", "2001:db8:2::1/64"]) - none, 4);
}

#[test]
fn a_usual_instance_has_fourteen_flows_and_its_flood_domain_one() {
    assert_eq!(
        added(|site, web, _| {
            site.instance(web, 2, VM, &["10.0.0.5"]);
        }),
        14 + 1
    );
    assert_eq!(
        added(|site, web, _| {
            for at in 0..50u32 {
                site.instance(web, 10 + at, &format!("fa:16:3e:00:01:{at:02x}"), &[&format!("10.0.0.{}", 10 + at)]);
            }
        }),
        50 * 14 + 1
    );
}

#[test]
fn further_addresses_add_three_one_and_two_each() {
    // n = 3 with the link-local one, r = 2, a = 2.
    assert_eq!(
        added(|site, web, _| {
            site.instance(web, 2, VM, &["10.0.0.5", "2001:db8::5"]);
        }),
        5 + 3 * 3 + 2 + 2 * 2 + 1
    );
    // A link-local address that is listed is not added again and has no route.
    assert_eq!(
        added(|site, web, _| {
            site.instance(web, 2, VM, &["10.0.0.5", "fe80::f816:3eff:fe00:1"]);
        }),
        5 + 3 * 2 + 1 + 2 * 2 + 1
    );
}

#[test]
fn a_promiscuous_port_has_one_rule_in_place_of_its_addresses() {
    assert_eq!(added(|site, web, _| site.instance(web, 2, VM, &["10.0.0.5"]).promiscuous = true), 5 + 2 + 1 + 2 + 1);
}

#[test]
fn a_snat_interface_has_twelve_flows() {
    assert_eq!(
        added(|site, _, nat| {
            site.snat(nat, 5, VM, "172.16.0.3/24", "172.16.0.1");
        }),
        12 + 1
    );
}

#[test]
fn a_dhcp_server_is_answered_for_once_per_bridge_domain() {
    let server = |site: &mut Site, web: EpgId, last: u32, server: &str| {
        let own = format!("fa:16:3e:00:02:{last:02x}");
        let at = format!("10.0.0.{last}");
        site.instance(web, last, &own, &[&at]).dhcp4 = Some(dhcp4(&at, Some(server)));
    };
    assert_eq!(added(|site, web, _| server(site, web, 10, "10.0.0.2")), 15 + 1 + 2);
    assert_eq!(
        added(|site, web, _| {
            server(site, web, 10, "10.0.0.2");
            server(site, web, 11, "10.0.0.2");
            server(site, web, 12, "10.0.0.3");
        }),
        3 * 14 + 1 + 3 + 2 * 2
    );
    assert_eq!(added(|site, web, _| site.instance(web, 2, VM, &["10.0.0.5"]).dhcp6 = Some(dhcp6())), 15 + 1 + 1);
}

#[test]
fn a_dhcp_block_without_server_is_answered_from_the_agents_own_address() {
    let (mut site, _, web, _) = bare();
    site.instance(web, 2, VM, &["10.0.0.5"]).dhcp4 = Some(dhcp4("10.0.0.5", None));
    assert!(site.files().flows.contains("arp_tpa=169.254.32.32,arp_op=1 actions=move:"));
}

#[test]
fn a_virtual_address_has_one_flow_and_a_second_while_the_port_holds_it() {
    let with = |to: &'static str| {
        added(move |site, web, _| site.instance(web, 2, VM, &["10.0.0.5"]).virtual_ips = vec![pair(to, VM)]) - 15
    };
    assert_eq!(with("10.0.0.250/32"), 1);
    assert_eq!(with("10.0.0.5/32"), 2);
    assert_eq!(with("10.0.0.0/28"), 2);
    assert_eq!(with("2001:db8::/64"), 1);
}

#[test]
fn a_virtual_mac_may_ask_for_an_address_where_the_port_may() {
    let with = |to: &'static str| {
        added(move |site, web, _| {
            let port = site.instance(web, 2, VM, &["10.0.0.5"]);
            port.dhcp4 = Some(dhcp4("10.0.0.5", Some("10.0.0.2")));
            port.virtual_ips = vec![pair(to, "fa:16:3e:aa:00:01")];
        }) - 15
            - 3
    };
    assert_eq!(with("10.0.0.250/32"), 2);
    assert_eq!(with("2001:db8::1/128"), 1);
}

#[test]
fn a_mac_that_only_a_pair_names_is_watched_and_forwards_nothing() {
    let (mut site, _, web, _) = bare();
    site.instance(web, 2, VM, &["10.0.0.5"]);
    let before = site.files();
    let second = site.instance(web, 2, "fa:16:3e:aa:00:01", &[]);
    second.primary = false;
    second.virtual_ips = vec![pair("10.0.0.0/28", "fa:16:3e:aa:00:01")];
    let after = site.files();
    let new: Vec<&str> = after.flows.lines().filter(|line| !before.flows.lines().any(|old| old == *line)).collect();
    assert_eq!(
        new,
        ["cookie=0x8000000000000006, table=1, priority=60,arp,in_port=2,dl_src=fa:16:3e:aa:00:01,arp_spa=10.0.0.0/28 \
          actions=CONTROLLER:65535,goto_table:2"]
    );
    assert_eq!(after.groups, before.groups);
}

#[test]
fn translations_have_five_four_seven_and_six_flows() {
    let floating = |mapped: &'static str, outer: &'static str| {
        let without = added(|site, web, _| {
            site.instance(web, 2, VM, &[mapped]);
        });
        let with = added(|site, web, nat| {
            site.instance(web, 2, VM, &[mapped]).mappings = vec![mapping(mapped, outer, nat, MappingKind::FloatingIp)];
        });
        with - without
    };
    assert_eq!(floating("10.0.0.5", "172.16.0.8"), 5);
    assert_eq!(floating("2001:db8::5", "2001:db8:f::8"), 4);
    assert_eq!(floating("10.0.0.5", "2001:db8:f::8"), 0, "the agent translates within a family only");
    let snat = |mapped: &'static str, outer: &'static str| {
        let with = |mapped_too: bool| {
            added(move |site, web, nat| {
                let through = site.snat(nat, 5, "fa:16:3e:5a:00:03", "172.16.0.3/24", "172.16.0.1");
                let port = site.instance(web, 2, VM, &[mapped]);
                if mapped_too {
                    port.mappings = vec![mapping(mapped, outer, nat, MappingKind::Snat(through))];
                }
            })
        };
        with(true) - with(false)
    };
    assert_eq!(snat("10.0.0.5", "169.254.0.1"), 7);
    assert_eq!(snat("2001:db8::5", "fd00::1"), 6);
}

#[test]
fn a_bridge_domain_that_does_not_route_has_no_routes_and_no_translations() {
    let (mut site, _, web, nat) = bare();
    let domain = site.fabric.epgs[web].bridge_domain;
    site.fabric.bridge_domains[domain].unicast_route = false;
    let before = flows(&site);
    site.instance(web, 2, VM, &["10.0.0.5"]).mappings =
        vec![mapping("10.0.0.5", "172.16.0.8", nat, MappingKind::FloatingIp)];
    // Of 14 the two questions of table 5 and the one route are missing, and all five of the floating IP.
    assert_eq!(flows(&site) - before, 14 - 3 + 1);
}

#[test]
fn a_router_has_a_flow_per_ordered_pair_of_what_is_on_the_host() {
    let pairs = |networks: u32, externals: &[u32]| {
        let mut site = Site::new("h");
        let vrf = site.vrf("project", &[]);
        let groups: Vec<EpgId> = (0..networks).map(|at| site.network(vrf, &format!("n{at}"), None, &[])).collect();
        site.fabric.vrfs[vrf].routes = vec![route("0.0.0.0/0", 1, None)];
        let before = flows(&site);
        site.contract(ContractKind::Router, &groups, externals);
        flows(&site) - before
    };
    assert_eq!(pairs(3, &[]), 6);
    assert_eq!(pairs(3, &[1]), 12);
    assert_eq!(pairs(3, &[1, 7]), 12, "an external group that no VRF here leads to");
    assert_eq!(pairs(10, &[1]), 10 * 11);
}

#[test]
fn groups_of_other_hosts_and_routers_that_are_down_make_no_flows() {
    let (mut site, _, web, nat) = bare();
    site.contract(ContractKind::AllowAll, &[web, nat], &[2]);
    let before = flows(&site);
    let router = site.contract(ContractKind::Router, &[web, nat], &[]);
    assert_eq!(flows(&site) - before, 2);
    site.fabric.contracts[router].active = false;
    assert_eq!(flows(&site), before);
    site.fabric.contracts[router].active = true;
    let host = site.host();
    host.epgs.retain(|epg| *epg == web);
    assert!(!site.files().flows.contains("priority=8192"));
}

#[test]
fn two_routers_between_the_same_networks_share_their_flows() {
    let (mut site, _, web, nat) = bare();
    let before = flows(&site);
    site.contract(ContractKind::Router, &[web, nat], &[]);
    site.contract(ContractKind::Router, &[web, nat], &[]);
    assert_eq!(flows(&site) - before, 2);
}

#[test]
fn metadata_has_six_flows_per_vrf() {
    let (mut site, project, _, _) = bare();
    let before = flows(&site);
    site.metadata(project, 6, "fa:16:3e:5c:00:06", "169.254.240.3");
    assert_eq!(flows(&site) - before, 6);
}

#[test]
fn whole_hosts_have_as_many_flows_as_the_reference_counts() {
    for (instances, networks, floating, expected) in [(10, 2, 3, 323), (100, 10, 50, 2_417), (1_000, 10, 100, 22_117)] {
        let closed = networks * networks + 14 * networks + 22 * instances + 77 - 2 * floating;
        assert_eq!(closed, expected);
        assert_eq!(flows(&host(instances, networks, floating)), expected);
    }
}
