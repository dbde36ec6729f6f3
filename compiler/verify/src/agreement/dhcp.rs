//! What DHCP answers: the subnet is Neutron's with its routes and name servers in their order, the server is a port of the network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::{All, dissenters};
use crate::codes::ENDPOINTS_DISAGREE;
use crate::finding::Finding;
use crate::net::Net;
use crate::read::endpoint::{Dhcp4, Endpoint};
use crate::read::host::File;
use crate::read::topology::{Network, Subnet};

type Port<'a> = File<'a, Endpoint>;

pub(super) fn compare(all: &All<'_>, findings: &mut Vec<Finding>) {
    let ports = || all.hosts.iter().flat_map(|host| &host.endpoints).filter(|file| !file.data.is_snat());
    let networks: BTreeMap<&str, &Network> =
        all.topology.iter().flat_map(|file| &file.data.networks).map(|it| (it.id.as_str(), it)).collect();
    let mut servers: BTreeMap<&str, BTreeSet<IpAddr>> = BTreeMap::new();
    for file in ports().filter(|file| file.data.is_dhcp()) {
        servers.entry(file.data.neutron_network.as_deref().unwrap_or_default()).or_default().extend(&file.data.ip);
    }
    let none = BTreeSet::new();
    for host in all.hosts {
        let fixed: BTreeMap<&str, &[IpAddr]> = host
            .answer
            .iter()
            .flat_map(|file| &file.data.devices)
            .map(|device| (device.device.as_str(), &device.fixed_ips[..]))
            .collect();
        for file in host.endpoints.iter().filter(|file| !file.data.is_snat()) {
            let id = file.data.neutron_network.as_deref().unwrap_or_default();
            let Some(network) = networks.get(id) else {
                let message = format!(
                    "endpoint `{}` is in network `{id}`, which Neutron does not have",
                    file.data.attributes.vm_name
                );
                findings.push(
                    Finding::new(&ENDPOINTS_DISAGREE, message).at(file.place(&["neutron-network"]), "no such network"),
                );
                continue;
            };
            let port = file.data.uuid.split('|').next().unwrap_or_default();
            let lease = Lease {
                all,
                file,
                network,
                servers: servers.get(id).unwrap_or(&none),
                fixed: fixed.get(port).copied().unwrap_or_default(),
            };
            lease.compare(findings);
        }
    }
    asked_alike(&ports().collect::<Vec<_>>(), findings);
}

/// What a port is told, and what it is made from.
struct Lease<'a> {
    all: &'a All<'a>,
    file: &'a Port<'a>,
    network: &'a Network,
    /// The addresses of its DHCP ports.
    servers: &'a BTreeSet<IpAddr>,
    /// The port's addresses in the order of Neutron.
    fixed: &'a [IpAddr],
}

