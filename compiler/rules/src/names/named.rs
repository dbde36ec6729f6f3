//! Names in section headers that become names on APIC, and how the plugin maps them.

use std::collections::BTreeSet;

use aciform_diagnostics::Spanned;
use aciform_intent::ini::{ExternalNetworkSection, Generation, Ml2, NameMapping};

use crate::Input;

/// Characters that the mapper leaves of a name.
pub(super) const MAPPED: usize = 46;

/// Domains whose sections are read.
pub(super) fn domains<'i>(input: &'i Input<'_>) -> impl Iterator<Item = &'i Spanned<String>> {
    let read = input.config.generation == Generation::NewStyle || input.ini.is_unified();
    let prefixes = ["apic_vmdom", "apic_physdom"].into_iter().filter(move |_| read);
    prefixes.flat_map(|prefix| input.ini.named(prefix)).map(|section| &section.name)
}

/// External networks whose names nobody looked at yet: what resolving lowers it checks itself.
pub(super) fn external_networks<'i>(input: &Input<'i>) -> impl Iterator<Item = &'i ExternalNetworkSection> {
    let lowered: BTreeSet<&str> = input
        .site
        .iter()
        .flat_map(|site| &site.fabric.external_networks)
        .map(|network| network.handle.as_str())
        .collect();
    // The unified plugin does not read them, and a colon in the name stops the service.
    let read = !input.ini.is_unified();
    let unseen = input.config.external_networks.values();
    unseen.filter(move |section| {
        let name = section.name.value.as_str();
        read && !lowered.contains(name) && !name.contains(':')
    })
}

/// Every run of `-` as one, as the mapper begins.
pub(super) fn collapsed(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out
}

/// What `use_name` makes of a name.
pub(super) fn by_name(name: &str) -> String {
    collapsed(name).chars().take(MAPPED).filter(|c| *c != ' ').collect()
}

/// How many characters the mapped name of a thing has, as long as it meets no other.
pub(super) fn mapped_length(ml2: &Ml2, name: &str) -> usize {
    match ml2.name_mapping.value {
        NameMapping::UseName => by_name(name).chars().count(),
        NameMapping::UseUuid => {
            let suffix = 1 + usize::try_from(ml2.min_id_suffix_size.value).unwrap_or(MAPPED).min(36);
            let kept = collapsed(name).chars().take(MAPPED.saturating_sub(suffix)).filter(|c| *c != ' ').count();
            kept + suffix
        }
    }
}
