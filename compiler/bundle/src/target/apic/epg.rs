//! Endpoint groups: one per network, and one per external network whose addresses are translated.
//!
//! A group provides and consumes each of its contracts: Neutron's routers know no direction.

use aciform_fabric::model::{ContractId, Epg, Fabric};

use super::object::Object;
use super::{class, dn};

/// A group with its bridge domain, domains and contracts.
pub(super) fn object(fabric: &Fabric, epg: &Epg) -> Object {
    let mark = &fabric.system.annotation;
    let to_bridge_domain = Object::new(&class::EPG_TO_BRIDGE_DOMAIN, &[])
        .set("tnFvBDName", &fabric.bridge_domains[epg.bridge_domain].name)
        .mark(mark);
    let domains = fabric.system.domains.iter();
    let to_domains =
        domains.map(|domain| Object::new(&class::EPG_TO_DOMAIN, &[&dn::vmm_domain(&domain.name)]).mark(mark));
    Object::new(&class::EPG, &[&epg.name])
        .maybe("nameAlias", epg.name_alias.as_deref())
        .mark(mark)
        .because(epg.source)
        .child(to_bridge_domain)
        .children(to_domains)
        .children(contracts(fabric, &epg.contracts))
}

/// Both relations of a group to each of its contracts.
pub(super) fn contracts<'a>(fabric: &'a Fabric, contracts: &'a [ContractId]) -> impl Iterator<Item = Object> + 'a {
    contracts.iter().flat_map(|id| {
        let name = fabric.contracts[*id].name.as_str();
        [&class::PROVIDES, &class::CONSUMES].map(|class| Object::new(class, &[name]).mark(&fabric.system.annotation))
    })
}
