//! Contracts: one per router, and one per external network that allows everything.

use std::collections::BTreeMap;

use aciform_fabric::model::{Contract, ContractId, ContractKind, Fabric, TenantId};

use super::object::Object;
use super::{class, dn};

/// A contract with its subject. A router that is administratively down keeps both and loses the filter:
/// upstream deletes that relation, which here is a difference between the bundle and what is live.
pub(super) fn object(fabric: &Fabric, contract: &Contract) -> Object {
    let mark = &fabric.system.annotation;
    let mut subject = Object::new(&class::SUBJECT, &[&contract.subject]).mark(mark);
    if contract.active {
        let filter = &fabric.filters[contract.filter].name;
        subject.push(Object::new(&class::SUBJECT_TO_FILTER, &[filter]).mark(mark));
    }
    Object::new(&class::CONTRACT, &[&contract.name])
        .maybe("scope", scope(fabric, contract))
        .maybe("nameAlias", contract.name_alias.as_deref())
        .mark(mark)
        .because(contract.source)
        .child(subject)
}

/// A router's contract in `common` is global because its users lie in other tenants;
/// in single tenant mode it lies beside them. An allow-all contract is left at APIC's default, `context`.
fn scope(fabric: &Fabric, contract: &Contract) -> Option<&'static str> {
    match contract.kind {
        ContractKind::Router if fabric.tenants[contract.tenant].name == "common" => Some("global"),
        ContractKind::Router => Some("tenant"),
        ContractKind::AllowAll => None,
    }
}

/// For parity: the one contract interface that upstream shares between all routers, where the last one wins.
/// Here it is the router with the lowest id of each tenant. Nobody consumes the interface.
pub(super) fn interfaces(fabric: &Fabric) -> Vec<(TenantId, Object)> {
    let mut lowest: BTreeMap<TenantId, ContractId> = BTreeMap::new();
    for (id, contract) in fabric.contracts.entries() {
        match contract.kind {
            ContractKind::Router => {
                let kept = lowest.entry(contract.tenant).or_insert(id);
                if contract.name < fabric.contracts[*kept].name {
                    *kept = id;
                }
            }
            ContractKind::AllowAll => {}
        }
    }
    let mark = &fabric.system.annotation;
    let interface = |(tenant, id): (TenantId, ContractId)| {
        let to_contract =
            Object::new(&class::INTERFACE_TO_CONTRACT, &[]).set("tDn", dn::contract(fabric, id)).mark(mark);
        (tenant, Object::new(&class::CONTRACT_INTERFACE, &["os-interface"]).mark(mark).child(to_contract))
    };
    lowest.into_iter().map(interface).collect()
}
