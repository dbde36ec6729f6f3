//! The words that the value of an option is chosen from, one row for each option.

use super::check::choice;
use super::load::Loader;
use super::options::{OptionRow, group};
use super::value::Kind;

/// Words beside which nothing is taken. The case is exact, but where an option's own check says otherwise.
const CLOSED: &[(&str, &[&str])] = &[
    ("apic_name_mapping", &["use_uuid", "use_name"]),
    ("default_l2_unknown_unicast", &["proxy", "flood"]),
    ("default_ep_move_detect", &["garp", ""]),
    ("default_subnet_scope", &["public", "private", "shared"]),
    ("apic_vmm_type", &["OpenStack", "VMware"]),
    ("encap_mode", &["vlan", "vxlan"]),
    ("agent_mode", &["opflex", "dvs", "dvs_no_binding"]),
    ("bridge_manager", &["ovs", "vpp", "fake"]),
    ("default_ip_version", &["4", "6", "46"]),
    ("aim_store", &["sql", "k8s"]),
];

/// Words that are usual; another may be right too.
const USUAL: &[(&str, &[&str])] = &[
    ("core_plugin", &["ml2", "ml2plus"]),
    ("mechanism_drivers", &["cisco_apic_ml2", "apic_gbp", "apic_aim"]),
    ("type_drivers", NETWORK_TYPES),
    ("project_network_types", NETWORK_TYPES),
    ("service_plugins", &["cisco_apic_l3"]),
    ("signature_verification_algorithm", &["v1.0"]),
    ("signature_hash_type", &["sha256"]),
    ("verify_ssl_certificate", &["True", "False"]),
];

const NETWORK_TYPES: &[&str] = &["opflex", "local", "flat", "vlan", "gre", "vxlan", "geneve"];

/// The options beside those of apicapi whose words are checked here; the others are checked where they are read.
const CHECKED: &[(&str, &str)] = &[
    ("OPFLEX", "agent_mode"),
    ("OPFLEX", "bridge_manager"),
    ("group_policy_implicit_policy", "default_ip_version"),
    ("aim", "aim_store"),
];

/// The words to offer for the value of an option; none: it is free.
#[must_use]
pub fn choices(row: &OptionRow) -> &'static [&'static str] {
    if row.kind == Kind::Bool {
        return &["True", "False"];
    }
    let words = CLOSED.iter().chain(USUAL).find(|(name, _)| *name == row.name).map_or(&[][..], |(_, words)| words);
    // No value at all is none to offer.
    words.strip_suffix(&[""]).unwrap_or(words)
}

/// All that an option may be.
pub(super) fn closed(name: &str) -> &'static [&'static str] {
    CLOSED.iter().find(|(known, _)| *known == name).map(|(_, words)| *words).expect("a row of the table")
}

/// Reports written values that are none of the words of their option.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    for (group_name, name) in CHECKED {
        let Some(group) = group(group_name) else { continue };
        loader.checked(group, name, (), |text, entry| {
            // A number may be written in more ways than one.
            let number = text.trim().parse::<i64>().map(|number| number.to_string());
            choice(number.as_deref().unwrap_or(text), entry, closed(name)).map(|_| ())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ini::options::GROUPS;

    #[test]
    fn every_row_is_about_an_option() {
        for (name, _) in CLOSED.iter().chain(USUAL) {
            assert!(GROUPS.iter().flat_map(|group| group.rows()).any(|row| row.name == *name), "{name}");
        }
    }
}
