//! References between objects: each leads to an object of the payloads, or to one that is declared to be there before.

use std::collections::BTreeSet;

use super::Payloads;
use crate::codes::DANGLING_REFERENCE;
use crate::finding::Finding;
use crate::policy::by_name;
use crate::read::apic::Object;

/// How a class says what it refers to.
enum Names {
    /// By name, which stands in this attribute, under this prefix of RNs.
    Attribute(&'static str, &'static str),
    /// By name, which its own RN holds.
    Rn(&'static str),
    /// By DN in `tDn`.
    Target,
    /// By DN in its own RN.
    RnTarget,
}

fn names(class: &str) -> Option<Names> {
    Some(match class {
        "fvRsCtx" | "l3extRsEctx" => Names::Attribute("tnFvCtxName", "ctx-"),
        "fvRsBd" => Names::Attribute("tnFvBDName", "BD-"),
        "fvRsProv" | "fvRsCons" => Names::Rn("brc-"),
        "fvRsBDToOut" => Names::Rn("out-"),
        "vzRsSubjFiltAtt" => Names::Rn("flt-"),
        "fvRsDomAtt" => Names::RnTarget,
        "vmmRsAcc" | "vmmRsDomMcastAddrNs" | "vzRsIf" | "l3extRsInstPToNatMappingEPg" => Names::Target,
        _ => return None,
    })
}

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let mut referred: BTreeSet<String> = BTreeSet::new();
    for object in &payloads.tree.objects {
        referred.insert(object.dn.clone());
        let Some(names) = names(&object.class) else { continue };
        let (dn, attribute) = target(payloads, object, &names);
        if !payloads.tree.holds(&dn) && !payloads.preexisting.contains(&dn) {
            let message =
                format!("`{}` refers to `{dn}`, which no payload makes and the manifest does not declare", object.dn);
            findings.push(
                Finding::new(&DANGLING_REFERENCE, message)
                    .at(payloads.tree.place(object, attribute, payloads.texts), "refers to it"),
            );
        }
        referred.insert(dn);
    }
    for dn in payloads.preexisting.iter().filter(|dn| !referred.contains(*dn)) {
        let text = payloads.texts.get(crate::listing::MANIFEST).map_or("", String::as_str);
        let quoted = format!("\"{dn}\"");
        let at = text.find(&quoted).map_or(0..0, |at| at..at + quoted.len());
        let message = format!("`{dn}` is declared to be there before, and nothing refers to it");
        findings.push(
            Finding::new(&DANGLING_REFERENCE, message)
                .at(crate::finding::Place::new(crate::listing::MANIFEST, at), "declared here"),
        );
    }
}

/// The DN that a relation leads to, and the attribute that says so.
fn target(payloads: &Payloads<'_>, object: &Object, names: &Names) -> (String, &'static str) {
    let named = |prefix: &str, name: &str| {
        let own = format!("uni/tn-{}/{prefix}{name}", object.tenant());
        if payloads.preexisting.contains(&own) { own } else { by_name(payloads.tree, object.tenant(), prefix, name) }
    };
    match names {
        Names::Attribute(attribute, prefix) => (named(prefix, object.attribute(attribute)), attribute),
        Names::Rn(prefix) => (named(prefix, object.name()), "rn"),
        Names::Target => (object.attribute("tDn").to_owned(), "tDn"),
        Names::RnTarget => (object.name().to_owned(), "rn"),
    }
}
