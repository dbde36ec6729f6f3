//! Domains: the one of the legacy style, or `[apic_vmdom:NAME]` of the new one, and how they tell groups apart.

use std::collections::BTreeMap;

use aciform_diagnostics::{Applicability, Diagnostic, Edit, Span, Spanned};
use aciform_syntax::ini::{Entry, Section};

use super::doubt::Doubt;
use super::driver::keys::keys;
use super::load::Loader;
use super::mend::{self, mended};
use super::options::{group, group_of_section};
use super::secret::{is_hidden, names_secret};
use super::{
    Config, DomainSection, EncapMode, Generation, Plugin, Setting, VmmDomain, check, codes, left_out, named,
    not_expanded, range,
};

/// `[apic_vmdom:NAME]`, which only the new style reads; the values are checked as APIC would. Those of the unified
/// plugin's client are looked at as well, and nothing is lowered from them.
pub(super) fn read(loader: &mut Loader<'_, '_>) -> BTreeMap<String, DomainSection> {
    let sections = named::sections(&loader.files, "apic_vmdom", loader.judge.diagnostics);
    let mut found = BTreeMap::new();
    let plugin = loader.plugin_named();
    if left_out::are_domains_ignored(loader, plugin) {
        return found;
    }
    for section in sections {
        let mut domain = DomainSection {
            name: section.name.clone(),
            options: BTreeMap::new(),
            encap_mode: None,
            vlan_ranges: None,
            mcast_range: None,
            multicast_address: None,
            in_doubt: keys("apic_vmdom").map(|key| key.name).filter(|key| section.is_in_doubt(key)).collect(),
        };
        for entry in &section.entries {
            let (text, span) = (entry.value.value.as_str(), entry.value.span);
            let refers = not_expanded::report(loader, entry);
            let judge = &mut loader.judge;
            match entry.key.value.as_str() {
                // That is why it is no value.
                _ if refers => {}
                "encap_mode" if !text.is_empty() => {
                    let mode = judge.check(entry, text, |text| check::encap_mode(text, entry));
                    domain.encap_mode = mode.map(|mode| Spanned::new(mode, span));
                }
                "vlan_ranges" => {
                    let ranges = judge.check(entry, text, |text| range::vlan_ranges(text, entry));
                    domain.vlan_ranges = ranges.map(|ranges| Spanned::new(ranges, span));
                }
                "mcast_ranges" => {
                    let ranges = judge.check(entry, text, |text| range::mcast_range(text, entry));
                    domain.mcast_range = ranges.map(|range| Spanned::new(range, span));
                }
                "multicast_address" => {
                    let address = judge.check(entry, text, |text| range::multicast(text, entry, &codes::MCAST_ADDRESS));
                    domain.multicast_address = address.map(|address| Spanned::new(address.to_string(), span));
                }
                _ => {}
            }
            // What a secret got into is no value of the option.
            if names_secret(&entry.key.value) || !is_hidden(entry) {
                domain.options.insert(entry.key.value.clone(), entry.value.clone());
            }
        }
        if loader.generation == Generation::NewStyle {
            found.insert(section.name.value.clone(), domain);
        }
    }
    found
}

/// What only shows when all is read: a new style without domains, options left behind in the old section, VLAN
/// encapsulation without VLANs.
pub(super) fn check(config: &mut Config, loader: &mut Loader<'_, '_>) {
    if let (Generation::NewStyle, Some(user)) = (loader.generation, loader.line(loader.plugin, "apic_username")) {
        check_new_style(config, loader, user.key.span);
    }
    for domain in config.vmm() {
        if domain.encap_mode.value != EncapMode::Vlan || !domain.vlan_ranges.value.is_empty() {
            continue;
        }
        let Some(span) = domain.encap_mode.span.filter(|_| !is_range_in_doubt(config, loader, &domain.name.value))
        else {
            continue;
        };
        let message = format!("the domain `{}` uses VLAN, but no VLAN range is known", domain.name.value);
        let finding = Diagnostic::at(&codes::ENCAP_WITHOUT_RANGE, span, message);
        loader.judge.push(finding.help("add `vlan_ranges = min:max` beside it, or write `encap_mode = vxlan`"));
    }
}

/// Whether a line that may be meant for the VLAN range of a domain could not be read.
fn is_range_in_doubt(config: &Config, loader: &mut Loader<'_, '_>, domain: &str) -> bool {
    const RANGES: &str = "vlan_ranges";
    if let Some(section) = config.vmm_domains.get(domain) {
        let refused = section.vlan_ranges.is_none() && section.options.contains_key(RANGES);
        if refused || section.in_doubt.contains(RANGES) {
            return true;
        }
    }
    let sections = || loader.files.iter().flat_map(|file| &file.sections);
    let plugin = loader.plugin;
    let written = loader.line(plugin, RANGES);
    let of_neutron = group("ml2_type_vlan").and_then(|group| loader.line(group, "network_vlan_ranges"));
    // A value that was read stands behind the setting; an empty one is none.
    let refused = |entry: &Entry| !entry.value.value.is_empty() && config.ml2.vlan_ranges.span.is_none();
    written.is_some_and(refused)
        || written.is_none() && of_neutron.is_some_and(refused)
        || written.is_none() && Doubt::of_option(sections(), plugin.name, RANGES).is_some()
}

