#![doc = include_str!("single_router.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::sections;
use crate::usage::routers;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI332",
        name: "single-router",
        severity: Severity::Warning,
        page: include_str!("single_router.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let routers = routers(site.intent);
    for section in sections(input)
        .into_iter()
        .filter(|section| section.asks_for_nat() == Some(false) && section.asks_for_edge_nat() == Some(false))
    {
        let name = section.name.value.as_str();
        let Some([(_, first), (_, second), ..]) = routers.get(name).map(Vec::as_slice) else { continue };
        let count = routers[name].len();
        let place = section.enable_nat.span.unwrap_or(section.name.span);
        let message = format!("{count} routers use `{name}`, and without NAT it takes one: the others are refused");
        let gateway = |router: &aciform_intent::model::Router| {
            router.external_gateway.as_ref().map_or(router.handle.span, |gateway| gateway.network.span)
        };
        let finding = Diagnostic::at(RULE.code, place, message);
        let finding = finding.label(gateway(first), "the first router").label(gateway(second), "another");
        diagnostics.push(finding.help("write `enable_nat = True`, or leave one router on this network"));
    }
}
