#![doc = include_str!("announced.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::ExternalNetworkSection;
use aciform_intent::scalar::Prefix;

use super::routed::untranslated;
use crate::{Input, Rule, SiteInput};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1415",
        name: "private-subnet-announced",
        severity: Severity::Warning,
        page: include_str!("announced.md"),
    },
    fix: None,
    on: true,
    check,
};

/// What no public network routes.
const PRIVATE: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "192.0.2.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "fc00::/7",
    "fe80::/10",
    "2001:db8::/32",
];

/// What a cloud's inside is made of.
const INSIDE: &[&str] = &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let scope = &input.config.ml2.default_subnet_scope;
    if !input.config.ml2.enable_aci_routing.value || scope.value != "public" {
        return;
    }
    let (private, inside) = (prefixes(PRIVATE), prefixes(INSIDE));
    let is_public = |prefix: &Prefix| !private.iter().any(|known| known.covers(prefix.unmapped()));
    for way in untranslated(input, &site) {
        if !outside(&site, way.section).iter().any(is_public) {
            continue;
        }
        let subnets = way.router.interfaces.iter().map(|(subnet, _)| &site.fabric.subnets[*subnet]);
        for subnet in subnets.filter(|subnet| inside.iter().any(|known| known.covers(subnet.prefix.unmapped()))) {
            let message = format!(
                "the private subnet {} is announced through `{}`, which does not translate",
                subnet.prefix, way.section.name.value
            );
            let finding = Diagnostic::at(RULE.code, subnet.source, message)
                .label(way.gateway.network.span, "the way it is announced")
                .label(way.section.enable_nat.span.unwrap_or(way.section.name.span), "no NAT");
            diagnostics.push(
                finding
                    .help("give the subnet public addresses, or the router a gateway on an external network with NAT"),
            );
        }
    }
}

/// The prefixes that an external network has itself.
fn outside(site: &SiteInput<'_>, section: &ExternalNetworkSection) -> Vec<Prefix> {
    let network = site.intent.external_networks.get(&section.name.value);
    let subnets = network.into_iter().flat_map(|network| network.subnets.values()).map(|subnet| subnet.cidr.value);
    subnets.chain(section.cidr_exposed.as_ref().map(|exposed| exposed.value.network)).collect()
}

fn prefixes(texts: &[&str]) -> Vec<Prefix> {
    texts.iter().filter_map(|text| Prefix::parse(text).ok()).collect()
}
