//! What Neutron's agents read from sections that are no group of ours; servers are given it in vain.

use super::options::Group;

const OPTIONS: &[(&str, &str)] = &[
    ("bridge_mappings", "ovs"),
    ("physical_interface_mappings", "linux_bridge"),
    ("physical_device_mappings", "sriov_nic"),
];

/// The section where an agent reads an option that stands in a group of ours.
pub(super) fn section(group: &Group, key: &str) -> Option<&'static str> {
    // `[DEFAULT]` is every service's.
    let found = OPTIONS.iter().find(|(name, _)| *name == key && group.name != "DEFAULT")?;
    Some(found.1)
}
