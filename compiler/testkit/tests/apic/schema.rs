//! `schema/payload.schema.json` is what the table of classes says, takes every payload, and is closed at every level.

use aciform_bundle::target::apic::schema::schema;
use aciform_fabric::model::Encapsulation;
use aciform_testkit::closed::{Openings, assert_schema_is_closed};
use aciform_testkit::committed;
use serde_json::Value;

use aciform_testkit::payload;

use crate::{files, lab};

#[test]
fn the_schema_in_the_repository_is_the_one_of_the_table() {
    committed::assert_schema("payload", &schema());
}

/// What some objects of a class are sent without: an alias or a scope that is left alone, a mark on what is not ours.
const NOT_ALWAYS: [(&str, &str); 9] = [
    ("fvTenant", "nameAlias"),
    ("fvTenant", "annotation"),
    ("fvCtx", "annotation"),
    ("fvBD", "nameAlias"),
    ("fvAEPg", "nameAlias"),
    ("vzBrCP", "nameAlias"),
    ("vzBrCP", "scope"),
    ("l3extOut", "annotation"),
    ("l3extInstP", "annotation"),
];

#[test]
fn every_payload_is_taken_and_refused_once_spoilt_anywhere() {
    let mut vlan = lab::fabric();
    vlan.system.parity = true;
    vlan.system.domains[0].encapsulation =
        Encapsulation::Vlan { pool: "RDO-ML2_vlan_ns".into(), blocks: vec![(1000, 1999)] };
    let schema = schema();
    for content in files(&lab::fabric()).into_values().chain(files(&vlan).into_values()) {
        let body: Value = serde_json::from_str(&content).unwrap();
        let objects = payload::flatten([content.as_str()]);
        let has = |class: &str, attribute: &str| {
            objects.values().any(|mo| mo.class == class && mo.attributes.contains_key(attribute))
        };
        let optional: Vec<String> = NOT_ALWAYS
            .iter()
            .filter(|(class, attribute)| has(class, attribute))
            .map(|(class, attribute)| format!("**/{class}/attributes/{attribute}"))
            .chain(["**/children".into()])
            .collect();
        let optional: Vec<&str> = optional.iter().map(String::as_str).collect();
        assert_schema_is_closed(&schema, &body, Openings { optional: &optional, ..Openings::default() });
    }
}

#[test]
fn what_stands_in_the_wrong_place_or_has_a_wrong_value_is_refused() {
    let schema = aciform_schemas::Schema::new(&schema()).unwrap();
    let files = files(&lab::fabric());
    let tenant: Value = serde_json::from_str(&files["apic/40-tn-_RDO-ML2_NewWebApps.json"]).unwrap();
    assert!(schema.accepts(&tenant));
    let spoilt: [(&str, &str, Value); 6] = [
        ("/fvTenant/attributes/dn", "a root without its DN", "tn-a".into()),
        ("/fvTenant/children/0/fvCtx/attributes/pcEnfPref", "a number for a word", "1".into()),
        ("/fvTenant/children/0/fvCtx/attributes/rn", "another class's RN", "BD-a".into()),
        ("/fvTenant/children/0/fvCtx/attributes/rn", "a slash in a name", "ctx-a/b".into()),
        ("/fvTenant/attributes/annotation", "a space in the mark", "orchestrator: a".into()),
        (
            "/fvTenant/children/0",
            "a class that never stands there",
            serde_json::json!({"fvAEPg": {"attributes": {"rn": "epg-a"}}}),
        ),
    ];
    for (pointer, why, value) in spoilt {
        let mut payload = tenant.clone();
        *payload.pointer_mut(pointer).unwrap() = value;
        assert!(!schema.accepts(&payload), "{why} is taken at {pointer}");
    }
    let mut secret: Value = serde_json::from_str(&files["apic/20-vmmp-OpenStack.json"]).unwrap();
    let account = secret.pointer_mut("/vmmDomP/children/0/vmmUsrAccP/attributes").unwrap();
    account["pwd"] = "somepassword".into();
    assert!(!schema.accepts(&secret), "a password is taken");
}
