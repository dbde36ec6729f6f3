//! What the OVS agent answers to DHCP for a port, as the legacy server and the generation L agent put it together.

use std::net::{IpAddr, Ipv4Addr};

use crate::defaults;
use crate::model::{Dhcp4, Dhcp6, Port, Route4, Subnet};

use super::endpoint::Placed;

/// The one lease of a port: its first address on an IPv4 subnet with DHCP.
pub(crate) fn dhcp4(placed: &Placed<'_>, port: &Port) -> Option<Dhcp4> {
    let ml2 = &placed.config.ml2;
    if !ml2.enable_optimized_dhcp.value {
        return None;
    }
    let served = port.fixed_ips.iter().map(|fixed| (fixed.address, &placed.fabric.subnets[fixed.subnet]));
    let (address, subnet) =
        served.filter_map(|(address, subnet)| Some((v4(address)?, subnet))).find(|(_, subnet)| subnet.enable_dhcp)?;
    let servers: Vec<Ipv4Addr> = subnet.dhcp_servers.iter().copied().filter_map(v4).collect();
    let written: Vec<Ipv4Addr> = subnet.dns_nameservers.iter().copied().filter_map(v4).collect();
    let network = &placed.fabric.networks[subnet.network];
    Some(Dhcp4 {
        address,
        prefix_length: subnet.prefix.length(),
        router: subnet.gateway.and_then(v4),
        dns_servers: if written.is_empty() { servers.clone() } else { written },
        domain: ml2.dhcp_domain.value.clone(),
        server: servers.first().copied(),
        static_routes: routes(subnet, servers.first().copied(), ml2.enable_optimized_metadata.value),
        mtu: if ml2.advertise_mtu.value { network.mtu } else { None },
        lease_time: Some(ml2.optimized_dhcp_lease_time.value).filter(|seconds| *seconds > 0),
    })
}

/// Host routes; then the default route, because clients that take routes ignore the router option;
/// then, without optimised metadata, the way to it through the DHCP server's namespace. A written route stands.
fn routes(subnet: &Subnet, server: Option<Ipv4Addr>, optimized: bool) -> Vec<Route4> {
    let written = subnet.host_routes.iter().filter(|(destination, _)| destination.is_ipv4());
    let written = written
        .filter_map(|(destination, next_hop)| Some(Route4 { destination: *destination, next_hop: v4(*next_hop)? }));
    let mut routes = Vec::with_capacity(subnet.host_routes.len() + 1);
    routes.extend(written);
    let gateway = subnet.gateway.and_then(v4).map(|gateway| (defaults::everything(), gateway));
    let metadata = server.filter(|_| !optimized).map(|server| (defaults::link_local(), server));
    for (destination, next_hop) in gateway.into_iter().chain(metadata) {
        if routes.iter().all(|route| route.destination != destination) {
            routes.push(Route4 { destination, next_hop });
        }
    }
    routes
}

/// The DHCPv6 answer: only where the first IPv6 subnet with DHCP has name servers, its own or its DHCP ports.
pub(crate) fn dhcp6(placed: &Placed<'_>, port: &Port) -> Option<Dhcp6> {
    if !placed.config.ml2.enable_optimized_dhcp.value {
        return None;
    }
    let mut subnets = port.fixed_ips.iter().map(|fixed| &placed.fabric.subnets[fixed.subnet]);
    // Of several the agent takes any; here it is that of the port's first address.
    let subnet = subnets.find(|subnet| !subnet.prefix.is_ipv4() && subnet.enable_dhcp)?;
    let written = &subnet.dns_nameservers;
    // The server puts the DHCP ports in place of name servers that are not written, for either family.
    let dns_servers = if written.is_empty() { subnet.dhcp_servers.clone() } else { written.clone() };
    let network = &placed.fabric.networks[subnet.network];
    let mtu = if placed.config.ml2.advertise_mtu.value { network.mtu } else { None };
    (!dns_servers.is_empty()).then_some(Dhcp6 { dns_servers, mtu })
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    }
}
