#![doc = include_str!("routed_domain_missing.md")]

use std::collections::BTreeSet;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};

use super::section::sections;
use crate::{Input, Rule};

/// What the driver needs to build an L3Out.
const KEYS: [&str; 4] = ["switch", "port", "cidr_exposed", "gateway_ip"];

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI337",
        name: "routed-domain-missing",
        severity: Severity::Warning,
        page: include_str!("routed_domain_missing.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let provision = &input.config.ml2.provision_infra;
    let Some(off) = provision.span.filter(|_| !provision.value) else { return };
    let domain = input.ini.plugin("apic_external_routed_domain_name").filter(|option| !option.secret);
    let domain = domain.map_or("", |option| option.text);
    let own = sections(input).into_iter().filter(|section| section.exists() == Some(false));
    // Without its keys the L3Out is not built at all, and may be meant to exist.
    let named =
        input.ini.named("apic_external_network").iter().filter(|lines| KEYS.iter().all(|key| lines.get(key).is_some()));
    let complete: BTreeSet<&str> = named.map(|lines| lines.name.value.as_str()).collect();
    for section in own.filter(|section| complete.contains(section.name.value.as_str())) {
        let message = format!(
            "the driver builds the L3Out `{}` but not its routed domain `{domain}`: `apic_provision_infra` is false",
            section.name.value
        );
        let finding = Diagnostic::at(RULE.code, section.name.span, message).label(off, "builds no domain");
        let help = format!(
            "create `{domain}` and the port's policy on APIC first, or use an L3Out that exists (`preexisting = True`)"
        );
        diagnostics.push(finding.help(help));
    }
}
