//! Sections and keys that nothing reads: oslo.config skips them without a word, so a misspelt option is a default.

use aciform_diagnostics::{Applicability, Diagnostic, Edit};
use aciform_syntax::ini::{Entry, IniFile, Section};

use super::load::Loader;
use super::mend::{self, mended};
use super::named::{Header, PREFIXES, header};
use super::near::{nearest, plain};
use super::options::{GROUPS, Group, OptionRow, Reader, group, group_of_section, normalised};
use super::secret::{is_line_of_secret, is_secret};
use super::{Generation, Plugin, agent_options, codes, external_network, former};

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

/// Options of ours whose names say so little that other services have them too: `agent_mode` is one of `l3_agent.ini`.
const GENERIC: &[&str] = &[
    "agent_mode",
    "bridge_manager",
    "certificate_name",
    "config_apply_interval",
    "disable_metadata_proxy",
    "endpoint_request_timeout",
    "multicast_address",
    "private_key_file",
    "vlan_networks",
    "vlan_ranges",
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
    let wanted = Wanted { generation: loader.generation, plugin: loader.plugin_named() };
    let mut found = Vec::new();
    let (mut more, mut foreign) = (0, 0);
    for (file, section) in loader.files.iter().flat_map(|file| file.sections.iter().map(move |section| (file, section)))
    {
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
            found.extend(unread_section(loader, section, &known, wanted));
        }
        for entry in &section.entries {
            if found.len() >= LIMIT {
                more += 1;
                continue;
            }
            found.extend(swallowed(&known, entry));
            if !orphans {
                found.extend(unread_key(&Place { loader, wanted, file, section }, &known, entry));
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

/// Where an entry stands.
pub(super) struct Place<'p, 'a, 'd> {
    loader: &'p Loader<'a, 'd>,
    wanted: Wanted,
    file: &'p IniFile,
    section: &'p Section,
}

impl Place<'_, '_, '_> {
    /// Whether an option of a group is set.
    pub(super) fn is_set(&self, group: &'static Group, name: &str) -> bool {
        self.loader.line(group, name).is_some()
    }

    /// Whether the section has a line of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.section.entries.iter().any(|entry| entry.key.value == name)
    }

    /// The other lines of all files.
    pub(super) fn others(&self, entry: &Entry) -> impl Iterator<Item = &Entry> {
        let sections = self.loader.files.iter().flat_map(|file| &file.sections);
        sections.flat_map(|section| &section.entries).filter(|other| other.key.span != entry.key.span)
    }

    /// Whether a service reads an option of a group.
    pub(super) fn is_read(&self, group: &Group, row: &OptionRow) -> bool {
        self.loader.is_read(self.wanted.plugin, group, row)
    }
}

fn unread_section(loader: &Loader<'_, '_>, section: &Section, known: &Known, wanted: Wanted) -> Option<Diagnostic> {
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
    let write = |better: &str| {
        let edit = Edit::replace(section.name.span, better);
        mended(finding, format!("write `[{better}]`"), Applicability::Unsafe, [edit])
    };
    if let Some((before, name)) = text.split_once(':') {
        let before = before.trim().to_lowercase();
        return nearest(&before, PREFIXES.iter().copied()).map(|near| write(&format!("{near}:{}", name.trim())));
    }
    let plain = plain(text.trim());
    if FOREIGN_GROUPS.contains(&plain.as_str()) {
        return None;
    }
    if let Some(near) = nearest(&plain, GROUPS.iter().map(|group| group.name)) {
        return Some(write(near));
    }
    // A section of another name that holds our options is a slip all the same.
    let mut keys = section.entries.iter().map(|entry| entry.key.value.as_str()).filter(|key| !GENERIC.contains(key));
    let ours = keys.find_map(|key| own_group(key, wanted));
    ours.map(|group| write(group.name))
}

