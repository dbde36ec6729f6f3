//! `[apic_physical_network:SEGMENT]`: the hosts that reach a physical segment.

use std::collections::HashSet;

use aciform_diagnostics::Spanned;
use aciform_syntax::ini::{Entry, IniFile, is_blank};

use super::Stop;
use super::raw::{RawSection, raw_sections};

/// A physical network's section.
#[derive(Clone, Debug)]
pub struct PhysicalNetwork {
    /// The segment's name.
    pub name: Spanned<String>,
    /// `hosts`: split at commas, trimmed, without empty ones and repeats, in order.
    pub hosts: Vec<Spanned<String>>,
    /// `segment_type`; `None`: `vlan`.
    pub segment_type: Option<Spanned<String>>,
}

/// The physical networks.
pub fn physical_networks(files: &[&IniFile]) -> Result<Vec<PhysicalNetwork>, Stop> {
    let network = |section: RawSection<'_>| PhysicalNetwork {
        hosts: section.get("hosts").map(hosts).unwrap_or_default(),
        segment_type: section.get("segment_type").map(|entry| entry.value.clone()),
        name: section.name,
    };
    Ok(raw_sections(files, "apic_physical_network")?.into_iter().map(network).collect())
}

fn hosts(entry: &Entry) -> Vec<Spanned<String>> {
    let mut known = HashSet::new();
    let mut start = 0;
    let mut found = Vec::new();
    for item in entry.value.value.split(',') {
        let rest = item.trim_start_matches(is_blank);
        let (at, host) = (start + item.len() - rest.len(), rest.trim_end_matches(is_blank));
        if !host.is_empty() && known.insert(host) {
            found.push(Spanned::new(host.to_owned(), entry.part(at..at + host.len())));
        }
        start += item.len() + 1;
    }
    found
}
