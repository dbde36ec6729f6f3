#![doc = include_str!("external_prefix_in_use.md")]

use std::cell::OnceCell;
use std::collections::BTreeSet;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::claims::{Claim, Kind, external, instead, sharing, tenants};
use crate::input::SiteInput;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1241",
        name: "external-prefix-in-use",
        severity: Severity::Warning,
        page: include_str!("external_prefix_in_use.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = &input.site else { return };
    let inside = tenants(site);
    let taken = OnceCell::new();
    let routed: BTreeSet<(&str, &str)> = ways_out(site).collect();
    // Resolving looks at what it lowers.
    for claim in external(input, site).iter().filter(|claim| !claim.lowered) {
        if let Some((prefix, span, subnet)) = sharing(&inside, claim.prefix) {
            let message = format!("{} ({}) shares addresses with {subnet} ({prefix})", claim.what, claim.prefix);
            let mut finding = Diagnostic::at(RULE.code, claim.span, message).label(*span, "the tenant's prefix");
            if !claim.nat && routed.contains(&(subnet.project, claim.network)) {
                // Without NAT the L3Out lies in the tenant's VRF.
                finding.severity = Severity::Error;
            }
            diagnostics.push(finding.help(instead(&taken, input, site, claim.prefix)));
        }
        if let Some(finding) = infra(site, claim) {
            diagnostics.push(finding);
        }
    }
}

/// Which projects lead out by which external network.
fn ways_out<'a>(site: &SiteInput<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let projects = site.intent.projects.iter();
    projects.flat_map(|(name, project)| {
        let ways = project.routers.values().filter_map(|router| router.external_gateway.as_ref());
        ways.map(move |out| (name.as_str(), out.network.value.as_str()))
    })
}

/// A subnet in the infra space; pools and links are looked at wherever the ini is read.
fn infra(site: &SiteInput<'_>, claim: &Claim<'_>) -> Option<Diagnostic> {
    let pool = site
        .fabric
        .system
        .tep_pool
        .filter(|pool| claim.kind == Kind::Floating && pool.unmapped().overlaps(claim.prefix))?;
    let message = format!("{} ({}) shares addresses with the TEP pool {pool}", claim.what, claim.prefix);
    let mut finding = Diagnostic::at(RULE.code, claim.span, message);
    finding.severity = Severity::Error;
    if let Some(written) = &site.intent.fabric.tep_pool {
        finding = finding.label(written.span, "the TEP pool");
    }
    Some(finding.help("move the prefix, or write the fabric's real pool as `fabric: {tep_pool: ...}`"))
}
