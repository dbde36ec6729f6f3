#![doc = include_str!("floating_subnet_without_gateway.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::model::Gateway;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1243",
        name: "floating-subnet-without-gateway",
        severity: Severity::Warning,
        page: include_str!("floating_subnet_without_gateway.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    // Without routing no bridge domain has subnets, and something else announces them.
    if !input.config.ml2.enable_aci_routing.value {
        return;
    }
    for (name, network) in &site.intent.external_networks {
        // Only NAT on the hosts puts subnets on a bridge domain.
        let section = input.config.external_networks.get(name);
        if !section.is_some_and(|section| section.translates_on_hosts()) {
            continue;
        }
        for (handle, subnet) in &network.subnets {
            let Gateway::None(span) = &subnet.gateway_ip else { continue };
            let message =
                format!("subnet `{name}/{handle}` has no gateway, so it is neither on the bridge domain nor announced");
            let finding = Diagnostic::at(RULE.code, *span, message).label(subnet.cidr.span, "the subnet");
            let first = subnet.cidr.value.nth(1);
            let help =
                first.map(|first| format!("write `gateway_ip: {first}`, or another address that the fabric may have"));
            diagnostics.push(finding.maybe_help(help));
        }
    }
}