fn check_new_style(config: &mut Config, loader: &mut Loader<'_, '_>, switch: Span) {
    let moves = moves(loader, switch);
    // With the unified plugin nothing reads that section at all, which is a finding of its own.
    let unified = loader.plugin_named() == Some(Plugin::Unified);
    let lines = loader.plugin.rows().filter(|_| !unified).filter_map(|row| loader.line(loader.driver, row.name));
    let ignored = lines.map(|entry| (entry.key.span, format!("`{}`", entry.key.value))).collect();
    let message = |what: &str| format!("{what} ignored: `[apic] apic_username` is set, so `[apic]` is read");
    if let Some(finding) = left_out::of_all(ignored, message) {
        let finding = finding.label(switch, "switches to `[apic]`");
        let help = "move what the APIC library reads to `[apic]`";
        loader.judge.push(mended(finding, help, Applicability::Unsafe, moves));
    }
    let physical = named::has(&loader.files, "apic_physdom");
    config.ml2.use_vmm = Setting::default_of(!config.vmm_domains.is_empty());
    // A file of the unified plugin has its domains in `aimctl.conf`.
    if config.vmm_domains.is_empty() && !physical && !unified && !loader.has_section("aim") {
        let message =
            "`[apic] apic_username` is set, but no domain has a section: NAT is off everywhere and no port binds";
        let finding = Diagnostic::at(&codes::NO_DOMAIN, switch, message);
        let header = format!("[apic_vmdom:{}]", config.ml2.system_id.value);
        let edit = loader.file(switch.file).map(|file| file.appended(switch.file, std::slice::from_ref(&header)));
        let help = format!("add a section `{header}`");
        loader.judge.push(mended(finding, help, Applicability::Unsafe, edit));
    }
}

/// Moves all options that are left in the old section to `[apic]`, in one go: what stands there already stays in force.
fn moves(loader: &Loader<'_, '_>, switch: Span) -> Vec<Edit> {
    let Some(file) = loader.file(switch.file) else { return Vec::new() };
    let is_apic = |section: &&Section| {
        group_of_section(&section.name.value).is_some_and(|group| group.name == loader.plugin.name)
    };
    let Some(section) = file.sections.iter().rev().find(is_apic) else { return Vec::new() };
    let mut lines: Vec<(Span, String)> = Vec::new();
    for row in loader.plugin.rows().filter(|row| loader.line(loader.plugin, row.name).is_none()) {
        let entry = loader.line(loader.driver, row.name).filter(|entry| entry.whole.file == switch.file);
        lines.extend(entry.and_then(|entry| Some((entry.whole, mend::line(entry, &entry.key.value)?))));
    }
    lines.sort();
    if lines.is_empty() {
        return Vec::new();
    }
    let mut edits: Vec<Edit> = lines.iter().map(|(whole, _)| Edit::delete(*whole)).collect();
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    edits.push(file.insertion(section.end(), &lines));
    edits
}

impl Config {
    /// The VMM domains as they work out: the one of the legacy style, or each section over the options of `[apic]`.
    /// Empty where there is no VMM domain, and with it no NAT.
    #[must_use]
    pub fn vmm(&self) -> Vec<VmmDomain> {
        let ml2 = &self.ml2;
        if !ml2.use_vmm.value {
            return Vec::new();
        }
        let global = VmmDomain {
            name: ml2.domain_name.clone(),
            vmm_type: ml2.vmm_type.clone(),
            encap_mode: ml2.encap_mode.clone(),
            multicast_address: ml2.multicast_address.clone(),
            mcast_range: ml2.mcast_range.clone(),
            vlan_ranges: ml2.vlan_ranges.clone(),
            vlan_ns_name: ml2.vlan_ns_name.clone(),
            multicast_ns_name: ml2.multicast_ns_name.clone(),
            controller_host: ml2.vmm_controller_host.clone(),
            user: ml2.openstack_user.clone(),
            password: ml2.openstack_password,
        };
        match self.generation {
            Generation::Legacy => vec![global],
            Generation::NewStyle => self.vmm_domains.values().map(|section| over(&global, section)).collect(),
        }
    }
}

/// A section's own options over those of `[apic]`. Texts are taken as they stand: nothing is expanded there.
fn over(global: &VmmDomain, section: &DomainSection) -> VmmDomain {
    let text = |key: &str, global: &Setting<String>| match section.options.get(key) {
        Some(own) => Setting::written(own.value.clone(), own.span),
        None => global.clone(),
    };
    let vlan_ranges = own(section.vlan_ranges.as_ref(), &global.vlan_ranges);
    let encap_mode = match &section.encap_mode {
        Some(mode) => Setting::written(mode.value, mode.span),
        None if section.vlan_ranges.as_ref().is_some_and(|ranges| !ranges.value.is_empty()) => {
            // Unset in `[apic]` too, ranges decide; set there, it counts for every domain.
            match global.encap_mode.span {
                Some(_) if global.encap_mode.span != global.vlan_ranges.span => global.encap_mode.clone(),
                _ => Setting { value: EncapMode::Vlan, span: vlan_ranges.span },
            }
        }
        None => global.encap_mode.clone(),
    };
    let vmm_type = text("apic_vmm_type", &global.vmm_type);
    VmmDomain {
        name: Setting::written(section.name.value.clone(), section.name.span),
        vmm_type: Setting { value: vmm_type.value.to_lowercase(), span: vmm_type.span },
        encap_mode,
        multicast_address: own(section.multicast_address.as_ref(), &global.multicast_address),
        mcast_range: own(section.mcast_range.as_ref(), &global.mcast_range),
        vlan_ranges,
        vlan_ns_name: text("apic_vlan_ns_name", &global.vlan_ns_name),
        multicast_ns_name: text("apic_multicast_ns_name", &global.multicast_ns_name),
        controller_host: text("vmm_controller_host", &global.controller_host),
        user: text("openstack_user", &global.user),
        password: section.options.get("openstack_password").map(|own| own.span).or(global.password),
    }
}

fn own<T: Clone>(own: Option<&Spanned<T>>, global: &Setting<T>) -> Setting<T> {
    own.map_or_else(|| global.clone(), |own| Setting::written(own.value.clone(), own.span))
}
