//! Which of the two plugins a set of files is for, as far as it says so.

use aciform_syntax::ini::IniFile;

use super::options::normalised;

/// Mechanism drivers of the ML2 generation.
const LEGACY_DRIVERS: &[&str] = &["cisco_apic_ml2", "apic_gbp"];
/// The mechanism driver of the unified plugin.
const UNIFIED_DRIVER: &str = "apic_aim";
/// Sections that the Neutron of the unified plugin reads and nothing else does.
const UNIFIED_SECTIONS: &[&str] = &["ml2_apic_aim", "aim_mapping"];

/// The plugin that Neutron runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plugin {
    /// The ML2 driver, or its policy mode.
    Legacy,
    /// The unified plugin (AIM).
    Unified,
}

/// What the named drivers say, and where they are silent the sections. `None`: nothing says it, or both are named.
pub(super) fn plugin(files: &[&IniFile], drivers: &[String]) -> Option<Plugin> {
    let legacy = drivers.iter().any(|driver| LEGACY_DRIVERS.contains(&driver.as_str()));
    let unified = drivers.iter().any(|driver| driver == UNIFIED_DRIVER);
    match (legacy, unified) {
        (true, true) => None,
        (true, false) => Some(Plugin::Legacy),
        (false, true) => Some(Plugin::Unified),
        (false, false) => {
            let mut sections = files.iter().flat_map(|file| &file.sections);
            let own = sections.any(|section| UNIFIED_SECTIONS.contains(&normalised(&section.name.value).as_str()));
            own.then_some(Plugin::Unified)
        }
    }
}
