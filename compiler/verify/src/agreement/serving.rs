//! Who serves DHCP: a DHCP port is on a network with a subnet that has DHCP, and has an address on each such subnet, whether or
//! not an instance asks. That nobody serves a network may be meant: no host may have the role, or the intent lists no port.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::All;
use crate::codes::ENDPOINTS_DISAGREE;
use crate::finding::Finding;
use crate::read::endpoint::Endpoint;
use crate::read::host::File;
use crate::read::topology::Subnet;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let Some(topology) = all.topology else { return };
    let mut servers: BTreeMap<&str, Vec<&File<'_, Endpoint>>> = BTreeMap::new();
    let ports = all.hosts.iter().flat_map(|host| &host.endpoints);
    for file in ports.filter(|file| !file.data.is_snat() && file.data.is_dhcp()) {
        servers.entry(file.data.neutron_network.as_deref().unwrap_or_default()).or_default().push(file);
    }
    for (at, network) in topology.data.networks.iter().enumerate() {
        // A network outside has no DHCP port, as its addresses are not instances'.
        if network.external || network.endpoint_group.is_none() {
            continue;
        }
        let at = at.to_string();
        let servers = servers.get(network.id.as_str()).map_or(&[][..], Vec::as_slice);
        let place = |subnet: usize| topology.place(&["networks", &at, "subnets", &subnet.to_string(), "enable_dhcp"]);
        let served: Vec<(usize, &Subnet)> =
            network.subnets.iter().enumerate().filter(|(_, subnet)| subnet.enable_dhcp).collect();
        for file in servers {
            let name = &file.data.attributes.vm_name;
            if served.is_empty() {
                let message = format!("`{name}` serves DHCP on network `{}`, whose subnets have none", network.name);
                let mut finding = Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&["uuid"]), "this port");
                if !network.subnets.is_empty() {
                    finding = finding.at(place(0), "one of the subnets");
                }
                findings.push(finding);
            }
            let has = |subnet: &Subnet| {
                subnet.net().is_none_or(|net| file.data.ip.iter().any(|address: &IpAddr| net.contains(*address)))
            };
            for (at, subnet) in served.iter().filter(|(_, subnet)| !has(subnet)) {
                let message = format!("`{name}` has no address on `{}`, on which it serves DHCP", subnet.cidr);
                findings.push(
                    Finding::new(&ENDPOINTS_DISAGREE, message)
                        .at(file.place(&["ip"]), "its addresses")
                        .at(place(*at), "the subnet"),
                );
            }
        }
    }
}
