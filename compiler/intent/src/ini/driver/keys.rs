//! The keys of named sections, one row each: what the readers beside this file look for, and what it means to whoever
//! writes it.

use crate::ini::choices::choices;
use crate::ini::options::{Group, OptionRow, group};

/// A key of a named section.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name, case-sensitive.
    pub name: &'static str,
    /// What counts where it is not written.
    pub default: Option<&'static str>,
    /// The words that its value is chosen from; none: it is free.
    pub choices: &'static [&'static str],
    /// One line on what it does.
    pub doc: &'static str,
}

/// What the sections of a prefix are, in one line; empty for a prefix that nothing looks for.
#[must_use]
pub fn doc(prefix: &str) -> &'static str {
    match prefix {
        "apic_external_network" => {
            "a network that leads out of the fabric: the name of the Neutron network, and of a pre-existing L3Out"
        }
        "apic_vmdom" => "a VMM domain; read where `[apic] apic_username` is set",
        "apic_physdom" => "a physical domain; read where `[apic] apic_username` is set",
        "apic_switch" => "a leaf by its node id, and the hosts on its ports",
        "apic_physical_network" => "a physical network and its hosts",
        _ => "",
    }
}

/// The keys of the sections of a prefix, in the order in which they are usually written.
pub fn keys(prefix: &str) -> impl Iterator<Item = Key> + use<> {
    let (own, client): (&'static [Key], Option<&'static Group>) = match prefix {
        "apic_external_network" => (EXTERNAL_NETWORK, None),
        "apic_switch" => (SWITCH, None),
        "apic_physical_network" => (PHYSICAL_NETWORK, None),
        // Domains take any option of the client, for themselves.
        "apic_vmdom" | "apic_physdom" => (&[], group("apic")),
        _ => (&[], None),
    };
    own.iter().copied().chain(client.into_iter().flat_map(Group::rows).map(Key::of_option))
}

/// Whether the keys of a prefix are all that its sections may hold. Those of a switch are hosts besides.
#[must_use]
pub fn is_complete(prefix: &str) -> bool {
    prefix != "apic_switch"
}

impl Key {
    const fn new(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Self {
        Self { name, default, choices: &[], doc }
    }

    /// A boolean, as the driver reads it.
    const fn boolean(name: &'static str, default: &'static str, doc: &'static str) -> Self {
        Self { name, default: Some(default), choices: &["true", "false"], doc }
    }

    /// An option of the client in a domain, where that of the client's own section counts if it is not written.
    fn of_option(row: &'static OptionRow) -> Self {
        Self { name: row.name, default: None, choices: choices(row), doc: row.doc }
    }
}

const EXTERNAL_NETWORK: &[Key] = &[
    Key::boolean("preexisting", "false", "whether the L3Out exists already; its name is then the name of the section"),
    Key::boolean("enable_nat", "true", "whether hosts translate"),
    Key::boolean("edge_nat", "false", "whether the border router translates; with NAT"),
    Key::new("external_epg", Some("os-external_epg"), "external EPG of a pre-existing L3Out"),
    Key::new("host_pool_cidr", None, "`gateway/length` that each host takes its SNAT address from; with NAT"),
    Key::new("vlan_range", None, "`min:max[,min:max]`, one VLAN per VRF; with edge NAT"),
    Key::new("switch", None, "node id of the leaf; of an L3Out that is created"),
    Key::new("port", None, "`module/port` of the leaf; of an L3Out that is created"),
    Key::new("encap", None, "`vlan-N`, absent for a routed port; of an L3Out that is created"),
    Key::new("cidr_exposed", None, "the leaf's interface address with its length; of an L3Out that is created"),
    Key::new("gateway_ip", None, "next hop of the default route; of an L3Out that is created"),
    Key::new("router_id", Some("1.0.0.1"), "router id of the border node; read in policy mode and with an ASR only"),
];

const SWITCH: &[Key] = &[Key::new(
    "pod_id",
    Some("1"),
    "the pod of the leaf; every other key is a host, or several, and its value `module/port`",
)];

const PHYSICAL_NETWORK: &[Key] = &[
    Key::new("hosts", None, "the hosts of the segment"),
    Key::new("segment_type", Some("vlan"), "type of the segment"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ini::PREFIXES;

    #[test]
    fn every_prefix_has_a_line_and_keys_of_different_names() {
        for prefix in PREFIXES {
            assert!(!doc(prefix).is_empty(), "{prefix}");
            let mut names: Vec<&str> = keys(prefix).map(|key| key.name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert!(count > 0 && names.len() == count, "{prefix}: {names:?}");
        }
    }
}
