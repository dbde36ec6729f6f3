//! Sections and keys that nothing reads: oslo.config skips them without a word, so a misspelt option is a default.

use aciform_diagnostics::Diagnostic;
use aciform_syntax::ini::{Entry, Section};

use super::load::Loader;
use super::named::{Header, PREFIXES, header};
use super::near::{nearest, plain};
use super::options::{GROUPS, Group, OptionRow, Reader, group, group_of_section};
use super::{Generation, Plugin, codes, external_network};

/// After so many findings in a run the rest is only counted: such a file is not ours.
const LIMIT: usize = 200;

/// So many sections of other services are searched for near names; all of OpenStack has fewer.
const MOST_FOREIGN: usize = 1000;

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

/// What Neutron's agents read from sections that no group of ours is, and which: servers are given it in vain.
const OF_AGENTS: &[(&str, &str)] = &[
    ("bridge_mappings", "ovs"),
    ("physical_interface_mappings", "linux_bridge"),
    ("physical_device_mappings", "sriov_nic"),
];

/// What decides which group reads an option.
#[derive(Clone, Copy)]
struct Wanted {
    generation: Generation,
    plugin: Option<Plugin>,
}

/// What a section is to us.
enum Known {
    Group(&'static Group),
    Named(&'static str),
    No,
}

fn known(section: &str) -> Known {
    if let Some(group) = group_of_section(section) {
        return Known::Group(group);
    }
    match header(section) {
        Header::Named(prefix, _) | Header::Near(prefix, _) | Header::Crashing(prefix, Some(_)) => Known::Named(prefix),
        Header::Crashing(_, None) | Header::Other => Known::No,
    }
}

/// The lines of a section we know whose values may be quoted.
pub(super) fn known_entries(section: &Section) -> impl Iterator<Item = &Entry> {
    let known = known(&section.name.value);
    section.entries.iter().filter(move |entry| match known {
        Known::Group(group) => group.row(&entry.key.value).is_some_and(|row| !row.secret),
        Known::Named(_) => !entry.key.value.contains("password"),
        Known::No => false,
    })
}

/// The lines of a section we know that something reads.
pub(super) fn entries_we_know(section: &Section) -> impl Iterator<Item = &Entry> {
    let known = known(&section.name.value);
    section.entries.iter().filter(move |entry| match known {
        Known::Group(group) => group.row(&entry.key.value).is_some(),
        Known::Named(_) => true,
        Known::No => false,
    })
}

/// Reports sections and keys that are not read, and lines that a value swallows.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let files = loader.files.clone();
    let wanted = Wanted { generation: loader.generation, plugin: loader.plugin_named() };
    let mut found = Vec::new();
    let (mut more, mut foreign) = (0, 0);
    for section in files.iter().flat_map(|file| &file.sections) {
        if found.len() >= LIMIT {
            more += section.entries.len();
            continue;
        }
        let known = known(&section.name.value);
        if matches!(known, Known::No) {
            foreign += 1;
            if foreign > MOST_FOREIGN {
                continue;
            }
        }
        // Options before any header are a finding already.
        let orphans = section.name.span.range().is_empty() && !section.name.value.is_empty();
        if !orphans {
            found.extend(unread_section(section, &known, wanted));
        }
        for entry in &section.entries {
            if found.len() >= LIMIT {
                more += 1;
                continue;
            }
            found.extend(swallowed(&known, entry));
            if !orphans {
                found.extend(unread_key(&known, entry, wanted));
            }
        }
    }
    if more > 0
        && let Some(last) = found.last_mut()
    {
        last.message += &format!("; the {more} lines behind it are not checked for names");
    }
    for finding in found {
        loader.judge.push(finding);
    }
}

fn unread_section(section: &Section, known: &Known, wanted: Wanted) -> Option<Diagnostic> {
    let text = section.name.value.as_str();
    if text != "DEFAULT" && text.to_lowercase() == "default" {
        let message = format!("`[{text}]` is not `[DEFAULT]`: everything in it is ignored");
        return Some(Diagnostic::at(&codes::DEFAULT_CASE, section.name.span, message).help("write `[DEFAULT]`"));
    }
    if !matches!(known, Known::No) || matches!(header(text), Header::Crashing(..)) {
        return None;
    }
    let message = format!("nothing reads the section `[{text}]`: everything in it is ignored");
    let finding = Diagnostic::at(&codes::UNKNOWN_SECTION, section.name.span, message);
    if let Some((before, name)) = text.split_once(':') {
        let before = before.trim().to_lowercase();
        let near = if before == "switch" { Some("apic_switch") } else { nearest(&before, PREFIXES.iter().copied()) };
        return near.map(|near| finding.help(format!("write `[{near}:{}]`", name.trim())));
    }
    let plain = plain(text.trim());
    if FOREIGN_GROUPS.contains(&plain.as_str()) {
        return None;
    }
    if let Some(near) = nearest(&plain, GROUPS.iter().map(|group| group.name)) {
        return Some(finding.help(format!("write `[{near}]`")));
    }
    // A section of another name that holds our options is a slip all the same.
    let ours = section.entries.iter().find_map(|entry| own_group(&entry.key.value, wanted));
    ours.map(|group| finding.help(format!("write `[{}]`", group.name)))
}

fn unread_key(known: &Known, entry: &Entry, wanted: Wanted) -> Option<Diagnostic> {
    match *known {
        Known::No => None,
        Known::Group(group) => unread_option(group, entry, wanted),
        Known::Named("apic_external_network") => {
            unread_name(entry, external_network::KEYS, &["router_type"], "[apic_external_network:…]")
        }
        Known::Named("apic_physical_network") => {
            unread_name(entry, &["hosts", "segment_type"], &[], "[apic_physical_network:…]")
        }
        Known::Named(prefix @ ("apic_vmdom" | "apic_physdom")) => {
            let names: Vec<&str> = group("apic")?.rows().map(|row| row.name).collect();
            unread_name(entry, &names, &[], &format!("[{prefix}:…]"))
        }
        // Keys of a switch are hosts.
        Known::Named(_) => None,
    }
}

fn unread_option(group: &'static Group, entry: &Entry, wanted: Wanted) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    if group.row(key).is_some() {
        return None;
    }
    let rows = || group.rows().map(|row| row.name);
    if let Some(finding) = misspelt(entry, rows()) {
        return Some(finding);
    }
    if matches!(group.reader, Reader::Legacy | Reader::NewStyle | Reader::Host)
        && let Some(finding) = former(entry)
    {
        return Some(finding);
    }
    if group.name == "OPFLEX" && key == "networks" {
        let message = "`networks` was never read; the agent serves what `opflex_networks` names";
        let finding = Diagnostic::at(&codes::OPFLEX_NETWORKS_KEY, entry.key.span, message);
        return Some(finding.help("write `opflex_networks`"));
    }
    // `[DEFAULT]` is every service's.
    if group.name != "DEFAULT"
        && let Some((_, place)) = OF_AGENTS.iter().find(|(name, _)| *name == key)
    {
        return Some(not_here(entry, group).help(format!("move the line to `[{place}]` of the agent's file")));
    }
    if let Some(other) = own_group(key, wanted) {
        return Some(misplaced(entry, group, key, other, wanted));
    }
    let near = nearest(key, rows());
    if near.is_none() && !group.is_complete() {
        return None;
    }
    if near.is_none()
        && let Some((near, other)) = nearest_elsewhere(key, wanted)
    {
        return Some(misplaced(entry, group, near, other, wanted));
    }
    Some(unknown(entry, &format!("[{}]", group.name), near))
}

