//! Options in a section of another group: which group reads them, and moving the line there.

use aciform_diagnostics::{Applicability, Diagnostic};
use aciform_syntax::ini::Entry;

use super::{Place, Wanted};
use crate::ini::mend::{self, mended};
use crate::ini::options::{Group, OptionRow, Reader, group};
use crate::ini::plugin::POLICY_GROUPS;
use crate::ini::{Generation, Plugin, codes, near, options};

/// Options of ours whose names say so little that other services have them too: `agent_mode` is one of `l3_agent.ini`.
pub(super) const GENERIC: &[&str] = &[
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

/// Whether an option is one of the driver's or its agents', and no other service has one of that name.
pub(in crate::ini) fn is_option_of_ours(key: &str) -> bool {
    let any = Wanted { generation: Generation::Legacy, plugin: None };
    !GENERIC.contains(&key) && group_of(key, any).is_some()
}

/// The group that reads an option of ours; options that exist under the same name in Neutron do not count.
pub(super) fn group_of(key: &str, wanted: Wanted) -> Option<&'static Group> {
    if key == "apic_system_id" {
        return group("DEFAULT");
    }
    let aim = group("aim").filter(|aim| key.starts_with("aim_") && aim.row(key).is_some());
    if aim.is_some() {
        return aim;
    }
    own_groups(wanted).find(|group| group.row(key).is_some())
}

/// The group of Neutron that reads an option of its ML2 plugin, where the option stands in a group of ours.
pub(super) fn group_of_neutron(key: &str, group: &Group) -> Option<&'static Group> {
    let ours = group.reader != Reader::Neutron;
    let mut groups = NEUTRON.iter().filter_map(|name| options::group(name));
    groups.find(|other| other.row(key).is_some()).filter(|_| ours)
}

/// The groups of Neutron whose options nobody else has.
const NEUTRON: &[&str] = &["ml2", "ml2_type_vlan", "securitygroup"];

/// The option of ours whose name is nearest, and the group that reads it.
pub(super) fn nearest(key: &str, wanted: Wanted) -> Option<(&'static str, &'static Group)> {
    let rows: Vec<(&'static OptionRow, &'static Group)> =
        own_groups(wanted).flat_map(|group| group.rows().map(move |row| (row, group))).collect();
    let near = near::nearest(key, rows.iter().map(|(row, _)| row.name).chain(["apic_system_id"]))?;
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

/// An option of ours in a section that does not read it. `name` is its right name, `other` the group that does.
pub(super) fn misplaced(
    place: &Place<'_, '_, '_>,
    entry: &Entry,
    section: &str,
    name: &str,
    other: &'static Group,
) -> Diagnostic {
    let key = &entry.key.value;
    let finding = not_here(entry, section);
    let of_unified = options::group_of_section(section)
        .is_some_and(|group| group.reader == Reader::Unified && !POLICY_GROUPS.contains(&group.name));
    let unified = of_unified || place.wanted.plugin == Some(Plugin::Unified);
    let (to, elsewhere) = match other.reader {
        Reader::Legacy if unified && options::group("apic").is_some_and(|apic| apic.row(name).is_none()) => {
            return finding.help("delete the line: the unified plugin has no such option");
        }
        // There the client of the fabric has a file of its own.
        Reader::Legacy | Reader::NewStyle if unified => ("`[apic]` of `aim.conf`".to_owned(), true),
        Reader::Unified if other.name == "aim" && place.last_of(other).is_none() => {
            ("`[aim]` of `aim.conf`".to_owned(), true)
        }
        Reader::Legacy | Reader::NewStyle | Reader::Neutron | Reader::Host | Reader::Unified => {
            (format!("`[{}]`", other.name), false)
        }
    };
    let help = if key == name { format!("move the line to {to}") } else { format!("did you mean `{name}` in {to}?") };
    let stays = elsewhere || place.is_set(other, name);
    let edits = (!stays).then(|| mend::relocation(place.file, place.last_of(other), entry, other, name)).flatten();
    mended(finding, help, Applicability::Unsafe, edits.into_iter().flatten())
}

/// What is said of it, without where it belongs.
pub(super) fn not_here(entry: &Entry, section: &str) -> Diagnostic {
    let message = format!("`{}` is not read in `[{section}]`: the line is ignored", entry.key.value);
    Diagnostic::at(&codes::WRONG_SECTION, entry.key.span, message)
}
