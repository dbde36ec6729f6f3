//! ACI313 for what no VRF is known of: the pools of bare ini files, and of sections that a site does not lower.

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity};
use aciform_fabric::codes::POOLS_OVERLAP;
use aciform_intent::scalar::Prefix;

use super::section::{lowered, pool, sections};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &POOLS_OVERLAP, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let sections = sections(input);
    let pools: Vec<_> = sections.iter().filter_map(|section| Some((*section, pool(section)?))).collect();
    let prefixes: Vec<Prefix> = pools.iter().map(|(_, pool)| pool.value.network.unmapped()).collect();
    let lowered = lowered(input);
    for (outer, inner) in overlaps(&prefixes) {
        let ((wide, first), (own, second)) = (pools[outer], pools[inner]);
        let (wide_name, own_name) = (wide.name.value.as_str(), own.name.value.as_str());
        // Both were looked at with their VRFs.
        if lowered.contains(wide_name) && lowered.contains(own_name) {
            continue;
        }
        let message =
            format!("the pool {} of `{own_name}` shares addresses with {} of `{wide_name}`", second.value, first.value);
        let mut finding = Diagnostic::at(RULE.code, second.span, message).label(first.span, "the other pool");
        // An L3Out of the driver's own lies in a VRF of its own.
        if !(wide.preexisting.value && own.preexisting.value) {
            finding.severity = Severity::Warning;
        }
        diagnostics.push(finding.help("choose prefixes that share no address"));
    }
}

/// Pairs of positions whose prefixes share addresses: each prefix with the widest that holds it.
///
/// Prefixes overlap only by nesting, and a prefix sorts by network and then length: behind the widest comes what lies in it.
fn overlaps(prefixes: &[Prefix]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..prefixes.len()).collect();
    order.sort_by_key(|at| (prefixes[*at], *at));
    let mut found = Vec::new();
    let mut widest: Option<usize> = None;
    for at in order {
        match widest.filter(|outer| prefixes[*outer].covers(prefixes[at])) {
            Some(outer) => found.push((outer, at)),
            None => widest = Some(at),
        }
    }
    found
}
