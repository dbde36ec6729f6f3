//! Keys that nothing reads where they stand: misspelt, of former releases, unknown.

use aciform_diagnostics::{Applicability, Diagnostic};
use aciform_syntax::ini::Entry;

use super::Place;
use super::known::Known;
use super::owner::{self, GENERIC};
use crate::ini::driver::keys::{is_complete, keys};
use crate::ini::mend::{self, mended};
use crate::ini::near::nearest;
use crate::ini::options::{Group, Reader};
use crate::ini::secret::is_secret;
use crate::ini::{Generation, agent_options, codes, former};

/// Options of Neutron's `[DEFAULT]` that decide about the plugins.
const OF_DEFAULT: &[&str] = &["core_plugin", "service_plugins", "global_physnet_mtu"];

/// A line whose key nothing reads where it stands.
pub(super) fn unread(place: &Place<'_, '_, '_>, known: &Known, entry: &Entry) -> Option<Diagnostic> {
    match *known {
        Known::No => in_other_service(place, entry),
        Known::Group(group) => unread_option(place, group, entry),
        // Keys of a switch are hosts.
        Known::Named(prefix) if is_complete(prefix) => unread_name(place, entry, prefix),
        Known::Named(_) => None,
    }
}

fn unread_option(place: &Place<'_, '_, '_>, group: &'static Group, entry: &Entry) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    if let Some(row) = group.row(key) {
        return former::accepted(place, group, row, entry);
    }
    let rows = || group.rows().map(|row| row.name);
    let is_set = |name: &str| place.is_set(group, name);
    if let Some(mut finding) = misspelt(place, entry, rows(), is_set) {
        // The one option that decides which group the others are read from.
        if group.name == "apic"
            && place.wanted.generation == Generation::Legacy
            && mend::is_key(&finding, "apic_username")
        {
            finding.fix.iter_mut().for_each(|fix| fix.applicability = Applicability::Unsafe);
        }
        return Some(finding);
    }
    let network_type = group.name == "ml2_type_opflex" && key == "default_apic_network";
    if (network_type || matches!(group.reader, Reader::Legacy | Reader::NewStyle | Reader::Host))
        && let Some(finding) = former::option(place, group, entry)
    {
        return Some(finding);
    }
    if group.name == "OPFLEX" && key == former::NETWORKS.0 {
        let message = "`networks` was never read; the agent serves what `opflex_networks` names";
        let finding = Diagnostic::at(&codes::OPFLEX_NETWORKS_KEY, entry.key.span, message);
        let name = "opflex_networks";
        return Some(renamed(finding, entry, name, former::is_contested(place, entry, name), is_set));
    }
    if let Some(section) = agent_options::section(group, key) {
        return Some(
            owner::not_here(entry, group.name).help(format!("move the line to `[{section}]` of the agent's file")),
        );
    }
    // `[DEFAULT]` is every service's, and their options have such names too.
    if group.name == "DEFAULT" && GENERIC.contains(&key) {
        return None;
    }
    if let Some(other) = owner::group_of(key, place.wanted) {
        return Some(owner::misplaced(place, entry, group.name, key, other));
    }
    if let Some(other) = owner::group_of_neutron(key, group) {
        return Some(owner::misplaced(place, entry, group.name, key, other));
    }
    if group.is_complete() && OF_DEFAULT.contains(&key) {
        let default = place.loader.default;
        return Some(owner::misplaced(place, entry, group.name, key, default));
    }
    let near = nearest(key, rows());
    if near.is_none() && !group.is_complete() {
        return None;
    }
    if near.is_none()
        && let Some((near, other)) = owner::nearest(key, place.wanted)
    {
        return Some(owner::misplaced(place, entry, group.name, near, other));
    }
    Some(unknown(entry, &format!("[{}]", group.name), near, is_set))
}

/// An option of ours in a section of Neutron's agents: the section is read, the line is not.
fn in_other_service(place: &Place<'_, '_, '_>, entry: &Entry) -> Option<Diagnostic> {
    let (section, key) = (place.section.name.value.as_str(), entry.key.value.as_str());
    if !agent_options::is_section(section) || GENERIC.contains(&key) {
        return None;
    }
    owner::group_of(key, place.wanted).map(|other| owner::misplaced(place, entry, section, key, other))
}

/// Keys of a named section.
fn unread_name(place: &Place<'_, '_, '_>, entry: &Entry, prefix: &str) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    // Policy mode reads one more there.
    let is_foreign = prefix == "apic_external_network" && key == "router_type";
    let names = || keys(prefix).map(|key| key.name);
    if is_foreign || names().any(|name| name == key) {
        return None;
    }
    let is_set = |name: &str| place.has(name);
    let finding = misspelt(place, entry, names(), is_set);
    Some(finding.unwrap_or_else(|| unknown(entry, &format!("[{prefix}:…]"), nearest(key, names()), is_set)))
}

/// A line that stands where nothing reads its key. Where the near name is set too, which of the two is meant is open.
fn unknown(entry: &Entry, shown: &str, near: Option<&str>, is_set: impl Fn(&str) -> bool) -> Diagnostic {
    // Behind the first word of `apic_password x=y` stands a password.
    let key = &entry.key.value;
    let key = if is_secret(key) { key.split_whitespace().next().unwrap_or_default() } else { key };
    let message = format!("nothing reads `{key}` in `{shown}`: the line is ignored");
    let finding = Diagnostic::at(&codes::UNKNOWN_KEY, entry.key.span, message);
    match near {
        Some(near) => {
            let edit = (!is_set(near)).then(|| mend::key(entry, near));
            mended(finding, format!("did you mean `{near}`?"), Applicability::Unsafe, edit)
        }
        None => finding.help("delete the line"),
    }
}

/// A known name in other case or with hyphens.
fn misspelt<'n>(
    place: &Place<'_, '_, '_>,
    entry: &Entry,
    mut names: impl Iterator<Item = &'n str>,
    is_set: impl Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    let plain = key.to_lowercase().replace('-', "_");
    let name = names.find(|name| *name == plain)?;
    let message = format!("`{key}` is ignored: names are case-sensitive and have no hyphens");
    let finding = Diagnostic::at(&codes::KEY_SPELLING, entry.key.span, message);
    // Of two spellings of one name, the one that is meant only their author knows.
    let finding = renamed(finding, entry, name, place.is_spelt_elsewhere(entry, name), &is_set);
    Some(finding)
}

/// A name that is to be written instead; where that is set already, the line can go. Which line is meant of several
/// that come to one name only their author knows.
fn renamed(
    finding: Diagnostic,
    entry: &Entry,
    name: &str,
    contested: bool,
    is_set: impl Fn(&str) -> bool,
) -> Diagnostic {
    if is_set(name) {
        // The one that is ignored may be the right one.
        let help = format!("delete the line: `{name}` is set");
        return mended(finding, help, Applicability::Unsafe, [entry.deletion()]);
    }
    mended(finding, format!("write `{name}`"), Applicability::Safe, (!contested).then(|| mend::key(entry, name)))
}
