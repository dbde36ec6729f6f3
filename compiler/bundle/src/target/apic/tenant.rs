//! Tenants with everything below them, gathered in one walk over each table of the fabric.

use aciform_fabric::model::{Fabric, Id as _, L3OutKind, Tenant, TenantId};

use super::object::Object;
use super::{Payload, app_profile, bridge_domain, class, contract, filter, l3out, vrf};

/// One body per tenant that has anything; a tenant that is not ours is only the parent of what is.
pub(super) fn payloads(fabric: &Fabric) -> Vec<Payload> {
    let mut roots: Vec<Object> = fabric.tenants.iter().map(|tenant| root(fabric, tenant)).collect();
    let mut put = |tenant: TenantId, object: Object| roots[tenant.index()].push(object);

    vrf::objects(fabric).into_iter().for_each(|(tenant, object)| put(tenant, object));
    for domain in &fabric.bridge_domains {
        put(domain.tenant, bridge_domain::object(fabric, domain));
    }
    app_profile::objects(fabric).into_iter().for_each(|(tenant, object)| put(tenant, object));
    for filter in &fabric.filters {
        put(filter.tenant, filter::object(fabric, filter));
    }
    for contract in &fabric.contracts {
        put(contract.tenant, contract::object(fabric, contract));
    }
    if fabric.system.parity {
        contract::interfaces(fabric).into_iter().for_each(|(tenant, object)| put(tenant, object));
    }
    for out in &fabric.l3outs {
        match out.kind {
            L3OutKind::Shadow => put(out.tenant, l3out::shadow(fabric, out)),
            // What is ours below it goes into a payload of its own, after everything it points at.
            L3OutKind::Preexisting => {}
        }
    }

    let payload = |(tenant, root): (&Tenant, Object)| {
        let number = if tenant.name == "common" { 30 } else { 40 };
        (tenant.owned || !root.is_bare()).then(|| Payload { name: format!("{number}-tn-{}", tenant.name), root })
    };
    fabric.tenants.iter().zip(roots).filter_map(payload).collect()
}

fn root(fabric: &Fabric, tenant: &Tenant) -> Object {
    let object = Object::root("uni", &class::TENANT, &[&tenant.name]).because(tenant.source);
    if !tenant.owned {
        return object;
    }
    object.maybe("nameAlias", tenant.name_alias.as_deref()).mark(&fabric.system.annotation)
}
