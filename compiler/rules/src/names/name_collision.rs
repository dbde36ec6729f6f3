//! `name-collision`: external networks that `use_name` makes one of.
//!
//! What the intent names is compared where it is resolved, with the tenants that it lands in.

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity};
use aciform_fabric::codes::NAME_COLLISION;
use aciform_intent::ini::{ExternalNetworkSection, NameMapping};

use super::named::{by_name, external_networks};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &NAME_COLLISION, fix: None, on: true, check };

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let mapping = &input.config.ml2.name_mapping;
    if mapping.value != NameMapping::UseName {
        return;
    }
    let mut first: BTreeMap<(L3Out, String), &ExternalNetworkSection> = BTreeMap::new();
    for section in external_networks(input) {
        let mapped = by_name(&section.name.value);
        let mut other = None;
        for kind in l3outs(section) {
            let before = first.entry((kind, mapped.clone())).or_insert(section);
            if other.is_none() && before.name.span != section.name.span && may_meet(input, kind, before, section) {
                other = Some((kind, *before));
            }
        }
        let Some((kind, other)) = other else { continue };
        let who = if kind == L3Out::Own { "owns" } else { "uses" };
        let message = format!(
            "`{}` and `{}` both become `{mapped}`: a project that {who} both has one L3Out for them",
            other.name.value, section.name.value
        );
        let finding = Diagnostic::at(RULE.code, section.name.span, message);
        let mut finding = finding.label(other.name.span, "the other one");
        finding.severity = Severity::Warning;
        diagnostics.push(finding.help("set `apic_name_mapping = use_uuid`, or rename one of them"));
    }
}

/// What an L3Out with a mapped name is to its network; each kind has a prefix of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum L3Out {
    /// The shadow in the tenant of a project that uses the network.
    Shadow,
    /// The copy that stands there where the border router translates.
    Copy,
    /// The one that the driver builds in the tenant of the network's owner.
    Own,
}

fn l3outs(section: &ExternalNetworkSection) -> impl Iterator<Item = L3Out> {
    let inside = match (section.asks_for_nat(), section.edge_nat.value) {
        (Some(true), false) => Some(L3Out::Shadow),
        (Some(true), true) => Some(L3Out::Copy),
        (Some(false) | None, _) => None,
    };
    // The L3Out that exists already keeps its name.
    inside.into_iter().chain((section.exists() == Some(false)).then_some(L3Out::Own))
}

/// Whether the L3Outs of two networks may lie in one tenant: those of two owners lie apart unless `common` has them.
fn may_meet(input: &Input<'_>, kind: L3Out, one: &ExternalNetworkSection, two: &ExternalNetworkSection) -> bool {
    let owner = |section: &ExternalNetworkSection| {
        let site = input.site?;
        let network = site.intent.external_networks.get(&section.name.value)?;
        network.project.as_ref().map(|project| project.value.as_str())
    };
    let apart = matches!((owner(one), owner(two)), (Some(one), Some(two)) if one != two);
    kind != L3Out::Own || !apart || one.enable_nat.value && two.enable_nat.value
}
