//! The lab of two nodes, against the values of the field's worked examples.

use aciform_fabric::model::{Fabric, Host, MappingKind, Vrf};
use expect_test::expect_file;

use crate::kit::{Resolved, site};

const INI: &str = include_str!("../lab/ml2_conf_cisco_apic.ini");
const INTENT: [&str; 2] = [include_str!("../lab/fabric.yaml"), include_str!("../lab/NewWebApps.yaml")];
const LOCK: &str = include_str!("../lab/aciform.lock");

fn lab() -> Resolved {
    site(INI, &INTENT, LOCK).clean()
}

fn vrf<'f>(fabric: &'f Fabric, name: &str) -> &'f Vrf {
    fabric.vrfs.iter().find(|vrf| vrf.name == name).expect("a VRF of the lab")
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

#[test]
fn the_whole_lab_is_as_reviewed() {
    expect_file!["../lab/fabric.txt"].assert_eq(&lab().dump());
}

#[test]
fn names_and_contracts_are_those_that_the_driver_made() {
    let lab = lab();
    let fabric = &lab.fabric;
    let tenants: Vec<_> = fabric.tenants.iter().map(|tenant| (tenant.name.as_str(), tenant.owned)).collect();
    assert_eq!(tenants, [("_RDO-ML2_NewWebApps", true), ("common", false)]);
    let shadow = fabric.l3outs.iter().find(|out| out.name == "_RDO-ML2_Shd-OS_L3Out").expect("the shadow");
    let group = &shadow.external_epgs[0];
    assert_eq!((group.name.as_str(), texts(&group.subnets)), ("_RDO-ML2_Shd-InternetAccess", vec!["0.0.0.0/0".into()]));
    let contract = &fabric.contracts[group.contracts[0]];
    assert_eq!(contract.name, "contract-77777777-aaaa-bbbb-cccc-dddddddddddd");
    assert_eq!(contract.name_alias.as_deref(), Some("NewWebApps-router"));
    let nat = &fabric.epgs[group.nat.expect("a NAT group")];
    assert_eq!((nat.app_profile.as_str(), nat.name.as_str()), ("RDO-ML2", "EXT-epg-OS_L3Out"));
    let bridge_domain = &fabric.bridge_domains[nat.bridge_domain];
    let gateways: Vec<_> =
        bridge_domain.gateways.iter().map(|at| format!("{}/{}", at.gateway, at.prefix.length())).collect();
    assert_eq!(
        (bridge_domain.name.as_str(), gateways),
        ("EXT-bd-OS_L3Out", vec!["172.16.10.1/24".into(), "172.16.20.1/24".into()])
    );
    let real = fabric.l3outs.iter().find(|out| out.name == "OS_L3Out").expect("the L3Out");
    let allow_all = &fabric.contracts[real.external_epgs[0].contracts[0]];
    assert_eq!(allow_all.name, "EXT-e0e0e0e0-1111-2222-3333-444455556666-allow-all");
}

#[test]
fn registers_and_routes_are_those_of_the_worked_flows() {
    let lab = lab();
    let fabric = &lab.fabric;
    let inside = vrf(fabric, "_RDO-ML2_shared");
    assert_eq!(inside.routing_domain, 1);
    assert_eq!(texts(&inside.internal_subnets), ["10.100.100.0/24", "10.100.101.0/24", "169.254.0.0/16"]);
    assert_eq!(texts(&inside.routing_domain_subnets), ["10.100.100.0/23", "169.254.0.0/16"]);
    let route = &inside.routes[0];
    let nat = &fabric.epgs[route.nat.expect("the way out is translated")];
    assert_eq!((route.external, nat.vnid), (1, 0x0080_0002));
    let bridge_domain = &fabric.bridge_domains[nat.bridge_domain];
    assert_eq!((bridge_domain.local, bridge_domain.flood_domain), (2, 2));
    let outside = vrf(fabric, "default");
    assert_eq!((outside.routing_domain, outside.routes[0].external, outside.routes[0].nat), (2, 2, None));
    assert_eq!(texts(&outside.internal_subnets), ["172.16.10.0/24", "172.16.20.0/24"]);
    let contract = fabric.contracts.iter().find(|contract| contract.rule == 1).expect("the router's contract");
    assert_eq!(contract.externals, [1]);
    let groups: Vec<_> = contract.groups.iter().map(|epg| fabric.epgs[*epg].vnid).collect();
    assert_eq!(groups, [0x0080_0001, 0x0080_0003]);
}

