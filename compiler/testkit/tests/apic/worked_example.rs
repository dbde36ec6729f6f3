//! The worked example of the payloads, with its own values: DN by DN, attribute by attribute.

use aciform_bundle::frame::Frames;
use aciform_bundle::target::apic::Apic;
use aciform_bundle::target::{Target, gather};
use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{ContractId, Encapsulation, EpgId, Fabric, Id as _, L3OutId, Tenant};

use aciform_testkit::payload;

use crate::{files, lab};

/// DN, class and attributes a line, without our mark.
fn lines(fabric: &Fabric) -> Vec<String> {
    let files = files(fabric);
    let objects = payload::flatten(files.values().map(String::as_str));
    objects.iter().map(|(dn, mo)| format!("{dn} {}", mo.line())).collect()
}

/// The example's table with `R` and `A` written out. What differs from the original driver's output:
/// `pcEnfPref` in APIC's word instead of `1`, neither `common/ctx-default` (it is not ours) nor `cif-os-interface` (nobody
/// consumes it), the two later POSTs on the VMM domain in one body, no password, and our mark, which other tests look at.
fn worked_example() -> Vec<String> {
    const SEVENTH_SECTION: &str = "\
uni/tn-_RDO-ML2_NewWebApps fvTenant nameAlias=NewWebApps
uni/tn-_RDO-ML2_NewWebApps/ctx-_RDO-ML2_shared fvCtx pcEnfPref=enforced
uni/tn-_RDO-ML2_NewWebApps/BD-MyWebApp fvBD BDATTR nameAlias=MyWebApp UCAST
uni/tn-_RDO-ML2_NewWebApps/BD-MyWebApp/rsctx fvRsCtx tnFvCtxName=_RDO-ML2_shared
uni/tn-_RDO-ML2_NewWebApps/BD-MyWebApp/subnet-[10.100.100.1/24] fvSubnet scope=public
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2 fvAp
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp fvAEPg nameAlias=MyWebApp
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp/rsbd fvRsBd tnFvBDName=MyWebApp
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp/rsdomAtt-[uni/vmmp-OpenStack/dom-RDO-ML2] fvRsDomAtt
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp/rsprov-ROUTER fvRsProv
uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp/rscons-ROUTER fvRsCons
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out l3extOut
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/rsectx l3extRsEctx tnFvCtxName=_RDO-ML2_shared
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/instP-_RDO-ML2_Shd-InternetAccess l3extInstP
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/instP-_RDO-ML2_Shd-InternetAccess/extsubnet-[0.0.0.0/0] l3extSubnet
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/instP-_RDO-ML2_Shd-InternetAccess/rsprov-ROUTER fvRsProv
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/instP-_RDO-ML2_Shd-InternetAccess/rscons-ROUTER fvRsCons
uni/tn-_RDO-ML2_NewWebApps/out-_RDO-ML2_Shd-OS_L3Out/instP-_RDO-ML2_Shd-InternetAccess/rsInstPToNatMappingEPg l3extRsInstPToNatMappingEPg tDn=uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out
uni/tn-common fvTenant
uni/tn-common/BD-EXT-bd-OS_L3Out fvBD BDATTR UCAST
uni/tn-common/BD-EXT-bd-OS_L3Out/rsctx fvRsCtx tnFvCtxName=default
uni/tn-common/BD-EXT-bd-OS_L3Out/rsBDToOut-OS_L3Out fvRsBDToOut
uni/tn-common/BD-EXT-bd-OS_L3Out/subnet-[172.16.10.1/24] fvSubnet scope=public
uni/tn-common/BD-EXT-bd-OS_L3Out/subnet-[172.16.20.1/24] fvSubnet scope=public
uni/tn-common/ap-RDO-ML2 fvAp
uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out fvAEPg
uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out/rsbd fvRsBd tnFvBDName=EXT-bd-OS_L3Out
uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out/rsdomAtt-[uni/vmmp-OpenStack/dom-RDO-ML2] fvRsDomAtt
uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out/rsprov-ALLOW_ALL fvRsProv
uni/tn-common/ap-RDO-ML2/epg-EXT-epg-OS_L3Out/rscons-ALLOW_ALL fvRsCons
uni/tn-common/flt-ALLOW_ALL vzFilter
uni/tn-common/flt-ALLOW_ALL/e-allow-all vzEntry
uni/tn-common/brc-ALLOW_ALL vzBrCP
uni/tn-common/brc-ALLOW_ALL/subj-ALLOW_ALL vzSubj
uni/tn-common/brc-ALLOW_ALL/subj-ALLOW_ALL/rssubjFiltAtt-ALLOW_ALL vzRsSubjFiltAtt
uni/tn-common/flt-os-filter vzFilter
uni/tn-common/flt-os-filter/e-os-entry vzEntry
uni/tn-common/brc-ROUTER vzBrCP nameAlias=NewWebApps-router scope=global
uni/tn-common/brc-ROUTER/subj-os-subject vzSubj
uni/tn-common/brc-ROUTER/subj-os-subject/rssubjFiltAtt-os-filter vzRsSubjFiltAtt
uni/tn-common/out-OS_L3Out l3extOut
uni/tn-common/out-OS_L3Out/instP-InternetAccess l3extInstP
uni/tn-common/out-OS_L3Out/instP-InternetAccess/rsprov-ALLOW_ALL fvRsProv
uni/tn-common/out-OS_L3Out/instP-InternetAccess/rscons-ALLOW_ALL fvRsCons
uni/infra infraInfra
uni/infra/maddrns-RDO-ML2_mcast_ns fvnsMcastAddrInstP
uni/infra/maddrns-RDO-ML2_mcast_ns/fromaddr-[225.2.1.1]-toaddr-[225.2.255.255] fvnsMcastAddrBlk from=225.2.1.1 to=225.2.255.255
uni/vmmp-OpenStack/dom-RDO-ML2 vmmDomP encapMode=vxlan enfPref=sw mcastAddr=225.1.2.3 mode=ovs prefEncapMode=vxlan
uni/vmmp-OpenStack/dom-RDO-ML2/usracc-RDO-ML2 vmmUsrAccP usr=admin
uni/vmmp-OpenStack/dom-RDO-ML2/ctrlr-RDO-ML2 vmmCtrlrP hostOrIp=openstack mode=ovs rootContName=RDO-ML2 scope=openstack
uni/vmmp-OpenStack/dom-RDO-ML2/ctrlr-RDO-ML2/rsacc vmmRsAcc tDn=uni/vmmp-OpenStack/dom-RDO-ML2/usracc-RDO-ML2
uni/vmmp-OpenStack/dom-RDO-ML2/rsdomMcastAddrNs vmmRsDomMcastAddrNs tDn=uni/infra/maddrns-RDO-ML2_mcast_ns";
    let mut lines: Vec<String> = SEVENTH_SECTION
        .lines()
        .map(|line| {
            line.replace("ROUTER", lab::ROUTER)
                .replace("ALLOW_ALL", lab::ALLOW_ALL)
                .replace("BDATTR", "arpFlood=yes epMoveDetectMode=garp limitIpLearnToSubnets=no")
                .replace("UCAST", "unicastRoute=yes unkMacUcastAct=proxy")
        })
        .collect();
    lines.sort();
    lines
}

