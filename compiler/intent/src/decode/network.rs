//! Networks, subnets, DHCP ports and routes.

use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;

use aciform_diagnostics::{Applicability, Diagnostic, Spanned};

use super::fabric::group_facts;
use super::node::{Node, Value};
use super::reader::{Path, Reader};
use super::scalars::HANDLE;
use super::shapes;
use crate::codes;
use crate::model::{DhcpPort, Gateway, GroupFacts, HostRoute, Ipv6Mode, Network, SharedWith, Subnet};
use crate::scalar::Prefix;

/// A network, and whether nothing but facts is written of it.
pub(super) fn network(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    path: &Path<'_>,
) -> Option<(Network, bool)> {
    let fields = shapes::Network::read(reader, Some(node))?;
    let others = [
        fields.id,
        fields.name,
        fields.shared_with,
        fields.mtu,
        fields.dns_domain,
        fields.port_security_enabled,
        fields.subnets,
        fields.dhcp_ports,
    ];
    let facts_only = fields.facts.is_some() && others.iter().all(Option::is_none);
    let network = Network {
        handle,
        id: reader.id(fields.id),
        name: reader.some_text(fields.name),
        shared_with: shared_with(reader, fields.shared_with),
        mtu: reader.mtu(fields.mtu),
        dns_domain: reader.some_text(fields.dns_domain),
        port_security_enabled: reader.boolean(fields.port_security_enabled),
        subnets: reader.handles(fields.subnets, "subnets", path, subnet),
        dhcp_ports: fields.dhcp_ports.map(|node| {
            reader.handles(Some(node), "dhcp_ports", path, |reader, host, node, _| dhcp_port(reader, host, node))
        }),
        facts: facts(reader, fields.facts),
    };
    Some((network, facts_only))
}

