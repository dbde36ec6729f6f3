//! ACI's side of a project: tenant, VRF, bridge domain, endpoint group, contract, filter.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::Span;
use aciform_intent::scalar::Prefix;

use super::table::{BdId, ContractId, EpgId, FilterId, L3OutId, TenantId, VrfId};

/// `fvTenant`.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The name, scope prefix included.
    pub name: String,
    /// `nameAlias`, where APIC's pattern takes it.
    pub name_alias: Option<String>,
    /// Whether it is ours; `common` and the tenant of a pre-existing L3Out are not.
    pub owned: bool,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// An application profile: `fvAp`. Named by tenant and name; made when an endpoint group of ours lies in it.
pub type AppProfile = String;

/// `fvCtx`, with what the OVS agent knows of it.
#[derive(Clone, Debug)]
pub struct Vrf {
    /// Its tenant.
    pub tenant: TenantId,
    /// The name, scope prefix included where it has one.
    pub name: String,
    /// Whether it is ours to post.
    pub owned: bool,
    /// Whether it carries our ownership mark: not where `shared_context_name` names a VRF that others may use.
    pub marked: bool,
    /// The routing domain's local number (`reg6`), from 1.
    pub routing_domain: u32,
    /// Destinations that stay inside: the VRF's subnets, and for a VRF of instances 169.254.0.0/16; sorted, without repeats.
    pub internal_subnets: Vec<Prefix>,
    /// Destinations outside, through an external group; sorted by prefix.
    pub routes: Vec<VrfRoute>,
    /// What the routing-domain file lists: the subnets of its internal networks merged to the fewest CIDRs, with 169.254.0.0/16;
    /// sorted as text. Empty for a VRF that has no such file.
    pub routing_domain_subnets: Vec<Prefix>,
    /// The name of the routing-domain file without suffix: the project's id, or `<tenant>-<vrf>`.
    pub routing_domain_file: String,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// A destination of a VRF that an external group stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VrfRoute {
    /// Where to; 0.0.0.0/0 as a rule.
    pub prefix: Prefix,
    /// The external group's local number, from 1; on the wire bit 31 is added (`0x8000000n`).
    pub external: u32,
    /// The group that traffic is translated into; `None`: not translated.
    pub nat: Option<EpgId>,
}

/// `fvBD`.
#[derive(Clone, Debug)]
pub struct BridgeDomain {
    /// Its tenant.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// `nameAlias`.
    pub name_alias: Option<String>,
    /// Its VRF; may lie in another tenant only where names resolve (same tenant or `common`).
    pub vrf: VrfId,
    /// The bridge domain's local number (`reg4`), from 1.
    pub local: u32,
    /// The flood domain's local number (`reg5`), from 1: one per bridge domain.
    pub flood_domain: u32,
    /// `unicastRoute`.
    pub unicast_route: bool,
    /// `arpFlood`.
    pub arp_flood: bool,
    /// `unkMacUcastAct`: `proxy` or `flood`.
    pub unknown_mac_unicast: String,
    /// `epMoveDetectMode`: `garp` or empty.
    pub ep_move_detect: String,
    /// `limitIpLearnToSubnets`.
    pub limit_ip_learn: bool,
    /// Its gateway subnets (`fvSubnet`), by address; empty when routing is off.
    pub gateways: Vec<GatewaySubnet>,
    /// The L3Outs it is announced through (`fvRsBDToOut`).
    pub l3outs: Vec<L3OutId>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// `fvSubnet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GatewaySubnet {
    /// The gateway's address.
    pub gateway: IpAddr,
    /// The subnet.
    pub prefix: Prefix,
    /// `public` or `private`, maybe with `shared`.
    pub scope: String,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// `fvAEPg`.
#[derive(Clone, Debug)]
pub struct Epg {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its application profile.
    pub app_profile: AppProfile,
    /// The name.
    pub name: String,
    /// `nameAlias`.
    pub name_alias: Option<String>,
    /// Its bridge domain.
    pub bridge_domain: BdId,
    /// What it groups.
    pub kind: EpgKind,
    /// The VXLAN network id (`reg0`, `tun_id`), 1 to 0xffffff.
    pub vnid: u32,
    /// The multicast group for flooding; `None`: the anycast TEP.
    pub mcast: Option<Ipv4Addr>,
    /// Contracts it provides and consumes alike (ML2 always does both), by table order.
    pub contracts: Vec<ContractId>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// What an endpoint group is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EpgKind {
    /// A network's ports.
    Network,
    /// The public side of translated traffic: `EXT-epg-…`.
    Nat,
}

/// `vzFilter` with one entry that matches everything.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Its tenant.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// The name of its `vzEntry`.
    pub entry: String,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// `vzBrCP` with one subject and one filter.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Its tenant.
    pub tenant: TenantId,
    /// The name.
    pub name: String,
    /// `nameAlias`.
    pub name_alias: Option<String>,
    /// What it is for.
    pub kind: ContractKind,
    /// The name of its `vzSubj`.
    pub subject: String,
    /// Its filter.
    pub filter: FilterId,
    /// Whether the filter is attached (a router's `admin_state_up`).
    pub active: bool,
    /// The local number of its one rule: the cookie of its flows, from 1. Zero for contracts that make no flows.
    pub rule: u32,
    /// The groups on it, by table order. Flows go between every ordered pair of these and `externals`.
    pub groups: Vec<EpgId>,
    /// The local numbers of the external groups on it, ascending.
    pub externals: Vec<u32>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// What a contract stands for; decides `scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContractKind {
    /// A Neutron router: scope `global`.
    Router,
    /// `EXT-<network id>-allow-all`: no scope is sent, APIC's default is `context`.
    AllowAll,
}
