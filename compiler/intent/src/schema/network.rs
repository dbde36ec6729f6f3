//! Networks, subnets and routers.

use schemars::JsonSchema;

use super::scalars::{
    Address, Cidr, GatewayIp, Handles, Id, Ipv4, Mac, Name, QualifiedName, Range, SharedWith, SubnetName, Text, Vnid,
};

/// A project's network.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Network {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// Who else may attach to it. Default: nobody.
    shared_with: Option<SharedWith>,
    /// Its MTU, given out by DHCP.
    #[schemars(range(min = 68, max = 65535))]
    mtu: Option<u16>,
    /// Its DNS domain in Neutron; DHCP gives out `dhcp_domain` of the ini instead.
    dns_domain: Option<Text>,
    /// Whether its ports are filtered. Default: true.
    port_security_enabled: Option<bool>,
    /// Its subnets.
    subnets: Option<Handles<Subnet>>,
    /// Its DHCP ports by host. Default: one on a host with the role `dhcp`.
    dhcp_ports: Option<Handles<DhcpPort>>,
    /// What APIC decided about its endpoint group; may stand in a file of its own.
    facts: Option<GroupFacts>,
}

/// What only a live APIC decides about an endpoint group.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct GroupFacts {
    /// The VXLAN network id.
    vnid: Option<Vnid>,
    /// The multicast group.
    mcast: Option<Ipv4>,
}

macro_rules! subnets {
    ($($(#[$doc:meta])* $name:ident { $($(#[$more:meta])* $field:ident: $type:ty),* })*) => {
        $($(#[$doc])*
        #[derive(JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub(super) struct $name {
            /// Its Neutron id. Default: derived.
            id: Option<Id>,
            /// Its name. Default: the handle.
            name: Option<Text>,
            /// Its prefix.
            cidr: Cidr,
            /// Its gateway; null for none. Default: the first address of the prefix.
            gateway_ip: Option<GatewayIp>,
            /// Whether DHCP serves it. Default: true.
            enable_dhcp: Option<bool>,
            /// Name servers, given out by DHCP.
            dns_nameservers: Option<Vec<Address>>,
            /// What addresses are allocated from. Default: all but network, broadcast and gateway.
            allocation_pools: Option<Vec<Range>>,
            /// Routes, given out by DHCP.
            host_routes: Option<Vec<Route>>,
            /// How IPv6 addresses come about.
            ipv6_address_mode: Option<Ipv6Mode>,
            /// Who sends router advertisements.
            ipv6_ra_mode: Option<Ipv6Mode>,
            $($(#[$more])* $field: $type),*
        })*
    };
}

subnets! {
    /// A subnet of a network.
    Subnet {}
    /// A subnet of an external network.
    ExternalSubnet {
        /// The project whose floating IPs it is reserved for. Default: any.
        project: Option<Name>
    }
}

/// Neutron's IPv6 modes.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Ipv6Mode {
    Slaac,
    #[schemars(rename = "dhcpv6-stateful")]
    Dhcpv6Stateful,
    #[schemars(rename = "dhcpv6-stateless")]
    Dhcpv6Stateless,
}

/// A route.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Route {
    /// Where to.
    destination: Cidr,
    /// Through whom.
    nexthop: Address,
}

/// A DHCP port that is pinned to a host.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DhcpPort {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its MAC. Default: derived.
    mac_address: Option<Mac>,
    /// Its addresses. Default: one allocated in each subnet that DHCP serves.
    fixed_ips: Option<Vec<Address>>,
}

/// A router.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Router {
    /// Its Neutron id. Default: derived.
    id: Option<Id>,
    /// Its name. Default: the handle.
    name: Option<Text>,
    /// Whether it forwards. Default: true.
    admin_state_up: Option<bool>,
    /// Its way out.
    external_gateway: Option<ExternalGateway>,
    /// What it joins: networks (all their subnets) or single subnets.
    interfaces: Option<Vec<InterfaceEntry>>,
    /// Extra routes; refused, because nothing on APIC or on a host stands for them.
    routes: Option<Vec<Route>>,
}

/// A router's way out.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ExternalGateway {
    /// The external network.
    network: QualifiedName,
    /// The router's address there. Default: allocated.
    fixed_ip: Option<Address>,
    /// Whether instances without a floating IP reach the outside. Default: true.
    enable_snat: Option<bool>,
}

/// A network, `NETWORK/SUBNET`, or the long form.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum InterfaceEntry {
    Short(SubnetName),
    Long(Interface),
}

/// An interface with an address of its own.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Interface {
    /// The subnet.
    subnet: SubnetName,
    /// The router's address there. Default: the subnet's gateway.
    ip: Option<Address>,
}
