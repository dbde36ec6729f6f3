//! The worked example of the agent's files, with its own values: key by key and in its order.

use aciform_fabric::model::{Fabric, HostId, Id as _, Mapping, MappingKind};

use crate::{files, lab};

#[test]
fn the_instance_behind_snat_gets_the_file_of_the_worked_example() {
    let files = files(&lab::fabric(), 1);
    let path = "hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:a1:b2:c3.ep";
    let expected = r#"{
    "policy-space-name": "_RDO-ML2_NewWebApps",
    "endpoint-group-name": "RDO-ML2|MyWebApp",
    "interface-name": "qvo43591b4f-86",
    "promiscuous-mode": false,
    "uuid": "43591b4f-8635-4ad6-b8d7-c6510dd618ee|fa-16-3e-a1-b2-c3",
    "neutron-network": "6fccd59e-76e0-49de-9434-020fef1c22d9",
    "neutron-metadata-optimization": true,
    "dhcp4": {
        "ip": "10.100.100.17",
        "prefix-len": 24,
        "routers": [
            "10.100.100.1"
        ],
        "dns-servers": [
            "10.100.100.2"
        ],
        "domain": "openstacklocal",
        "server-ip": "10.100.100.2",
        "static-routes": [
            {
                "dest": "0.0.0.0",
                "dest-prefix": 0,
                "next-hop": "10.100.100.1"
            }
        ]
    },
    "ip": [
        "10.100.100.17"
    ],
    "mac": "fa:16:3e:a1:b2:c3",
    "anycast-return-ip": [
        "10.100.100.17"
    ],
    "attributes": {
        "vm-name": "test-instance"
    },
    "domain-policy-space": "_RDO-ML2_NewWebApps",
    "domain-name": "_RDO-ML2_shared",
    "ip-address-mapping": [
        {
            "uuid": "0b8a1f52-6c0e-4d0e-9d59-3f0f5c7a1e11",
            "mapped-ip": "10.100.100.17",
            "floating-ip": "169.254.0.0",
            "policy-space-name": "common",
            "endpoint-group-name": "RDO-ML2|EXT-epg-OS_L3Out",
            "next-hop-if": "of-c5c3ee166c7b",
            "next-hop-mac": "aa:bb:cc:dd:ee:01"
        }
    ]
}
"#;
    assert_eq!(files[path], expected);
}

#[test]
fn a_floating_ip_takes_the_place_of_the_snat_entry_and_changes_nothing_else() {
    let behind_snat = lab::fabric();
    let mut floating = lab::fabric();
    floating.hosts[HostId::from_index(1)].endpoints[0].mappings = vec![Mapping {
        uuid: lab::uuid("5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20"),
        mapped: lab::ip("10.100.100.17"),
        outer: lab::ip("172.16.20.8"),
        nat_epg: behind_snat.external_networks.iter().next().unwrap().nat_epg,
        kind: MappingKind::FloatingIp,
    }];
    let read = |fabric: &Fabric| -> serde_json::Value {
        let files = files(fabric, 1);
        let content = files.iter().find(|(path, _)| path.contains("43591b4f")).unwrap().1;
        serde_json::from_str(content).unwrap()
    };
    let (mut before, mut after) = (read(&behind_snat), read(&floating));
    let mapping = after.as_object_mut().unwrap().remove("ip-address-mapping").unwrap();
    before.as_object_mut().unwrap().remove("ip-address-mapping");
    assert_eq!(before, after);
    assert_eq!(
        mapping,
        serde_json::json!([{
            "uuid": "5d2b7c1e-2f0b-4f6b-8a51-9f4f2a6f0c20",
            "mapped-ip": "10.100.100.17", "floating-ip": "172.16.20.8",
            "policy-space-name": "common", "endpoint-group-name": "RDO-ML2|EXT-epg-OS_L3Out"
        }])
    );
}

