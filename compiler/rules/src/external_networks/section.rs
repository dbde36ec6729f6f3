//! The external networks of the ini as the rules of this family look at them: which are read at all, whose pool hosts
//! really take addresses of, and what of them was lowered.

use std::collections::BTreeSet;

use aciform_diagnostics::Spanned;
use aciform_intent::ini::ExternalNetworkSection;
use aciform_intent::scalar::Interface;

use crate::Input;

/// The sections in the order of their places. The unified plugin reads none.
pub(super) fn sections<'a>(input: &Input<'a>) -> Vec<&'a ExternalNetworkSection> {
    if input.ini.is_unified() {
        return Vec::new();
    }
    let mut sections: Vec<&ExternalNetworkSection> = input.config.external_networks.values().collect();
    sections.sort_by_key(|section| section.name.span);
    sections
}

/// The pool that hosts take addresses of: none without NAT, and none where the border router translates.
pub(super) fn pool(section: &ExternalNetworkSection) -> Option<&Spanned<Interface>> {
    section.host_pool_cidr.as_ref().filter(|_| section.translates_on_hosts())
}

/// The interface of an L3Out that the driver makes; that of an existing one is not configured from here.
pub(super) fn interface(section: &ExternalNetworkSection) -> Option<&Spanned<Interface>> {
    section.cidr_exposed.as_ref().filter(|_| section.exists() == Some(false))
}

/// Names of the networks that became a part of the fabric's model, where their prefixes were looked at.
pub(super) fn lowered<'a>(input: &Input<'a>) -> BTreeSet<&'a str> {
    let Some(site) = input.site else { return BTreeSet::new() };
    site.fabric.external_networks.iter().map(|network| network.handle.as_str()).collect()
}

/// Every prefix of the ini that resolving did not look at, with its key and its network.
pub(super) fn unlowered<'a>(input: &Input<'a>) -> Vec<(&'static str, &'a str, &'a Spanned<Interface>)> {
    let lowered = lowered(input);
    let mut found = Vec::new();
    for section in sections(input) {
        let name = section.name.value.as_str();
        let pool = pool(section).filter(|_| !lowered.contains(name));
        found.extend(pool.map(|pool| ("host_pool_cidr", name, pool)));
        found.extend(interface(section).map(|exposed| ("cidr_exposed", name, exposed)));
    }
    found
}
