//! Names of earlier releases: what is not read any more, what still is, and what is read in vain.

use aciform_diagnostics::{Applicability, Diagnostic, Edit, Severity};
use aciform_syntax::ini::{Entry, Section};

use super::codes;
use super::load::Loader;
use super::mend::{self, mended};
use super::options::{Group, OptionRow, Reader, group};
use super::spelling::Place;

/// Options whose successor takes another value than they did.
const OTHER_VALUE: &[&str] = &["apic_port", "vni_ranges"];

/// An option that guides name and that nothing ever read.
pub(super) const NETWORKS: (&str, Option<&str>) = ("networks", Some("opflex_networks"));

/// Options of earlier releases, and what to write instead; `None`: nothing.
const FORMER: &[(&str, Option<&str>)] = &[
    ("apic_host", Some("apic_hosts")),
    ("apic_port", Some("apic_hosts")),
    ("apic_vmm_provider", Some("apic_vmm_type")),
    ("apic_vmm_domain", Some("apic_domain_name")),
    ("enable_arp_flooding", Some("default_arp_flooding")),
    ("apic_arp_flooding", Some("default_arp_flooding")),
    ("vni_ranges", Some("mcast_ranges")),
    ("apic_networks", Some("opflex_networks")),
    ("default_apic_network", Some("default_opflex_network")),
    ("apic_clear_node_profiles", None),
    ("apic_clear_driver_tables", None),
    ("apic_sync_interval", None),
    ("root_helper", None),
    ("apic_vxlan_ns_name", None),
    ("vmm_shared_secret", None),
    ("apic_config_version", None),
    ("hybrid_mode", None),
    ("metadata_proxy_watch_log", None),
    ("hypervisor_type", None),
    ("firewall_map", None),
];

/// An option that is read under its name, which is that of an earlier release or is one that nothing uses.
pub(super) fn accepted(place: &Place<'_, '_, '_>, group: &Group, row: &OptionRow, entry: &Entry) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    if row.deprecated.contains(&key) {
        let finding = if place.has(row.name) {
            let message = format!("`{key}` is ignored: it is the former name of `{}`, which is set", row.name);
            let finding = Diagnostic::at(&codes::RENAMED_KEY, entry.key.span, message);
            mended(finding, "delete the line", Applicability::Unsafe, [entry.deletion()])
        } else {
            let message = format!("`{key}` is renamed, and still accepted");
            let finding = Diagnostic::at(&codes::RENAMED_KEY, entry.key.span, message);
            // No fix: a Neutron from before the new name knows the former one alone.
            finding.help(format!("write `{}`", row.name))
        };
        return Some(Diagnostic { severity: Severity::Info, ..finding });
    }
    let apicapi = matches!(group.reader, Reader::Legacy | Reader::NewStyle);
    if key != "apic_multiple_hostlinks" || !apicapi || !place.is_read(group, row) {
        return None;
    }
    let finding =
        Diagnostic::at(&codes::REMOVED_KEY, entry.key.span, format!("`{key}` has no effect: nothing uses it"));
    Some(mended(finding, "delete the line", Applicability::Safe, [entry.deletion()]))
}

/// Whether a section is one of an earlier release.
pub(super) fn is_section(text: &str) -> bool {
    let before = text.split_once(':').map(|(before, _)| before.trim());
    before.is_some_and(|before| before.eq_ignore_ascii_case("switch")) || text.trim().eq_ignore_ascii_case(FORMER_TYPE)
}

/// The section of the network type, as it was called once.
const FORMER_TYPE: &str = "ml2_type_apic";

/// A section of an earlier release, with what is written instead.
pub(super) fn section(loader: &Loader<'_, '_>, section: &Section) -> Option<Diagnostic> {
    let text = section.name.value.as_str();
    if let Some((before, id)) = text.split_once(':')
        && before.trim().eq_ignore_ascii_case("switch")
    {
        return Some(renamed_section(section, &format!("apic_switch:{}", id.trim())));
    }
    if !text.trim().eq_ignore_ascii_case(FORMER_TYPE) {
        return None;
    }
    let Some(entry) = section.entries.iter().find(|entry| entry.key.value == "default_apic_network") else {
        return Some(renamed_section(section, "ml2_type_opflex"));
    };
    let message = "`default_apic_network` in `[ml2_type_apic]` is not read any more";
    let finding = Diagnostic::at(&codes::RENAMED_KEY, entry.key.span, message);
    let is_set = group("ml2_type_opflex").is_some_and(|new| loader.line(new, "default_opflex_network").is_some());
    if is_set {
        return Some(finding.help("delete the section: `[ml2_type_opflex] default_opflex_network` is set"));
    }
    let edits = [Edit::replace(section.name.span, "ml2_type_opflex"), mend::key(entry, "default_opflex_network")];
    let help = "write `[ml2_type_opflex] default_opflex_network`";
    Some(mended(finding, help, Applicability::Unsafe, edits))
}

fn renamed_section(section: &Section, new: &str) -> Diagnostic {
    let message = format!("`[{}]` is not read any more: everything in it is ignored", section.name.value);
    let finding = Diagnostic::at(&codes::RENAMED_KEY, section.name.span, message);
    let edit = Edit::replace(section.name.span, new);
    mended(finding, format!("write `[{new}]`"), Applicability::Unsafe, [edit])
}

/// An option of an earlier release, in a group that has no such option now.
pub(super) fn option(place: &Place<'_, '_, '_>, group: &'static Group, entry: &Entry) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    let successor = match FORMER.iter().find(|(name, _)| *name == key) {
        Some((_, successor)) => *successor,
        None if key.starts_with("attestation_") => None,
        None => return None,
    };
    let Some(successor) = successor else {
        let finding = Diagnostic::at(&codes::REMOVED_KEY, entry.key.span, format!("`{key}` has no effect any more"));
        return Some(mended(finding, "delete the line", Applicability::Safe, [entry.deletion()]));
    };
    let finding = Diagnostic::at(&codes::RENAMED_KEY, entry.key.span, format!("`{key}` is not read any more"));
    if place.is_set(group, successor) {
        // Which of the two values is meant, only its author knows.
        let help = format!("delete the line: `{successor}` is set");
        return Some(mended(finding, help, Applicability::Unsafe, [entry.deletion()]));
    }
    // A host whose port is written beside it becomes `host:port`; a successor may stand in another section.
    let with_port = key == "apic_host" && place.has("apic_port");
    let same_value = !with_port && !OTHER_VALUE.contains(&key) && group.row(successor).is_some();
    let help = format!("use `{successor}`");
    if !same_value || is_contested(place, entry, successor) {
        return Some(finding.help(help));
    }
    Some(mended(finding, help, Applicability::Safe, [mend::key(entry, successor)]))
}

/// Whether another line would come to the same name: a further former name, or a misspelling of the new one.
pub(super) fn is_contested(place: &Place<'_, '_, '_>, entry: &Entry, name: &str) -> bool {
    let former = FORMER.iter().chain(&[NETWORKS]).filter(|(_, new)| *new == Some(name)).map(|(former, _)| *former);
    former.chain([name]).any(|name| place.is_spelt_elsewhere(entry, name))
}