/// Keys of a named section.
fn unread_name(entry: &Entry, known: &[&str], foreign: &[&str], place: &str) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    if known.contains(&key) || foreign.contains(&key) {
        return None;
    }
    let finding = misspelt(entry, known.iter().copied());
    Some(finding.unwrap_or_else(|| unknown(entry, place, nearest(key, known.iter().copied()))))
}

fn unknown(entry: &Entry, place: &str, near: Option<&str>) -> Diagnostic {
    let key = &entry.key.value;
    let message = format!("nothing reads `{key}` in `{place}`: the line is ignored");
    let finding = Diagnostic::at(&codes::UNKNOWN_KEY, entry.key.span, message);
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("delete the line"),
    }
}

/// A known name in other case or with hyphens.
fn misspelt<'n>(entry: &Entry, mut names: impl Iterator<Item = &'n str>) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    let plain = key.to_lowercase().replace('-', "_");
    let name = names.find(|name| *name == plain)?;
    let message = format!("`{key}` is ignored: names are case-sensitive and have no hyphens");
    Some(Diagnostic::at(&codes::KEY_SPELLING, entry.key.span, message).help(format!("write `{name}`")))
}

/// A name of an earlier release.
fn former(entry: &Entry) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    let successor = match FORMER.iter().find(|(name, _)| *name == key) {
        Some((_, successor)) => *successor,
        None if key.starts_with("attestation_") => None,
        None => return None,
    };
    Some(match successor {
        Some(successor) => {
            let message = format!("`{key}` is not read any more");
            Diagnostic::at(&codes::RENAMED_KEY, entry.key.span, message).help(format!("use `{successor}`"))
        }
        None => {
            let message = format!("`{key}` has no effect any more");
            Diagnostic::at(&codes::REMOVED_KEY, entry.key.span, message).help("delete the line")
        }
    })
}

