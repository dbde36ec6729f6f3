//! Groups that the generation in force does not read, although the files set options in them.

use aciform_diagnostics::{Diagnostic, Severity, Spanned};

use super::load::Loader;
use super::options::{Group, group};
use super::{Generation, Plugin, codes};

/// Groups that only the Neutron of the unified plugin reads.
const UNIFIED: &[&str] = &["ml2_apic_aim", "aim_mapping"];

/// Reports `[apic]` beside a login in `[ml2_cisco_apic]`, and the unified plugin's groups beside the ML2 driver.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let plugin = loader.plugin_named();
    check_apic(loader, plugin);
    if plugin == Some(Plugin::Legacy) {
        for name in UNIFIED {
            check_unified(loader, name);
        }
    }
}

/// Whether a group is one that is reported as not read beside the ML2 driver.
pub(super) fn is_unified_ignored(plugin: Option<Plugin>, group: &Group) -> bool {
    plugin == Some(Plugin::Legacy) && UNIFIED.contains(&group.name)
}

/// Whether nothing reads `[apic]`: it has no user name, and the files are not those of the unified plugin. A file that
/// only has `[apic]` is one of several.
pub(super) fn is_apic_ignored(loader: &Loader<'_, '_>, plugin: Option<Plugin>) -> bool {
    if loader.generation != Generation::Legacy || plugin == Some(Plugin::Unified) {
        return false;
    }
    // The files of the unified plugin's own services stand for themselves.
    let unified = ["aim", "ml2_apic_aim"].iter().any(|section| loader.has_section(section));
    !unified && (plugin == Some(Plugin::Legacy) || loader.line(loader.plugin, "apic_username").is_some())
}

/// `[apic]` without a user name beside `[ml2_cisco_apic]` with one.
fn check_apic(loader: &mut Loader<'_, '_>, plugin: Option<Plugin>) {
    if !is_apic_ignored(loader, plugin) {
        return;
    }
    let Some(login) = loader.line(loader.plugin, "apic_username") else { return };
    let login = login.key.span;
    let Some(apic) = group("apic") else { return };
    for row in apic.rows() {
        let Some(entry) = loader.line(apic, row.name) else { continue };
        let message = format!("`{}` is ignored here: `[apic] apic_username` is not set", row.name);
        let finding = Diagnostic::at(&codes::MIXED_GENERATIONS, entry.key.span, message);
        let finding = finding.label(login, "so `[ml2_cisco_apic]` is read");
        loader.judge.push(finding.help("move the line to `[ml2_cisco_apic]`"));
    }
}

/// A group of the unified plugin that has options; they hurt nobody.
fn check_unified(loader: &mut Loader<'_, '_>, name: &str) {
    let files = loader.files.clone();
    let mut sections = files.iter().flat_map(|file| &file.sections);
    let section = sections.find(|section| section.name.value.eq_ignore_ascii_case(name) && !section.entries.is_empty());
    let Some(section) = section else { return };
    let message = format!("`[{name}]` is ignored: `mechanism_drivers` names the ML2 driver, not `apic_aim`");
    let mut finding = Diagnostic::at(&codes::MIXED_GENERATIONS, section.name.span, message);
    finding.severity = Severity::Warning;
    loader.judge.push(finding.help("move what the ML2 driver knows to `[ml2_cisco_apic]`, and delete the section"));
}

/// A domain section in the legacy style, which has one domain by another name. Files without anything of that style are
/// a part of some others: `aimctl.conf` has the domains, and `aim.conf` the user name.
pub(super) fn domain(loader: &mut Loader<'_, '_>, prefix: &str, name: &Spanned<String>) {
    let files = loader.files.clone();
    let mut sections = files.iter().flat_map(|file| &file.sections);
    let driver = sections.any(|section| section.name.value.eq_ignore_ascii_case(loader.driver.name));
    let plugin = loader.plugin_named();
    if plugin == Some(Plugin::Unified) || !driver && plugin.is_none() {
        return;
    }
    let message = format!("`[{prefix}:{}]` is ignored: `[apic] apic_username` is not set", name.value);
    let finding = Diagnostic::at(&codes::MIXED_GENERATIONS, name.span, message);
    loader.judge.push(finding.help(
        "set `[apic] apic_username` and move the options of `[ml2_cisco_apic]` to `[apic]`, or delete the section",
    ));
}
