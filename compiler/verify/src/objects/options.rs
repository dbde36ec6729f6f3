//! Options of the whole cloud: what every bridge domain has, the domains of VMMs, and where hosts tunnel to.

use std::collections::BTreeSet;

use super::Payloads;
use crate::codes::OBJECTS_DISAGREE;
use crate::finding::Finding;
use crate::flows::Unknown;
use crate::read::apic::Object;
use crate::read::host::File;
use crate::read::topology::{BridgeDomainOptions, Topology, VmmDomain};

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = payloads.topology else { return };
    let options = &file.data.options;
    let all = |class: &'static str| payloads.tree.of(class).collect::<Vec<_>>();
    let (domains, subnets) = (all("fvBD"), all("fvSubnet"));
    missing(
        file,
        !domains.is_empty() && options.bridge_domains.is_none(),
        "bridge_domains",
        "bridge domains",
        findings,
    );
    if let Some(of) = &options.bridge_domains {
        let nowhere = !subnets.is_empty() && of.subnet_scope.is_none();
        missing(file, nowhere, "bridge_domains.subnet_scope", "subnets", findings);
        bridge_domains(&Against { payloads, file }, of, &domains, &subnets, findings);
    }
    for (at, domain) in options.vmm_domains.iter().enumerate() {
        vmm_domain(&Against { payloads, file }, at, domain, findings);
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

/// What a compile leaves out only where there is nothing that it would be said of.
fn missing(file: &File<'_, Topology>, is: bool, key: &str, of: &str, findings: &mut Vec<Finding>) {
    if is {
        let message = format!("`options` lacks `{key}`, and payloads make {of}");
        let steps: Vec<&str> = ["options"].into_iter().chain(key.split('.')).collect();
        findings.push(Finding::new(&OBJECTS_DISAGREE, message).at(file.place(&steps), "not among these"));
    }
}

fn bridge_domains(
    against: &Against<'_>,
    of: &BridgeDomainOptions,
    domains: &[&Object],
    subnets: &[&Object],
    findings: &mut Vec<Finding>,
) {
    let word = |value: bool| if value { "yes" } else { "no" };
    // Those in front of an L3Out are routed whatever the others are, and where there are no others the option is theirs.
    let tree = against.payloads.tree;
    let inside: Vec<&Object> =
        domains.iter().copied().filter(|domain| tree.below(domain, "fvRsBDToOut").next().is_none()).collect();
    let routed = if inside.is_empty() { domains } else { &inside[..] };
    let scope = of.subnet_scope.as_deref().unwrap_or_default();
    let scoped = if of.subnet_scope.is_some() { subnets } else { &[] };
    for (objects, attribute, option, wanted) in [
        (domains, "arpFlood", "arp_flood", word(of.arp_flood)),
        (domains, "unkMacUcastAct", "unknown_mac_unicast", &of.unknown_mac_unicast),
        (routed, "unicastRoute", "unicast_route", word(of.unicast_route)),
        (domains, "epMoveDetectMode", "ep_move_detect", &of.ep_move_detect),
        (domains, "limitIpLearnToSubnets", "limit_ip_learn", word(of.limit_ip_learn)),
        (scoped, "scope", "subnet_scope", scope),
    ] {
        against.hold(objects, attribute, &["options", "bridge_domains", option], wanted, findings);
    }
}

fn vmm_domain(against: &Against<'_>, at: usize, domain: &VmmDomain, findings: &mut Vec<Finding>) {
    let at = at.to_string();
    for (class, attribute, option, wanted) in [
        ("vmmDomP", "mcastAddr", "multicast_address", &domain.multicast_address),
        ("vmmCtrlrP", "hostOrIp", "controller_host", &domain.controller_host),
        ("vmmUsrAccP", "usr", "user", &domain.user),
    ] {
        let of = against.payloads.tree.of(class).filter(|object| object.name() == domain.name);
        against.hold(&of.collect::<Vec<_>>(), attribute, &["options", "vmm_domains", &at, option], wanted, findings);
    }
}

/// What options are held against.
struct Against<'a> {
    payloads: &'a Payloads<'a>,
    file: &'a File<'a, Topology>,
}

impl Against<'_> {
    /// Holds an option against the objects that have it. Where all say otherwise, it is the option that differs, once.
    fn hold(&self, objects: &[&Object], attribute: &str, option: &[&str], wanted: &str, findings: &mut Vec<Finding>) {
        let differ: Vec<&&Object> = objects.iter().filter(|object| object.attribute(attribute) != wanted).collect();
        let option = self.file.place(option);
        let told = if differ.len() == objects.len() { differ.len().min(1) } else { differ.len() };
        for object in differ.into_iter().take(told) {
            let message = format!(
                "`{}` has `{attribute}` `{}`, the options of the cloud say `{wanted}`",
                object.dn,
                object.attribute(attribute)
            );
            let finding = self.payloads.say(object, attribute, message, "this object").at(option.clone(), "the option");
            findings.push(finding.follows("apic/"));
        }
    }
}
