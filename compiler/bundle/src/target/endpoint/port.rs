//! `<port id>_<mac>.ep`: an instance's or the DHCP server's port, one file per MAC.
//!
//! From it the OVS agent learns the group, whitelists the addresses, answers DHCP and makes the translations.

use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::{Dhcp4, Dhcp6, Endpoint, EndpointKind, Fabric, Host, Mapping, MappingKind, Route4};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::group;
use super::schema::{GroupText, IdentityText, InterfaceText, IpText, Ipv4Text, MacText, TargetText};

/// The content of a port's file, keys in the order they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("dependentRequired" = {"ip": ["mac", "anycast-return-ip"], "mac": ["ip"], "anycast-return-ip": ["ip"]}))]
pub struct PortFile {
    /// The group's tenant.
    pub policy_space_name: String,
    /// `<application profile>|<group>`.
    #[schemars(with = "GroupText")]
    pub endpoint_group_name: String,
    /// The port on `br-int`; flows wait until it exists.
    #[schemars(with = "InterfaceText")]
    pub interface_name: String,
    /// Whether every source is let through.
    pub promiscuous_mode: bool,
    /// `<port id>|<mac with dashes>`.
    #[schemars(with = "IdentityText")]
    pub uuid: String,
    /// The network's id; the metadata watcher needs it.
    pub neutron_network: Uuid,
    /// Whether metadata is answered on the host.
    pub neutron_metadata_optimization: bool,
    /// What DHCPv4 is answered with; none on a port without an IPv4 subnet that has DHCP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Dhcp4File")]
    pub dhcp4: Option<Dhcp4File>,
    /// What DHCPv6 is answered with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Dhcp6File")]
    pub dhcp6: Option<Dhcp6File>,
    /// Addresses that the endpoint may use and that the fabric learns, sorted as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<IpText>")]
    pub ip: Option<Vec<IpAddr>>,
    /// The MAC; only beside addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MacText")]
    pub mac: Option<String>,
    /// Addresses that answers of local services go to, sorted as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<IpText>")]
    pub anycast_return_ip: Option<Vec<IpAddr>>,
    /// Allowed address pairs, sorted by address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<VirtualIpFile>")]
    pub virtual_ip: Option<Vec<VirtualIpFile>>,
    /// What APIC shows of the endpoint.
    pub attributes: Attributes,
    /// The VRF's tenant.
    pub domain_policy_space: String,
    /// The VRF.
    pub domain_name: String,
    /// Translations, sorted by mapped, then outer address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<MappingFile>")]
    pub ip_address_mapping: Option<Vec<MappingFile>>,
}

/// What APIC shows of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attributes {
    /// The name of the instance, or of the service behind the endpoint.
    pub vm_name: String,
}

/// An allowed address pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VirtualIpFile {
    /// An address, or a prefix with its length.
    #[schemars(with = "TargetText")]
    pub ip: String,
    /// The MAC that goes with it.
    #[schemars(with = "MacText")]
    pub mac: String,
}

/// The one lease of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dhcp4File {
    /// The address offered.
    #[schemars(with = "Ipv4Text")]
    pub ip: Ipv4Addr,
    /// The length of its subnet; the agent would take 32.
    #[schemars(range(max = 32))]
    pub prefix_len: u8,
    /// The gateway, or nothing.
    #[schemars(with = "Vec<Ipv4Text>")]
    pub routers: Vec<Ipv4Addr>,
    /// Name servers.
    #[schemars(with = "Vec<Ipv4Text>")]
    pub dns_servers: Vec<Ipv4Addr>,
    /// The domain name.
    pub domain: String,
    /// The server's address: a DHCP port's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Ipv4Text")]
    pub server_ip: Option<Ipv4Addr>,
    /// Option 121. Clients that honour it ignore the router, so the default route is in it too.
    pub static_routes: Vec<RouteFile>,
    /// The MTU, where one is advertised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16")]
    pub interface_mtu: Option<u16>,
    /// Seconds; the agent's default is a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub lease_time: Option<u32>,
}

/// A route of option 121.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RouteFile {
    /// The destination without host bits.
    #[schemars(with = "Ipv4Text")]
    pub dest: Ipv4Addr,
    /// Its length.
    #[schemars(range(max = 32))]
    pub dest_prefix: u8,
    /// Through whom.
    #[schemars(with = "Ipv4Text")]
    pub next_hop: Ipv4Addr,
}

/// What DHCPv6 is answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dhcp6File {
    /// Name servers.
    #[schemars(with = "Vec<IpText>")]
    pub dns_servers: Vec<IpAddr>,
    /// The MTU, where one is advertised. The OVS agent does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16")]
    pub interface_mtu: Option<u16>,
}

