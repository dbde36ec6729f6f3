//! Every object stands where its class may stand, says only what its class knows, and points at something.

use std::collections::BTreeMap;

use aciform_bundle::target::apic::class;
use aciform_fabric::model::{ContractKind, Encapsulation, Fabric, GatewaySubnet, Id as _, L3OutId, Tenant};
use aciform_testkit::payload::{self, Mo};

use crate::{files, lab};

/// What the fabric's administrator made in the lab.
const PREEXISTING: [&str; 3] =
    ["uni/tn-common/ctx-default", "uni/tn-common/out-OS_L3Out", "uni/tn-common/out-OS_L3Out/instP-InternetAccess"];

fn objects(fabric: &Fabric) -> BTreeMap<String, Mo> {
    payload::flatten(files(fabric).values().map(String::as_str))
}

/// The lab, and the lab with everything else that the target can say.
fn fabrics() -> Vec<Fabric> {
    let mut vlan = lab::fabric();
    vlan.system.parity = true;
    vlan.system.domains[0].encapsulation =
        Encapsulation::Vlan { pool: "RDO-ML2_vlan_ns".into(), blocks: vec![(1, 4094)] };

    let mut wide = lab::fabric();
    wide.tenants.push(Tenant { name: "empty".into(), name_alias: None, owned: true, source: None });
    let at = lab::interface("2001:db8:1::1/64");
    let gateway =
        GatewaySubnet { gateway: at.address, prefix: at.network, scope: "private,shared".into(), source: None };
    for domain in [0, 1] {
        let id = aciform_fabric::model::BdId::from_index(domain);
        wide.bridge_domains[id].gateways.push(gateway.clone());
        wide.bridge_domains[id].ep_move_detect = String::new();
    }
    wide.l3outs[L3OutId::from_index(0)].external_epgs[0].subnets =
        ["0.0.0.0/1", "128.0.0.0/1", "::/0"].map(lab::prefix).to_vec();
    vec![lab::fabric(), vlan, wide]
}

#[test]
fn every_object_stands_under_a_parent_of_its_class_and_points_at_something() {
    for fabric in fabrics() {
        assert_eq!(payload::findings(&objects(&fabric), &PREEXISTING), Vec::<String>::new());
    }
}

#[test]
fn every_attribute_is_one_of_its_class_with_a_value_of_its_domain() {
    for (dn, mo) in fabrics().iter().flat_map(objects) {
        let class = class::named(&mo.class).unwrap_or_else(|| panic!("{dn}: {} is not in the table", mo.class));
        assert!(class.parents.contains(&mo.parent.as_str()), "{dn} under {}", mo.parent);
        assert_eq!(class::of(&dn).map(|class| class.name), Some(class.name), "{dn}");
        let values = class.values_of(&mo.rn).unwrap_or_else(|| panic!("{dn}"));
        assert!(values.iter().zip(class.naming).all(|(value, domain)| domain.accepts(value)), "{dn}");
        for (name, value) in &mo.attributes {
            let attribute = class.attribute(name).unwrap_or_else(|| panic!("{dn}: {name} is not in the table"));
            assert!(attribute.domain.accepts(value), "{dn}: {name} = {value:?}");
        }
        for attribute in class.attributes.iter().filter(|attribute| attribute.always) {
            assert!(mo.attributes.contains_key(attribute.name), "{dn} lacks {}", attribute.name);
        }
    }
}

#[test]
fn taking_away_any_object_that_is_pointed_at_is_noticed() {
    let whole = objects(&lab::fabric());
    let relations = ["fvRs", "vzRs", "l3extRs", "vmmRs", "infraRs"];
    let ends = ["vzEntry", "vzSubj", "fvSubnet", "l3extSubnet", "fvnsMcastAddrBlk", "vmmCtrlrP"];
    let mut tried = 0;
    for (dn, mo) in &whole {
        // Parents alone and what nothing points at.
        let parent = ["fvTenant", "infraInfra", "fvAp", "l3extInstP", "vzCPIf"].contains(&mo.class.as_str());
        let shadow = mo.class == "l3extOut" && dn.contains("Shd") || dn.ends_with("epg-MyWebApp");
        let elsewhere = PREEXISTING.contains(&dn.as_str());
        if parent
            || shadow
            || elsewhere
            || ends.contains(&mo.class.as_str())
            || relations.iter().any(|r| mo.class.starts_with(r))
        {
            continue;
        }
        let mut less = whole.clone();
        less.remove(dn);
        let found = payload::findings(&less, &PREEXISTING);
        assert!(!found.is_empty(), "{dn} can be missing");
        assert!(found.iter().all(|finding| finding.contains("points at")), "{found:#?}");
        tried += 1;
    }
    // VRF, two bridge domains, the NAT group, two contracts, two filters, pool, domain, account.
    assert_eq!(tried, 11);
}

#[test]
fn the_checks_notice_a_wrong_place_a_wrong_rn_and_a_foreign_class() {
    let whole = objects(&lab::fabric());
    let spoil = |dn: &str, change: &dyn Fn(&mut Mo)| {
        let mut spoilt = whole.clone();
        change(spoilt.get_mut(dn).unwrap());
        payload::findings(&spoilt, &PREEXISTING)
    };
    let bridge_domain = "uni/tn-common/BD-EXT-bd-OS_L3Out";
    assert_eq!(spoil(bridge_domain, &|mo| mo.parent = "fvAp".into()), [format!("{bridge_domain}: fvBD under fvAp")]);
    assert_eq!(
        spoil(bridge_domain, &|mo| mo.rn = "BD-a:b".into()),
        [format!("{bridge_domain}: BD-a:b is not of the form BD-{{N}}")]
    );
    assert_eq!(
        spoil(bridge_domain, &|mo| mo.class = "fvFoo".into()),
        [format!("{bridge_domain}: unknown class fvFoo")]
    );
    let subnet = format!("{bridge_domain}/subnet-[172.16.10.1/24]");
    for rn in ["subnet-[172.16.10.0/24]", "subnet-[172.16.10.1]", "subnet-172.16.10.1/24", "subnet-[2001:DB8::1/64]"] {
        assert_eq!(spoil(&subnet, &|mo| mo.rn = rn.into()).len(), 1, "{rn}");
    }
}

#[test]
fn a_router_of_a_single_tenant_has_a_contract_of_that_scope() {
    let mut fabric = lab::fabric();
    for contract in [0, 1].map(aciform_fabric::model::ContractId::from_index) {
        fabric.contracts[contract].tenant = aciform_fabric::model::TenantId::from_index(0);
        assert!(matches!(fabric.contracts[contract].kind, ContractKind::Router | ContractKind::AllowAll));
    }
    let objects = objects(&fabric);
    let scope =
        |name: &str| objects[&format!("uni/tn-_RDO-ML2_NewWebApps/brc-{name}")].attributes.get("scope").cloned();
    assert_eq!(scope(lab::ROUTER).as_deref(), Some("tenant"));
    assert_eq!(scope(lab::ALLOW_ALL), None);
}
