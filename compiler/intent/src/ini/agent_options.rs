//! What Neutron and its agents read from sections that are no group of ours; options of agents are given to servers in
//! vain.

use super::options::Group;

const OPTIONS: &[(&str, &str)] = &[
    ("bridge_mappings", "ovs"),
    ("physical_interface_mappings", "linux_bridge"),
    ("physical_device_mappings", "sriov_nic"),
];

/// Sections that Neutron, its agents and its libraries read.
const SECTIONS: &[&str] = &[
    "agent",
    "cors",
    "database",
    "dhcp",
    "experimental",
    "healthcheck",
    "ironic",
    "keystone_authtoken",
    "linux_bridge",
    "macvtap",
    "metadata_rate_limiting",
    "network_log",
    "nova",
    "ovn",
    "ovs",
    "placement",
    "privsep",
    "quotas",
    "service_providers",
    "sriov_nic",
    "ssl",
    "vxlan",
];

/// Whether a section is one of Neutron that holds no option of ours.
pub(super) fn is_section(text: &str) -> bool {
    let plain = text.to_lowercase();
    SECTIONS.contains(&plain.as_str()) || plain.starts_with("oslo_")
}

/// The section where an agent reads an option that stands in a group of ours.
pub(super) fn section(group: &Group, key: &str) -> Option<&'static str> {
    // `[DEFAULT]` is every service's.
    let found = OPTIONS.iter().find(|(name, _)| *name == key && group.name != "DEFAULT")?;
    Some(found.1)
}
