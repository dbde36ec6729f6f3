//! Which of the two plugins a set of files is for, as far as it says so.

use aciform_syntax::ini::IniFile;

use super::options::normalised;

/// Mechanism drivers of the ML2 generation.
const LEGACY_DRIVERS: &[&str] = &["cisco_apic_ml2", "apic_gbp"];
/// The mechanism driver of the unified plugin.
const UNIFIED_DRIVER: &str = "apic_aim";
/// Policy drivers of the policy mode of the ML2 generation.
const LEGACY_POLICY_DRIVERS: &[&str] = &["apic"];
/// The policy driver of the unified plugin.
const UNIFIED_POLICY_DRIVER: &str = "aim_mapping";
/// Groups of group-based policy, which runs above either plugin, and above none of them.
pub(super) const POLICY_GROUPS: &[&str] =
    &["group_policy", "group_policy_implicit_policy", "group_policy_group", "resource_mapping"];
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

/// What the named drivers say, and where they are silent the policy drivers, then the sections. `None`: nothing says it,
/// or both are named.
pub(super) fn plugin(files: &[&IniFile], drivers: &[String], policy_drivers: &[String]) -> Option<Plugin> {
    let named = |legacy: &[&str], unified: &str, drivers: &[String]| {
        let legacy = drivers.iter().any(|driver| legacy.contains(&driver.as_str()));
        let unified = drivers.iter().any(|driver| driver == unified);
        (legacy || unified).then_some(match (legacy, unified) {
            (true, true) => None,
            (true, false) => Some(Plugin::Legacy),
            (false, _) => Some(Plugin::Unified),
        })
    };
    named(LEGACY_DRIVERS, UNIFIED_DRIVER, drivers)
        .or_else(|| named(LEGACY_POLICY_DRIVERS, UNIFIED_POLICY_DRIVER, policy_drivers))
        .unwrap_or_else(|| {
            let mut sections = files.iter().flat_map(|file| &file.sections);
            let own = sections.any(|section| UNIFIED_SECTIONS.contains(&normalised(&section.name.value).as_str()));
            own.then_some(Plugin::Unified)
        })
}
