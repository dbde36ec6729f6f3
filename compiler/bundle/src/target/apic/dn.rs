//! DNs of the fabric's objects, for relations that point by DN and for what a body is POSTed to.

use aciform_fabric::model::{ContractId, EpgId, Fabric};

use super::class;

/// What pools lie below.
const INFRA: &str = "uni/infra";

/// What OpenStack VMM domains lie below.
pub(super) const OPENSTACK: &str = "uni/vmmp-OpenStack";

/// A tenant by its name.
fn tenant(name: &str) -> String {
    format!("uni/{}", class::TENANT.rn_of(&[name]))
}

/// An endpoint group.
pub(super) fn epg(fabric: &Fabric, id: EpgId) -> String {
    let epg = &fabric.epgs[id];
    let profile = class::APP_PROFILE.rn_of(&[&epg.app_profile]);
    format!("{}/{profile}/{}", tenant(&fabric.tenants[epg.tenant].name), class::EPG.rn_of(&[&epg.name]))
}

/// A contract.
pub(super) fn contract(fabric: &Fabric, id: ContractId) -> String {
    let contract = &fabric.contracts[id];
    format!("{}/{}", tenant(&fabric.tenants[contract.tenant].name), class::CONTRACT.rn_of(&[&contract.name]))
}

/// An OpenStack VMM domain by its name.
pub(super) fn vmm_domain(name: &str) -> String {
    format!("{OPENSTACK}/{}", class::VMM_DOMAIN.rn_of(&[name]))
}

/// The account of an OpenStack VMM domain; both have the domain's name.
pub(super) fn vmm_account(name: &str) -> String {
    format!("{}/{}", vmm_domain(name), class::VMM_ACCOUNT.rn_of(&[name]))
}

/// A pool of VLANs.
pub(super) fn vlan_pool(name: &str) -> String {
    format!("{INFRA}/{}", class::VLAN_POOL.rn_of(&[name, "dynamic"]))
}

/// A pool of multicast groups.
pub(super) fn multicast_pool(name: &str) -> String {
    format!("{INFRA}/{}", class::MULTICAST_POOL.rn_of(&[name]))
}
