#![doc = include_str!("name_server_nobody_runs.md")]

use std::net::IpAddr;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::model::{Gateway, Subnet};

use super::subnets::{every, no_host};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1247",
        name: "name-server-nobody-runs",
        severity: Severity::Warning,
        page: include_str!("name_server_nobody_runs.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    // Without routing in the fabric the gateway is somebody's machine.
    let fabric_routes = input.config.ml2.enable_aci_routing.value;
    for (path, subnet) in every(site.intent) {
        for server in &subnet.dns_nameservers {
            let (address, prefix) = (server.value, subnet.cidr.value);
            let why = match no_host(prefix, address) {
                Some(what) => format!("is the {what} address of {prefix}"),
                None if fabric_routes && gateway(subnet) == Some(address) => {
                    "is the gateway, for which the leaf switches answer, and they serve no names".to_owned()
                }
                None => continue,
            };
            let message = format!("name server {address} of `{path}` {why}");
            let finding = Diagnostic::at(RULE.code, server.span, message).label(subnet.cidr.span, "the subnet");
            diagnostics.push(finding.help(
                "write the address of a name server, or leave `dns_nameservers` out: the DHCP server then answers for names",
            ));
        }
    }
}

/// The gateway that a subnet has.
fn gateway(subnet: &Subnet) -> Option<IpAddr> {
    match &subnet.gateway_ip {
        Gateway::First => subnet.cidr.value.nth(1),
        Gateway::At(at) => Some(at.value),
        Gateway::None(_) | Gateway::Unread => None,
    }
}
