//! Neutron's side of the dump.

use aciform_intent::model::{Direction, EtherType};

use crate::model::{
    ExtNetId, Fabric, GroupId, NetworkId, NetworkKind, PortId, PortOwner, Remote, SecurityRule, SubnetId,
};

use super::aci::{contract_name, epg_name, l3out_name};
use super::tree::Node;

pub(super) fn network_name(fabric: &Fabric, id: NetworkId) -> String {
    let network = &fabric.networks[id];
    if network.project.is_empty() { network.handle.clone() } else { format!("{}/{}", network.project, network.handle) }
}

fn subnet_name(fabric: &Fabric, id: SubnetId) -> String {
    let subnet = &fabric.subnets[id];
    format!("{}/{}", network_name(fabric, subnet.network), subnet.handle)
}

pub(super) fn external_name(fabric: &Fabric, id: ExtNetId) -> String {
    fabric.external_networks[id].handle.clone()
}

pub(super) fn port_name(fabric: &Fabric, id: PortId) -> String {
    format!("{}/{}", fabric.ports[id].project, fabric.ports[id].path)
}

fn group_name(fabric: &Fabric, id: GroupId) -> String {
    format!("{}/{}", fabric.security_groups[id].project, fabric.security_groups[id].handle)
}

pub(super) fn networks(fabric: &Fabric) -> Node {
    Node::list(fabric.networks.entries().map(|(id, network)| {
        let kind = match network.kind {
            NetworkKind::Internal => "internal",
            NetworkKind::External(_) => "external",
        };
        let subnets = network.subnets.iter().map(|at| {
            let subnet = &fabric.subnets[*at];
            let routes = subnet.host_routes.iter().map(|(to, through)| format!("{to} via {through}"));
            Node::map()
                .put("handle", &subnet.handle)
                .put("id", subnet.id)
                .put("prefix", subnet.prefix)
                .with("gateway", Node::maybe(subnet.gateway))
                .with("enable_dhcp", Node::Truth(subnet.enable_dhcp))
                .with("slaac", if subnet.slaac { Node::Truth(true) } else { Node::Absent })
                .with("pools", Node::texts(&subnet.pools))
                .with("dns_nameservers", Node::texts(&subnet.dns_nameservers))
                .with("host_routes", Node::texts(routes))
                .with("dhcp_servers", Node::texts(&subnet.dhcp_servers))
        });
        Node::map()
            .put("name", network_name(fabric, id))
            .put("id", network.id)
            .put("kind", kind)
            .with("epg", Node::maybe(network.epg.map(|epg| epg_name(fabric, epg))))
            .with("mtu", network.mtu.map_or(Node::Absent, Node::number))
            .with("dns_domain", Node::maybe(network.dns_domain.as_ref()))
            .with("subnets", Node::list(subnets))
    }))
}

pub(super) fn external_networks(fabric: &Fabric) -> Node {
    Node::list(fabric.external_networks.iter().map(|external| {
        let hosts =
            external.snat_addresses.iter().map(|(host, address)| format!("{} {address}", fabric.hosts[*host].name));
        Node::map()
            .put("handle", &external.handle)
            .put("l3out", l3out_name(fabric, external.l3out))
            .put("nat_epg", epg_name(fabric, external.nat_epg))
            .with("host_pool", Node::maybe(external.host_pool))
            .put("allow_all", contract_name(fabric, external.allow_all))
            .with("snat_addresses", Node::texts(hosts))
    }))
}

pub(super) fn routers(fabric: &Fabric) -> Node {
    Node::list(fabric.routers.iter().map(|router| {
        let interfaces =
            router.interfaces.iter().map(|(at, address)| format!("{} {address}", subnet_name(fabric, *at)));
        let mut node = Node::map()
            .put("name", format!("{}/{}", router.project, router.handle))
            .put("id", router.id)
            .put("contract", contract_name(fabric, router.contract))
            .with("interfaces", Node::texts(interfaces));
        if let Some(gateway) = &router.gateway {
            node = node
                .put("gateway", external_name(fabric, gateway.external_network))
                .with("gateway_address", Node::maybe(gateway.address))
                .put("gateway_mac", gateway.mac)
                .with("enable_snat", Node::Truth(gateway.enable_snat));
        }
        node
    }))
}

pub(super) fn security_groups(fabric: &Fabric) -> Node {
    Node::list(fabric.security_groups.entries().map(|(id, group)| {
        Node::map()
            .put("name", group_name(fabric, id))
            .put("id", group.id)
            .with("stateful", Node::Truth(group.stateful))
            .with("members_v4", Node::texts(&fabric.members[id.members()].v4))
            .with("members_v6", Node::texts(&fabric.members[id.members()].v6))
            .with("rules", Node::list(group.rules.iter().map(|rule| self::rule(fabric, rule))))
    }))
}

fn rule(fabric: &Fabric, rule: &SecurityRule) -> Node {
    let direction = match rule.direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let family = match rule.ethertype {
        EtherType::IPv4 => "IPv4",
        EtherType::IPv6 => "IPv6",
    };
    let remote = match rule.remote {
        Remote::Any => None,
        Remote::Prefix(prefix) => Some(prefix.to_string()),
        Remote::Group(group) => Some(group_name(fabric, group)),
    };
    let icmp = rule.icmp.map(|icmp| match icmp.code {
        Some(code) => format!("{}/{code}", icmp.kind),
        None => icmp.kind.to_string(),
    });
    Node::map()
        .put("direction", direction)
        .put("ethertype", family)
        .with("protocol", rule.protocol.map_or(Node::Absent, |protocol| Node::number(protocol.0)))
        .with("port", Node::maybe(rule.port.map(|port| format!("{}-{}", port.first, port.last))))
        .with("icmp", Node::maybe(icmp))
        .with("remote", Node::maybe(remote))
}

pub(super) fn ports(fabric: &Fabric) -> Node {
    Node::list(fabric.ports.entries().map(|(id, port)| {
        let owner = match &port.owner {
            PortOwner::Instance(name) => format!("instance {name}"),
            PortOwner::Dhcp => "dhcp".to_owned(),
            PortOwner::Unbound => "nobody".to_owned(),
        };
        let pairs = port.pairs.iter().map(|pair| format!("{} {}", pair.prefix, pair.mac));
        Node::map()
            .put("name", port_name(fabric, id))
            .put("id", port.id)
            .put("mac", port.mac)
            .put("network", network_name(fabric, port.network))
            .with("fixed_ips", Node::texts(port.fixed_ips.iter().map(|fixed| fixed.address)))
            .put("owner", owner)
            .with("host", Node::maybe(port.host.map(|host| fabric.hosts[host].name.clone())))
            .with("port_security", Node::Truth(port.port_security))
            .with("security_groups", Node::texts(port.security_groups.iter().map(|at| group_name(fabric, *at))))
            .with("pairs", Node::texts(pairs))
            .with("zone", port.zone.map_or(Node::Absent, Node::number))
    }))
}

pub(super) fn floating_ips(fabric: &Fabric) -> Node {
    Node::list(fabric.floating_ips.iter().map(|floating| {
        Node::map()
            .put("name", format!("{}/{}", floating.project, floating.handle))
            .put("id", floating.id)
            .put("network", external_name(fabric, floating.external_network))
            .put("address", floating.address)
            .with("port", Node::maybe(floating.port.map(|(port, _)| port_name(fabric, port))))
            .with("fixed_ip", Node::maybe(floating.port.map(|(_, address)| address)))
    }))
}
