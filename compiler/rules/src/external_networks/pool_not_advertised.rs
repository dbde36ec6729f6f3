#![doc = include_str!("pool_not_advertised.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::{pool, sections};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI336",
        name: "pool-not-advertised",
        severity: Severity::Warning,
        page: include_str!("pool_not_advertised.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some((section, pool)) = sections(input).into_iter().find_map(|section| Some((section, pool(section)?))) else {
        return;
    };
    let (scope, routing) = (&input.config.ml2.default_subnet_scope, &input.config.ml2.enable_aci_routing);
    let label = format!("the pool of `{}`", section.name.value);
    if let Some(span) = scope.span.filter(|_| scope.value != "public") {
        let message = format!(
            "`default_subnet_scope` is `{}`, for SNAT pools too: the L3Out announces none of their addresses",
            scope.value
        );
        let finding = Diagnostic::at(RULE.code, span, message).label(pool.span, label.as_str());
        let help =
            "write `default_subnet_scope = public`; a file of network constraints keeps subnets of tenants private";
        diagnostics.push(finding.help(help));
    }
    if let Some(span) = routing.span.filter(|_| !routing.value) {
        let message =
            "`enable_aci_routing` is false: no gateway is put on bridge domains, those of SNAT pools included";
        let finding = Diagnostic::at(RULE.code, span, message).label(pool.span, label.as_str());
        diagnostics
            .push(finding.help("write `enable_aci_routing = True`, or `enable_nat = False` in every external network"));
    }
}
