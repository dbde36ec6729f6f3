#![doc = include_str!("gateway_inside.md")]

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::{pool, sections};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI312",
        name: "gateway-inside",
        severity: Severity::Info,
        page: include_str!("gateway_inside.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in sections(input) {
        let Some(pool) = pool(section) else { continue };
        let network = pool.value.network;
        let (IpAddr::V4(first), IpAddr::V4(last), IpAddr::V4(gateway)) =
            (network.network(), network.last(), pool.value.address)
        else {
            continue;
        };
        let (lowest, highest) = (first.to_bits() + 1, last.to_bits() - 1);
        if gateway.to_bits() <= lowest || gateway.to_bits() >= highest {
            continue;
        }
        let lowest = Ipv4Addr::from_bits(lowest);
        let message = format!(
            "the gateway {gateway} of the pool of `{}` lies amid its network {network}: the first host gets {lowest}",
            section.name.value
        );
        let finding = Diagnostic::at(RULE.code, pool.span, message);
        diagnostics.push(finding.help(format!("`{lowest}/{}` keeps the hosts in one piece", network.length())));
    }
}
