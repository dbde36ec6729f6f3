//! Two owners of one key with different actions are reported, not written over each other.

use aciform_fabric::model::MappingKind;

use crate::site::{Site, mapping, route};

#[test]
fn two_external_networks_with_one_prefix_in_one_vrf_are_reported_by_both_names() {
    let mut site = Site::new("centos-02");
    let vrf = site.vrf("project", &[]);
    let web = site.network(vrf, "web", None, &[]);
    site.fabric.vrfs[vrf].routes = vec![route("0.0.0.0/0", 1, Some(web)), route("0.0.0.0/0", 2, Some(web))];
    let (_, diagnostics) = site.lower();
    let found: Vec<_> = diagnostics.iter().collect();
    assert_eq!(found.len(), 2, "one for routing, one for the way back: {found:?}");
    assert!(found.iter().all(|diagnostic| diagnostic.code.id == "ACI1602"));
    assert_eq!(
        found[0].message,
        "on host `centos-02` external group 1 of VRF `common/project` and external group 2 of VRF `common/project` \
         want different actions for one flow of table 7: priority=80,ip,reg6=0x1"
    );
}

#[test]
fn one_floating_ip_on_two_ports_is_reported_and_the_first_is_kept() {
    let mut site = Site::new("h");
    let vrf = site.vrf("project", &[]);
    let web = site.network(vrf, "web", None, &[]);
    let nat = site.network(vrf, "nat", None, &[]);
    for (port, own, at) in [(2, "fa:16:3e:00:00:01", "10.0.0.5"), (3, "fa:16:3e:00:00:02", "10.0.0.6")] {
        site.instance(web, port, own, &[at]).mappings = vec![mapping(at, "172.16.0.8", nat, MappingKind::FloatingIp)];
    }
    let (files, diagnostics) = site.lower();
    assert_eq!(diagnostics.len(), 3, "both answers to ARP and the way in: {diagnostics:?}");
    assert!(diagnostics.iter().all(|it| it.message.contains("endpoint fa:16:3e:00:00:01 on `qvo2`")));
    assert_eq!(files.flows.matches("priority=452,").count(), 1);
}