impl Lease<'_> {
    fn compare(&self, findings: &mut Vec<Finding>) {
        let data = &self.file.data;
        let group = self.all.policy.group(&data.policy_space_name, &data.endpoint_group_name);
        if let (Some(group), Some(dn)) = (group, &self.network.endpoint_group)
            && group.dn != *dn
        {
            let message =
                format!("endpoint `{}` is in group `{}`, its network is `{dn}`", data.attributes.vm_name, group.dn);
            findings.push(
                Finding::new(&ENDPOINTS_DISAGREE, message)
                    .at(self.file.place(&["endpoint-group-name"]), "another network's"),
            );
        }
        for address in data.ip.iter().filter(|address| self.network.around(**address).is_none()) {
            let message =
                format!("endpoint `{}` has {address}, which no subnet of its network holds", data.attributes.vm_name);
            findings.push(Finding::new(&ENDPOINTS_DISAGREE, message).at(self.file.place(&["ip"]), "in no subnet"));
        }
        if let Some(lease) = &data.dhcp4 {
            self.version4(lease, findings);
        }
        if let Some(lease) = &data.dhcp6 {
            // Of several subnets the agent takes any; here it is that of the port's first address.
            let around =
                self.fixed.iter().filter(|address| address.is_ipv6()).filter_map(|ip| self.network.around(*ip));
            let wanted = around.filter(|subnet| subnet.enable_dhcp).map(|subnet| self.name_servers(subnet)).next();
            if wanted.is_some_and(|wanted| wanted != lease.dns_servers) {
                let what = "is told other name servers than its subnet has".to_owned();
                self.say(&["dhcp6", "dns-servers"], what, findings);
            }
        }
    }

    fn say(&self, key: &[&str], what: String, findings: &mut Vec<Finding>) {
        let message = format!("endpoint `{}` {what}", self.file.data.attributes.vm_name);
        let mut finding = Finding::new(&ENDPOINTS_DISAGREE, message).at(self.file.place(key), "this");
        if let Some(topology) = self.all.topology
            && let Some(at) = topology.data.networks.iter().position(|network| network.id == self.network.id)
        {
            finding = finding.at(topology.place(&["networks", &at.to_string(), "name"]), "its network");
        }
        findings.push(finding);
    }

    /// Written ones in their order, which instances ask in, or else the DHCP ports themselves.
    fn name_servers(&self, subnet: &Subnet) -> Vec<IpAddr> {
        let net = subnet.net();
        // DHCPv4 has no room for an IPv6 address.
        let of_family = |address: &&IpAddr| net.is_some_and(|net| net.v6 || address.is_ipv4());
        let written: Vec<IpAddr> = subnet.dns_nameservers.iter().filter(of_family).copied().collect();
        if !written.is_empty() {
            return written;
        }
        self.servers.iter().filter(|server| net.is_some_and(|net| net.contains(**server))).copied().collect()
    }

    fn version4(&self, lease: &Dhcp4, findings: &mut Vec<Finding>) {
        let served = |address: &&IpAddr| {
            address.is_ipv4() && self.network.around(**address).is_some_and(|subnet| subnet.enable_dhcp)
        };
        let Some(subnet) = self.network.around(lease.ip).filter(|_| self.fixed.iter().find(served) == Some(&lease.ip))
        else {
            let what = format!("is offered {}, which is not its first address on a subnet with DHCP", lease.ip);
            self.say(&["dhcp4", "ip"], what, findings);
            return;
        };
        let Some(net) = subnet.net() else { return };
        if lease.prefix_len != net.length {
            let what = format!("is offered {}/{}, its subnet is {net}", lease.ip, lease.prefix_len);
            self.say(&["dhcp4", "prefix-len"], what, findings);
        }
        if lease.routers != subnet.gateway_ip.into_iter().collect::<Vec<_>>() {
            let what = format!("is told routers {:?}, its subnet has {:?}", lease.routers, subnet.gateway_ip);
            self.say(&["dhcp4", "routers"], what, findings);
        }
        let (told, wanted) = (&lease.dns_servers, self.name_servers(subnet));
        if *told != wanted {
            let what = format!("is told name servers {told:?}, its subnet has {wanted:?}");
            self.say(&["dhcp4", "dns-servers"], what, findings);
        }
        if lease.server_ip != self.servers.iter().copied().find(|server| net.contains(*server)) {
            let what = "is served by another address than the first that DHCP ports of its network have on its subnet"
                .to_owned();
            let key: &[&str] = if lease.server_ip.is_some() { &["dhcp4", "server-ip"] } else { &["dhcp4"] };
            self.say(key, what, findings);
        }
        let told: Vec<(Option<Net>, IpAddr)> =
            lease.static_routes.iter().map(|it| (Net::around(it.dest, it.dest_prefix), it.next_hop)).collect();
        let wanted = self.routes(subnet, lease.server_ip);
        let masked = lease
            .static_routes
            .iter()
            .all(|it| Net::around(it.dest, it.dest_prefix).is_some_and(|net| net.address() == it.dest));
        if told != wanted || !masked {
            self.say(&["dhcp4", "static-routes"], "is told other routes than its subnet has".to_owned(), findings);
        }
    }

    /// Written routes, the way to everything else, and where the host does not answer metadata the way to that.
    fn routes(&self, subnet: &Subnet, server: Option<IpAddr>) -> Vec<(Option<Net>, IpAddr)> {
        let v4 = |route: &&crate::read::topology::HostRoute| route.nexthop.is_ipv4();
        let written = subnet.host_routes.iter().filter(v4).map(|route| (Net::parse(&route.destination), route.nexthop));
        let mut routes: Vec<(Option<Net>, IpAddr)> = written.collect();
        let everything = Net::around(IpAddr::from([0, 0, 0, 0]), 0);
        if let Some(gateway) = subnet.gateway_ip
            && !routes.iter().any(|(net, _)| *net == everything)
        {
            routes.push((everything, gateway));
        }
        let metadata = Net::around(IpAddr::from([169, 254, 0, 0]), 16);
        if self.file.data.neutron_metadata_optimization == Some(false)
            && !routes.iter().any(|(net, _)| *net == metadata)
        {
            routes.extend(server.map(|server| (metadata, server)));
        }
        routes
    }
}

/// Whether hosts answer metadata is one option of the server, which asks for it or not for all ports alike.
fn asked_alike(ports: &[&Port<'_>], findings: &mut Vec<Finding>) {
    const KEY: &str = "neutron-metadata-optimization";
    // Files of further MACs always ask.
    let said = ports.iter().filter(|file| file.data.mac.is_some());
    let said: Vec<_> = said.map(|file| (file.data.neutron_metadata_optimization, file)).collect();
    for (file, other) in dissenters(said.iter().map(|(asked, file)| (*asked, file))) {
        let word = |asked: Option<bool>| asked.map_or_else(|| "nothing".to_owned(), |asked| asked.to_string());
        let message = format!(
            "endpoint `{}` has {} as `{KEY}`, its peers have {}",
            file.data.attributes.vm_name,
            word(file.data.neutron_metadata_optimization),
            word(other.data.neutron_metadata_optimization)
        );
        findings.push(
            Finding::new(&ENDPOINTS_DISAGREE, message)
                .at(file.place(&[KEY]), "this one")
                .at(other.place(&[KEY]), "as its peers have it"),
        );
    }
}
