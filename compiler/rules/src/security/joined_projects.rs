#![doc = include_str!("joined_projects.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_fabric::model::{Network, NetworkKind};

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1417",
        name: "contract-between-projects",
        severity: Severity::Info,
        page: include_str!("joined_projects.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    for router in &site.fabric.routers {
        let networks = router.interfaces.iter().map(|(at, _)| &site.fabric.networks[site.fabric.subnets[*at].network]);
        let mut first: BTreeMap<&str, &Network> = BTreeMap::new();
        for network in networks.filter(|network| network.kind == NetworkKind::Internal) {
            first.entry(network.project.as_str()).or_insert(network);
        }
        if first.len() < 2 {
            continue;
        }
        let projects: Vec<String> = first.keys().take(3).map(|project| format!("`{project}`")).collect();
        let more = if first.len() > 3 { " and others" } else { "" };
        let message = format!(
            "the contract of router `{}` lets everything pass between networks of {}{more}",
            router.handle,
            projects.join(", ")
        );
        let mut finding = Diagnostic::at(RULE.code, router.source, message);
        for network in first.values().take(3) {
            finding = finding.label(network.source, format!("of `{}`", network.project));
        }
        diagnostics.push(finding.help(
            "keep one project's networks on a router; what both need goes through a floating IP, or relies on security groups alone",
        ));
    }
}
