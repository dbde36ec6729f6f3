//! Options and sections that upstream understands and no target lowers yet: refused here, with their place.

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::ini::{EncapMode, ExternalNetworkSection, Setting};

use super::context::Context;
use crate::codes;

/// Refuses the options that change the shape of everything.
pub(crate) fn options(cx: &mut Context<'_>) {
    let ml2 = &cx.config.ml2;
    let mut found: Vec<(&str, Option<Span>, &str)> = Vec::new();
    let mut refuse = |wrong: bool, what, span, help| {
        if wrong {
            found.push((what, span, help));
        }
    };
    refuse(ml2.single_tenant_mode.value, "`single_tenant_mode`", ml2.single_tenant_mode.span, "False");
    refuse(ml2.per_tenant_nat_epg.value, "`per_tenant_nat_epg`", ml2.per_tenant_nat_epg.span, "False");
    refuse(
        !ml2.vrf_per_router_tenants.value.is_empty(),
        "a VRF per router (`vrf_per_router_tenants`)",
        ml2.vrf_per_router_tenants.span,
        "an empty list",
    );
    let unified = cx.config.unified;
    refuse(unified.is_some(), "the unified plugin (`apic_aim`)", unified, "what `cisco_apic_ml2` makes");
    let constraints = &ml2.network_constraints_filename;
    refuse(
        !constraints.value.is_empty(),
        "a file of network constraints (`network_constraints_filename`)",
        constraints.span,
        "a site without one",
    );
    for domain in &cx.config.physical_domains {
        refuse(true, "a physical domain (`[apic_physdom:]`)", Some(domain.span), "`[apic_vmdom:]`");
    }
    // In the new style nobody writes it: a file without `[apic_vmdom:]` is reported as such.
    let unused = !ml2.use_vmm.value && ml2.use_vmm.span.is_some();
    refuse(unused, "a cloud without VMM domain (`use_vmm` false)", ml2.use_vmm.span, "True");
    let domains = cx.config.vmm();
    for domain in &domains {
        let other = domain.vmm_type.value != "openstack";
        refuse(other, "another `apic_vmm_type` than OpenStack", domain.vmm_type.span, "OpenStack");
        let vlan = domain.encap_mode.value == EncapMode::Vlan;
        refuse(vlan, "VLAN encapsulation towards the hosts (`encap_mode` vlan)", domain.encap_mode.span, "vxlan");
    }
    for (what, span, help) in found {
        let mut finding = Diagnostic::new(&codes::NOT_SUPPORTED_YET, format!("{what} is not supported yet"));
        if let Some(span) = span {
            finding = finding.label(span, "");
        }
        cx.report(finding.help(format!("only {help} can be compiled so far")));
    }
}

/// Refuses routes of routers: the ML2 driver puts nothing on APIC for them, and the agent no flows on hosts.
pub(crate) fn routes(cx: &mut Context<'_>) {
    for (project, own) in &cx.intent.projects {
        for (handle, router) in &own.routers {
            let [first, others @ ..] = router.routes.as_slice() else { continue };
            let message = format!("`routes` of router `{project}/{handle}` reach neither APIC nor the flows of a host");
            let mut finding = Diagnostic::at(&codes::NOT_SUPPORTED_YET, first.span, message);
            for route in others {
                finding = finding.label(route.span, "this one too");
            }
            cx.report(finding.help(format!(
                "delete them; as `host_routes` of a subnet, `{{destination: {}, nexthop: {}}}` reaches its instances by DHCP",
                first.destination.value, first.nexthop.value
            )));
        }
    }
}

/// Says that the access side, where it is asked for in words, is not made.
pub(crate) fn access_side(cx: &mut Context<'_>) {
    let provision = &cx.config.ml2.provision_infra;
    let Some(span) = provision.span.filter(|_| provision.value) else { return };
    let message =
        "entity profile, policy groups and switch profiles are not emitted although `apic_provision_infra` is true";
    let finding = Diagnostic::at(&codes::ACCESS_SIDE_LEFT_OUT, span, message);
    cx.report(finding.help("write `apic_provision_infra = False` where the fabric's own team makes them"));
}

/// Says once that DNS domains of networks are not given out: the agent of generation L answers with `dhcp_domain` alone.
pub(crate) fn dns_domains(cx: &mut Context<'_>) {
    let given = cx.config.ml2.dhcp_domain.value.as_str();
    let networks = cx.intent.projects.values().flat_map(|project| project.networks.values());
    let mut others = networks
        .filter_map(|network| network.dns_domain.as_ref())
        .filter(|domain| domain.value.trim_end_matches('.') != given.trim_end_matches('.'));
    let Some(first) = others.next() else { return };
    let more = match others.count() {
        0 => String::new(),
        1 => " (and another)".to_owned(),
        count => format!(" (and {count} others)"),
    };
    let message = format!("`dns_domain: {}`{more} is not given out: DHCP answers hold `{given}`", first.value);
    let finding = Diagnostic::at(&codes::DNS_DOMAIN_LEFT_OUT, first.span, message);
    let finding = match cx.config.ml2.dhcp_domain.span {
        Some(span) => finding.label(span, "what it gives out"),
        None => finding,
    };
    cx.report(finding.help("`dhcp_domain` in `[DEFAULT]` of the ini is given out, the same for all networks"));
}

/// Whether a section is of the one shape that can be lowered: pre-existing, with NAT, not on the border router.
pub(crate) fn external(cx: &mut Context<'_>, section: &ExternalNetworkSection) -> bool {
    let name = &section.name;
    let wrong: Option<(&Setting<bool>, &str, &str)> = if section.edge_nat.value {
        Some((&section.edge_nat, "NAT on the border router", "`edge_nat = False`"))
    } else if !section.enable_nat.value {
        Some((&section.enable_nat, "no NAT", "`enable_nat = True`"))
    } else if !section.preexisting.value {
        Some((&section.preexisting, "an L3Out that the plugin makes", "`preexisting = True`"))
    } else {
        None
    };
    let Some((setting, what, help)) = wrong else { return true };
    let message = format!("external network `{}` with {what} is not supported yet", name.value);
    let finding = Diagnostic::at(&codes::NOT_SUPPORTED_YET, setting.span.unwrap_or(name.span), message);
    cx.report(finding.help(format!("only {help} can be compiled so far")));
    false
}
