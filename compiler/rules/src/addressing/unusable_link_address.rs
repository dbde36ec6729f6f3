#![doc = include_str!("unusable_link_address.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Spanned};
use aciform_intent::scalar::Prefix;

use super::subnets::no_host;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1248",
        name: "unusable-link-address",
        severity: Severity::Error,
        page: include_str!("unusable_link_address.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // With an L3Out that exists already neither of the two is read.
    for section in input.config.external_networks.values().filter(|section| section.exists() == Some(false)) {
        let Some(link) = &section.cidr_exposed else { continue };
        let (prefix, address) = (link.value.network, link.value.address);
        // That the network address stands in place of an interface's is said where the ini is read.
        if no_host(prefix, address) == Some("broadcast") {
            let message =
                format!("`cidr_exposed` is {}: the leaf cannot have the broadcast address of {prefix}", link.value);
            let finding = Diagnostic::at(RULE.code, link.span, message);
            let other = neighbour(prefix, section.gateway_ip.as_ref());
            diagnostics.push(finding.help(format!("write for example `cidr_exposed = {other}/{}`", prefix.length())));
        }
        let Some(gateway) = section.gateway_ip.as_ref().filter(|gateway| gateway.value != address) else { continue };
        if let Some(what) = no_host(prefix, gateway.value) {
            let message = format!("the next hop {} is the {what} address of {prefix}", gateway.value);
            let finding = Diagnostic::at(RULE.code, gateway.span, message).label(link.span, "the leaf's interface");
            let other = neighbour(prefix, Some(&Spanned::new(address, link.span)));
            diagnostics.push(
                finding.help(format!("write the address of the router behind the leaf, as `gateway_ip = {other}`")),
            );
        }
    }
}

/// An address of the link that is not the one of the other side.
fn neighbour(prefix: Prefix, other: Option<&Spanned<std::net::IpAddr>>) -> std::net::IpAddr {
    let taken = other.map(|other| other.value);
    [1, 2].into_iter().filter_map(|at| prefix.nth(at)).find(|one| Some(*one) != taken).unwrap_or(prefix.network())
}
