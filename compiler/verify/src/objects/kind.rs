//! What an object of each class may stand under and has to say: values that are the same on every cloud, and values that
//! are the same on every object of one.

use std::collections::{BTreeMap, BTreeSet};

use super::Payloads;
use crate::finding::Finding;
use crate::read::apic::Object;

/// What a value is held against.
#[derive(Clone, Copy, Debug)]
enum Says {
    /// One value, always.
    Fixed(&'static str),
    /// What most objects of the class have, as it is an option of the whole cloud: one of these.
    OneOf(&'static [&'static str]),
    /// Checked where it is used, or nowhere.
    Anything,
    /// The same, and it may be left out.
    Optional,
}

use Says::{Anything, Fixed, OneOf, Optional};

/// A class, its RN with `*` for a name, the classes it stands under (`uni` for a payload's root), its attributes but
/// `annotation`.
type Kind = (&'static str, &'static str, &'static [&'static str], &'static [(&'static str, Says)]);

const BRIDGE_DOMAIN: &[(&str, Says)] = &[
    ("arpFlood", OneOf(&["yes", "no"])),
    ("unkMacUcastAct", OneOf(&["proxy", "flood"])),
    ("unicastRoute", OneOf(&["yes", "no"])),
    ("epMoveDetectMode", OneOf(&["garp", ""])),
    ("limitIpLearnToSubnets", OneOf(&["yes", "no"])),
    ("nameAlias", Optional),
];

const KINDS: &[Kind] = &[
    ("infraInfra", "uni/infra", &["uni"], &[]),
    ("fvnsMcastAddrInstP", "maddrns-*", &["infraInfra"], &[]),
    ("fvnsMcastAddrBlk", "fromaddr-[*]-toaddr-[*]", &["fvnsMcastAddrInstP"], &[("from", Anything), ("to", Anything)]),
    (
        "vmmDomP",
        "uni/vmmp-OpenStack/dom-*",
        &["uni"],
        &[
            ("enfPref", Fixed("sw")),
            ("mode", Fixed("ovs")),
            ("mcastAddr", Anything),
            ("encapMode", Fixed("vxlan")),
            ("prefEncapMode", Fixed("vxlan")),
        ],
    ),
    ("vmmUsrAccP", "usracc-*", &["vmmDomP"], &[("usr", Anything)]),
    (
        "vmmCtrlrP",
        "ctrlr-*",
        &["vmmDomP"],
        &[("scope", Fixed("openstack")), ("rootContName", Anything), ("hostOrIp", Anything), ("mode", Fixed("ovs"))],
    ),
    ("vmmRsAcc", "rsacc", &["vmmCtrlrP"], &[("tDn", Anything)]),
    ("vmmRsDomMcastAddrNs", "rsdomMcastAddrNs", &["vmmDomP"], &[("tDn", Anything)]),
    ("fvTenant", "uni/tn-*", &["uni"], &[("nameAlias", Optional)]),
    ("fvCtx", "ctx-*", &["fvTenant"], &[("pcEnfPref", Fixed("enforced"))]),
    ("vzFilter", "flt-*", &["fvTenant"], &[]),
    ("vzEntry", "e-*", &["vzFilter"], &[]),
    ("vzBrCP", "brc-*", &["fvTenant"], &[("scope", Optional), ("nameAlias", Optional)]),
    ("vzSubj", "subj-*", &["vzBrCP"], &[]),
    ("vzRsSubjFiltAtt", "rssubjFiltAtt-*", &["vzSubj"], &[]),
    ("vzCPIf", "cif-*", &["fvTenant"], &[]),
    ("vzRsIf", "rsif", &["vzCPIf"], &[("tDn", Anything)]),
    ("fvBD", "BD-*", &["fvTenant"], BRIDGE_DOMAIN),
    ("fvRsCtx", "rsctx", &["fvBD"], &[("tnFvCtxName", Anything)]),
    ("fvRsBDToOut", "rsBDToOut-*", &["fvBD"], &[]),
    (
        "fvSubnet",
        "subnet-[*]",
        &["fvBD"],
        &[("scope", OneOf(&["public", "private", "public,shared", "private,shared", "shared"]))],
    ),
    ("fvAp", "ap-*", &["fvTenant"], &[]),
    ("fvAEPg", "epg-*", &["fvAp"], &[("nameAlias", Optional)]),
    ("fvRsBd", "rsbd", &["fvAEPg"], &[("tnFvBDName", Anything)]),
    ("fvRsDomAtt", "rsdomAtt-[*]", &["fvAEPg"], &[]),
    ("fvRsProv", "rsprov-*", &["fvAEPg", "l3extInstP"], &[]),
    ("fvRsCons", "rscons-*", &["fvAEPg", "l3extInstP"], &[]),
    ("l3extOut", "out-*", &["fvTenant"], &[]),
    ("l3extRsEctx", "rsectx", &["l3extOut"], &[("tnFvCtxName", Anything)]),
    ("l3extInstP", "instP-*", &["l3extOut"], &[]),
    ("l3extSubnet", "extsubnet-[*]", &["l3extInstP"], &[]),
    ("l3extRsInstPToNatMappingEPg", "rsInstPToNatMappingEPg", &["l3extInstP"], &[("tDn", Anything)]),
];

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let usual = usual(payloads);
    let mut stated: BTreeSet<(&str, &str)> = BTreeSet::new();
    for object in &payloads.tree.objects {
        let class = object.class.as_str();
        let Some((_, rn, parents, attributes)) = KINDS.iter().find(|(known, ..)| *known == class) else {
            let message = format!("`{}` is a `{class}`, which no cloud of this kind has", object.dn);
            findings.push(payloads.say(object, "", message, "of this class"));
            continue;
        };
        let parent = object.parent.map_or("uni", |at| payloads.tree.objects[at].class.as_str());
        if !parents.contains(&parent) {
            let message = format!("`{}` is a `{class}` under a `{parent}`", object.dn);
            findings.push(payloads.say(object, "rn", message, "does not belong here"));
        }
        if !fits(&object.rn, rn) {
            let message = format!("`{}` is a `{class}`, whose name has the form `{rn}`", object.dn);
            let key = if object.parent.is_some() { "rn" } else { "dn" };
            findings.push(payloads.say(object, key, message, "another form"));
        }
        if !stated.insert((&object.file, &object.dn)) {
            findings.push(payloads.say(
                object,
                "rn",
                format!("`{}` stands in its payload twice", object.dn),
                "once more",
            ));
        }
        for (key, value) in &object.attributes {
            let says = attributes.iter().find(|(known, _)| known == key).map(|(_, says)| *says);
            let wanted = match says {
                _ if key == "annotation" => usual.get(&("", key.as_str())).copied(),
                None => {
                    let message = format!("`{}` states `{key}`, which nobody sets on a `{class}`", object.dn);
                    findings.push(payloads.say(object, key, message, "this attribute"));
                    continue;
                }
                Some(Fixed(value)) => Some(value),
                Some(OneOf(words)) if !words.contains(&value.as_str()) => words.first().copied(),
                Some(OneOf(_)) if key == "unicastRoute" && leaves(payloads, object) => Some("yes"),
                Some(OneOf(_)) => usual.get(&(class, key.as_str())).copied(),
                Some(Anything | Optional) => None,
            };
            if wanted.is_some_and(|wanted| wanted != value) {
                let message = format!(
                    "`{}` has `{key}` `{value}`, where such objects have `{}`",
                    object.dn,
                    wanted.unwrap_or_default()
                );
                findings.push(payloads.say(object, key, message, "another value"));
            }
        }
        let bare = payloads.preexisting.contains(&object.dn);
        let absent = attributes
            .iter()
            .find(|(key, says)| !matches!(says, Optional) && !object.attributes.contains_key(*key) && !bare);
        if let Some((key, _)) = absent {
            let message = format!("`{}` lacks `{key}`, which APIC would fill in by itself", object.dn);
            findings.push(payloads.say(object, "rn", message, "without it"));
        }
    }
}

