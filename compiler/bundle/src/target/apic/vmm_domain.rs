//! The OpenStack VMM domain: where APIC meets the cloud's controller.
//!
//! The encapsulation modes are two more POSTs upstream, for releases that lack them; 5.2 has both.

use aciform_fabric::model::{Encapsulation, Fabric, VmmDomain};

use super::object::Object;
use super::{Payload, class, dn};
use crate::manifest::Secret;

/// One body per domain, POSTed to the domain's own DN.
pub(super) fn payloads(fabric: &Fabric) -> Vec<Payload> {
    let payload = |domain: &VmmDomain| {
        // The name of the file does not depend on how many domains there are, so that a second one moves nothing.
        let own = domain.name == fabric.system.id;
        let name = if own { "20-vmmp-OpenStack".into() } else { format!("20-vmmp-OpenStack-{}", domain.name) };
        Payload { name, root: root(domain, &fabric.system.annotation) }
    };
    fabric.system.domains.iter().map(payload).collect()
}

/// The password of each domain's account.
pub(super) fn secrets(fabric: &Fabric) -> Vec<Secret> {
    let secret = |domain: &VmmDomain| Secret {
        dn: dn::vmm_account(&domain.name),
        attribute: "pwd".into(),
        from: domain.password_from.clone(),
    };
    fabric.system.domains.iter().map(secret).collect()
}

fn root(domain: &VmmDomain, mark: &str) -> Object {
    let (mode, to_pool) = match &domain.encapsulation {
        Encapsulation::Vxlan { pool, .. } => {
            ("vxlan", Object::new(&class::DOMAIN_TO_MULTICAST_POOL, &[]).set("tDn", dn::multicast_pool(pool)))
        }
        Encapsulation::Vlan { pool, .. } => {
            ("vlan", Object::new(&class::DOMAIN_TO_VLAN_POOL, &[]).set("tDn", dn::vlan_pool(pool)))
        }
    };
    let account = Object::new(&class::VMM_ACCOUNT, &[&domain.name]).set("usr", &domain.user).mark(mark);
    let to_account =
        Object::new(&class::VMM_CONTROLLER_TO_ACCOUNT, &[]).set("tDn", dn::vmm_account(&domain.name)).mark(mark);
    let controller = Object::new(&class::VMM_CONTROLLER, &[&domain.name])
        .set("scope", "openstack")
        .set("rootContName", &domain.name)
        .set("hostOrIp", &domain.controller_host)
        .set("mode", "ovs")
        .mark(mark)
        .child(to_account);
    Object::root(dn::OPENSTACK, &class::VMM_DOMAIN, &[&domain.name])
        .set("enfPref", "sw")
        .set("mode", "ovs")
        .set("mcastAddr", domain.multicast_address.to_string())
        .set("encapMode", mode)
        .set("prefEncapMode", mode)
        .mark(mark)
        .because(domain.source)
        .children([account, controller, to_pool.mark(mark)])
}