/// A translation of one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("dependentRequired" = {"next-hop-if": ["next-hop-mac"], "next-hop-mac": ["next-hop-if"]}))]
pub struct MappingFile {
    /// Unique among the endpoints and translations of the host.
    pub uuid: Uuid,
    /// The private address.
    #[schemars(with = "IpText")]
    pub mapped_ip: IpAddr,
    /// The outer address: public, or of the host's own range towards the SNAT interface.
    #[schemars(with = "IpText")]
    pub floating_ip: IpAddr,
    /// The NAT group's tenant.
    pub policy_space_name: String,
    /// The NAT group.
    #[schemars(with = "GroupText")]
    pub endpoint_group_name: String,
    /// The SNAT interface. Without it the switch translates, and the fabric learns the outer address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "InterfaceText")]
    pub next_hop_if: Option<String>,
    /// The SNAT interface's MAC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MacText")]
    pub next_hop_mac: Option<String>,
}

/// The file of an endpoint.
pub(super) fn file(fabric: &Fabric, host: &Host, endpoint: &Endpoint) -> PortFile {
    let (policy_space_name, endpoint_group_name) = group::names(fabric, endpoint.epg);
    let (domain_policy_space, domain_name) = group::vrf_names(fabric, group::vrf(fabric, endpoint.epg));
    let mac = endpoint.mac.to_string();
    // The agent's side of DHCP is never described to the DHCP server itself.
    let (dhcp4, dhcp6) = match endpoint.kind {
        EndpointKind::Instance => (endpoint.dhcp4.as_ref(), endpoint.dhcp6.as_ref()),
        EndpointKind::Dhcp => (None, None),
    };
    let addresses = filled(endpoint.addresses.clone());
    PortFile {
        policy_space_name,
        endpoint_group_name,
        interface_name: endpoint.interface.clone(),
        promiscuous_mode: endpoint.promiscuous,
        uuid: format!("{}|{}", fabric.ports[endpoint.port].id, mac.replace(':', "-")),
        neutron_network: endpoint.network,
        neutron_metadata_optimization: endpoint.metadata_optimization,
        dhcp4: dhcp4.map(dhcp4_file),
        dhcp6: dhcp6.map(dhcp6_file),
        mac: addresses.is_some().then_some(mac),
        anycast_return_ip: addresses.clone(),
        ip: addresses,
        virtual_ip: filled(endpoint.virtual_ips.iter().map(|pair| {
            let alone = pair.prefix.is_host();
            let ip = if alone { pair.prefix.network().to_string() } else { pair.prefix.to_string() };
            VirtualIpFile { ip, mac: pair.mac.to_string() }
        })),
        attributes: Attributes { vm_name: endpoint.vm_name.clone() },
        domain_policy_space,
        domain_name,
        ip_address_mapping: filled(endpoint.mappings.iter().map(|mapping| mapping_file(fabric, host, mapping))),
    }
}

fn dhcp4_file(lease: &Dhcp4) -> Dhcp4File {
    Dhcp4File {
        ip: lease.address,
        prefix_len: lease.prefix_length,
        routers: lease.router.into_iter().collect(),
        dns_servers: lease.dns_servers.clone(),
        domain: lease.domain.clone(),
        server_ip: lease.server,
        static_routes: lease.static_routes.iter().filter_map(route_file).collect(),
        interface_mtu: lease.mtu,
        lease_time: lease.lease_time,
    }
}

fn route_file(route: &Route4) -> Option<RouteFile> {
    match route.destination.network() {
        IpAddr::V4(dest) => Some(RouteFile { dest, dest_prefix: route.destination.length(), next_hop: route.next_hop }),
        // DHCPv4 has no room for it.
        IpAddr::V6(_) => None,
    }
}

/// The agent of this generation writes no search list, only name servers and the advertised MTU.
fn dhcp6_file(lease: &Dhcp6) -> Dhcp6File {
    Dhcp6File { dns_servers: lease.dns_servers.clone(), interface_mtu: lease.mtu }
}

fn mapping_file(fabric: &Fabric, host: &Host, mapping: &Mapping) -> MappingFile {
    let (policy_space_name, endpoint_group_name) = group::names(fabric, mapping.nat_epg);
    let (next_hop_if, next_hop_mac) = match mapping.kind {
        MappingKind::FloatingIp => (None, None),
        MappingKind::Snat(at) => {
            let snat = &host.snats[at];
            (Some(snat.interface.clone()), Some(snat.mac.to_string()))
        }
    };
    MappingFile {
        uuid: mapping.uuid,
        mapped_ip: mapping.mapped,
        floating_ip: mapping.outer,
        policy_space_name,
        endpoint_group_name,
        next_hop_if,
        next_hop_mac,
    }
}

/// A list, or nothing where it is empty: the agent writes no empty `ip`, `virtual-ip` or mapping list.
fn filled<T>(items: impl IntoIterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.into_iter().collect();
    (!items.is_empty()).then_some(items)
}
