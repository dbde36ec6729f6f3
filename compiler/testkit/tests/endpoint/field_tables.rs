//! Every key of every file is one that the agent reads and this generation writes, with a value of its type;
//! and nothing stands there that would lose a file, an entry or a packet without a word.

use std::collections::BTreeMap;

use aciform_fabric::model::{Endpoint, Fabric, HostId, Id as _, Mapping, MappingKind, VirtualIp};
use aciform_testkit::agent_files;
use serde_json::{Value, json};

use crate::{files, full, lab};

/// The files of a host by path below its folder.
fn host(fabric: &Fabric, at: usize) -> BTreeMap<String, String> {
    let below = |path: String| path.splitn(3, '/').nth(2).expect("files lie in a host's folder").to_owned();
    files(fabric, at).into_iter().map(|(path, content)| (below(path), content)).collect()
}

#[test]
fn the_files_of_the_lab_hold_what_the_tables_say_and_nothing_else() {
    for (fabric, at) in [(lab::fabric(), 0), (lab::fabric(), 1), (full(), 1)] {
        assert_eq!(agent_files::findings(&host(&fabric, at)), Vec::<String>::new());
    }
}

#[test]
fn a_second_mac_has_pairs_only_and_neither_addresses_nor_a_lease() {
    let mut fabric = lab::fabric();
    let endpoints = &mut fabric.hosts[HostId::from_index(1)].endpoints;
    let mac = lab::mac("fa:16:3e:aa:00:01");
    let second = Endpoint {
        mac,
        primary: false,
        addresses: Vec::new(),
        virtual_ips: vec![VirtualIp { prefix: lab::prefix("10.100.100.250/32"), mac }],
        dhcp4: None,
        // A floating IP that points at the pair's address goes here, whether the pair is active or not.
        mappings: vec![Mapping {
            uuid: lab::uuid("5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20"),
            mapped: lab::ip("10.100.100.250"),
            outer: lab::ip("172.16.20.9"),
            nat_epg: aciform_fabric::model::EpgId::from_index(1),
            kind: MappingKind::FloatingIp,
        }],
        ..endpoints[0].clone()
    };
    endpoints.push(second);
    let files = host(&fabric, 1);
    assert_eq!(agent_files::findings(&files), Vec::<String>::new());
    let path = "endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:aa:00:01.ep";
    let file: Value = serde_json::from_str(&files[path]).unwrap();
    assert_eq!(
        file,
        json!({
            "policy-space-name": "_RDO-ML2_NewWebApps", "endpoint-group-name": "RDO-ML2|MyWebApp",
            "interface-name": "qvo43591b4f-86", "promiscuous-mode": false,
            "uuid": "43591b4f-8635-4ad6-b8d7-c6510dd618ee|fa-16-3e-aa-00-01",
            "neutron-network": "6fccd59e-76e0-49de-9434-020fef1c22d9", "neutron-metadata-optimization": true,
            "virtual-ip": [{"ip": "10.100.100.250", "mac": "fa:16:3e:aa:00:01"}],
            "attributes": {"vm-name": "test-instance"},
            "domain-policy-space": "_RDO-ML2_NewWebApps", "domain-name": "_RDO-ML2_shared",
            "ip-address-mapping": [{
                "uuid": "5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20", "mapped-ip": "10.100.100.250", "floating-ip": "172.16.20.9",
                "policy-space-name": "common", "endpoint-group-name": "RDO-ML2|EXT-epg-OS_L3Out"
            }]
        })
    );
}

const PORT: &str = "endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:a1:b2:c3.ep";
const DOMAIN: &str = "endpoints/0c2b1a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.rdconfig";
const SERVICE: &str = "services/3b52a6ec-944d-c96a-f2f0-673da81191b7.as";
const SNAT: &str = "endpoints/OS_L3Out.ep";

/// Sets a value by pointer in one file; a null takes the key away.
fn spoil(path: &str, pointer: &str, value: Value) -> Vec<String> {
    let mut files = host(&full(), 1);
    let mut file: Value = serde_json::from_str(&files[path]).expect("a file is JSON");
    let (above, key) = pointer.rsplit_once('/').expect("a pointer has a step");
    let above = file.pointer_mut(above).expect("the place is there");
    if value.is_null() {
        above.as_object_mut().and_then(|map| map.remove(key)).expect("the key is there");
    } else if let Value::Array(items) = above {
        items[key.parse::<usize>().expect("a position")] = value;
    } else {
        above[key] = value;
    }
    files.insert(path.into(), format!("{file:#}"));
    agent_files::findings(&files)
}

