//! VRFs. Policy enforcement is what makes contracts count, so it is always sent.

use std::collections::BTreeSet;

use aciform_fabric::model::{Fabric, TenantId, VrfId};

use super::class;
use super::object::Object;

/// Our VRFs with their tenants. For parity also those that are not ours and that one of our bridge domains lies in:
/// the driver posts the enforcement there too, which changes nothing on a fabric left at its default.
pub(super) fn objects(fabric: &Fabric) -> Vec<(TenantId, Object)> {
    let used: BTreeSet<VrfId> = fabric.bridge_domains.iter().map(|domain| domain.vrf).collect();
    let mut objects = Vec::new();
    for (id, vrf) in fabric.vrfs.entries() {
        let object = Object::new(&class::VRF, &[&vrf.name]).set("pcEnfPref", "enforced").because(vrf.source);
        if vrf.owned {
            let object = if vrf.marked { object.mark(&fabric.system.annotation) } else { object };
            objects.push((vrf.tenant, object));
        } else if fabric.system.parity && used.contains(&id) {
            objects.push((vrf.tenant, object));
        }
    }
    objects
}
