//! `neutron.json`: the networks and routers as Neutron's server has them, which every file of an agent is made from.
//!
//! What DHCP tells a port, which prefixes a VRF routes inside and which groups a contract joins follows from here.
//! A reviewer sees a changed subnet once, and not once for each port in it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::{Fabric, Network, NetworkKind, Router, Subnet};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema::{IpText, PrefixText};

/// The file's name at the top of a bundle.
pub(super) const FILE: &str = "neutron.json";

/// Hosts, networks and routers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "networks and routers in Neutron")]
pub struct Topology {
    /// The hosts whose agents the server knows, by name.
    pub hosts: Vec<String>,
    /// What the configuration of server and agents says of all objects alike.
    pub options: Options,
    /// Those of projects and those outside, by id.
    pub networks: Vec<NetworkFile>,
    /// By id.
    pub routers: Vec<RouterFile>,
}

/// Options that are the same on all objects of a cloud.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Where hosts tunnel to what they do not know: the agents' `remote-ip`.
    pub anycast_tep: Ipv4Addr,
    /// The domains of OpenStack VMMs, by name.
    pub vmm_domains: Vec<VmmDomainFile>,
    /// Of every bridge domain, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "BridgeDomainOptions")]
    pub bridge_domains: Option<BridgeDomainOptions>,
    /// The domain that agents tell instances.
    pub dhcp_domain: String,
    /// The seconds that a lease lasts, where they are not left to the OVS agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub dhcp_lease_time: Option<u32>,
    /// Whether instances are told the MTU of their network, where it has one.
    pub advertise_mtu: bool,
    /// The MTU of SNAT interfaces, where they are not left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub nat_mtu: Option<u32>,
}

/// A VMM domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VmmDomainFile {
    /// Its name.
    pub name: String,
    /// Its own multicast group.
    pub multicast_address: Ipv4Addr,
    /// Where APIC finds its controller.
    pub controller_host: String,
    /// Its account.
    pub user: String,
}

/// Options of bridge domains and their subnets, in APIC's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BridgeDomainOptions {
    /// `arpFlood`
    pub arp_flood: bool,
    /// `unkMacUcastAct`
    pub unknown_mac_unicast: String,
    /// `unicastRoute`
    pub unicast_route: bool,
    /// `epMoveDetectMode`
    pub ep_move_detect: String,
    /// `limitIpLearnToSubnets`
    pub limit_ip_learn: bool,
    /// `scope` of their subnets, where one has a gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub subnet_scope: Option<String>,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Whether it is `router:external`.
    pub external: bool,
    /// Of an external network the name that its own was mapped to, once: shadows are called after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub mapped_name: Option<String>,
    /// The DN of the group that its ports are in; of an external network, of the one that translates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub endpoint_group: Option<String>,
    /// Its MTU, where written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16")]
    pub mtu: Option<u16>,
    /// Its subnets, by prefix.
    pub subnets: Vec<SubnetFile>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubnetFile {
    /// Its prefix.
    #[schemars(with = "PrefixText")]
    pub cidr: String,
    /// Its gateway, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "IpText")]
    pub gateway_ip: Option<IpAddr>,
    /// Whether DHCP serves it.
    pub enable_dhcp: bool,
    /// Written name servers.
    #[schemars(with = "Vec<IpText>")]
    pub dns_nameservers: Vec<IpAddr>,
    /// Written routes.
    pub host_routes: Vec<HostRoute>,
}

/// A route that DHCP tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostRoute {
    /// Where to.
    #[schemars(with = "PrefixText")]
    pub destination: String,
    /// Through whom.
    #[schemars(with = "IpText")]
    pub nexthop: IpAddr,
}

/// A router.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RouterFile {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The external network that it leads to, by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Uuid")]
    pub external_network: Option<Uuid>,
    /// The networks that it joins, by id.
    pub networks: Vec<Uuid>,
}