#[test]
fn what_the_agent_would_swallow_without_a_word_is_noticed() {
    for (path, pointer, value, expected) in [
        (PORT, "/promiscuous-mode", json!("False"), "`promiscuous-mode` is \"False\" and no bool"),
        (PORT, "/dhcp4/prefix-len", json!("24"), "`dhcp4.prefix-len` is \"24\" and no uint8"),
        (PORT, "/dhcp4/prefix-len", json!(null), "`dhcp4.prefix-len` is missing"),
        (PORT, "/dhcp4/lease-time", json!(-1), "`dhcp4.lease-time` is -1 and no uint32"),
        (PORT, "/dhcp4/routers", json!("10.100.100.1"), "`dhcp4.routers` is \"10.100.100.1\" and no ips"),
        (PORT, "/dhcp4/ip", json!("10.100.100.18"), "offers an address that the endpoint may not use"),
        (PORT, "/dhcp4/server-mac", json!("fa:16:3e:00:00:02"), "`dhcp4.server-mac` is not written by this generation"),
        (PORT, "/mac", json!("FA:16:3E:A1:B2:C3"), "`mac` is \"FA:16:3E:A1:B2:C3\" and no mac"),
        (PORT, "/mac", json!("fa:16:3e:a1:b2:c4"), "has another MAC than its name"),
        (PORT, "/mac", json!(null), "`mac` stands beside `ip` and only there"),
        (PORT, "/ip/0", json!("10.100.100.17/24"), "`ip` is [\"10.100.100.17/24\",\"2001:db8:1::17\"] and no ips"),
        (PORT, "/ip", json!([]), "`ip` is empty instead of absent"),
        (PORT, "/ip", json!(["2001:db8:1::17", "10.100.100.17"]), "`ip` is not sorted as text"),
        (PORT, "/domain-name", json!(null), "half a VRF"),
        (PORT, "/neutron_network", json!("x"), "`neutron_network` is no key of the agent"),
        (PORT, "/endpoint-group-name", json!("MyWebApp"), "`endpoint-group-name` is \"MyWebApp\" and no group"),
        (PORT, "/security-group", json!([]), "`security-group` is not written by this generation"),
        (
            PORT,
            "/virtual-ip",
            json!([{"ip": "10.0.0.9", "mac": "fa:16:3e:a1:b2:c3"}, {"ip": "10.0.0.10", "mac": "fa:16:3e:a1:b2:c3"}]),
            "`virtual-ip` is not sorted as text",
        ),
        (PORT, "/ip-address-mapping/0/floating-ip", json!("fe80::1"), "10.100.100.17 and fe80::1 are of two versions"),
        (
            PORT,
            "/ip-address-mapping/0/floating-ip",
            json!("10.9.0.1"),
            "10.9.0.1 towards the SNAT interface is no internal address",
        ),
        (
            PORT,
            "/ip-address-mapping/0/mapped-ip",
            json!("10.100.100.18"),
            "10.100.100.18 is translated and not the endpoint's",
        ),
        (PORT, "/ip-address-mapping/0/next-hop-mac", json!(null), "half a next hop"),
        (
            PORT,
            "/ip-address-mapping/0/next-hop-if",
            json!("of-000000000000"),
            "next hop of-000000000000 aa:bb:cc:dd:ee:01 is no SNAT interface of the host",
        ),
        (
            PORT,
            "/ip-address-mapping/0/uuid",
            json!("7c9d5b0a-41c3-4a55-8e0c-5a1d2f3b4c55"),
            "uuid 7c9d5b0a-41c3-4a55-8e0c-5a1d2f3b4c55 is there twice on the host",
        ),
        (
            PORT,
            "/uuid",
            json!("43591b4f-8635-4ad6-b8d7-c6510dd618ee"),
            "is not named after its uuid 43591b4f-8635-4ad6-b8d7-c6510dd618ee",
        ),
        (
            SNAT,
            "/mac",
            json!("aa:bb:cc:dd:ee:02"),
            "next hop of-c5c3ee166c7b aa:bb:cc:dd:ee:01 is no SNAT interface of the host",
        ),
        (SNAT, "/promiscuous-mode", json!(false), "is not promiscuous"),
        (
            SNAT,
            "/attributes/vm-name",
            json!("centos-02|OS_L3Out"),
            "centos-02|OS_L3Out is not snat, host and external network",
        ),
        (SNAT, "/domain-name", json!("default"), "`domain-name` is no key of the agent"),
        (
            DOMAIN,
            "/internal-subnets",
            json!(["169.254.0.0/16", "10.100.100.0/24"]),
            "`internal-subnets` is not sorted as text",
        ),
        (DOMAIN, "/internal-subnets", json!(["10.100.100.0/24"]), "internal addresses of translations are not inside"),
        (SERVICE, "/uuid", json!("43591b4f"), "is not named after its uuid"),
        (SERVICE, "/service-mapping/0/next-hop-ip", json!(null), "`service-mapping[].next-hop-ip` is missing"),
    ] {
        let found = spoil(path, pointer, value.clone());
        assert!(found.iter().any(|line| line.ends_with(expected)), "{path}{pointer} = {value}: {found:#?}");
    }
}

#[test]
fn a_null_in_any_place_is_noticed() {
    for (path, content) in host(&full(), 1) {
        let file: Value = serde_json::from_str(&content).unwrap();
        let mut pointers = Vec::new();
        leaves(&file, String::new(), &mut pointers);
        assert!(pointers.len() > 2, "{path}");
        for pointer in pointers {
            let mut spoilt = file.clone();
            *spoilt.pointer_mut(&pointer).unwrap() = Value::Null;
            let mut files = host(&full(), 1);
            files.insert(path.clone(), spoilt.to_string());
            assert!(!agent_files::findings(&files).is_empty(), "{path}{pointer}");
        }
    }
}

fn leaves(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, format!("{pointer}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| leaves(value, format!("{pointer}/{at}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(pointer),
    }
}

#[test]
fn a_file_that_is_missing_where_another_names_it_is_noticed() {
    let mut files = host(&lab::fabric(), 1);
    files.remove(SNAT).unwrap();
    assert_eq!(
        agent_files::findings(&files),
        [format!("{PORT}: next hop of-c5c3ee166c7b aa:bb:cc:dd:ee:01 is no SNAT interface of the host")]
    );
    let mut files = host(&lab::fabric(), 1);
    files.remove(PORT).unwrap();
    assert_eq!(agent_files::findings(&files), ["of-c5c3ee166c7b: is a SNAT interface that no translation uses"]);
}