fn unread_key(place: &Place<'_, '_, '_>, known: &Known, entry: &Entry) -> Option<Diagnostic> {
    match *known {
        Known::No => None,
        Known::Group(group) => unread_option(place, group, entry),
        Known::Named("apic_external_network") => {
            unread_name(place, entry, external_network::KEYS, &["router_type"], "[apic_external_network:…]")
        }
        Known::Named("apic_physical_network") => {
            unread_name(place, entry, &["hosts", "segment_type"], &[], "[apic_physical_network:…]")
        }
        Known::Named(prefix @ ("apic_vmdom" | "apic_physdom")) => {
            let names: Vec<&str> = group("apic")?.rows().map(|row| row.name).collect();
            unread_name(place, entry, &names, &[], &format!("[{prefix}:…]"))
        }
        // Keys of a switch are hosts.
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
    if let Some(mut finding) = misspelt(entry, rows(), is_set) {
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
    if group.name == "OPFLEX" && key == "networks" {
        let message = "`networks` was never read; the agent serves what `opflex_networks` names";
        let finding = Diagnostic::at(&codes::OPFLEX_NETWORKS_KEY, entry.key.span, message);
        return Some(renamed(finding, entry, "opflex_networks", "write", is_set));
    }
    if let Some(section) = agent_options::section(group, key) {
        return Some(not_here(entry, group).help(format!("move the line to `[{section}]` of the agent's file")));
    }
    // `[DEFAULT]` is every service's, and their options have such names too.
    if group.name == "DEFAULT" && GENERIC.contains(&key) {
        return None;
    }
    if let Some(other) = own_group(key, place.wanted) {
        return Some(misplaced(place, entry, group, key, other));
    }
    let near = nearest(key, rows());
    if near.is_none() && !group.is_complete() {
        return None;
    }
    if near.is_none()
        && let Some((near, other)) = nearest_elsewhere(key, place.wanted)
    {
        return Some(misplaced(place, entry, group, near, other));
    }
    Some(unknown(entry, &format!("[{}]", group.name), near, is_set))
}

/// Keys of a named section.
fn unread_name(
    place: &Place<'_, '_, '_>,
    entry: &Entry,
    known: &[&str],
    foreign: &[&str],
    shown: &str,
) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    if known.contains(&key) || foreign.contains(&key) {
        return None;
    }
    let is_set = |name: &str| place.has(name);
    let finding = misspelt(entry, known.iter().copied(), is_set);
    Some(finding.unwrap_or_else(|| unknown(entry, shown, nearest(key, known.iter().copied()), is_set)))
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
    entry: &Entry,
    mut names: impl Iterator<Item = &'n str>,
    is_set: impl Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let key = entry.key.value.as_str();
    let plain = key.to_lowercase().replace('-', "_");
    let name = names.find(|name| *name == plain)?;
    let message = format!("`{key}` is ignored: names are case-sensitive and have no hyphens");
    let finding = Diagnostic::at(&codes::KEY_SPELLING, entry.key.span, message);
    let finding = renamed(finding, entry, name, "write", &is_set);
    Some(match finding.fix {
        // Two values for one option: the one that is ignored may be the right one.
        Some(mut fix) if is_set(name) => {
            fix.applicability = Applicability::Unsafe;
            Diagnostic { fix: Some(fix), ..finding }
        }
        _ => finding,
    })
}

/// A name that is to be written instead; where that is set already, the line can go.
pub(super) fn renamed(
    finding: Diagnostic,
    entry: &Entry,
    name: &str,
    write: &str,
    is_set: impl Fn(&str) -> bool,
) -> Diagnostic {
    if is_set(name) {
        let help = format!("delete the line: `{name}` is set");
        return mended(finding, help, Applicability::Safe, [entry.deletion()]);
    }
    mended(finding, format!("{write} `{name}`"), Applicability::Safe, [mend::key(entry, name)])
}

fn misplaced(place: &Place<'_, '_, '_>, entry: &Entry, group: &Group, name: &str, other: &'static Group) -> Diagnostic {
    let key = &entry.key.value;
    let finding = not_here(entry, group);
    let unified = group.reader == Reader::Unified || place.wanted.plugin == Some(Plugin::Unified);
    let (to, elsewhere) = match other.reader {
        Reader::Legacy if unified && self::group("apic").is_some_and(|apic| apic.row(name).is_none()) => {
            return finding.help("delete the line: the unified plugin has no such option");
        }
        // There the client of the fabric has a file of its own.
        Reader::Legacy | Reader::NewStyle if unified => ("`[apic]` of `aim.conf`".to_owned(), true),
        Reader::Unified if other.name == "aim" && !has_group(place.file, other) => {
            ("`[aim]` of `aim.conf`".to_owned(), true)
        }
        Reader::Legacy | Reader::NewStyle | Reader::Neutron | Reader::Host | Reader::Unified => {
            (format!("`[{}]`", other.name), false)
        }
    };
    let help = if key == name { format!("move the line to {to}") } else { format!("did you mean `{name}` in {to}?") };
    let edits =
        if elsewhere || place.is_set(other, name) { None } else { mend::relocation(place.file, entry, other, name) };
    mended(finding, help, Applicability::Unsafe, edits.into_iter().flatten())
}

fn has_group(file: &IniFile, group: &Group) -> bool {
    let wanted = normalised(group.name);
    file.sections.iter().any(|section| normalised(&section.name.value) == wanted)
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
    let aim = group("aim").filter(|aim| key.starts_with("aim_") && aim.row(key).is_some());
    if aim.is_some() {
        return aim;
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
        // A header has no value to continue: what follows it has to come along.
        let last = if line.starts_with('[') { entry.lines.len() } else { number + 1 };
        let alone = entry.value.value.split('\n').skip(number + 1).take(last - number - 1).all(is_line);
        let edits = if alone { (number..last).map(|at| entry.dedent(at)).collect() } else { Vec::new() };
        return Some(mended(finding, "remove the indentation", Applicability::Unsafe, edits));
    }
    None
}

/// Whether a text is a comment, a header or an option when it stands in column 1.
fn is_line(text: &str) -> bool {
    if text.starts_with('[') {
        return text.len() > 2 && text.ends_with(']');
    }
    text.starts_with(['#', ';']) || text.find(['=', ':']).is_some_and(|at| !text[..at].trim().is_empty())
}

fn is_key(known: &Known, key: &str) -> bool {
    match known {
        Known::Group(group) => group.row(key).is_some(),
        Known::Named("apic_external_network") => external_network::KEYS.contains(&key),
        Known::Named(_) | Known::No => false,
    }
}
