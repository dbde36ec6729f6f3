//! The schemas of the agent's files are what the types say, take every file, and are closed at every level.

use aciform_bundle::target::endpoint::{endpoint_schema, routing_domain_schema, service_schema, topology_schema};
use aciform_testkit::closed::{Openings, assert_schema_is_closed};
use aciform_testkit::committed;
use serde_json::Value;

use crate::{files, full, lab};

#[test]
fn the_schemas_in_the_repository_are_those_of_the_types() {
    committed::assert_schema("endpoint", &endpoint_schema());
    committed::assert_schema("rdconfig", &routing_domain_schema());
    committed::assert_schema("service", &service_schema());
    committed::assert_schema("neutron", &topology_schema());
}

#[test]
fn every_file_is_taken_and_refused_once_spoilt_anywhere() {
    let (full, lab) = (full(), lab::fabric());
    let mut tried = 0;
    for (path, content) in files(&lab, 0).into_iter().chain(files(&lab, 1)).chain(files(&full, 1)) {
        let file: Value = serde_json::from_str(&content).unwrap();
        let schema = match path.rsplit('.').next().unwrap() {
            "ep" => endpoint_schema(),
            "rdconfig" => routing_domain_schema(),
            "as" => service_schema(),
            other => panic!("{path} is a {other}"),
        };
        // What a port may have nothing of. `ip`, `mac` and `anycast-return-ip` only go together.
        let optional = [
            "/dhcp4",
            "/dhcp6",
            "/virtual-ip",
            "/ip-address-mapping",
            "/dhcp4/server-ip",
            "/dhcp4/interface-mtu",
            "/dhcp4/lease-time",
            "/dhcp6/interface-mtu",
        ];
        let optional: Vec<&str> = optional.into_iter().filter(|pointer| file.pointer(pointer).is_some()).collect();
        assert_schema_is_closed(&schema, &file, Openings { optional: &optional, ..Openings::default() });
        tried += 1;
    }
    assert_eq!(tried, 11);
}

#[test]
fn texts_that_the_agent_would_lose_a_file_over_are_refused() {
    let schema = aciform_schemas::Schema::new(&endpoint_schema()).unwrap();
    let files = files(&full(), 1);
    let file = files.iter().find(|(path, _)| path.contains("43591b4f")).unwrap().1;
    let file: Value = serde_json::from_str(file).unwrap();
    for (pointer, value) in [
        ("/mac", "fa-16-3e-a1-b2-c3"),
        ("/mac", "fa:16:3e:a1:b2"),
        ("/virtual-ip/0/mac", ""),
        ("/ip-address-mapping/0/next-hop-mac", "FA:16:3E:A1:B2:C3"),
        ("/ip/0", "10.100.100.17/24"),
        ("/endpoint-group-name", "MyWebApp"),
        ("/interface-name", "a-name-of-sixteen"),
        ("/uuid", "43591b4f-8635-4ad6-b8d7-c6510dd618ee|fa:16:3e:a1:b2:c3"),
    ] {
        let mut spoilt = file.clone();
        *spoilt.pointer_mut(pointer).unwrap() = value.into();
        assert!(!schema.accepts(&spoilt), "{value:?} is taken at {pointer}");
    }
}
