//! Routers that lead outside without translation.

use std::collections::BTreeMap;

use aciform_fabric::model::Router;
use aciform_intent::ini::ExternalNetworkSection;
use aciform_intent::model::ExternalGateway;

use crate::{Input, SiteInput};

/// A way out on which addresses stay what they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Untranslated<'a> {
    /// The router, with the subnets on it.
    pub(super) router: &'a Router,
    /// Its gateway as written.
    pub(super) gateway: &'a ExternalGateway,
    /// The external network's section.
    pub(super) section: &'a ExternalNetworkSection,
}

/// Every router with a gateway on an external network without NAT.
pub(super) fn untranslated<'a>(input: &Input<'a>, site: &SiteInput<'a>) -> Vec<Untranslated<'a>> {
    let sections = &input.config.external_networks;
    if sections.values().all(|section| section.enable_nat.value) {
        return Vec::new();
    }
    let routers = site.fabric.routers.iter();
    let resolved: BTreeMap<(&str, &str), &Router> =
        routers.map(|router| ((router.project.as_str(), router.handle.as_str()), router)).collect();
    let mut found = Vec::new();
    for (project, own) in &site.intent.projects {
        for (handle, written) in &own.routers {
            let Some(gateway) = &written.external_gateway else { continue };
            let section = sections.get(&gateway.network.value).filter(|section| !section.enable_nat.value);
            let router = resolved.get(&(project.as_str(), handle.as_str()));
            if let (Some(section), Some(router)) = (section, router) {
                found.push(Untranslated { router, gateway, section });
            }
        }
    }
    found
}
