//! The agent's files: the worked example, the field tables key by key, and the schemas.

#[path = "../support/lab.rs"]
mod lab;

mod field_tables;
mod schema;
mod worked_example;

use std::collections::BTreeMap;

use aciform_bundle::frame::Frames;
use aciform_bundle::target::endpoint::Endpoint;
use aciform_bundle::target::{Target as _, gather};
use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Dhcp6, Fabric, HostId, Id as _, VirtualIp};

/// The files of a host by path.
fn files(fabric: &Fabric, host: usize) -> BTreeMap<String, String> {
    let mut diagnostics = Diagnostics::new();
    let made =
        gather(|emit| Endpoint.host(fabric, HostId::from_index(host), &Frames::default(), emit, &mut diagnostics));
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let count = made.len();
    let files: BTreeMap<_, _> =
        made.into_iter().map(|artifact| (artifact.path, artifact.content.into_string())).collect();
    assert_eq!(files.len(), count, "two files of one name");
    files
}

/// The lab with everything that a file can hold.
fn full() -> Fabric {
    let mut fabric = lab::fabric();
    let endpoint = &mut fabric.hosts[HostId::from_index(1)].endpoints[0];
    let lease = endpoint.dhcp4.as_mut().expect("the lab has a lease");
    lease.mtu = Some(1450);
    lease.lease_time = Some(3600);
    endpoint.dhcp6 = Some(Dhcp6 {
        dns_servers: vec![lab::ip("2001:db8::53")],
        mtu: endpoint.dhcp4.as_ref().and_then(|lease| lease.mtu),
    });
    endpoint.addresses.push(lab::ip("2001:db8:1::17"));
    for prefix in ["10.100.100.0/28", "10.100.100.250/32"] {
        endpoint.virtual_ips.push(VirtualIp { prefix: lab::prefix(prefix), mac: lab::mac("fa:16:3e:a1:b2:c3") });
    }
    fabric
}
