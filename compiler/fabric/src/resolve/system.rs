//! The site as a whole: identity, releases, tunnels, VMM domain.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::ini::{Config, EncapMode, Generation};
use aciform_intent::model::{OpflexAgent, Site};
use aciform_intent::scalar::Prefix;

use super::context::Context;
use crate::model::{AgentOptions, Encapsulation, Releases, System, VmmDomain};
use crate::{codes, defaults};

/// Fills in [`System`].
pub(crate) fn resolve(cx: &mut Context<'_>, site: &Site, file: &dyn Fn(Span) -> String) {
    let facts = &cx.intent.fabric;
    // A pool that could not be read is not the default one, and nothing is checked against it.
    let usual = || Prefix::parse(defaults::TEP_POOL).ok().filter(|_| !cx.intent.incomplete.lacks("fabric/tep_pool"));
    let pool = facts.tep_pool.as_ref().map(|pool| pool.value).or_else(usual);
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
            cx.report(finding.maybe_help(
                usual.map(|tep| format!("write `anycast_tep: {tep}`, which fabrics with this pool use as a rule")),
            ));
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
        agents: AgentOptions {
            dhcp_domain: ml2.dhcp_domain.value.clone(),
            dhcp_lease_time: Some(ml2.optimized_dhcp_lease_time.value).filter(|seconds| *seconds > 0),
            advertise_mtu: ml2.advertise_mtu.value,
            nat_mtu: Some(ml2.nat_mtu_size.value).filter(|size| *size > 0),
        },
        ..System::default()
    };
}

/// The VMM domains as the ini works them out.
fn vmm_domains(cx: &Context<'_>, file: &dyn Fn(Span) -> String) -> Vec<VmmDomain> {
    let config = cx.config;
    let domains = config.vmm().into_iter().map(|domain| {
        let password_from = match domain.password {
            Some(span) => format!("{}:[{}] openstack_password", file(span), section(config, span)),
            None => "the default of openstack_password".to_owned(),
        };
        let encapsulation = match domain.encap_mode.value {
            EncapMode::Vxlan => Encapsulation::Vxlan {
                pool: domain.multicast_ns_name.value,
                first: multicast(&domain.mcast_range.value.0),
                last: multicast(&domain.mcast_range.value.1),
            },
            EncapMode::Vlan => {
                Encapsulation::Vlan { pool: domain.vlan_ns_name.value, blocks: domain.vlan_ranges.value }
            }
        };
        VmmDomain {
            name: domain.name.value,
            multicast_address: multicast(&domain.multicast_address.value),
            encapsulation,
            controller_host: domain.controller_host.value,
            user: domain.user.value,
            password_from,
            source: domain.name.span,
        }
    });
    domains.collect()
}

/// The section that holds the password.
fn section(config: &Config, password: Span) -> String {
    let own = config
        .vmm_domains
        .values()
        .find(|section| section.options.get("openstack_password").is_some_and(|own| own.span == password));
    match (own, config.generation) {
        (Some(section), _) => format!("apic_vmdom:{}", section.name.value),
        (None, Generation::Legacy) => "ml2_cisco_apic".to_owned(),
        (None, Generation::NewStyle) => "apic".to_owned(),
    }
}

/// An option's address; its form is checked where the ini is read, so the stand-in is never emitted.
fn multicast(text: &str) -> Ipv4Addr {
    text.parse().unwrap_or(Ipv4Addr::UNSPECIFIED)
}
