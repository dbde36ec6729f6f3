//! Names on APIC: what each object is called, which names APIC refuses, and which objects would become one.

use std::collections::{BTreeMap, HashMap};

use aciform_diagnostics::{Diagnostic, Span};

use super::context::{Context, place};
use super::network::Sources;
use super::reference::Catalogue;
use crate::codes;
use crate::lock::Kind;
use crate::model::{Id, Network, NetworkId, NetworkKind};
use crate::profile::apic::{self, Pattern, Refusal};
use crate::profile::ml2::{self, Mapped};

/// The names that come out of the mapper.
#[derive(Debug, Default)]
pub(crate) struct Mapping<'a> {
    /// The tenant of each project, prefix included.
    pub(crate) tenants: BTreeMap<&'a str, String>,
    /// By [`NetworkId`]: the mapped name; the bridge domain's and the endpoint group's, unprefixed.
    pub(crate) networks: Vec<String>,
}

/// DNs that are taken, with the place of their cause.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    taken: HashMap<String, Span>,
}

impl Claims {
    /// Takes a DN; where another object has it, that is reported and the answer is false.
    pub(crate) fn claim(&mut self, cx: &mut Context<'_>, dn: String, what: &str, span: Span) -> bool {
        let Some(first) = self.taken.get(&dn) else {
            self.taken.insert(dn, span);
            return true;
        };
        let message = format!("{what} and another object would both be `{dn}` on APIC");
        let finding = Diagnostic::at(&codes::NAME_COLLISION, span, message).label(*first, "the other one");
        cx.report(finding.help("rename one of them, or set `apic_name_mapping = use_uuid`"));
        false
    }
}

/// The name of a thing on APIC: the one it was given first, or else a mapped one that nobody has.
fn mapped(cx: &mut Context<'_>, kind: Mapped, key: &str, name: &str, id: &str) -> String {
    let kept = cx.ledger.kept(Kind::Name, "", key);
    let fresh = if kept.is_none() { cx.names.map(kind, name, id) } else { String::new() };
    // Nothing that can be kept is left of such a name; that it cannot stand on APIC is reported by its pattern.
    if kept.is_none() && (fresh.is_empty() || fresh.contains(char::is_whitespace)) {
        return fresh;
    }
    cx.ledger.text(Kind::Name, key, |_| true, || fresh)
}

/// Takes every kept name before a new one is made, so that a newcomer takes nobody's.
fn keep(cx: &mut Context<'_>, kind: Mapped, keys: &[String]) {
    for key in keys {
        if let Some(name) = cx.ledger.kept(Kind::Name, "", key) {
            cx.names.keep(kind, &name);
        }
    }
}

/// Maps the names of projects and networks.
pub(crate) fn map<'a>(cx: &mut Context<'a>, catalogue: &Catalogue<'a>, sources: &Sources<'a>) -> Mapping<'a> {
    let intent = cx.intent;
    let mut mapping = Mapping::default();
    let projects: Vec<String> = intent.projects.keys().map(|handle| format!("project {handle}")).collect();
    let networks: Vec<String> = cx.fabric.networks.iter().map(network_key).collect();
    keep(cx, Mapped::Project, &projects);
    keep(cx, Mapped::Network, &networks);
    for (handle, project) in &intent.projects {
        let name = project.name.as_ref().map_or(handle.as_str(), |name| name.value.as_str());
        let Some(id) = catalogue.projects.get(handle.as_str()) else { continue };
        // Keystone writes ids without dashes.
        let mapped = mapped(cx, Mapped::Project, &format!("project {handle}"), name, &id.as_simple().to_string());
        let tenant = cx.names.scoped(&mapped);
        if let Some(span) = project.name.as_ref().or(project.handle.as_ref()).map(|name| name.span) {
            check(cx, &apic::TENANT, &tenant, span);
            let reserved = matches!(tenant.as_str(), "common" | "infra" | "mgmt");
            if reserved || tenant.starts_with("__int_") || tenant.starts_with("__ui_") {
                let message =
                    format!("project `{handle}` would get the tenant `{tenant}`, which APIC keeps for itself");
                cx.report(Diagnostic::at(&codes::RESERVED_NAME, span, message).help("rename the project"));
            }
        }
        mapping.tenants.insert(handle, tenant);
    }
    for (at, names) in networks.iter().enumerate() {
        let network = &cx.fabric.networks[NetworkId::from_index(at)];
        let (name, id, source) = (network.name.clone(), network.id.to_string(), network.source);
        let mapped = mapped(cx, Mapped::Network, names, &name, &id);
        let span = sources.networks[at].map_or(source, |network| place(network.name.as_ref(), source));
        check(cx, &apic::BRIDGE_DOMAIN, &mapped, span);
        mapping.networks.push(mapped);
    }
    for external in &sources.externals {
        let place = place(external.section.external_epg.as_ref(), external.section.name.span);
        check(cx, &apic::EPG, &ml2::nat_epg(external.handle), external.section.name.span);
        check(cx, &apic::EXTERNAL_EPG, &cx.names.scoped(&ml2::shadow(external.external_epg())), place);
        let shadow = cx.names.scoped(&ml2::shadow(&mapping.networks[external.network.index()]));
        check(cx, &apic::L3OUT, &shadow, external.intent.handle.span);
        check(cx, &apic::TENANT, external.l3out_tenant(), external.l3out_place());
        let vrf_place = external.intent.l3out.vrf.as_ref().map_or(external.intent.l3out.span, |vrf| vrf.span);
        check(cx, &apic::VRF, external.l3out_vrf(), vrf_place);
    }
    if let Some(span) = cx.config.ml2.shared_context_name.span {
        check(cx, &apic::VRF, &cx.names.vrf(), span);
    }
    mapping
}

/// The lock's key for a network's name.
fn network_key(network: &Network) -> String {
    match network.kind {
        NetworkKind::Internal => format!("network {}/{}", network.project, network.handle),
        NetworkKind::External(_) => format!("external_network {}", network.handle),
    }
}

/// Refuses a name that APIC's pattern for its class refuses.
fn check(cx: &mut Context<'_>, pattern: &Pattern, name: &str, span: Span) {
    let noun = pattern.noun;
    let finding = match pattern.refusal(name) {
        None => return,
        Some(Refusal::Empty) => {
            let message = format!("nothing is left of the name for the {noun} on APIC");
            Diagnostic::at(&codes::NAME_CHARS, span, message).help("give it a name with letters or digits")
        }
        Some(Refusal::Long) => {
            let length = name.chars().count();
            let message = format!("{noun} `{name}` would have {length} characters, APIC takes {}", pattern.length);
            let over = length - pattern.length;
            Diagnostic::at(&codes::NAME_LONG, span, message)
                .help(format!("make the name {over} shorter, or `apic_system_id`"))
        }
        Some(Refusal::Character(odd)) => {
            let message = format!("{noun} `{name}` would hold `{odd}`, which APIC refuses");
            let colon = if pattern.colon { " :" } else { "" };
            Diagnostic::at(&codes::NAME_CHARS, span, message)
                .help(format!("use letters, digits and _ . -{colon} in the name"))
        }
    };
    cx.report(finding);
}
