#![doc = include_str!("route_into_own_subnet.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::subnets::every;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1245",
        name: "route-into-own-subnet",
        severity: Severity::Info,
        page: include_str!("route_into_own_subnet.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    for (path, subnet) in every(site.intent) {
        let prefix = subnet.cidr.value;
        for route in subnet.host_routes.iter().filter(|route| prefix.covers(route.destination.value)) {
            let (destination, next_hop) = (route.destination.value, route.nexthop.value);
            let message = format!(
                "the route to {destination} through {next_hop} leads into subnet `{path}` ({prefix}) itself: neighbours are sent through a neighbour"
            );
            let finding =
                Diagnostic::at(RULE.code, route.destination.span, message).label(subnet.cidr.span, "the subnet");
            diagnostics.push(finding.help("take the route out: what lies in the subnet is reached without one"));
        }
    }
}
