//! `internal-pool`: the pool of intermediate addresses on a real network.
//!
//! Its form is looked at where it is read.

use aciform_diagnostics::{Diagnostic, Diagnostics, Span};
use aciform_intent::ini::INTERNAL_POOL;
use aciform_intent::scalar::Prefix;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &INTERNAL_POOL, fix: None, on: true, check };

/// What no network may use anyway, which is a finding of its own.
const LINK_LOCAL: &str = "169.254.0.0/16";

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let pool = &input.config.ml2.internal_floating_ip_pool;
    let Some(place) = pool.span else { return };
    let usual = Prefix::parse(LINK_LOCAL).ok();
    let pools: Vec<Prefix> =
        pool.value.iter().copied().filter(|pool| !usual.is_some_and(|usual| usual.covers(*pool))).collect();
    if pools.is_empty() {
        return;
    }
    let mut hits: Vec<(Prefix, String, Span)> = real(input);
    hits.retain(|(prefix, ..)| pools.iter().any(|pool| pool.unmapped().overlaps(prefix.unmapped())));
    let Some((prefix, what, first)) = hits.first() else { return };
    let more = match hits.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!("the pool of intermediate addresses overlaps {what} {prefix}{more}");
    let finding = Diagnostic::at(RULE.code, place, message).label(*first, "a real network");
    diagnostics.push(finding.help(format!("write `{LINK_LOCAL}`, or delete the line for that default")));
}

/// Every prefix that instances or the outside use.
fn real(input: &Input<'_>) -> Vec<(Prefix, String, Span)> {
    let sections = input.config.external_networks.values().flat_map(|section| {
        let pool = section.host_pool_cidr.as_ref().map(|pool| (pool.value.network, "the SNAT pool", pool.span));
        let exposed = section.cidr_exposed.as_ref().map(|own| (own.value.network, "the link", own.span));
        [pool, exposed].into_iter().flatten()
    });
    let mut found: Vec<_> = sections.map(|(prefix, what, span)| (prefix, what.to_owned(), span)).collect();
    if let Some(site) = input.site {
        let subnets = site.fabric.subnets.iter();
        found.extend(subnets.map(|subnet| (subnet.prefix, format!("the subnet `{}`", subnet.handle), subnet.source)));
    }
    found
}
