//! What holds for the site as a whole.

use std::net::Ipv4Addr;

use aciform_diagnostics::Span;
use aciform_intent::scalar::{MacAddr, Prefix};

/// The cloud's identity on the fabric and the settings every target needs.
#[derive(Clone, Debug)]
pub struct System {
    /// `apic_system_id`.
    pub id: String,
    /// The mark on every object that is ours: `orchestrator:aciform:<system id>`.
    pub annotation: String,
    /// Whose output is reproduced.
    pub releases: Releases,
    /// Whether upstream's harmless quirks Q3 and Q4 are emitted too.
    pub parity: bool,
    /// The MAC of the distributed router: 00:22:bd:f8:19:ff.
    pub router_mac: MacAddr,
    /// The MAC that answers DHCP: 00:22:bd:f8:19:ff.
    pub dhcp_mac: MacAddr,
    /// Where tunnelled traffic goes that has no multicast group: the anycast TEP.
    pub anycast_tep: Ipv4Addr,
    /// The infrastructure VLAN.
    pub infra_vlan: u16,
    /// The TEP pool.
    pub tep_pool: Option<Prefix>,
    /// The VMM and physical domains that every endpoint group is attached to, by DN.
    pub domains: Vec<VmmDomain>,
    /// The entity profile: `attentp-` name with its scope prefix, and whether it is ours to make (`apic_provision_infra`).
    pub entity_profile: Option<String>,
    /// What all agents tell and set alike.
    pub agents: AgentOptions,
}

/// What all agents tell instances by DHCP, whatever network they are in, and set on their SNAT interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentOptions {
    /// `dhcp_domain`.
    pub dhcp_domain: String,
    /// `apic_optimized_dhcp_lease_time`, where it is not left to the agent.
    pub dhcp_lease_time: Option<u32>,
    /// `advertise_mtu`: instances are told the MTU of their network, where it has one.
    pub advertise_mtu: bool,
    /// `nat_mtu_size`, where SNAT interfaces are not left alone.
    pub nat_mtu: Option<u32>,
}

/// Releases whose output differs, as strings of `aciform.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Releases {
    /// `L`
    pub opflex_agent: String,
    /// `2.7`
    pub agent_ovs: String,
    /// `29`
    pub neutron: String,
    /// `5.2`
    pub apic: String,
}

/// An OpenStack VMM domain with its pool and credentials.
#[derive(Clone, Debug)]
pub struct VmmDomain {
    /// `vmmDomP` name, also of its controller and account.
    pub name: String,
    /// `multicast_address`.
    pub multicast_address: Ipv4Addr,
    /// How groups are told apart.
    pub encapsulation: Encapsulation,
    /// `vmm_controller_host`.
    pub controller_host: String,
    /// `openstack_user`.
    pub user: String,
    /// Where `openstack_password` is written: `<ini file>:[section] key`, or that the default is in force. Never the value.
    pub password_from: String,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// The pool of a VMM domain.
#[derive(Clone, Debug)]
pub enum Encapsulation {
    /// `fvnsMcastAddrInstP` with one block.
    Vxlan {
        /// The pool's name.
        pool: String,
        /// Lowest group.
        first: Ipv4Addr,
        /// Highest group.
        last: Ipv4Addr,
    },
    /// `fvnsVlanInstP` (dynamic) with its blocks.
    Vlan {
        /// The pool's name.
        pool: String,
        /// Lowest and highest VLAN of each block.
        blocks: Vec<(u16, u16)>,
    },
}

impl Default for System {
    fn default() -> Self {
        let virtual_router = MacAddr([0x00, 0x22, 0xbd, 0xf8, 0x19, 0xff]);
        Self {
            id: String::new(),
            annotation: String::new(),
            releases: Releases {
                opflex_agent: "L".into(),
                agent_ovs: "2.7".into(),
                neutron: "29".into(),
                apic: "5.2".into(),
            },
            parity: false,
            router_mac: virtual_router,
            dhcp_mac: virtual_router,
            anycast_tep: Ipv4Addr::new(10, 0, 0, 32),
            infra_vlan: 4093,
            tep_pool: None,
            domains: Vec::new(),
            entity_profile: None,
            agents: AgentOptions::default(),
        }
    }
}

impl Default for AgentOptions {
    fn default() -> Self {
        Self { dhcp_domain: "openstacklocal".into(), dhcp_lease_time: None, advertise_mtu: false, nat_mtu: None }
    }
}
