//! The keys of named sections: what the plugin's own reader looks for in each.

use aciform_intent::ini::options::{OptionRow, group};
use aciform_intent::ini::value::Kind;

/// A key of a named section.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) default: Option<&'static str>,
    pub(crate) doc: &'static str,
}

const fn key(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Key {
    Key { name, default, doc }
}

const EXTERNAL: &[Key] = &[
    key("preexisting", Some("false"), "whether the L3Out exists already; its name is then the name of the section"),
    key("enable_nat", Some("true"), "whether hosts translate"),
    key("edge_nat", Some("false"), "whether the border router translates; with NAT"),
    key("external_epg", Some("os-external_epg"), "external EPG of a pre-existing L3Out"),
    key("host_pool_cidr", None, "`gateway/length` that each host takes its SNAT address from; with NAT"),
    key("vlan_range", None, "`min:max[,min:max]`, one VLAN per VRF; with edge NAT"),
    key("switch", None, "node id of the leaf; of an L3Out that is created"),
    key("port", None, "`module/port` of the leaf; of an L3Out that is created"),
    key("encap", None, "`vlan-N`, absent for a routed port; of an L3Out that is created"),
    key("cidr_exposed", None, "the leaf's interface address with its length; of an L3Out that is created"),
    key("gateway_ip", None, "next hop of the default route; of an L3Out that is created"),
    key("router_id", Some("1.0.0.1"), "router id of the border node; read in policy mode and with an ASR only"),
];

const SWITCH: &[Key] = &[key(
    "pod_id",
    Some("1"),
    "the pod of the leaf; every other key is a host, or several, and its value `module/port`",
)];

const PHYSICAL_NETWORK: &[Key] =
    &[key("hosts", None, "the hosts of the segment"), key("segment_type", Some("vlan"), "type of the segment")];

/// What the sections of a prefix are.
pub(crate) fn doc(prefix: &str) -> &'static str {
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

/// The keys of the sections of a prefix.
pub(crate) fn keys(prefix: &str) -> Vec<Key> {
    match prefix {
        "apic_external_network" => EXTERNAL.to_vec(),
        "apic_switch" => SWITCH.to_vec(),
        "apic_physical_network" => PHYSICAL_NETWORK.to_vec(),
        // Domains take any option of the client, for themselves.
        "apic_vmdom" | "apic_physdom" => {
            let rows = group("apic").into_iter().flat_map(|group| group.rows());
            rows.map(|row| Key { name: row.name, default: None, doc: row.doc }).collect()
        }
        _ => Vec::new(),
    }
}

/// The words that the value of a key of a named section is chosen from.
pub(crate) fn values(prefix: &str, key: &str) -> &'static [&'static str] {
    match (prefix, key) {
        ("apic_external_network", "preexisting" | "enable_nat" | "edge_nat") => &["true", "false"],
        ("apic_vmdom" | "apic_physdom", _) => group("apic").and_then(|group| group.row(key)).map_or(&[], choices),
        _ => &[],
    }
}

/// The words that the value of an option is chosen from.
pub(crate) fn choices(row: &OptionRow) -> &'static [&'static str] {
    match (row.name, row.kind) {
        (_, Kind::Bool) => &["True", "False"],
        ("apic_name_mapping", _) => &["use_uuid", "use_name"],
        ("default_l2_unknown_unicast", _) => &["proxy", "flood"],
        ("default_ep_move_detect", _) => &["garp"],
        ("default_subnet_scope", _) => &["public", "private", "shared"],
        ("apic_vmm_type", _) => &["OpenStack", "VMware"],
        ("encap_mode", _) => &["vlan", "vxlan"],
        ("agent_mode", _) => &["opflex", "dvs", "dvs_no_binding"],
        ("bridge_manager", _) => &["ovs", "vpp", "fake"],
        ("aim_store", _) => &["sql", "k8s"],
        ("core_plugin", _) => &["ml2", "ml2plus"],
        ("mechanism_drivers", _) => &["cisco_apic_ml2", "apic_gbp", "apic_aim"],
        ("type_drivers" | "project_network_types", _) => &["opflex", "local", "flat", "vlan", "gre", "vxlan", "geneve"],
        ("service_plugins", _) => &["cisco_apic_l3"],
        ("signature_verification_algorithm", _) => &["v1.0"],
        ("signature_hash_type", _) => &["sha256"],
        ("verify_ssl_certificate", _) => &["True", "False"],
        _ => &[],
    }
}
