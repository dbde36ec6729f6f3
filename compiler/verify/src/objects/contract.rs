//! Contracts: a router's lets its groups talk in both directions, an external network's lets everything through.

use std::collections::{BTreeMap, BTreeSet};

use super::Payloads;
use crate::finding::Finding;
use crate::read::apic::Object;

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    for contract in payloads.tree.of("vzBrCP") {
        let name = contract.name();
        let (scope, subject, filter) = match name.starts_with("contract-") {
            true => ("global", "os-subject", "os-filter"),
            false => ("", name, name),
        };
        if contract.attribute("scope") != scope {
            let message = format!("contract `{name}` has scope `{}`, and not `{scope}`", contract.attribute("scope"));
            findings.push(payloads.say(contract, "scope", message, "another scope"));
        }
        for child in payloads.tree.below(contract, "vzSubj") {
            if child.name() != subject {
                let message = format!("contract `{name}` has subject `{}`, and not `{subject}`", child.name());
                findings.push(payloads.say(child, "rn", message, "another subject"));
            }
            let filters: Vec<&Object> = payloads.tree.below(child, "vzRsSubjFiltAtt").collect();
            if let Some(other) = filters.iter().find(|other| other.name() != filter) {
                let message = format!("contract `{name}` has filter `{}`, and not `{filter}`", other.name());
                findings.push(payloads.say(other, "rn", message, "another filter"));
            }
            // Without a filter a router is switched off, which an external network cannot be.
            if filters.is_empty() && scope.is_empty() {
                let message = format!("contract `{name}` has no filter, so that it lets nothing through");
                findings.push(payloads.say(child, "rn", message, "without a filter"));
            }
        }
    }
    for entry in payloads.tree.of("vzEntry") {
        let filter = entry.parent.map_or("", |at| payloads.tree.objects[at].name());
        let wanted = if filter == "os-filter" { "os-entry" } else { "allow-all" };
        if entry.name() != wanted {
            let message = format!("filter `{filter}` has entry `{}`, and not `{wanted}`", entry.name());
            findings.push(payloads.say(entry, "rn", message, "another entry"));
        }
    }
    used(payloads, findings);
    relations(payloads, findings);
}

/// Filters and contracts that nothing refers to were meant for something.
fn used(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let filters: BTreeSet<&str> = payloads.tree.of("vzRsSubjFiltAtt").map(Object::name).collect();
    let routers = payloads.tree.of("vzBrCP").any(|contract| contract.name().starts_with("contract-"));
    for filter in payloads.tree.of("vzFilter").filter(|filter| !filters.contains(filter.name())) {
        // All routers may be switched off.
        if filter.name() != "os-filter" || !routers {
            let message = format!("no contract has filter `{}`", filter.name());
            findings.push(payloads.say(filter, "rn", message, "used by nothing"));
        }
    }
}

/// Whoever provides a contract consumes it: that is what makes a router.
fn relations(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let mut parties: BTreeMap<&str, usize> = BTreeMap::new();
    for owner in payloads.tree.objects.iter().filter(|object| object.class == "fvAEPg" || object.class == "l3extInstP")
    {
        let of = |class: &'static str| -> BTreeMap<&str, &Object> {
            payloads.tree.below(owner, class).map(|relation| (relation.name(), relation)).collect()
        };
        let (provides, consumes) = (of("fvRsProv"), of("fvRsCons"));
        for name in provides.keys() {
            *parties.entry(name).or_default() += 1;
        }
        for (has, lacks, word, other) in
            [(&provides, &consumes, "provides", "consume"), (&consumes, &provides, "consumes", "provide")]
        {
            for (name, relation) in has.iter().filter(|(name, _)| !lacks.contains_key(*name)) {
                let message = format!("`{}` {word} contract `{name}` and does not {other} it", owner.dn);
                findings.push(payloads.say(relation, "rn", message, "one direction"));
            }
        }
    }
    for contract in payloads.tree.of("vzBrCP") {
        let count = parties.get(contract.name()).copied().unwrap_or_default();
        let external = !contract.name().starts_with("contract-");
        if external && count != 2 {
            let message = format!(
                "contract `{}` is between an external network and its translating group, and {count} have it",
                contract.name()
            );
            findings.push(payloads.say(contract, "rn", message, "this contract"));
        }
    }
}