/// The file's content.
pub(super) fn file(fabric: &Fabric) -> Topology {
    let mut networks: Vec<NetworkFile> = fabric.networks.iter().map(|it| network(fabric, it)).collect();
    networks.sort_by_key(|network| network.id);
    let mut routers: Vec<RouterFile> = fabric.routers.iter().map(|it| router(fabric, it)).collect();
    routers.sort_by_key(|router| router.id);
    let mut hosts: Vec<String> = fabric.hosts.iter().map(|host| host.name.clone()).collect();
    hosts.sort();
    Topology { hosts, options: options(fabric), networks, routers }
}

fn options(fabric: &Fabric) -> Options {
    let domains = fabric.system.domains.iter().map(|domain| VmmDomainFile {
        name: domain.name.clone(),
        multicast_address: domain.multicast_address,
        controller_host: domain.controller_host.clone(),
        user: domain.user.clone(),
    });
    let scope = fabric.bridge_domains.iter().flat_map(|domain| &domain.gateways).next();
    let agents = &fabric.system.agents;
    Options {
        anycast_tep: fabric.system.anycast_tep,
        vmm_domains: domains.collect(),
        // Those in front of an L3Out are routed whatever the others are.
        bridge_domains: fabric.bridge_domains.iter().min_by_key(|domain| !domain.l3outs.is_empty()).map(|domain| {
            BridgeDomainOptions {
                arp_flood: domain.arp_flood,
                unknown_mac_unicast: domain.unknown_mac_unicast.clone(),
                unicast_route: domain.unicast_route,
                ep_move_detect: domain.ep_move_detect.clone(),
                limit_ip_learn: domain.limit_ip_learn,
                subnet_scope: scope.map(|gateway| gateway.scope.clone()),
            }
        }),
        dhcp_domain: agents.dhcp_domain.clone(),
        dhcp_lease_time: agents.dhcp_lease_time,
        advertise_mtu: agents.advertise_mtu,
        nat_mtu: agents.nat_mtu,
    }
}

fn network(fabric: &Fabric, network: &Network) -> NetworkFile {
    let group = |id| {
        let epg = &fabric.epgs[id];
        format!("uni/tn-{}/ap-{}/epg-{}", fabric.tenants[epg.tenant].name, epg.app_profile, epg.name)
    };
    let mut subnets: Vec<SubnetFile> = network.subnets.iter().map(|id| subnet(&fabric.subnets[*id])).collect();
    subnets.sort_by(|a, b| a.cidr.cmp(&b.cidr));
    let mapped_name = match network.kind {
        NetworkKind::External(external) => Some(fabric.external_networks[external].mapped_name.clone()),
        NetworkKind::Internal => None,
    };
    NetworkFile {
        id: network.id,
        name: network.name.clone(),
        external: mapped_name.is_some(),
        mapped_name,
        endpoint_group: network.epg.map(group),
        mtu: network.mtu,
        subnets,
    }
}

fn subnet(subnet: &Subnet) -> SubnetFile {
    SubnetFile {
        cidr: subnet.prefix.to_string(),
        gateway_ip: subnet.gateway,
        enable_dhcp: subnet.enable_dhcp,
        dns_nameservers: subnet.dns_nameservers.clone(),
        host_routes: subnet
            .host_routes
            .iter()
            .map(|(to, through)| HostRoute { destination: to.to_string(), nexthop: *through })
            .collect(),
    }
}

fn router(fabric: &Fabric, router: &Router) -> RouterFile {
    let outside = router.gateway.as_ref().map(|gateway| {
        let external = &fabric.external_networks[gateway.external_network];
        fabric.networks[external.network].id
    });
    let joined = router.interfaces.iter().map(|(subnet, _)| fabric.networks[fabric.subnets[*subnet].network].id);
    let networks: BTreeSet<Uuid> = joined.collect();
    RouterFile {
        id: router.id,
        name: router.name.clone(),
        external_network: outside,
        networks: networks.into_iter().collect(),
    }
}
