//! Groups that the generation in force does not read, although the files set options in them.

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, Span};

use super::load::Loader;
use super::options::{Group, group};
use super::{Generation, NamedSection, Plugin, codes, named};

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

/// `[apic]` without a user name beside `[ml2_cisco_apic]` with one, and domain sections in the legacy style. That the
/// user name is not set is one cause for all of them.
fn check_apic(loader: &mut Loader<'_, '_>, plugin: Option<Plugin>) {
    let login = loader.line(loader.plugin, "apic_username");
    let mut ignored = Vec::new();
    if let Some(apic) = group("apic").filter(|_| login.is_some() && is_apic_ignored(loader, plugin)) {
        let lines = apic.rows().filter_map(|row| loader.line(apic, row.name));
        ignored.extend(lines.map(|entry| (entry.key.span, format!("`{}`", entry.key.value))));
    }
    let options = ignored.len();
    if are_domains_ignored(loader, plugin) {
        for prefix in DOMAINS {
            let sections = named::sections(&loader.files, prefix, &mut Diagnostics::new());
            ignored.extend(sections.iter().map(|section| (section.name.span, header(prefix, section))));
        }
    }
    let domains = ignored.len() > options;
    let message = |what: &str| format!("{what} ignored: `[apic] apic_username` is not set");
    let Some(mut finding) = of_all(ignored, message) else { return };
    if let Some(login) = login {
        finding = finding.label(login.key.span, "so `[ml2_cisco_apic]` is read");
    }
    loader.judge.push(finding.help(if domains {
        "set `[apic] apic_username` and move the options of `[ml2_cisco_apic]` to `[apic]`, or delete the section"
    } else {
        "move what is in `[apic]` to `[ml2_cisco_apic]`"
    }));
}

/// One finding for everything that has the same cause, at the first of it: `message` is told what is.
pub(super) fn of_all(mut places: Vec<(Span, String)>, message: impl Fn(&str) -> String) -> Option<Diagnostic> {
    places.sort();
    let (span, first) = places.first()?;
    let what = match places.len() {
        1 => format!("{first} is"),
        2 => format!("{first} and 1 more are"),
        more => format!("{first} and {} more are", more - 1),
    };
    let mut finding = Diagnostic::at(&codes::MIXED_GENERATIONS, *span, message(&what));
    for (further, _) in places.iter().skip(1).take(MOST_SHOWN) {
        finding = finding.label(*further, "and this");
    }
    Some(finding)
}

/// So many further places are pointed to.
const MOST_SHOWN: usize = 8;

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

/// The sections of domains, which the legacy style does not read: it has one domain by another name.
const DOMAINS: [&str; 2] = ["apic_vmdom", "apic_physdom"];

/// Whether domain sections are there for nothing. Files without anything of the legacy style are a part of some others:
/// `aimctl.conf` has the domains, and `aim.conf` the user name.
pub(super) fn are_domains_ignored(loader: &Loader<'_, '_>, plugin: Option<Plugin>) -> bool {
    let mut sections = loader.files.iter().flat_map(|file| &file.sections);
    let driver = sections.any(|section| section.name.value.eq_ignore_ascii_case(loader.driver.name));
    loader.generation == Generation::Legacy && plugin != Some(Plugin::Unified) && (driver || plugin.is_some())
}

fn header(prefix: &str, section: &NamedSection<'_>) -> String {
    format!("`[{prefix}:{}]`", section.name.value)
}