fn assert_same(expected: &[String], found: &[String]) {
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let beside: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    assert!(missing.is_empty() && beside.is_empty(), "missing {missing:#?}\nnot expected {beside:#?}");
}

#[test]
fn the_lab_of_the_worked_example_comes_out_attribute_by_attribute() {
    let mut found = lines(&lab::fabric());
    found.sort();
    assert_same(&worked_example(), &found);
}

#[test]
fn each_body_is_named_after_its_root_and_in_the_order_of_apply() {
    let files = files(&lab::fabric());
    let roots: Vec<(String, String)> = files
        .iter()
        .map(|(path, content)| {
            let body: serde_json::Value = serde_json::from_str(content).unwrap();
            let (class, content) = body.as_object().unwrap().iter().next().unwrap();
            (path.clone(), format!("{class} {}", content["attributes"]["dn"].as_str().unwrap()))
        })
        .collect();
    let roots: Vec<(&str, &str)> = roots.iter().map(|(path, root)| (path.as_str(), root.as_str())).collect();
    assert_eq!(
        roots,
        [
            ("apic/10-infra.json", "infraInfra uni/infra"),
            ("apic/20-vmmp-OpenStack.json", "vmmDomP uni/vmmp-OpenStack/dom-RDO-ML2"),
            ("apic/30-tn-common.json", "fvTenant uni/tn-common"),
            ("apic/40-tn-_RDO-ML2_NewWebApps.json", "fvTenant uni/tn-_RDO-ML2_NewWebApps"),
            ("apic/50-common-relations.json", "fvTenant uni/tn-common"),
        ]
    );
}

