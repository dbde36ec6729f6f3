//! ACI316 for what a site does not lower: bare ini files, whose infra pool can only be assumed, and the interfaces of
//! L3Outs.

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity};
use aciform_fabric::TEP_POOL;
use aciform_fabric::codes::INFRA_OVERLAP;
use aciform_intent::scalar::Prefix;

use super::section::unlowered;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &INFRA_OVERLAP, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let known = input.site.map(|site| site.fabric.system.tep_pool);
    let Some(infra) = known.unwrap_or_else(|| Prefix::parse(TEP_POOL).ok()) else { return };
    for (key, name, written) in unlowered(input) {
        if !infra.overlaps(written.value.network) {
            continue;
        }
        let mut message =
            format!("`{key}` of `{name}` ({}) shares addresses with the infra pool {infra}", written.value);
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
        let mut finding = Diagnostic::at(RULE.code, written.span, message);
        if input.site.is_none() {
            finding.severity = Severity::Warning;
        }
        if let Some(pool) = input.site.and_then(|site| site.intent.fabric.tep_pool.as_ref()) {
            finding = finding.label(pool.span, "the infra pool");
        }
        diagnostics.push(finding.help(help));
    }
}
