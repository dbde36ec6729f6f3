#![doc = include_str!("external_prefixes_overlap.md")]

use std::cell::OnceCell;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::claims::{Claim, Kind, external, instead, nested};
use crate::input::SiteInput;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1240",
        name: "external-prefixes-overlap",
        severity: Severity::Warning,
        page: include_str!("external_prefixes_overlap.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = &input.site else { return };
    let claims = external(input, site);
    let taken = OnceCell::new();
    for (outer, inner) in nested(&claims, group) {
        let pools = outer.kind == Kind::Pool && inner.kind == Kind::Pool;
        if pools && !(outer.lowered && inner.lowered) {
            continue;
        }
        let (wide, own) = (outer.prefix, inner.prefix);
        let shares = if wide == own {
            format!("{} and {} are both {own}", inner.what, outer.what)
        } else {
            format!("{} ({own}) lies within {} ({wide})", inner.what, outer.what)
        };
        // Neutron refuses the subnet of a network that shares addresses with its pool or its link.
        let same = outer.network == inner.network;
        let message = if same { shares } else { format!("{shares}: the way back from outside is ambiguous") };
        let mut finding = Diagnostic::at(RULE.code, inner.span, message).label(outer.span, "the other prefix");
        if same {
            finding.severity = Severity::Error;
        }
        diagnostics.push(finding.help(instead(&taken, input, site, own)));
    }
    blocked(input, site, diagnostics);
}

/// Claims that are not compared with each other.
fn group<'a>(claim: &Claim<'a>) -> (u8, (&'a str, &'a str), &'a str) {
    match (claim.lowered, claim.kind) {
        // What resolving has compared in its VRF is not compared again.
        (true, _) => (0, claim.vrf, ""),
        // Two pools are compared wherever the ini is read.
        (false, Kind::Pool) => (1, ("", ""), ""),
        // Two L3Outs may share a link, or use the same addresses on two links.
        (false, Kind::Link) => (2, ("", ""), ""),
        // A network's own subnets are compared when it can be compiled.
        (false, Kind::Floating) => (3, ("", ""), claim.network),
    }
}

/// The interface of an L3Out that exists already means nothing, but the plugin refuses subnets that share its addresses.
fn blocked(input: &Input<'_>, site: &SiteInput<'_>, diagnostics: &mut Diagnostics) {
    for (name, network) in &site.intent.external_networks {
        let section = input.config.external_networks.get(name).filter(|section| section.exists() == Some(true));
        let Some(link) = section.and_then(|section| section.cidr_exposed.as_ref()) else { continue };
        for (handle, subnet) in &network.subnets {
            let prefix = subnet.cidr.value;
            if !prefix.unmapped().overlaps(link.value.network.unmapped()) {
                continue;
            }
            let message = format!(
                "subnet `{name}/{handle}` ({prefix}) shares addresses with `cidr_exposed` of `{name}` ({}), and is refused",
                link.value.network
            );
            let mut finding = Diagnostic::at(RULE.code, subnet.cidr.span, message).label(link.span, "the other prefix");
            finding.severity = Severity::Error;
            diagnostics
                .push(finding.help("delete `cidr_exposed`: the L3Out exists already, and nothing else reads it"));
        }
    }
}