#[test]
fn our_mark_stands_on_what_we_make_and_on_nothing_else() {
    let files = files(&lab::fabric());
    let objects = payload::flatten(files.values().map(String::as_str));
    let bare: Vec<&str> = objects
        .iter()
        .filter(|(_, mo)| mo.attributes.get("annotation").map(String::as_str) != Some(lab::MARK))
        .map(|(dn, mo)| {
            assert!(mo.attributes.is_empty(), "{dn} is not ours and has {:?}", mo.attributes);
            dn.as_str()
        })
        .collect();
    assert_eq!(
        bare,
        ["uni/infra", "uni/tn-common", "uni/tn-common/out-OS_L3Out", "uni/tn-common/out-OS_L3Out/instP-InternetAccess"]
    );
}

#[test]
fn the_password_is_left_out_and_named_as_a_secret() {
    let fabric = lab::fabric();
    let secrets = Apic.secrets(&fabric);
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets[0].dn, "uni/vmmp-OpenStack/dom-RDO-ML2/usracc-RDO-ML2");
    assert_eq!(
        (secrets[0].attribute.as_str(), secrets[0].from.as_str()),
        ("pwd", "ml2_conf_cisco_apic.ini:[ml2_cisco_apic] openstack_password")
    );
    assert!(files(&fabric).values().all(|content| !content.contains("pwd")));
}

#[test]
fn parity_adds_the_external_vrf_and_the_shared_contract_interface() {
    let mut fabric = lab::fabric();
    let before = lines(&fabric);
    fabric.system.parity = true;
    let after = lines(&fabric);
    let added: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(
        added,
        [
            "uni/tn-common/cif-os-interface vzCPIf",
            &format!("uni/tn-common/cif-os-interface/rsif vzRsIf tDn=uni/tn-common/brc-{}", lab::ROUTER),
            "uni/tn-common/ctx-default fvCtx pcEnfPref=enforced",
        ]
    );
    let objects = payload::flatten(files(&fabric).values().map(String::as_str));
    assert!(!objects["uni/tn-common/ctx-default"].attributes.contains_key("annotation"), "the VRF is not ours");
}

#[test]
fn a_vlan_domain_gets_its_pool_before_it_and_brackets_in_its_block() {
    let mut fabric = lab::fabric();
    let blocks = vec![(1000, 1999), (2500, 2500)];
    fabric.system.domains[0].encapsulation = Encapsulation::Vlan { pool: "RDO-ML2_vlan_ns".into(), blocks };
    let lines = lines(&fabric);
    for line in [
        "uni/infra/vlanns-[RDO-ML2_vlan_ns]-dynamic fvnsVlanInstP",
        "uni/infra/vlanns-[RDO-ML2_vlan_ns]-dynamic/from-[vlan-1000]-to-[vlan-1999] fvnsEncapBlk from=vlan-1000 name=encap to=vlan-1999",
        "uni/infra/vlanns-[RDO-ML2_vlan_ns]-dynamic/from-[vlan-2500]-to-[vlan-2500] fvnsEncapBlk from=vlan-2500 name=encap to=vlan-2500",
        "uni/vmmp-OpenStack/dom-RDO-ML2/rsvlanNs infraRsVlanNs tDn=uni/infra/vlanns-[RDO-ML2_vlan_ns]-dynamic",
        "uni/vmmp-OpenStack/dom-RDO-ML2 vmmDomP encapMode=vlan enfPref=sw mcastAddr=225.1.2.3 mode=ovs prefEncapMode=vlan",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line} is not among {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.contains("mcast_ns") || line.contains("McastAddrNs")));
}

#[test]
fn a_second_domain_has_a_body_of_its_own_and_moves_nothing() {
    let mut fabric = lab::fabric();
    let before = files(&fabric);
    let mut second = fabric.system.domains[0].clone();
    second.name = "east".into();
    fabric.system.domains.push(second);
    let after = files(&fabric);
    for path in ["apic/10-infra.json", "apic/20-vmmp-OpenStack.json"] {
        assert_eq!(before[path], after[path], "{path}");
    }
    assert!(after.contains_key("apic/20-vmmp-OpenStack-east.json"));
    assert!(after["apic/40-tn-_RDO-ML2_NewWebApps.json"].contains("rsdomAtt-[uni/vmmp-OpenStack/dom-east]"));
}