/// Facts under a network or an external network.
pub(super) fn facts(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> GroupFacts {
    match shapes::GroupFacts::read(reader, node) {
        Some(fields) => group_facts(reader, &fields),
        None => GroupFacts::default(),
    }
}

fn shared_with(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> SharedWith {
    let Some(node) = node else { return SharedWith::Nobody };
    if let Value::Scalar("*", _) = node.value {
        return SharedWith::Everybody(node.span);
    }
    let mut everybody = None;
    let (projects, lost) = reader.whole_list(Some(node), |reader, node| {
        if node.text() == Some("*") {
            everybody = Some(node);
            return None;
        }
        reader.reference(Some(node), HANDLE)
    });
    if let Some(star) = everybody {
        reader.value(star, "projects in its list", "write `shared_with: \"*\"` for every project".to_owned());
    }
    let projects = projects.unwrap_or_default();
    reader.repeated_entries("shared_with", &projects);
    if lost {
        // Whoever is meant may use it, so that no use is a second finding.
        return SharedWith::Everybody(node.span);
    }
    if projects.is_empty() { SharedWith::Nobody } else { SharedWith::Projects(projects) }
}

/// A subnet of a project's network.
pub(super) fn subnet(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    _path: &Path<'_>,
) -> Option<Box<Subnet>> {
    let fields = shapes::Subnet::read(reader, Some(node))?;
    let fields = shapes::ExternalSubnet {
        id: fields.id,
        name: fields.name,
        cidr: fields.cidr,
        gateway_ip: fields.gateway_ip,
        enable_dhcp: fields.enable_dhcp,
        dns_nameservers: fields.dns_nameservers,
        allocation_pools: fields.allocation_pools,
        host_routes: fields.host_routes,
        ipv6_address_mode: fields.ipv6_address_mode,
        ipv6_ra_mode: fields.ipv6_ra_mode,
        project: None,
    };
    subnet_of(reader, handle, &fields)
}

/// A subnet of an external network, which can be reserved for a project.
pub(super) fn external_subnet(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    _path: &Path<'_>,
) -> Option<Box<Subnet>> {
    let fields = shapes::ExternalSubnet::read(reader, Some(node))?;
    subnet_of(reader, handle, &fields)
}

fn subnet_of(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    fields: &shapes::ExternalSubnet<'_>,
) -> Option<Box<Subnet>> {
    let cidr = reader.prefix(fields.cidr);
    let gateway_ip = match fields.gateway_ip {
        None => Gateway::First,
        Some(node) if node.is_null() => Gateway::None(node.place()),
        Some(node) if matches!(node.text(), Some("none" | "None" | "no" | "false" | "")) => {
            let message = format!("`gateway_ip` takes an address or `null`, not {}", node.described());
            let fix = (Applicability::Safe, node.unquoted("null"));
            reader.report_fix(
                &codes::VALUE,
                node.place(),
                message,
                "write `gateway_ip: null` for none".to_owned(),
                fix,
            );
            Gateway::Unread
        }
        Some(node) => reader.address(Some(node)).map_or(Gateway::Unread, Gateway::At),
    };
    let nameservers =
        reader.list(fields.dns_nameservers, |reader, node| reader.address(Some(node))).unwrap_or_default();
    reader.repeated(&nameservers, "name server");
    let enable_dhcp = reader.boolean(fields.enable_dhcp);
    let [ipv6_address_mode, ipv6_ra_mode] = ipv6_modes(reader, fields, cidr.as_ref(), enable_dhcp.as_ref());
    let (allocation_pools, lost) = reader.whole_list(fields.allocation_pools, Reader::range);
    Some(Box::new(Subnet {
        handle,
        id: reader.id(fields.id),
        name: reader.some_text(fields.name),
        gateway_ip,
        enable_dhcp,
        dns_nameservers: nameservers,
        // Half of the pools would be used up too early.
        allocation_pools: allocation_pools.filter(|_| !lost),
        host_routes: routes(reader, fields.host_routes),
        ipv6_address_mode,
        ipv6_ra_mode,
        project: reader.reference(fields.project, HANDLE),
        // Last, so that the other keys are read also where the prefix is missing.
        cidr: cidr?,
    }))
}

/// The modes, held to what Neutron's API takes; what it refuses is left out, so that nothing else is said about it.
fn ipv6_modes(
    reader: &mut Reader<'_>,
    fields: &shapes::ExternalSubnet<'_>,
    cidr: Option<&Spanned<Prefix>>,
    enable_dhcp: Option<&Spanned<bool>>,
) -> [Option<Spanned<Ipv6Mode>>; 2] {
    let nodes = [fields.ipv6_address_mode, fields.ipv6_ra_mode];
    let [address, ra] = nodes.map(|node| ipv6_mode(reader, node));
    let written: Vec<Node<'_>> = nodes.into_iter().flatten().collect();
    let Some(node) = written.first() else { return [address, ra] };
    if let Some(cidr) = cidr.filter(|cidr| cidr.value.is_ipv4() && (address.is_some() || ra.is_some())) {
        let message = format!("`{}` on `{}`, an IPv4 subnet", node.name, cidr.value);
        let finding = Diagnostic::at(&codes::IPV6_MODES, node.at(), message).label(cidr.span, "the subnet");
        reader.push(finding.help("delete the mode; IPv4 addresses come from the allocation pools"));
        return [None, None];
    }
    if let Some(off) = enable_dhcp.filter(|dhcp| !dhcp.value) {
        let message = format!("`{}` with `enable_dhcp: false`, which Neutron refuses", node.name);
        let finding = Diagnostic::at(&codes::IPV6_MODES, node.at(), message).label(off.span, "switched off here");
        reader.push(finding.help("delete the mode, or the `enable_dhcp: false`"));
    }
    match (&address, &ra) {
        (Some(one), Some(other)) if one.value != other.value => {
            let message = "`ipv6_ra_mode` differs from `ipv6_address_mode`, which Neutron refuses";
            let finding = Diagnostic::at(&codes::IPV6_MODES, other.span, message).label(one.span, "the address mode");
            reader.push(finding.help("write the same in both"));
            [address, None]
        }
        _ => [address, ra],
    }
}

fn ipv6_mode(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Option<Spanned<Ipv6Mode>> {
    let words = [
        ("slaac", Ipv6Mode::Slaac),
        ("dhcpv6-stateful", Ipv6Mode::Dhcpv6Stateful),
        ("dhcpv6-stateless", Ipv6Mode::Dhcpv6Stateless),
    ];
    reader.choice(node, &words)
}

/// Routes of a subnet's hosts or of a router.
pub(super) fn routes(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Vec<HostRoute> {
    let routes = reader.list(node, |reader, node| {
        let fields = shapes::Route::read(reader, Some(node))?;
        let destination = reader.prefix(fields.destination);
        let nexthop = reader.address(fields.nexthop);
        let (destination, nexthop) = (destination?, nexthop?);
        if destination.value.is_ipv4() != nexthop.value.is_ipv4() {
            let message = format!("`{}` cannot be reached through `{}` of the other family", *destination, *nexthop);
            let help = "write a next hop of the destination's family".to_owned();
            reader.report(&codes::ADDRESS, nexthop.span, message, help);
            return None;
        }
        Some(HostRoute { span: node.span, destination, nexthop })
    });
    let routes = routes.unwrap_or_default();
    let same: Vec<Spanned<ShownRoute>> =
        routes.iter().map(|route| Spanned::new(ShownRoute(*route.destination, *route.nexthop), route.span)).collect();
    reader.repeated(&same, "route");
    routes
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ShownRoute(Prefix, IpAddr);

impl fmt::Display for ShownRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} via {}", self.0, self.1)
    }
}

fn dhcp_port(reader: &mut Reader<'_>, host: Spanned<String>, node: Node<'_>) -> Option<DhcpPort> {
    let fields = shapes::DhcpPort::read(reader, Some(node))?;
    let mut fixed_ips = reader.list(fields.fixed_ips, |reader, node| reader.address(Some(node))).unwrap_or_default();
    reader.repeated(&fixed_ips, "address");
    let mut seen = HashSet::new();
    fixed_ips.retain(|address| seen.insert(address.value));
    Some(DhcpPort { host, id: reader.id(fields.id), mac_address: reader.mac(fields.mac_address), fixed_ips })
}
