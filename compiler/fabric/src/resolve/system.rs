//! The site as a whole: identity, releases, tunnels, VMM domain.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::ini::EncapMode;
use aciform_intent::model::{OpflexAgent, Site};
use aciform_intent::scalar::Prefix;

use super::context::Context;
use crate::model::{Encapsulation, Releases, System, VmmDomain};
use crate::{codes, defaults};

/// Fills in [`System`].
pub(crate) fn resolve(cx: &mut Context<'_>, site: &Site, file: &dyn Fn(Span) -> String) {
    let facts = &cx.intent.fabric;
    let pool = facts.tep_pool.as_ref().map(|pool| pool.value).or_else(|| Prefix::parse(defaults::TEP_POOL).ok());
    let anycast_tep = match (&facts.anycast_tep, pool) {
        (Some(written), Some(pool)) if !pool.contains(IpAddr::V4(written.value)) => {
            let mut finding = Diagnostic::at(
                &codes::PEER_OUTSIDE,
                written.span,
                format!("anycast TEP {} lies outside the TEP pool {pool}", written.value),
            );
            if let Some(place) = &facts.tep_pool {
                finding = finding.label(place.span, "TEP pool");
            }
            let usual = pool.nth(defaults::ANYCAST_TEP_OFFSET);
            cx.report(finding.maybe_help(usual.map(|tep| format!("fabrics with this pool use {tep} as a rule"))));
            written.value
        }
        (Some(written), _) => written.value,
        // The anycast address moves with the pool.
        (None, pool) => match pool.and_then(|pool| pool.nth(defaults::ANYCAST_TEP_OFFSET)) {
            Some(IpAddr::V4(tep)) => tep,
            Some(IpAddr::V6(_)) | None => Ipv4Addr::new(10, 0, 0, 32),
        },
    };
    let ml2 = &cx.config.ml2;
    let OpflexAgent::L = site.releases.opflex_agent;
    cx.fabric.system = System {
        id: cx.system().to_owned(),
        annotation: format!("orchestrator:aciform:{}", cx.system()),
        releases: Releases {
            opflex_agent: "L".to_owned(),
            agent_ovs: site.releases.agent_ovs.clone(),
            neutron: site.releases.neutron.clone(),
            apic: site.releases.apic.clone(),
        },
        anycast_tep,
        infra_vlan: facts.infra_vlan.as_ref().map_or(defaults::INFRA_VLAN, |vlan| vlan.value),
        tep_pool: pool,
        domains: vmm_domains(cx, file),
        entity_profile: ml2.provision_infra.value.then(|| cx.names.prefixed(&ml2.entity_profile.value)),
        ..System::default()
    };
}

/// The one VMM domain of the legacy style, or one for each `[apic_vmdom:NAME]`, whose options override the global ones.
fn vmm_domains(cx: &mut Context<'_>, file: &dyn Fn(Span) -> String) -> Vec<VmmDomain> {
    let config = cx.config;
    let ml2 = &config.ml2;
    if config.vmm_domains.is_empty() {
        let password_from = match ml2.openstack_password {
            Some(span) => format!("{}:[ml2_cisco_apic] openstack_password", file(span)),
            None => "the default of openstack_password".to_owned(),
        };
        let domain = VmmDomain {
            name: ml2.domain_name.value.clone(),
            multicast_address: multicast(&ml2.multicast_address.value),
            encapsulation: encapsulation(cx),
            controller_host: ml2.vmm_controller_host.value.clone(),
            user: ml2.openstack_user.value.clone(),
            password_from,
            source: ml2.domain_name.span,
        };
        return vec![domain];
    }
    let mut domains = Vec::new();
    for (name, section) in &config.vmm_domains {
        if let Some((key, value)) = section.options.iter().find(|(key, _)| !OVERRIDES.contains(&key.as_str())) {
            let message = format!("`{key}` in `[apic_vmdom:{name}]` is not supported yet");
            let finding = Diagnostic::at(&codes::NOT_SUPPORTED_YET, value.span, message);
            cx.report(finding.help(format!("only {} can differ between domains so far", OVERRIDES.join(", "))));
        }
        let option = |key: &str| section.options.get(key);
        let text = |key: &str, global: &str| option(key).map_or_else(|| global.to_owned(), |text| text.value.clone());
        let password_from = match (option("openstack_password"), ml2.openstack_password) {
            (Some(own), _) => format!("{}:[apic_vmdom:{name}] openstack_password", file(own.span)),
            (None, Some(span)) => format!("{}:[ml2_cisco_apic] openstack_password", file(span)),
            (None, None) => "the default of openstack_password".to_owned(),
        };
        domains.push(VmmDomain {
            name: name.clone(),
            multicast_address: multicast(&text("multicast_address", &ml2.multicast_address.value)),
            encapsulation: encapsulation(cx),
            controller_host: text("vmm_controller_host", &ml2.vmm_controller_host.value),
            user: text("openstack_user", &ml2.openstack_user.value),
            password_from,
            source: Some(section.name.span),
        });
    }
    domains
}

/// Options of a domain section that are lowered.
const OVERRIDES: [&str; 4] = ["multicast_address", "openstack_password", "openstack_user", "vmm_controller_host"];

fn encapsulation(cx: &Context<'_>) -> Encapsulation {
    let ml2 = &cx.config.ml2;
    match ml2.encap_mode.value {
        EncapMode::Vxlan => Encapsulation::Vxlan {
            pool: ml2.multicast_ns_name.value.clone(),
            first: multicast(&ml2.mcast_range.value.0),
            last: multicast(&ml2.mcast_range.value.1),
        },
        EncapMode::Vlan => {
            Encapsulation::Vlan { pool: ml2.vlan_ns_name.value.clone(), blocks: ml2.vlan_ranges.value.clone() }
        }
    }
}

/// An option's address; its form is checked where the ini is read, so the stand-in is never emitted.
fn multicast(text: &str) -> Ipv4Addr {
    text.parse().unwrap_or(Ipv4Addr::UNSPECIFIED)
}
