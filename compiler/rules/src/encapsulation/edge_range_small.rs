#![doc = include_str!("edge_range_small.md")]

use std::collections::BTreeSet;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use crate::usage::routers;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI515",
        name: "edge-range-small",
        severity: Severity::Error,
        page: include_str!("edge_range_small.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site.filter(|_| !input.ini.is_unified()) else { return };
    let routers = routers(site.intent);
    for section in input.config.external_networks.values() {
        let Some(ranges) = section
            .vlan_range
            .as_ref()
            .filter(|_| section.asks_for_edge_nat() == Some(true) && section.asks_for_nat() == Some(true))
        else {
            continue;
        };
        let Some(routers) = routers.get(section.name.value.as_str()) else { continue };
        let projects: BTreeSet<&str> = routers.iter().map(|(project, _)| *project).collect();
        let one_for_all = !input.config.ml2.per_tenant_context.value && !input.config.ml2.single_tenant_mode.value;
        let vrfs = if one_for_all { 1 } else { projects.len() };
        let vlans: usize = ranges.value.iter().map(|(low, high)| usize::from(high - low) + 1).sum();
        // A list without a good range is a finding of its own.
        if vlans == 0 || vrfs <= vlans {
            continue;
        }
        let message =
            format!("`vlan_range` of `{}` has {vlans} VLANs for {vrfs} VRFs, and each takes one", section.name.value);
        let finding = Diagnostic::at(RULE.code, ranges.span, message);
        diagnostics.push(finding.help("widen the range, or add another behind a comma"));
    }
}
