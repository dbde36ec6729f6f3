//! How the agent's files name a group and a VRF.

use aciform_fabric::model::{EpgId, Fabric, Vrf};

/// A group's tenant, and its `<application profile>|<group>` in one text; the agent encodes the bar itself.
pub(super) fn names(fabric: &Fabric, epg: EpgId) -> (String, String) {
    let epg = &fabric.epgs[epg];
    (fabric.tenants[epg.tenant].name.clone(), format!("{}|{}", epg.app_profile, epg.name))
}

/// The VRF of a group's bridge domain.
pub(super) fn vrf(fabric: &Fabric, epg: EpgId) -> &Vrf {
    &fabric.vrfs[fabric.bridge_domains[fabric.epgs[epg].bridge_domain].vrf]
}

/// A VRF's tenant and name.
pub(super) fn vrf_names(fabric: &Fabric, vrf: &Vrf) -> (String, String) {
    (fabric.tenants[vrf.tenant].name.clone(), vrf.name.clone())
}
