//! Sections that nothing reads, and the one that is meant.

use aciform_diagnostics::{Applicability, Diagnostic, Edit};
use aciform_syntax::ini::Section;

use super::Wanted;
use super::known::Known;
use super::owner::{self, GENERIC};
use crate::ini::load::Loader;
use crate::ini::mend::mended;
use crate::ini::named::{Header, PREFIXES, header};
use crate::ini::near::{nearest, plain};
use crate::ini::options::GROUPS;
use crate::ini::secret::is_line_of_secret;
use crate::ini::{agent_options, codes, former};

/// Groups of Neutron and its agents whose names are near to ours.
const FOREIGN_GROUPS: &[&str] = &[
    "ml2_type_vxlan",
    "ml2_type_gre",
    "ml2_type_flat",
    "ml2_type_geneve",
    "ml2_cisco",
    "ml2_sriov",
    "aci",
    "api",
    "vpc",
];

/// Named sections that there never were, and where their contents go.
const NEVER: &[(&str, &str)] = &[
    ("apic_l3out", "an L3Out is described by `[apic_external_network:NAME]`, called like the external network"),
    ("apic_vlan", "VLANs are given by `vlan_ranges`, or by `vlan_range` of an external network"),
];

pub(super) fn unread(loader: &Loader<'_, '_>, section: &Section, known: &Known, wanted: Wanted) -> Option<Diagnostic> {
    let text = section.name.value.as_str();
    if text != "DEFAULT" && text.to_lowercase() == "default" {
        let message = format!("`[{text}]` is not `[DEFAULT]`: everything in it is ignored");
        let finding = Diagnostic::at(&codes::DEFAULT_CASE, section.name.span, message);
        let edit = Edit::replace(section.name.span, "DEFAULT");
        return Some(mended(finding, "write `[DEFAULT]`", Applicability::Safe, [edit]));
    }
    if !matches!(known, Known::No) || matches!(header(text), Header::Crashing(..)) {
        return None;
    }
    if is_line_of_secret(text) {
        let message = "a line with a secret is written as the header of a section: everything below it is ignored";
        let finding = Diagnostic::at(&codes::UNKNOWN_SECTION, section.name.span, message);
        return Some(finding.help("remove the brackets"));
    }
    if let Some(finding) = former::section(loader, section) {
        return Some(finding);
    }
    let message = format!("nothing reads the section `[{text}]`: everything in it is ignored");
    let finding = Diagnostic::at(&codes::UNKNOWN_SECTION, section.name.span, message);
    let before = text.split_once(':').map(|(before, _)| before.trim());
    let never = |before: &str| NEVER.iter().find(|(never, _)| before.eq_ignore_ascii_case(never));
    if let Some((_, help)) = before.and_then(never) {
        return Some(finding.help(*help));
    }
    let write = |better: &str| {
        let edit = Edit::replace(section.name.span, better);
        mended(finding, format!("write `[{better}]`"), Applicability::Unsafe, [edit])
    };
    if let Some((before, name)) = text.split_once(':') {
        let before = before.trim().to_lowercase();
        return nearest(&before, PREFIXES.iter().copied()).map(|near| write(&format!("{near}:{}", name.trim())));
    }
    let plain = plain(text.trim());
    if FOREIGN_GROUPS.contains(&plain.as_str()) || agent_options::is_section(text) {
        return None;
    }
    if let Some(near) = nearest(&plain, GROUPS.iter().map(|group| group.name)) {
        return Some(write(near));
    }
    // A section of another name that holds our options is a slip all the same.
    let mut keys = section.entries.iter().map(|entry| entry.key.value.as_str()).filter(|key| !GENERIC.contains(key));
    let ours = keys.find_map(|key| owner::group_of(key, wanted));
    ours.map(|group| write(group.name))
}
