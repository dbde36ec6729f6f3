//! Neutron's networks, subnets and routers, resolved.

use std::net::IpAddr;

use aciform_diagnostics::Span;
use aciform_intent::scalar::{AddressRange, Interface, MacAddr, Prefix};
use uuid::Uuid;

use super::table::{BdId, ContractId, EpgId, ExtNetId, L3OutId, NetworkId, SubnetId};

/// A network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The owner's handle.
    pub project: String,
    /// The handle.
    pub handle: String,
    /// The name in Neutron.
    pub name: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// Its group; of an external network without NAT, none.
    pub epg: Option<EpgId>,
    /// Its bridge domain.
    pub bridge_domain: Option<BdId>,
    /// Internal or external.
    pub kind: NetworkKind,
    /// Its MTU, where written.
    pub mtu: Option<u16>,
    /// The domain name that DHCP gives out, without a final dot, where written and not empty.
    pub dns_domain: Option<String>,
    /// Its subnets, by handle.
    pub subnets: Vec<SubnetId>,
    /// The cause in the input.
    pub source: Span,
}

/// Internal or external.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// A project's.
    Internal,
    /// `router:external`.
    External(ExtNetId),
}

/// A subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// Its network.
    pub network: NetworkId,
    /// The handle.
    pub handle: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// Its prefix.
    pub prefix: Prefix,
    /// Its gateway.
    pub gateway: Option<IpAddr>,
    /// Whether DHCP serves it.
    pub enable_dhcp: bool,
    /// Written name servers.
    pub dns_nameservers: Vec<IpAddr>,
    /// What may be allocated.
    pub pools: Vec<AddressRange>,
    /// Written host routes.
    pub host_routes: Vec<(Prefix, IpAddr)>,
    /// Addresses of the network's DHCP ports on it, ascending.
    pub dhcp_servers: Vec<IpAddr>,
    /// Whether an instance's address is made from its MAC (SLAAC or stateless DHCPv6).
    pub slaac: bool,
    /// The cause in the input.
    pub source: Span,
}

/// What is special about an external network.
#[derive(Clone, Debug)]
pub struct ExternalNetwork {
    /// The network itself.
    pub network: NetworkId,
    /// The handle: the name in the ini and of the SNAT files.
    pub handle: String,
    /// The name on APIC that its own was mapped to once, which its shadows bear.
    pub mapped_name: String,
    /// The pre-existing L3Out.
    pub l3out: L3OutId,
    /// The group that addresses are translated into.
    pub nat_epg: EpgId,
    /// `host_pool_cidr`: the gateway and its network.
    pub host_pool: Option<Interface>,
    /// The allow-all contract.
    pub allow_all: ContractId,
    /// The reserved SNAT address of each compute host that needs one, hosts in natural order.
    pub snat_addresses: Vec<(super::table::HostId, IpAddr)>,
    /// What its pool has to hold, whether or not it does.
    pub snat_demand: SnatDemand,
}

/// What a SNAT pool has to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnatDemand {
    /// Hosts that need an address: the compute hosts, or those listed, and DHCP hosts whose servers ask outside.
    pub hosts: usize,
    /// Whether every compute host is among them, so that a new one will be too.
    pub grows: bool,
    /// Addresses of the pool that the lock keeps for hosts that are gone.
    pub removed: usize,
}

impl SnatDemand {
    /// The addresses that are taken where so many compute hosts are planned for and so many are declared.
    /// A network that lists some of the hosts only does not grow with the site.
    #[must_use]
    pub fn planned(self, planned: usize, declared: usize) -> usize {
        let more = if self.grows { planned.saturating_sub(declared) } else { 0 };
        self.hosts.saturating_add(self.removed).saturating_add(more)
    }
}

/// A router.
#[derive(Clone, Debug)]
pub struct Router {
    /// The owner's handle.
    pub project: String,
    /// The handle.
    pub handle: String,
    /// The name in Neutron.
    pub name: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// Its contract.
    pub contract: ContractId,
    /// Its way out.
    pub gateway: Option<RouterGateway>,
    /// The subnets it joins, with its address on each.
    pub interfaces: Vec<(SubnetId, IpAddr)>,
    /// The cause in the input.
    pub source: Span,
}

/// A router's gateway.
#[derive(Clone, Debug)]
pub struct RouterGateway {
    /// The external network.
    pub external_network: ExtNetId,
    /// Its address there, where a subnet has one to give.
    pub address: Option<IpAddr>,
    /// The MAC of its port.
    pub mac: MacAddr,
    /// Whether instances without floating IP are translated.
    pub enable_snat: bool,
}