#[test]
fn the_instance_with_a_floating_ip_leaves_by_it_and_the_others_by_snat() {
    let lab = lab();
    assert_eq!(lab.mappings("test-instance/eth0"), ["10.100.100.17 172.16.20.8"]);
    assert_eq!(lab.mappings("batch-1/eth0"), ["10.100.100.18 169.254.0.0"]);
    assert_eq!(lab.snat("OS_L3Out"), ["centos-01 172.16.10.2", "centos-02 172.16.10.3"]);
    let host = lab.host("centos-02");
    let snat = &host.snats[0];
    assert_eq!(snat.interface, "of-c5c3ee166c7b");
    assert_eq!((snat.ofport, snat.mac.to_string()), (5, "fa:16:3e:5a:00:03".into()));
    assert_eq!((snat.address.to_string(), snat.gateway.to_string()), ("172.16.10.3/24".into(), "172.16.10.1".into()));
    assert_eq!(snat.vm_name, "snat|centos-02|OS_L3Out");
    let kinds: Vec<_> =
        host.endpoints.iter().flat_map(|endpoint| &endpoint.mappings).map(|mapping| mapping.kind).collect();
    assert_eq!(kinds, [MappingKind::FloatingIp, MappingKind::Snat(0)]);
}

#[test]
fn the_endpoint_is_that_of_the_worked_file() {
    let lab = lab();
    let host = lab.host("centos-02");
    let endpoint = host.endpoints.iter().find(|endpoint| endpoint.vm_name == "test-instance").expect("the endpoint");
    assert_eq!((endpoint.interface.as_str(), endpoint.ofport), ("qvo43591b4f-86", 37));
    let lease = endpoint.dhcp4.as_ref().expect("a lease");
    assert_eq!((lease.address.to_string(), lease.prefix_length), ("10.100.100.17".into(), 24));
    assert_eq!(
        (texts(&lease.dns_servers), lease.server.map(|at| at.to_string())),
        (vec!["10.100.100.2".into()], Some("10.100.100.2".into()))
    );
    assert_eq!(lease.domain, "openstacklocal");
    let routes: Vec<_> = lease.static_routes.iter().map(|at| format!("{} {}", at.destination, at.next_hop)).collect();
    assert_eq!(routes, ["0.0.0.0/0 10.100.100.1"]);
    let service = &host.services[0];
    assert_eq!(service.uuid.to_string(), "3b52a6ec-944d-c96a-f2f0-673da81191b7");
    assert_eq!((service.ofport, service.next_hop.to_string()), (6, "169.254.240.3".into()));
}

#[test]
fn the_dhcp_server_is_an_endpoint_of_its_host_alone() {
    let lab = lab();
    let serving = |host: &Host| host.endpoints.iter().filter(|endpoint| endpoint.promiscuous).count();
    assert_eq!((serving(lab.host("centos-01")), serving(lab.host("centos-02"))), (2, 0));
    let server = lab.host("centos-01").endpoints.iter().find(|e| e.addresses[0].to_string() == "10.100.100.2");
    let server = server.expect("the DHCP server of MyWebApp");
    assert_eq!(server.vm_name, "dhcp|_RDO-ML2_NewWebApps|RDO-ML2|MyWebApp");
    assert!(server.interface.starts_with("tap") && server.dhcp4.is_none());
}

#[test]
fn resolving_again_with_its_own_lock_changes_nothing() {
    let first = lab();
    let again = site(INI, &INTENT, &first.ledger.render()).clean();
    assert!(!again.ledger.changed(), "{:?}", again.ledger.changes());
    assert_eq!(again.dump(), first.dump());
}

#[test]
fn the_json_has_the_same_tables_and_nothing_absent() {
    let lab = lab();
    let json = aciform_fabric::to_json(&lab.fabric);
    let host = &json["hosts"][1];
    assert_eq!((host["name"].as_str(), host["tunnel"].as_u64()), (Some("centos-02"), Some(1)));
    assert_eq!(host["endpoints"][0]["mappings"][0]["outer"].as_str(), Some("172.16.20.8"));
    assert_eq!(json["contracts"][1]["externals"][0].as_u64(), Some(1));
    assert!(!json.to_string().contains("null"));
}
