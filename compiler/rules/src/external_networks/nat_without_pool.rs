//! ACI304 where the intent needs what is missing: an instance leaves by the hosts' SNAT of a network without a pool, and
//! what the reader of the ini could only warn of is an error.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostics, Severity, Span};
use aciform_fabric::model::{ExtNetId, Port, PortId, PortOwner, SubnetId};
use aciform_intent::ini::NAT_WITHOUT_POOL;

use super::section::sections;
use crate::{Input, Rule, SiteInput};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &NAT_WITHOUT_POOL, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    if !diagnostics.iter().any(|finding| finding.code == RULE.code) {
        return;
    }
    let needing = needing(&site);
    let headers: BTreeMap<Span, &Port> = sections(input)
        .into_iter()
        .filter_map(|section| Some((section.name.span, *needing.get(section.name.value.as_str())?)))
        .collect();
    for finding in diagnostics.iter_mut().filter(|finding| finding.code == RULE.code) {
        let Some(port) = finding.primary().and_then(|header| headers.get(&header)) else { continue };
        finding.severity = Severity::Error;
        *finding = finding.clone().label(port.source, format!("port `{}` leaves by it", port.path));
    }
}

/// By the handle of the external network, the first port of an instance that leaves by SNAT on its host: over IPv4, by a
/// router that does it, and without a floating IP there.
fn needing<'a>(site: &SiteInput<'a>) -> BTreeMap<&'a str, &'a Port> {
    let fabric = site.fabric;
    let mut ways: BTreeMap<SubnetId, (ExtNetId, bool)> = BTreeMap::new();
    for router in fabric.routers.iter() {
        let Some(gateway) = &router.gateway else { continue };
        for (subnet, _) in &router.interfaces {
            // The first router decides where to, and any of them whether it is translated.
            let way = ways.entry(*subnet).or_insert((gateway.external_network, false));
            way.1 |= gateway.enable_snat;
        }
    }
    let floating: BTreeSet<(PortId, ExtNetId)> =
        fabric.floating_ips.iter().filter_map(|ip| Some((ip.port?.0, ip.external_network))).collect();
    let mut found = BTreeMap::new();
    for (id, port) in fabric.ports.entries() {
        if port.host.is_none() || !matches!(port.owner, PortOwner::Instance(_)) {
            continue;
        }
        for fixed in port.fixed_ips.iter().filter(|fixed| fixed.address.is_ipv4()) {
            if let Some((external, true)) = ways.get(&fixed.subnet)
                && !floating.contains(&(id, *external))
            {
                found.entry(fabric.external_networks[*external].handle.as_str()).or_insert(port);
            }
        }
    }
    found
}