#[test]
fn an_l3out_of_a_tenant_of_its_own_is_related_to_there_without_a_mark_on_the_tenant() {
    let mut fabric = lab::fabric();
    let outside = fabric.tenants.push(Tenant { name: "outside".into(), name_alias: None, owned: false, source: None });
    fabric.l3outs[L3OutId::from_index(1)].tenant = outside;
    let files = files(&fabric);
    assert!(!files.contains_key("apic/50-common-relations.json"));
    assert!(!files.contains_key("apic/40-tn-outside.json"), "nothing of ours lies in the tenant itself");
    let objects = payload::flatten([files["apic/50-outside-relations.json"].as_str()]);
    let dns: Vec<&str> = objects.keys().map(String::as_str).collect();
    let group = "uni/tn-outside/out-OS_L3Out/instP-InternetAccess";
    let allow = lab::ALLOW_ALL;
    let expected = [
        "uni/tn-outside".into(),
        "uni/tn-outside/out-OS_L3Out".into(),
        group.into(),
        format!("{group}/rscons-{allow}"),
        format!("{group}/rsprov-{allow}"),
    ];
    assert_eq!(dns, expected);
    assert!(objects["uni/tn-outside"].attributes.is_empty());
}

#[test]
fn a_router_that_is_down_keeps_its_contract_and_loses_the_filter() {
    let mut fabric = lab::fabric();
    let before = lines(&fabric);
    fabric.contracts[ContractId::from_index(1)].active = false;
    let after = lines(&fabric);
    let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    let relation = format!("uni/tn-common/brc-{}/subj-os-subject/rssubjFiltAtt-os-filter vzRsSubjFiltAtt", lab::ROUTER);
    assert_eq!(gone, [&relation]);
    assert_eq!(after.len() + 1, before.len());
}

#[test]
fn a_name_that_apic_refuses_is_an_error_and_its_body_is_not_written() {
    let mut fabric = lab::fabric();
    fabric.epgs[EpgId::from_index(0)].name = "my/web".into();
    fabric.epgs[EpgId::from_index(0)].source = Some(lab::nowhere());
    let mut diagnostics = Diagnostics::new();
    let made = gather(|emit| Apic.site(&fabric, &Frames::default(), emit, &mut diagnostics));
    let found = diagnostics.into_sorted();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code.id, "ACI1620");
    assert_eq!(
        found[0].message,
        "APIC does not take \"my/web\" as `name` of fvAEPg `uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-my/web`"
    );
    assert_eq!(found[0].help.as_deref(), Some("name is 1 to 64 characters out of a-z, A-Z, 0-9 and _.:-"));
    assert_eq!(found[0].primary(), Some(lab::nowhere()));
    assert!(made.iter().all(|artifact| artifact.path != "apic/40-tn-_RDO-ML2_NewWebApps.json"));
    assert_eq!(made.len(), 4);
}

#[test]
fn two_groups_that_end_in_one_dn_are_an_error_unless_they_are_the_same() {
    let mut fabric = lab::fabric();
    let copy = fabric.epgs[EpgId::from_index(0)].clone();
    fabric.epgs.push(copy.clone());
    assert_eq!(lines(&fabric), lines(&lab::fabric()), "the same thing twice is one thing");

    let mut other = copy;
    other.contracts.clear();
    fabric.epgs.push(other);
    let mut diagnostics = Diagnostics::new();
    let _ = gather(|emit| Apic.site(&fabric, &Frames::default(), emit, &mut diagnostics));
    let found = diagnostics.into_sorted();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code.id, "ACI1621");
    assert_eq!(
        found[0].message,
        "`uni/tn-_RDO-ML2_NewWebApps/ap-RDO-ML2/epg-MyWebApp` would be made twice with different content"
    );
}

#[test]
fn siblings_stand_in_the_order_of_classes_then_names_whatever_the_order_of_the_tables() {
    let fabric = lab::fabric();
    let expected = files(&fabric);
    let mut shuffled = lab::fabric();
    for domain in ["b", "a"] {
        let mut copy = shuffled.system.domains[0].clone();
        copy.name = domain.into();
        shuffled.system.domains.push(copy);
    }
    let mut other = shuffled.clone();
    other.system.domains.reverse();
    assert_eq!(files(&shuffled), files(&other));
    assert_ne!(files(&shuffled), expected);
    // A tenant's own children: VRFs, filters, contracts, bridge domains, profiles, L3Outs.
    let text = &expected["apic/30-tn-common.json"];
    let places = ["\"vzFilter\"", "\"vzBrCP\"", "\"fvBD\"", "\"fvAp\""].map(|class| text.find(class).unwrap());
    assert!(places.is_sorted(), "{places:?}");
}
