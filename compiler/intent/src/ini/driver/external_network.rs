//! `[apic_external_network:NAME]`: texts, and three booleans that the driver reads its own way.

use aciform_diagnostics::Spanned;
use aciform_syntax::ini::IniFile;

use super::Stop;
use super::raw::{RawSection, raw_sections};

/// An external network's section.
#[derive(Clone, Debug)]
pub struct ExternalNetwork {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether the L3Out is there already.
    pub preexisting: bool,
    /// Whether the network asks for NAT.
    pub enable_nat: bool,
    /// Whether the border router is asked to translate.
    pub edge_nat: bool,
    /// Every key, known or not, with its first value.
    pub keys: Vec<(Spanned<String>, Spanned<String>)>,
}

/// The external networks.
pub fn external_networks(files: &[&IniFile]) -> Result<Vec<ExternalNetwork>, Stop> {
    let network = |section: RawSection<'_>| ExternalNetwork {
        preexisting: boolean(&section, "preexisting", false),
        enable_nat: boolean(&section, "enable_nat", true),
        edge_nat: boolean(&section, "edge_nat", false),
        keys: section.entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect(),
        name: section.name,
    };
    Ok(raw_sections(files, "apic_external_network")?.into_iter().map(network).collect())
}

/// Three words in any case are true, everything else that is written is false.
fn boolean(section: &RawSection<'_>, key: &str, default: bool) -> bool {
    section.get(key).map_or(default, |entry| matches!(&*entry.value.value.to_lowercase(), "true" | "yes" | "1"))
}
