//! Application profiles: nothing but the parents of endpoint groups, one per tenant and name.

use std::collections::BTreeMap;

use aciform_fabric::model::{Fabric, TenantId};

use super::object::Object;
use super::{class, epg};

/// The profiles with their groups, and the tenants they lie in.
pub(super) fn objects(fabric: &Fabric) -> Vec<(TenantId, Object)> {
    let mut profiles: BTreeMap<(TenantId, &str), Object> = BTreeMap::new();
    for group in &fabric.epgs {
        let profile = profiles.entry((group.tenant, &group.app_profile)).or_insert_with(|| {
            Object::new(&class::APP_PROFILE, &[&group.app_profile])
                .mark(&fabric.system.annotation)
                .because(group.source)
        });
        profile.push(epg::object(fabric, group));
    }
    profiles.into_iter().map(|((tenant, _), object)| (tenant, object)).collect()
}
