#![doc = include_str!("ipv6_pool.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::{pool, sections};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI327", name: "ipv6-pool", severity: Severity::Warning, page: include_str!("ipv6_pool.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for section in sections(input) {
        let Some(pool) = pool(section).filter(|pool| !pool.value.address.is_ipv4()) else { continue };
        let message = format!(
            "the pool of `{}` is IPv6: not every release of the agent translates it, and IPv4 then has no pool",
            section.name.value
        );
        let finding = Diagnostic::at(RULE.code, pool.span, message);
        diagnostics.push(finding.help("write an IPv4 pool, as in `172.16.10.1/24`; IPv6 needs no translation"));
    }
}
