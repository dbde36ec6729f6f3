#![doc = include_str!("controller_in_pool.md")]

use std::net::IpAddr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_intent::scalar::Prefix;

use super::claims::sharing;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1242",
        name: "controller-in-external-prefix",
        severity: Severity::Warning,
        page: include_str!("controller_in_pool.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(hosts) = input.ini.plugin("apic_hosts").filter(|hosts| hosts.is_written()) else { return };
    let Some(place) = hosts.span() else { return };
    let announced = announced(input);
    for host in hosts.items() {
        let Ok(address) = host.trim().parse::<IpAddr>() else { continue };
        let Some((prefix, span, what)) = sharing(&announced, Prefix::host(address.to_canonical())) else { continue };
        let message =
            format!("the controller {address} lies in {what} ({prefix}), which the fabric announces as its own");
        let finding = Diagnostic::at(RULE.code, place, message).label(*span, "the prefix");
        diagnostics.push(finding.help("choose a prefix that holds no address of your management network"));
    }
}

/// What the fabric draws traffic for, by prefix.
fn announced(input: &Input<'_>) -> Vec<(Prefix, Span, String)> {
    let mut found = Vec::new();
    // Behind a border router that translates, and without NAT, the fabric has none of them.
    let translating = input.config.external_networks.iter();
    for (name, section) in translating.filter(|(_, section)| section.translates_on_hosts()) {
        if let Some(pool) = &section.host_pool_cidr {
            found.push((pool.value.network.unmapped(), pool.span, format!("the SNAT pool of `{name}`")));
        }
        let network = input.site.and_then(|site| site.intent.external_networks.get(name));
        for (handle, subnet) in network.iter().flat_map(|network| &network.subnets) {
            found.push((subnet.cidr.value.unmapped(), subnet.cidr.span, format!("subnet `{name}/{handle}`")));
        }
    }
    found.sort();
    found
}