#[test]
fn the_snat_interface_the_routing_domain_and_the_service_get_the_files_of_the_worked_example() {
    let files = files(&lab::fabric(), 1);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "hosts/centos-02/endpoints/0c2b1a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d.rdconfig",
            "hosts/centos-02/endpoints/43591b4f-8635-4ad6-b8d7-c6510dd618ee_fa:16:3e:a1:b2:c3.ep",
            "hosts/centos-02/endpoints/OS_L3Out.ep",
            "hosts/centos-02/services/3b52a6ec-944d-c96a-f2f0-673da81191b7.as",
        ]
    );
    assert_eq!(
        files[names[2]],
        r#"{
    "attributes": {
        "vm-name": "snat|centos-02|OS_L3Out"
    },
    "policy-space-name": "common",
    "endpoint-group-name": "RDO-ML2|EXT-epg-OS_L3Out",
    "interface-name": "of-c5c3ee166c7b",
    "ip": [
        "172.16.10.3"
    ],
    "mac": "aa:bb:cc:dd:ee:01",
    "uuid": "7c9d5b0a-41c3-4a55-8e0c-5a1d2f3b4c55",
    "promiscuous-mode": true
}
"#
    );
    assert_eq!(
        files[names[0]],
        r#"{
    "domain-policy-space": "_RDO-ML2_NewWebApps",
    "domain-name": "_RDO-ML2_shared",
    "internal-subnets": [
        "10.100.100.0/24",
        "169.254.0.0/16"
    ]
}
"#
    );
    // This generation writes the first of the example's two mappings only.
    assert_eq!(
        files[names[3]],
        r#"{
    "uuid": "3b52a6ec-944d-c96a-f2f0-673da81191b7",
    "interface-name": "of-svc-ovsport",
    "service-mac": "fa:16:3e:5c:00:06",
    "domain-policy-space": "_RDO-ML2_NewWebApps",
    "domain-name": "_RDO-ML2_shared",
    "service-mapping": [
        {
            "service-ip": "169.254.169.254",
            "gateway-ip": "169.254.1.1",
            "next-hop-ip": "169.254.240.3"
        }
    ]
}
"#
    );
}

#[test]
fn the_dhcp_port_is_an_endpoint_without_a_lease() {
    let files = files(&lab::fabric(), 0);
    let path = "hosts/centos-01/endpoints/6ebbc085-b4aa-4bbb-8ccc-1234567890ab_fa:16:3e:00:00:02.ep";
    let file: serde_json::Value = serde_json::from_str(&files[path]).unwrap();
    assert_eq!(
        file,
        serde_json::json!({
            "policy-space-name": "_RDO-ML2_NewWebApps",
            "endpoint-group-name": "RDO-ML2|MyWebApp",
            "interface-name": "tap6ebbc085-b4",
            "promiscuous-mode": true,
            "uuid": "6ebbc085-b4aa-4bbb-8ccc-1234567890ab|fa-16-3e-00-00-02",
            "neutron-network": "6fccd59e-76e0-49de-9434-020fef1c22d9",
            "neutron-metadata-optimization": true,
            "ip": ["10.100.100.2"],
            "mac": "fa:16:3e:00:00:02",
            "anycast-return-ip": ["10.100.100.2"],
            "attributes": {"vm-name": "dhcp|_RDO-ML2_NewWebApps|RDO-ML2|MyWebApp"},
            "domain-policy-space": "_RDO-ML2_NewWebApps",
            "domain-name": "_RDO-ML2_shared",
            "ip-address-mapping": [{
                "uuid": "22222222-6c0e-4d0e-9d59-3f0f5c7a1e11",
                "mapped-ip": "10.100.100.2", "floating-ip": "169.254.0.0",
                "policy-space-name": "common", "endpoint-group-name": "RDO-ML2|EXT-epg-OS_L3Out",
                "next-hop-if": "of-c5c3ee166c7b", "next-hop-mac": "aa:bb:cc:dd:ee:00"
            }]
        })
    );
}
