//! The fabric as data: tables of objects that name each other by index.
//!
//! Every table is in the order its head comment states, so that a target that walks it needs no sorting.

pub mod fingerprint;
mod group;
mod host;
mod l3out;
mod network;
mod port;
mod security;
mod system;
mod table;
pub mod trace;

pub use group::{
    AppProfile, BridgeDomain, Contract, ContractKind, Epg, EpgKind, Filter, GatewaySubnet, Tenant, Vrf, VrfRoute,
};
pub use host::{
    Dhcp4, Dhcp6, Endpoint, EndpointKind, Host, Mapping, MappingKind, MetadataService, OfPort, Route4, RoutingDomain,
    Snat, VirtualIp,
};
pub use l3out::{ExternalEpg, L3Out, L3OutKind};
pub use network::{ExternalNetwork, Network, NetworkKind, Router, RouterGateway, SnatDemand, Subnet};
pub use port::{FixedIp, FloatingIp, Pair, Port, PortOwner, Unserved};
pub use security::{Members, Naming, Remote, SecurityGroup, SecurityRule};
pub use system::{AgentOptions, Encapsulation, Releases, System, VmmDomain};
pub use table::{
    BdId, ContractId, EpgId, ExtNetId, FilterId, FloatingId, GroupId, HostId, Id, L3OutId, MembersId, NamingId,
    NetworkId, PortId, RouterId, SubnetId, Table, TenantId, VrfId,
};

/// Everything that is emitted, decided.
#[derive(Clone, Debug, Default)]
pub struct Fabric {
    /// The site as a whole.
    pub system: System,
    /// ACI tenants, by name. `common` is there as soon as anything needs it.
    pub tenants: Table<TenantId, Tenant>,
    /// VRFs, by tenant and name.
    pub vrfs: Table<VrfId, Vrf>,
    /// Bridge domains, by tenant and name.
    pub bridge_domains: Table<BdId, BridgeDomain>,
    /// Endpoint groups, by tenant, application profile and name.
    pub epgs: Table<EpgId, Epg>,
    /// Filters, by tenant and name.
    pub filters: Table<FilterId, Filter>,
    /// Contracts, by tenant and name.
    pub contracts: Table<ContractId, Contract>,
    /// L3Outs with their external groups, by tenant and name.
    pub l3outs: Table<L3OutId, L3Out>,
    /// Neutron networks, external ones too, by project handle and handle.
    pub networks: Table<NetworkId, Network>,
    /// Subnets, by network and handle.
    pub subnets: Table<SubnetId, Subnet>,
    /// External networks' further facts, by handle.
    pub external_networks: Table<ExtNetId, ExternalNetwork>,
    /// Routers, by project handle and handle.
    pub routers: Table<RouterId, Router>,
    /// Security groups, by project handle and handle.
    pub security_groups: Table<GroupId, SecurityGroup>,
    /// Who is in the security groups, each at the place of its group.
    pub members: Table<MembersId, Members>,
    /// Which groups the rules of each security group name, each at the place of its group.
    pub namings: Table<NamingId, Naming>,
    /// Every port, bound or not, by id.
    pub ports: Table<PortId, Port>,
    /// Floating IPs, by id.
    pub floating_ips: Table<FloatingId, FloatingIp>,
    /// What found its external network full, each with the last subnet that it could have been on.
    pub unserved: Vec<(SubnetId, Unserved)>,
    /// Hosts, in natural order of name.
    pub hosts: Table<HostId, Host>,
}
