//! The hosts of the dump.

use crate::model::{Endpoint, Fabric, Host, MappingKind};

use super::aci::{epg_name, vrf_name};
use super::neutron::{external_name, port_name};
use super::tree::Node;

pub(super) fn hosts(fabric: &Fabric) -> Node {
    Node::list(fabric.hosts.iter().map(|host| {
        let snats = host.snats.iter().map(|snat| {
            Node::map()
                .put("network", external_name(fabric, snat.external_network))
                .put("interface", &snat.interface)
                .with("ofport", Node::number(snat.ofport))
                .put("mac", snat.mac)
                .put("address", snat.address)
                .put("gateway", snat.gateway)
                .put("epg", epg_name(fabric, snat.epg))
                .put("vm_name", &snat.vm_name)
                .put("uuid", snat.uuid)
                .with("mtu", snat.mtu.map_or(Node::Absent, Node::number))
        });
        let services = host.services.iter().map(|service| {
            Node::map()
                .put("vrf", vrf_name(fabric, service.vrf))
                .put("uuid", service.uuid)
                .with("ofport", Node::number(service.ofport))
                .put("mac", service.mac)
                .put("next_hop", service.next_hop)
        });
        Node::map()
            .put("name", &host.name)
            .with("compute", Node::Truth(host.compute))
            .with("uplinks", Node::texts(&host.uplinks))
            .with("tunnel", Node::number(host.tunnel))
            .with("ofports", Node::texts(host.ofports.iter().map(|port| format!("{} {}", port.number, port.name))))
            .with("epgs", Node::texts(host.epgs.iter().map(|epg| epg_name(fabric, *epg))))
            .with("routing_domains", Node::texts(host.routing_domains.iter().map(|rd| vrf_name(fabric, rd.vrf))))
            .with("endpoints", Node::list(host.endpoints.iter().map(|endpoint| self::endpoint(fabric, host, endpoint))))
            .with("snats", Node::list(snats))
            .with("services", Node::list(services))
    }))
}

fn endpoint(fabric: &Fabric, host: &Host, endpoint: &Endpoint) -> Node {
    let pairs = endpoint.virtual_ips.iter().map(|pair| format!("{} {}", pair.prefix, pair.mac));
    let mappings = endpoint.mappings.iter().map(|mapping| {
        let through = match mapping.kind {
            MappingKind::FloatingIp => None,
            MappingKind::Snat(at) => host.snats.get(at).map(|snat| snat.interface.as_str()),
        };
        Node::map()
            .put("uuid", mapping.uuid)
            .put("mapped", mapping.mapped)
            .put("outer", mapping.outer)
            .put("nat_epg", epg_name(fabric, mapping.nat_epg))
            .with("through", Node::maybe(through))
    });
    let dhcp4 = endpoint.dhcp4.as_ref().map_or(Node::Absent, |lease| {
        let routes = lease.static_routes.iter().map(|route| format!("{} via {}", route.destination, route.next_hop));
        Node::map()
            .put("address", format!("{}/{}", lease.address, lease.prefix_length))
            .with("router", Node::maybe(lease.router))
            .with("dns_servers", Node::texts(&lease.dns_servers))
            .put("domain", &lease.domain)
            .with("server", Node::maybe(lease.server))
            .with("static_routes", Node::texts(routes))
            .with("mtu", lease.mtu.map_or(Node::Absent, Node::number))
            .with("lease_time", lease.lease_time.map_or(Node::Absent, Node::number))
    });
    let dhcp6 = endpoint.dhcp6.as_ref().map_or(Node::Absent, |lease| {
        Node::map().with("dns_servers", Node::texts(&lease.dns_servers)).with("mtu", Node::maybe(lease.mtu))
    });
    Node::map()
        .put("port", port_name(fabric, endpoint.port))
        .put("interface", &endpoint.interface)
        .with("ofport", Node::number(endpoint.ofport))
        .put("mac", endpoint.mac)
        .with("primary", if endpoint.primary { Node::Absent } else { Node::Truth(false) })
        .put("epg", epg_name(fabric, endpoint.epg))
        .with("addresses", Node::texts(&endpoint.addresses))
        .with("virtual_ips", Node::texts(pairs))
        .with("promiscuous", Node::Truth(endpoint.promiscuous))
        .put("vm_name", &endpoint.vm_name)
        .with("metadata_optimization", Node::Truth(endpoint.metadata_optimization))
        .with("dhcp4", dhcp4)
        .with("dhcp6", dhcp6)
        .with("mappings", Node::list(mappings))
}