/// Whether a bridge domain is in front of an L3Out: then it is routed, whatever the others are.
fn leaves(payloads: &Payloads<'_>, object: &Object) -> bool {
    payloads.tree.below(object, "fvRsBDToOut").next().is_some()
}

/// Whether a name has a form: what is around each `*`, and something for it.
fn fits(name: &str, form: &str) -> bool {
    let mut parts = form.split('*');
    let mut rest = match name.strip_prefix(parts.next().unwrap_or_default()) {
        Some(rest) => rest,
        None => return false,
    };
    let mut last = None;
    for part in parts {
        last = Some(part);
        if part.is_empty() {
            continue;
        }
        match rest.find(part).filter(|at| *at > 0) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    match last {
        Some("") => !rest.is_empty(),
        Some(_) | None => rest.is_empty(),
    }
}

/// What most objects of each class have; the mark of ownership over all classes.
fn usual<'a>(payloads: &Payloads<'a>) -> BTreeMap<(&'a str, &'a str), &'a str> {
    let mut counts: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
    for object in &payloads.tree.objects {
        for (key, value) in &object.attributes {
            if key == "unicastRoute" && leaves(payloads, object) {
                continue;
            }
            let class = if key == "annotation" { "" } else { object.class.as_str() };
            *counts.entry((class, key)).or_default().entry(value).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter_map(|(key, values)| {
            // Of two that differ neither is usual: the first in order stands, and the other is told.
            let most = values.into_iter().max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value)))?;
            Some((key, most.0))
        })
        .collect()
}
