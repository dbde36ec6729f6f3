//! Options of the whole cloud: what every bridge domain has, the domains of VMMs, and where hosts tunnel to.

use std::collections::{BTreeMap, BTreeSet};

use super::Payloads;
use crate::codes::OBJECTS_DISAGREE;
use crate::finding::Finding;
use crate::flows::Unknown;
use crate::read::apic::Object;

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = payloads.topology else { return };
    let options = &file.data.options;
    let mut wanted: BTreeMap<(&str, &str, &str), &str> = BTreeMap::new();
    let word = |value: bool| if value { "yes" } else { "no" };
    if let Some(of) = &options.bridge_domains {
        wanted.insert(("fvBD", "", "arpFlood"), word(of.arp_flood));
        wanted.insert(("fvBD", "", "unkMacUcastAct"), &of.unknown_mac_unicast);
        wanted.insert(("fvBD", "", "unicastRoute"), word(of.unicast_route));
        wanted.insert(("fvBD", "", "epMoveDetectMode"), &of.ep_move_detect);
        wanted.insert(("fvBD", "", "limitIpLearnToSubnets"), word(of.limit_ip_learn));
        if let Some(scope) = &of.subnet_scope {
            wanted.insert(("fvSubnet", "", "scope"), scope);
        }
    }
    for domain in &options.vmm_domains {
        wanted.insert(("vmmDomP", &domain.name, "mcastAddr"), &domain.multicast_address);
        wanted.insert(("vmmCtrlrP", &domain.name, "hostOrIp"), &domain.controller_host);
        wanted.insert(("vmmUsrAccP", &domain.name, "usr"), &domain.user);
    }
    for ((class, name, key), value) in wanted {
        let of = payloads.tree.of(class).filter(|object| name.is_empty() || object.name() == name);
        let differ = of.filter(|object| object.attribute(key) != value);
        // Those in front of an L3Out are routed whatever the others are.
        let leaves = |object: &Object| payloads.tree.below(object, "fvRsBDToOut").next().is_some();
        for object in differ.filter(|object| key != "unicastRoute" || !leaves(object)) {
            let message = format!(
                "`{}` has `{key}` `{}`, the options of the cloud say `{value}`",
                object.dn,
                object.attribute(key)
            );
            findings.push(
                payloads
                    .say(object, key, message, "this object")
                    .at(file.place(&["options"]), "the options")
                    .follows("apic/"),
            );
        }
    }
    let named: BTreeSet<&str> = options.vmm_domains.iter().map(|domain| domain.name.as_str()).collect();
    let there: BTreeSet<&str> = payloads.tree.of("vmmDomP").map(|domain| domain.name()).collect();
    for name in named.symmetric_difference(&there) {
        let message = format!("VMM domain `{name}` is among the options or among the payloads, and not among both");
        findings
            .push(Finding::new(&OBJECTS_DISAGREE, message).at(file.place(&["options", "vmm_domains"]), "the options"));
    }
    let tunnel = payloads.numbers.get(&Unknown::Anycast);
    if tunnel.is_some_and(|tunnel| *tunnel != u64::from(options.anycast_tep.to_bits())) {
        let message = format!("hosts tunnel to another address than {}, what they do not know", options.anycast_tep);
        findings
            .push(Finding::new(&OBJECTS_DISAGREE, message).at(file.place(&["options", "anycast_tep"]), "the options"));
    }
}
