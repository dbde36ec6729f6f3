//! `reserved-name`: options that name a tenant or another object as APIC names its own.
//!
//! The tenants of projects are looked at where the intent is resolved.

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::codes::RESERVED_NAME;

use super::named::{domains, external_networks};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &RESERVED_NAME, fix: None, on: true, check };

/// APIC's own tenants.
const TENANTS: &[&str] = &["common", "infra", "mgmt"];
/// How APIC's own objects begin.
const PREFIXES: &[&str] = &["__int_", "__ui_"];

/// Options that become names without the cloud's prefix in front.
const NAMES: &[&str] = &[
    "apic_domain_name",
    "apic_app_profile_name",
    "apic_vlan_ns_name",
    "apic_multicast_ns_name",
    "shared_context_name",
];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mut report = |span, message: String| {
        diagnostics.push(Diagnostic::at(RULE.code, span, message).help("choose another name"));
    };
    let ml2 = &input.config.ml2;
    let tenant = &ml2.single_tenant_name;
    let kept = TENANTS.contains(&tenant.value.as_str()) || is_own(&tenant.value);
    if let Some(span) = tenant.span.filter(|_| ml2.single_tenant_mode.value && kept) {
        report(span, format!("all projects would lie in the tenant `{}`, which APIC keeps for itself", tenant.value));
    }
    let options = NAMES.iter().filter_map(|name| input.ini.plugin(name));
    let options = options.filter(|option| !option.secret).filter_map(|option| Some((option.text, option.span()?)));
    let headers = domains(input).chain(external_networks(input).map(|section| &section.name));
    for (name, span) in options.chain(headers.map(|name| (name.value.as_str(), name.span))) {
        if is_own(name) {
            report(span, format!("`{name}` begins as the names of APIC's own objects do"));
        }
    }
}

fn is_own(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
