//! Endpoint, routing-domain and service files as the OVS agent reads them, with the keys that the Neutron agent of 2015 to 2017 writes.
//!
//! | file below `hosts/<host>/` | one per | key order |
//! |---|---|---|
//! | `endpoints/<port id>_<mac>.ep` | MAC of a port bound to the host | group, interface, identity, network, DHCP, addresses, attributes, VRF, translations |
//! | `endpoints/<external network>.ep` | SNAT interface in use | attributes, group, interface, addresses, identity |
//! | `endpoints/<project id or VRF>.rdconfig` | VRF of the host's endpoints | VRF, subnets |
//! | `services/<VRF's uuid>.as` | VRF whose metadata is answered here | identity, interface, VRF, mapping |
//!
//! At the top of the bundle lies `neutron.json`, the networks and routers that all of them are made from.
//! All are JSON with four spaces a level. The agent reads any JSON and writes `.as` without spaces itself;
//! one attribute a line keeps a golden diff readable.
//! The agent reads every scalar as text first, so that `null` would become the name `null`: what is not known is left out.

mod group;
mod port;
mod routing_domain;
mod schema;
mod service;
mod snat;
mod topology;

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};
use serde::Serialize;

pub use self::port::PortFile;
pub use self::routing_domain::RoutingDomainFile;
pub use self::schema::{EndpointFile, endpoint_schema, routing_domain_schema, service_schema, topology_schema};
pub use self::service::ServiceFile;
pub use self::snat::SnatFile;
pub use self::topology::Topology;
use super::{Emit, Target};
use crate::artifact::Artifact;
use crate::frame::Frames;
use crate::json;

/// The `endpoint` target.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint;

impl Target for Endpoint {
    fn name(&self) -> &'static str {
        "endpoint"
    }

    fn site(&self, fabric: &Fabric, _: &Frames, emit: Emit<'_>, _: &mut Diagnostics) {
        let content = json::pretty(&topology::file(fabric), 2);
        emit(Artifact { path: topology::FILE.into(), content, target: self.name() });
    }

    fn host(&self, fabric: &Fabric, id: HostId, _: &Frames, emit: Emit<'_>, _: &mut Diagnostics) {
        let host = &fabric.hosts[id];
        let mut files = Files { target: self.name(), folder: format!("hosts/{}", host.name), emit };
        for endpoint in &host.endpoints {
            let port = fabric.ports[endpoint.port].id;
            files.put(&format!("endpoints/{port}_{}.ep", endpoint.mac), &port::file(fabric, host, endpoint));
        }
        for snat in &host.snats {
            let network = &fabric.external_networks[snat.external_network].handle;
            files.put(&format!("endpoints/{network}.ep"), &snat::file(fabric, snat));
        }
        for domain in &host.routing_domains {
            let vrf = &fabric.vrfs[domain.vrf];
            files.put(&format!("endpoints/{}.rdconfig", vrf.routing_domain_file), &routing_domain::file(fabric, vrf));
        }
        for service in &host.services {
            files.put(&format!("services/{}.as", service.uuid), &service::file(fabric, service));
        }
    }
}

/// The files of one host.
struct Files<'a> {
    target: &'static str,
    folder: String,
    emit: Emit<'a>,
}

impl Files<'_> {
    fn put(&mut self, name: &str, content: &impl Serialize) {
        let path = format!("{}/{name}", self.folder);
        (self.emit)(Artifact { path, content: json::pretty(content, 4), target: self.target });
    }
}
