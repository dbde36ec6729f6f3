//! ACI316 for what a site does not lower: bare ini files, whose infra pool can only be assumed, the interfaces of
//! L3Outs, and the addresses that implicit policies take subnets of.

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, Span};
use aciform_fabric::TEP_POOL;
use aciform_fabric::codes::INFRA_OVERLAP;
use aciform_intent::scalar::{Interface, Prefix};

use super::section::unlowered;
use crate::list::items;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &INFRA_OVERLAP, fix: None, on: true, check };

/// Where the pool of implicit L3 policies is written; the first takes its default from the second.
const IMPLICIT_POOLS: &[&str] = &["group_policy_implicit_policy", "group_policy_group"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let known = input.site.map(|site| site.fabric.system.tep_pool);
    let Some(infra) = known.unwrap_or_else(|| Prefix::parse(TEP_POOL).ok()) else { return };
    let networks = unlowered(input).into_iter().map(|(key, name, written)| {
        (format!("`{key}` of `{name}` ({})", written.value), written.value.network, written.span)
    });
    for (what, prefix, span) in networks.chain(implicit(input)) {
        if !infra.unmapped().overlaps(prefix.unmapped()) {
            continue;
        }
        let mut message = format!("{what} shares addresses with the infra pool {infra}");
        let help = match input.site {
            Some(_) => {
                "move the prefix, or write the fabric's real pool as `fabric: {tep_pool: ...}`: hosts reach their leaf there"
            }
            None => {
                "move the prefix, unless the fabric was set up with another infra pool: hosts reach their leaf there"
            }
        };
        if input.site.is_none() {
            message += ", the default that this fabric may have";
        }
        let mut finding = Diagnostic::at(RULE.code, span, message);
        if input.site.is_none() {
            finding.severity = Severity::Warning;
        }
        if let Some(pool) = input.site.and_then(|site| site.intent.fabric.tep_pool.as_ref()) {
            finding = finding.label(pool.span, "the infra pool");
        }
        diagnostics.push(finding.help(help));
    }
}

/// The written prefixes that implicit L3 policies take their subnets of. The default is not reported: which clouds make
/// such policies no file says for certain.
fn implicit(input: &Input<'_>) -> Vec<(String, Prefix, Span)> {
    let options = IMPLICIT_POOLS.iter().filter_map(|group| input.ini.option(group, "default_ip_pool"));
    // What refers to another line is that line's matter.
    let entries = options.filter_map(|option| option.entry.filter(|entry| entry.value.value == option.text));
    let Some(entry) = entries.into_iter().next() else { return Vec::new() };
    let prefixes = items(entry).into_iter().filter_map(|(item, span)| {
        let prefix = Interface::parse(item).ok()?.network;
        Some((format!("`default_ip_pool` ({item})"), prefix, span))
    });
    prefixes.collect()
}
