//! Where VLANs are set aside: the pools of domains, the ranges and sub-interfaces of L3Outs, Neutron's physical networks.

use aciform_diagnostics::Span;
use aciform_intent::ini::{EncapMode, Generation};
use aciform_syntax::ini::Entry;

use crate::Input;
use crate::list::items;

/// What a range of VLANs is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The pool of a domain.
    Pool,
    /// An external network: one VLAN per VRF on the border, or the sub-interface of an L3Out.
    External,
    /// A physical network of Neutron; pools may well be made of the same VLANs.
    Physical,
}

/// A range that is written somewhere.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) low: u16,
    pub(super) high: u16,
    pub(super) what: Use,
    /// As it is written.
    pub(super) text: String,
    /// Whose it is, as a message names it.
    pub(super) owner: String,
    /// Where it is written.
    pub(super) span: Span,
}

impl Range {
    pub(super) fn contains(&self, vlan: u16) -> bool {
        (self.low..=self.high).contains(&vlan)
    }
}

/// Every range that is in force where it is written, in the order of the files. Ranges that cannot be read, and those of
/// options that nothing uses, are left out.
pub(super) fn ranges(input: &Input<'_>) -> Vec<Range> {
    let mut found = Vec::new();
    pools(input, &mut found);
    if !input.ini.is_unified() {
        external(input, &mut found);
    }
    physical(input, &mut found);
    found.sort_by_key(|range| range.span);
    found
}

fn pools(input: &Input<'_>, found: &mut Vec<Range>) {
    let new_style = input.ini.generation == Generation::NewStyle;
    let vlan = |name: Option<&str>| {
        let domains = input.config.vmm();
        let mut wanted = domains.iter().filter(|domain| name.is_none_or(|name| domain.name.value == name));
        wanted.any(|domain| domain.encap_mode.value == EncapMode::Vlan)
    };
    // A VXLAN domain has no VLAN pool, and a range written in `[apic]` is the pool of each domain without one of its own.
    if let Some(option) = input.ini.plugin("vlan_ranges")
        && let Some(entry) = option.entry
        && (vlan(None) || (new_style && !input.ini.named("apic_physdom").is_empty()))
    {
        add(found, entry, Use::Pool, &format!("`vlan_ranges` of `[{}]`", input.ini.plugin_group().name));
    }
    // The sections are not read in the legacy style, which is reported.
    if !new_style && !input.ini.is_unified() {
        return;
    }
    let global = input.ini.option("apic", "encap_mode").map(|option| option.text);
    for (prefix, is_vmm) in [("apic_vmdom", true), ("apic_physdom", false)] {
        for section in input.ini.named(prefix) {
            let mode = section.get("encap_mode").map(|entry| entry.value.value.as_str()).or(global);
            let Some(entry) = section.get("vlan_ranges").filter(|_| !(is_vmm && mode == Some("vxlan"))) else {
                continue;
            };
            add(found, entry, Use::Pool, &format!("domain `{}`", section.name.value));
        }
    }
}

fn external(input: &Input<'_>, found: &mut Vec<Range>) {
    for lines in input.ini.named("apic_external_network") {
        let Some(section) = input.config.external_networks.get(&lines.name.value) else { continue };
        let owner = format!("external network `{}`", section.name.value);
        if section.asks_for_edge_nat() == Some(true)
            && section.asks_for_nat() == Some(true)
            && let Some(entry) = lines.get("vlan_range")
        {
            add(found, entry, Use::External, &owner);
        }
        // Of an L3Out that exists `encap` is `None`.
        if let Some(encap) = &section.encap
            && let Some(vlan) = encap.value.strip_prefix("vlan-").and_then(|vlan| vlan.parse().ok())
        {
            let (text, span) = (encap.value.clone(), encap.span);
            found.push(Range { low: vlan, high: vlan, what: Use::External, text, owner, span });
        }
    }
}

fn physical(input: &Input<'_>, found: &mut Vec<Range>) {
    let Some(option) = input.ini.option("ml2_type_vlan", "network_vlan_ranges") else { return };
    // Without the plugin's own options the file may be about other switches.
    let ours = input.ini.is_unified() || input.ini.header(input.ini.plugin_group().name).is_some();
    let Some(entry) = option.entry.filter(|_| ours) else { return };
    for (item, span) in items(entry) {
        let mut parts = item.rsplitn(3, ':');
        let (Some(high), Some(low), Some(name)) = (parts.next(), parts.next(), parts.next()) else { continue };
        if let Some((low, high)) = bounds(low, high) {
            let owner = format!("physical network `{name}`");
            found.push(Range { low, high, what: Use::Physical, text: item.to_owned(), owner, span });
        }
    }
}

/// Adds the ranges of a line.
fn add(found: &mut Vec<Range>, entry: &Entry, what: Use, owner: &str) {
    for (item, span) in items(entry) {
        let Some((low, high)) = item.split_once(':').and_then(|(low, high)| bounds(low, high)) else { continue };
        found.push(Range { low, high, what, text: item.to_owned(), owner: owner.to_owned(), span });
    }
}

fn bounds(low: &str, high: &str) -> Option<(u16, u16)> {
    let (low, high): (u16, u16) = (low.trim().parse().ok()?, high.trim().parse().ok()?);
    (1 <= low && low <= high && high <= 4094).then_some((low, high))
}
