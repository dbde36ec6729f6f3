#![doc = include_str!("next_hop_off_link.md")]

use std::collections::BTreeSet;
use std::net::IpAddr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::model::{HostRoute, Subnet};
use aciform_intent::scalar::Prefix;

use super::subnets::{holds, networks, no_host};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1246",
        name: "next-hop-off-link",
        severity: Severity::Warning,
        page: include_str!("next_hop_off_link.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    // A subnet that could not be read may be the one that is meant.
    let unread = site.intent.incomplete.iter().filter(|(kind, _)| *kind == "subnets");
    let unread: BTreeSet<&str> = unread.filter_map(|(_, path)| Some(path.rsplit_once('/')?.0)).collect();
    for (path, subnets) in networks(site.intent) {
        if unread.contains(path.as_str()) || site.intent.incomplete.contains("networks", &path) {
            continue;
        }
        let own: BTreeSet<Prefix> = subnets.values().map(|subnet| subnet.cidr.value).collect();
        for subnet in subnets.values() {
            for route in &subnet.host_routes {
                if let Some(why) = unreachable(&own, &path, subnet, route) {
                    let (next_hop, prefix) = (route.nexthop.value, subnet.cidr.value);
                    let destination = route.destination.value;
                    let message = format!("next hop {next_hop} to {destination} {why}, so no instance reaches it");
                    let finding = Diagnostic::at(RULE.code, route.nexthop.span, message);
                    let finding = finding.label(subnet.cidr.span, "the subnet");
                    diagnostics.push(finding.help(format!("write the address of a neighbour in {prefix}")));
                }
            }
        }
    }
}

/// Why an instance on a subnet cannot send to the next hop of a route.
fn unreachable(own: &BTreeSet<Prefix>, path: &str, subnet: &Subnet, route: &HostRoute) -> Option<String> {
    let (next_hop, prefix) = (route.nexthop.value, subnet.cidr.value);
    match no_host(prefix, next_hop) {
        Some(what) => Some(format!("is the {what} address of {prefix}")),
        None if holds(own, next_hop) || is_link_local(next_hop) => None,
        None => Some(format!("lies in no subnet of `{path}`")),
    }
}

/// Every interface has such an address, whatever the subnet.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}
