//! The VMM domain and the pool of multicast addresses; payloads by the names of their files.

use std::net::Ipv4Addr;

use super::Payloads;
use crate::codes::OBJECTS_DISAGREE;
use crate::finding::Finding;
use crate::read::apic::Object;

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    for block in payloads.tree.of("fvnsMcastAddrBlk") {
        let (from, to) = (block.attribute("from"), block.attribute("to"));
        let rn = format!("fromaddr-[{from}]-toaddr-[{to}]");
        let range: Option<(Ipv4Addr, Ipv4Addr)> = from.parse().ok().zip(to.parse().ok());
        if block.rn != rn {
            findings.push(payloads.say(
                block,
                "rn",
                format!("a block from {from} to {to} is called `{rn}`"),
                "another name",
            ));
        }
        if range.is_none_or(|(from, to)| from > to || !from.is_multicast() || !to.is_multicast()) {
            findings.push(payloads.say(
                block,
                "from",
                format!("{from} to {to} is no range of multicast groups"),
                "this range",
            ));
        }
    }
    // Each domain may bring a range of its own.
    let domains = payloads.tree.of("vmmDomP").count().max(1);
    for pool in payloads.tree.of("fvnsMcastAddrInstP") {
        let blocks = payloads.tree.below(pool, "fvnsMcastAddrBlk").count();
        if blocks > domains {
            let message =
                format!("`{}` has {blocks} `fvnsMcastAddrBlk`, where one for each domain makes {domains}", pool.dn);
            findings.push(payloads.say(pool, "rn", message, "this pool"));
        }
    }
    for domain in payloads.tree.of("vmmDomP") {
        let name = domain.name();
        let named = domain.children.iter().map(|at| &payloads.tree.objects[*at]);
        for part in named.filter(|part| part.class == "vmmUsrAccP" || part.class == "vmmCtrlrP") {
            if part.name() != name {
                findings.push(payloads.say(
                    part,
                    "rn",
                    format!("`{}` has the name of its domain, `{name}`", part.dn),
                    "another name",
                ));
            }
            if part.class == "vmmCtrlrP" && part.attribute("rootContName") != name {
                let message = format!("controller `{}` has the name of its domain as root, `{name}`", part.dn);
                findings.push(payloads.say(part, "rootContName", message, "another name"));
            }
        }
        let group: Option<Ipv4Addr> = domain.attribute("mcastAddr").parse().ok();
        if group.is_none_or(|group| !group.is_multicast()) {
            let message = format!(
                "`{}` has `{}` as its multicast group, which is none",
                domain.dn,
                domain.attribute("mcastAddr")
            );
            findings.push(payloads.say(domain, "mcastAddr", message, "this address"));
        }
    }
    for root in payloads.tree.objects.iter().filter(|object| object.parent.is_none()) {
        file(payloads, root, findings);
    }
}

/// A payload's file is named after what it is POSTed to.
fn file(payloads: &Payloads<'_>, root: &Object, findings: &mut Vec<Finding>) {
    let name = root.file.trim_start_matches("apic/").trim_end_matches(".json");
    let named = match root.class.as_str() {
        "infraInfra" => vec!["10-infra".to_owned()],
        "vmmDomP" => vec!["20-vmmp-OpenStack".to_owned(), format!("20-vmmp-OpenStack-{}", root.name())],
        "fvTenant" => {
            let tenant = root.tenant();
            ["30-tn-{}", "40-tn-{}", "50-{}-relations"].map(|name| name.replace("{}", tenant)).to_vec()
        }
        _ => Vec::new(),
    };
    if !named.iter().any(|known| known == name) {
        let message = format!("`{}` is POSTed to `{}`, which its name does not say", root.file, root.dn);
        findings.push(
            Finding::new(&OBJECTS_DISAGREE, message)
                .at(payloads.tree.place(root, "dn", payloads.texts), "another root"),
        );
    }
}
