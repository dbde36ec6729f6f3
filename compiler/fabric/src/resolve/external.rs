//! External networks: the pair of an intent entry and its section, and whether it can be lowered.

use aciform_diagnostics::{Diagnostic, Edit, Fix, Severity};
use aciform_intent::model as intent;

use super::context::{Context, place};
use super::network::External;
use super::reference::Catalogue;
use super::unsupported;
use crate::codes;
use crate::model::{Id, NetworkId};

/// Finds the section of an external network. Nothing where one is missing or cannot be lowered, which is reported.
pub(crate) fn find<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    handle: &'a str,
    network: &'a intent::ExternalNetwork,
) -> Option<External<'a>> {
    if let Some(name) = network.name.as_ref().filter(|name| name.value != handle) {
        let message =
            format!("external network `{handle}` has the name `{}`, by which the plugin finds no section", name.value);
        let finding = Diagnostic::at(&codes::EXTERNAL_NAME, name.span, message);
        cx.report(finding.help("take the name out: the key is the name, here and in the ini"));
    }
    if handle.starts_with('.') {
        let message = format!("the OVS agent would pass over `{handle}.ep`, the file of the SNAT interface");
        let finding = Diagnostic::at(&codes::LEADING_DOT, network.handle.span, message);
        cx.report(finding.help("call the external network something that does not begin with a dot"));
    }
    let owner = network.project.as_ref().map(|project| catalogue.project(cx, project));
    // A key that could not be read may say so; no use of the network is then a second finding.
    let unread = cx.intent.incomplete.lacks(&format!("external_networks/{handle}/owner"));
    let shared = unread || network.shared.as_ref().is_some_and(|shared| shared.value);
    let config = cx.config;
    let Some(section) = config.external_networks.get(handle) else {
        // A section whose name cannot be read may be this one.
        if config.incomplete || config.external_networks.keys().any(|name| crashing(name) == Some(handle)) {
            return None;
        }
        let alike = cx.alike.section(handle).and_then(|name| config.external_networks.get(name));
        if let Some(section) = alike {
            let message =
                format!("the section of `{handle}` is called `{}`: names must be the same", section.name.value);
            let mut finding = Diagnostic::at(&codes::NAME_CASE, section.name.span, message);
            // Without its section the network cannot be lowered.
            finding.severity = Severity::Error;
            let fix = Fix::unsafe_(format!("call it `{handle}`"), vec![Edit::replace(section.name.span, handle)]);
            let finding = finding.label(network.handle.span, "the network").fix(fix);
            cx.report(finding.help(format!("write `[apic_external_network:{handle}]`")));
            return None;
        }
        let near = cx.nearest(handle, config.external_networks.keys().map(String::as_str)).map(str::to_owned);
        let message = format!("no section `[apic_external_network:{handle}]` in the ini");
        let mut finding = Diagnostic::at(&codes::UNDEFINED_EXTERNAL, network.handle.span, message);
        if let Some(section) = near.as_ref().and_then(|near| config.external_networks.get(near)) {
            finding = finding.label(section.name.span, "this one?");
        }
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `[apic_external_network:{handle}]`, or take the network out"),
        };
        cx.report(finding.help(help));
        return None;
    };
    let owner = match owner {
        Some(Some(owner)) => Some(owner),
        Some(None) => return None,
        None if shared => None,
        None => {
            let message = format!("external network `{handle}` is neither shared nor owned by a project");
            let finding = Diagnostic::at(&codes::OWNERLESS, network.handle.span, message);
            cx.report(finding.help("add `shared: true`, or `project:` with its owner"));
            return None;
        }
    };
    unsupported::external(cx, section).then(|| External {
        network: NetworkId::from_index(0),
        handle,
        intent: network,
        section,
        owner,
        shared,
    })
}

/// The front of a name with a colon, which stops the service and was reported.
fn crashing(section: &str) -> Option<&str> {
    section.split_once(':').map(|(front, _)| front)
}

/// Mentions sections that no external network of the intent uses.
pub(crate) fn unused(cx: &mut Context<'_>) {
    let (config, intent) = (cx.config, cx.intent);
    for (name, section) in &config.external_networks {
        let known =
            intent.external_networks.contains_key(name) || crashing(name).is_some() || cx.alike.network(name).is_some();
        if known || cx.left_out("", &[("external_networks", name)]) {
            continue;
        }
        let near = cx.nearest(name, intent.external_networks.keys().map(String::as_str)).map(str::to_owned);
        let message = format!("no external network `{name}` in the intent uses this section");
        let finding = Diagnostic::at(&codes::UNUSED_EXTERNAL, section.name.span, message);
        cx.report(finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("define `external_networks: {{{name}: ...}}`, or delete the section"),
        }));
    }
}

impl External<'_> {
    /// The tenant of the pre-existing L3Out and of its VRF.
    pub(crate) fn l3out_tenant(&self) -> &str {
        self.intent.l3out.tenant.as_ref().map_or("common", |tenant| tenant.value.as_str())
    }

    /// The VRF of the pre-existing L3Out.
    pub(crate) fn l3out_vrf(&self) -> &str {
        self.intent.l3out.vrf.as_ref().map_or("default", |vrf| vrf.value.as_str())
    }

    /// Where a finding about the L3Out's tenant points.
    pub(crate) fn l3out_place(&self) -> aciform_diagnostics::Span {
        place(self.intent.l3out.tenant.as_ref(), self.intent.l3out.span)
    }

    /// The external EPG in the L3Out.
    pub(crate) fn external_epg(&self) -> &str {
        let written = self.section.external_epg.as_ref();
        written.map_or(crate::profile::ml2::EXTERNAL_EPG, |name| name.value.as_str())
    }
}
