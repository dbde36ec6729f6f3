//! L3Outs and their external groups: the pre-existing ones, and the shadows that carry NAT.

use aciform_diagnostics::Span;
use aciform_intent::scalar::Prefix;

use super::table::{ContractId, EpgId, TenantId, VrfId};

/// `l3extOut`.
#[derive(Clone, Debug)]
pub struct L3Out {
    /// Its tenant.
    pub tenant: TenantId,
    /// The name; a pre-existing one's verbatim.
    pub name: String,
    /// Whose it is and what it is for.
    pub kind: L3OutKind,
    /// Its VRF.
    pub vrf: VrfId,
    /// Its external groups, by name.
    pub external_epgs: Vec<ExternalEpg>,
    /// The cause in the input.
    pub source: Option<Span>,
}

/// Kinds of L3Outs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum L3OutKind {
    /// Made by the fabric's administrator: only contract relations of its external group are ours.
    Preexisting,
    /// `Shd-…` in a project's tenant: stands for an external network behind NAT.
    Shadow,
}

/// `l3extInstP`.
#[derive(Clone, Debug)]
pub struct ExternalEpg {
    /// The name.
    pub name: String,
    /// Its subnets (`l3extSubnet`); empty for a pre-existing one, whose subnets are not ours.
    pub subnets: Vec<Prefix>,
    /// Contracts it provides and consumes alike, by table order.
    pub contracts: Vec<ContractId>,
    /// The group its traffic is translated into (`l3extRsInstPToNatMappingEPg`).
    pub nat: Option<EpgId>,
    /// Its local number, from 1.
    pub local: u32,
}
