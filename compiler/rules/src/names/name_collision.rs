//! `name-collision`: external networks that `use_name` makes one of.
//!
//! What the intent names is compared where it is resolved, with the tenants that it lands in.

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, Spanned};
use aciform_fabric::codes::NAME_COLLISION;
use aciform_intent::ini::NameMapping;

use super::named::{by_name, external_networks};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &NAME_COLLISION, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mapping = &input.config.ml2.name_mapping;
    if mapping.value != NameMapping::UseName {
        return;
    }
    let mut first: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for section in external_networks(input).filter(|section| section.asks_for_nat() == Some(true)) {
        let mapped = by_name(&section.name.value);
        let Some(other) = first.get(&mapped) else {
            first.insert(mapped, &section.name);
            continue;
        };
        let message = format!(
            "`{}` and `{}` both become `{mapped}`: a project that uses both has one L3Out for them",
            other.value, section.name.value
        );
        let mut finding = Diagnostic::at(RULE.code, section.name.span, message).label(other.span, "the other one");
        finding.severity = Severity::Warning;
        diagnostics.push(finding.help("set `apic_name_mapping = use_uuid`, or rename one of them"));
    }
}