fn misplaced(entry: &Entry, group: &Group, name: &str, other: &Group, wanted: Wanted) -> Diagnostic {
    let key = &entry.key.value;
    let finding = not_here(entry, group);
    let unified = group.reader == Reader::Unified || wanted.plugin == Some(Plugin::Unified);
    let place = match other.reader {
        Reader::Legacy if unified && self::group("apic").is_some_and(|apic| apic.row(name).is_none()) => {
            return finding.help("delete the line: the unified plugin has no such option");
        }
        // There the client of the fabric has a file of its own.
        Reader::Legacy | Reader::NewStyle if unified => "`[apic]` of `aim.conf`".to_owned(),
        Reader::Legacy | Reader::NewStyle | Reader::Neutron | Reader::Host | Reader::Unified => {
            format!("`[{}]`", other.name)
        }
    };
    finding.help(if key == name {
        format!("move the line to {place}")
    } else {
        format!("did you mean `{name}` in {place}?")
    })
}

fn not_here(entry: &Entry, group: &Group) -> Diagnostic {
    let message = format!("`{}` is not read in `[{}]`: the line is ignored", entry.key.value, group.name);
    Diagnostic::at(&codes::WRONG_SECTION, entry.key.span, message)
}

/// The group that reads an option of ours; options that exist under the same name in Neutron do not count.
fn own_group(key: &str, wanted: Wanted) -> Option<&'static Group> {
    if key == "apic_system_id" {
        return group("DEFAULT");
    }
    own_groups(wanted).find(|group| group.row(key).is_some())
}

fn nearest_elsewhere(key: &str, wanted: Wanted) -> Option<(&'static str, &'static Group)> {
    let rows: Vec<(&'static OptionRow, &'static Group)> =
        own_groups(wanted).flat_map(|group| group.rows().map(move |row| (row, group))).collect();
    let near = nearest(key, rows.iter().map(|(row, _)| row.name).chain(["apic_system_id"]))?;
    let found = rows.iter().find(|(row, _)| row.name == near).map(|(row, group)| (row.name, *group));
    found.or_else(|| Some(("apic_system_id", group("DEFAULT")?)))
}

/// The groups of the driver and the agents, the one the generation reads first.
fn own_groups(wanted: Wanted) -> impl Iterator<Item = &'static Group> {
    let first = match (wanted.plugin, wanted.generation) {
        (Some(Plugin::Unified), _) => "ml2_apic_aim",
        (_, Generation::Legacy) => "ml2_cisco_apic",
        (_, Generation::NewStyle) => "apic",
    };
    [first, "ml2_cisco_apic", "OPFLEX", "ml2_type_opflex"].into_iter().filter_map(group)
}

/// Continuation lines that look like an option of the same section or like a header.
fn swallowed(known: &Known, entry: &Entry) -> Option<Diagnostic> {
    if entry.lines.len() < 2 || matches!(known, Known::No) {
        return None;
    }
    let mut start = 0;
    for (number, line) in entry.value.value.split('\n').enumerate() {
        let range = start..start + line.len();
        start = range.end + 1;
        let what = match line.split_once(['=', ':']) {
            _ if number == 0 => continue,
            _ if line.starts_with('[')
                && line.ends_with(']')
                && !matches!(self::known(&line[1..line.len() - 1]), Known::No) =>
            {
                "not a new section"
            }
            Some((key, _)) if is_key(known, key.trim()) => "not a new option",
            Some(_) | None => continue,
        };
        let message = format!("this line is a part of the value of `{}`, {what}", entry.key.value);
        let finding = Diagnostic::at(&codes::SWALLOWED_LINE, entry.part(range), message);
        return Some(finding.help("remove the indentation"));
    }
    None
}

fn is_key(known: &Known, key: &str) -> bool {
    match known {
        Known::Group(group) => group.row(key).is_some(),
        Known::Named("apic_external_network") => external_network::KEYS.contains(&key),
        Known::Named(_) | Known::No => false,
    }
}
