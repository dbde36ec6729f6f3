//! The options that OpenStack on ACI registers with oslo.config, one row each.
//!
//! The rows drive reading, `show ini`, the near-miss search and the oracle. Defaults are texts as they would stand in a
//! file; `${apic_system_id}` in them is expanded like in any value.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::value::Kind;

/// One registered option.
#[derive(Debug)]
pub struct OptionRow {
    /// Its name, case-sensitive.
    pub name: &'static str,
    /// How its text is read.
    pub kind: Kind,
    /// The default as text; `None` is null.
    pub default: Option<&'static str>,
    /// Whether the value is never shown.
    pub secret: bool,
    /// Other names in the same group that are still read.
    pub deprecated: &'static [&'static str],
    /// One line on what it does.
    pub doc: &'static str,
}

/// Who reads a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Neutron itself; we know some of its options, not all.
    Neutron,
    /// The driver of the ML2 generation.
    Legacy,
    /// The same driver after `[apic] apic_username` is set, and the unified plugin's client.
    NewStyle,
    /// The agents on compute hosts.
    Host,
    /// The unified plugin (AIM); not read by the ML2 generation.
    Unified,
}

/// A group of options; its rows come in blocks that groups share.
#[derive(Debug)]
pub struct Group {
    /// The name as it is registered; files may write it in any case, except `DEFAULT`.
    pub name: &'static str,
    /// Who reads it.
    pub reader: Reader,
    /// Its rows.
    pub rows: &'static [&'static [OptionRow]],
}

impl Group {
    /// All rows of the group.
    pub fn rows(&self) -> impl Iterator<Item = &'static OptionRow> {
        self.rows.iter().copied().flatten()
    }

    /// The row of a name, or of a deprecated name of it.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&'static OptionRow> {
        self.rows().find(|row| row.name == name || row.deprecated.contains(&name))
    }

    /// Whether every option of the group is known, so that another name is a mistake.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self.reader {
            Reader::Neutron => false,
            Reader::Legacy | Reader::NewStyle | Reader::Host | Reader::Unified => true,
        }
    }
}

/// A group by the name it is registered under (`$group.name` in values is case-sensitive).
#[must_use]
pub fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// The group that a section's text names, in any case except for `DEFAULT`.
#[must_use]
pub fn group_of_section(section: &str) -> Option<&'static Group> {
    static BY_NAME: LazyLock<HashMap<String, &'static Group>> =
        LazyLock::new(|| GROUPS.iter().map(|group| (normalised(group.name), group)).collect());
    BY_NAME.get(&normalised(section)).copied()
}

/// The name under which oslo.config files a section: lower case, except `DEFAULT`.
#[must_use]
pub fn normalised(section: &str) -> String {
    if section == "DEFAULT" { section.to_owned() } else { section.to_lowercase() }
}

const fn row(kind: Kind, name: &'static str, default: Option<&'static str>, doc: &'static str) -> OptionRow {
    OptionRow { name, kind, default, secret: false, deprecated: &[], doc }
}

const fn text(name: &'static str, default: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Text, name, Some(default), doc)
}

/// A text without a default.
const fn unset(name: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Text, name, None, doc)
}

const fn secret(name: &'static str, default: Option<&'static str>, doc: &'static str) -> OptionRow {
    OptionRow { name, kind: Kind::Text, default, secret: true, deprecated: &[], doc }
}

const fn yes(name: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Bool, name, Some("true"), doc)
}

const fn no(name: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Bool, name, Some("false"), doc)
}

const fn int(name: &'static str, default: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Int, name, Some(default), doc)
}

const fn float(name: &'static str, default: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Float, name, Some(default), doc)
}

const fn list(name: &'static str, default: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::List, name, Some(default), doc)
}

const fn dict(name: &'static str, doc: &'static str) -> OptionRow {
    row(Kind::Dict, name, Some(""), doc)
}

/// Every group, in the order `show ini` prints them.
pub static GROUPS: &[Group] = &[
    Group { name: "DEFAULT", reader: Reader::Neutron, rows: &[DEFAULT] },
    Group { name: "ml2", reader: Reader::Neutron, rows: &[ML2] },
    Group { name: "ml2_type_vlan", reader: Reader::Neutron, rows: &[ML2_TYPE_VLAN] },
    Group { name: "ml2_type_opflex", reader: Reader::Neutron, rows: &[ML2_TYPE_OPFLEX] },
    Group { name: "securitygroup", reader: Reader::Neutron, rows: &[SECURITYGROUP] },
    Group { name: "ml2_cisco_apic", reader: Reader::Legacy, rows: &[APICAPI, ML2_CISCO_APIC] },
    Group { name: "apic", reader: Reader::NewStyle, rows: &[APICAPI] },
    Group { name: "OPFLEX", reader: Reader::Host, rows: &[OPFLEX] },
    Group { name: "VPP", reader: Reader::Host, rows: &[VPP] },
    Group { name: "apic_host_agent", reader: Reader::Host, rows: &[APIC_HOST_AGENT] },
    Group { name: "group_policy", reader: Reader::Unified, rows: &[GROUP_POLICY] },
    Group { name: "group_policy_implicit_policy", reader: Reader::Unified, rows: &[GROUP_POLICY_IMPLICIT_POLICY] },
    Group { name: "group_policy_group", reader: Reader::Unified, rows: &[GROUP_POLICY_GROUP] },
    Group { name: "resource_mapping", reader: Reader::Unified, rows: &[RESOURCE_MAPPING] },
    Group { name: "aim_mapping", reader: Reader::Unified, rows: &[AIM_MAPPING] },
    Group { name: "ml2_apic_aim", reader: Reader::Unified, rows: &[ML2_APIC_AIM] },
    Group { name: "aim", reader: Reader::Unified, rows: &[AIM] },
    Group { name: "aim_event_service_polling", reader: Reader::Unified, rows: &[AIM_EVENT_SERVICE_POLLING] },
    Group { name: "aim_k8s", reader: Reader::Unified, rows: &[AIM_K8S] },
    Group { name: "aim_server", reader: Reader::Unified, rows: &[AIM_SERVER] },
];

const DEFAULT: &[OptionRow] = &[
    text("apic_system_id", "openstack", "identity of the cloud on the fabric, at most 16 characters"),
    unset("core_plugin", "`ml2`; `ml2plus` is the unified plugin"),
    list("service_plugins", "", "Neutron's service plugins; `cisco_apic_l3` gives routers to the fabric"),
    no("advertise_mtu", "tell instances the MTU by DHCP"),
    int("global_physnet_mtu", "1500", "MTU of the physical network that network MTUs are derived from"),
    text("dhcp_domain", "openstacklocal", "domain that DHCP hands to instances"),
    text("dns_domain", "openstacklocal", "domain of host names in Neutron's DNS integration"),
    no("debug", "log more"),
    unset("log_dir", "folder of the log files"),
    unset("log_file", "name of the log file"),
    text("state_path", "/var/lib/neutron", "folder of Neutron's state"),
    text("bind_host", "0.0.0.0", "address of Neutron's API"),
    int("bind_port", "9696", "port of Neutron's API"),
    text("auth_strategy", "keystone", "how Neutron's API authenticates"),
    text("base_mac", "fa:16:3e:00:00:00", "beginning of generated MAC addresses"),
    secret("transport_url", None, "message queue, with its password"),
];

const ML2: &[OptionRow] = &[
    list("type_drivers", "local,flat,vlan,gre,vxlan,geneve", "network types that can be made; needs `opflex`"),
    OptionRow {
        name: "project_network_types",
        kind: Kind::List,
        default: Some("local"),
        secret: false,
        deprecated: &["tenant_network_types"],
        doc: "types of project networks, first that fits; `opflex` on ACI",
    },
    list("mechanism_drivers", "", "ML2 drivers; `cisco_apic_ml2` is ours"),
    list("extension_drivers", "", "ML2 extension drivers"),
    unset("external_network_type", "type of external networks"),
    int("path_mtu", "0", "largest MTU of an overlay"),
    dict("physical_network_mtus", "MTU by physical network"),
];

const ML2_TYPE_VLAN: &[OptionRow] =
    &[list("network_vlan_ranges", "", "`physnet` or `physnet:min:max`; feeds domains without `vlan_ranges`")];

const ML2_TYPE_OPFLEX: &[OptionRow] =
    &[text("default_opflex_network", "physnet1", "physical network of project networks of type opflex")];

const SECURITYGROUP: &[OptionRow] = &[
    yes("enable_security_group", "whether hosts filter at all"),
    unset("firewall_driver", "what filters on a host"),
    yes("enable_ipset", "match groups with ipset"),
];

/// The options of apicapi, in `[ml2_cisco_apic]` and `[apic]` alike.
const APICAPI: &[OptionRow] = &[
    list("apic_hosts", "", "controllers as `host` or `host:port`, tried in order"),
    unset("apic_username", "login on APIC; in `[apic]` it switches to the new style"),
    secret("apic_password", None, "password of the login; wins over a certificate"),
    unset("certificate_name", "name of the X.509 certificate on APIC"),
    unset("private_key_file", "path of its private key"),
    unset("signature_verification_algorithm", "`v1.0`"),
    unset("signature_hash_type", "`sha256`"),
    yes("apic_use_ssl", "HTTPS; false sends the password in clear text"),
    text("verify_ssl_certificate", "false", "true, false, or the path of a CA bundle"),
    int("apic_request_timeout", "10", "seconds to connect and to read"),
    yes("apic_provision_infra", "create domains, profiles and policy groups on the access side"),
    yes("apic_provision_hostlinks", "program the switch ports of hosts"),
    no("apic_multiple_hostlinks", "read, never used"),
    yes("scope_names", "prefix tenants, VRFs, L3Outs and external EPGs with the system id"),
    yes("scope_infra", "prefix profiles and the AEP with the system id"),
    no("renew_names", "make names again whose object vanished"),
    text("apic_name_mapping", "use_uuid", "`use_uuid` or `use_name`"),
    int("min_id_suffix_size", "4", "characters of the id behind a name with `use_uuid`"),
    text("apic_model", "neutron.plugins.ml2.drivers.cisco.apic.apic_model", "class path of the database model"),
    text("shared_context_name", "", "an existing VRF to use in place of the one called `shared`"),
    no("per_tenant_nat_epg", "one NAT EPG per tenant"),
    yes("enable_aci_routing", "write gateways to bridge domains"),
    yes("enable_optimized_dhcp", "answer DHCP on the host"),
    no("enable_optimized_metadata", "answer metadata on the host"),
    int("apic_optimized_dhcp_lease_time", "0", "seconds; 0 leaves it to the agent"),
    text("keystone_notification_exchange", "keystone", "where renamed projects are heard of"),
    text("keystone_notification_topic", "notifications", "where renamed projects are heard of"),
    text("default_l2_unknown_unicast", "proxy", "`proxy` or `flood`"),
    yes("default_arp_flooding", "flood ARP in bridge domains"),
    text("default_ep_move_detect", "garp", "`garp` or empty"),
    no("default_enforce_subnet_check", "learn only addresses of the bridge domain's subnets"),
    text("default_subnet_scope", "public", "`public`, `private` or `shared`"),
    text("apic_domain_name", "${apic_system_id}", "name of the one domain"),
    text("apic_app_profile_name", "${apic_system_id}_app", "checked, not used by ML2"),
    text("apic_vlan_ns_name", "${apic_system_id}_vlan_ns", "name of the VLAN pool"),
    text("apic_multicast_ns_name", "${apic_system_id}_mcast_ns", "name of the multicast pool"),
    text("apic_external_routed_domain_name", "${apic_system_id}_l3ext", "routed domain of created L3Outs"),
    text("apic_external_routed_entity_profile", "${apic_system_id}_l3ext_entity_profile", "its AEP"),
    text("apic_node_profile", "${apic_system_id}_node_profile", "name of the node profile"),
    text("apic_entity_profile", "${apic_system_id}_entity_profile", "name of the AEP"),
    text("apic_function_profile", "${apic_system_id}_function_profile", "name of the port policy group"),
    text("apic_lacp_profile", "${apic_system_id}_lacp_profile", "name of the LACP policy"),
    text("apic_switch_pg_name", "openstack_sw_pg", "name of the switch policy group, the same for all clouds"),
    text("apic_external_routed_function_profile", "${apic_system_id}_l3ext_function_profile", "port group of L3Outs"),
    yes("use_vmm", "a VMM domain (true) or a physical one"),
    text("apic_vmm_type", "OpenStack", "`OpenStack` or `VMware`"),
    text("vmm_controller_host", "openstack", "controller address written into the VMM domain"),
    text("openstack_user", "admin", "login stored in the VMM domain"),
    secret("openstack_password", Some("somepassword"), "password stored in the VMM domain"),
    unset("encap_mode", "`vlan` or `vxlan`; unset: vlan where a VLAN range is known"),
    text("multicast_address", "225.1.2.3", "multicast address of the VMM domain"),
    list("mcast_ranges", "225.2.1.1:225.2.255.255", "one `min:max` of multicast addresses, one per network"),
    list("vlan_ranges", "", "one `min:max`"),
    text("apic_vlan_range", "2:4093", "read, never used"),
    list("apic_vpc_pairs", "", "`id:id` of switches that form a pair"),
    list("apic_host_uplink_ports", "", "host interfaces to watch with LLDP"),
];

const ML2_CISCO_APIC: &[OptionRow] = &[
    float("apic_agent_report_interval", "60", "seconds between reports of the topology service"),
    float("apic_agent_poll_interval", "60", "seconds between LLDP polls"),
    no("integrated_topology_service", "run the topology service inside the server"),
    yes("per_tenant_context", "one VRF per tenant; false: one for all"),
    no("single_tenant_mode", "all projects in one tenant"),
    text("single_tenant_name", "${apic_system_id}", "name of that tenant"),
    unset("network_constraints_filename", "path of the network constraints"),
    no("l3_cisco_router_plugin", "routers on an ASR"),
    list("vrf_per_router_tenants", "", "regular expressions: tenants with a VRF per router"),
];

const OPFLEX: &[OptionRow] = &[
    text("epg_mapping_dir", "/var/lib/opflex-agent-ovs/endpoints/", "folder of endpoint files"),
    text("as_mapping_dir", "/var/lib/opflex-agent-ovs/services/", "folder of service files"),
    text("snats_mapping_dir", "/var/lib/opflex-agent-ovs/snats/", "folder of SNAT files"),
    text("opflex_agent_dir", "/var/lib/neutron/opflex_agent", "folder of the agent's state"),
    list("opflex_networks", "*", "physical networks served; `*` is all"),
    list("vlan_networks", "*", "physical networks of type VLAN served"),
    list("internal_floating_ip_pool", "169.254.0.0/16", "intermediate addresses for SNAT and floating IPs"),
    list("internal_floating_ip6_pool", "fe80::/64", "the same for IPv6"),
    int("endpoint_request_timeout", "300", "seconds"),
    float("config_apply_interval", "0.5", "seconds"),
    text("agent_mode", "opflex", "`opflex`, `dvs` or `dvs_no_binding`"),
    text("opflex_notify_socket_path", "/var/run/opflex-agent-notif.sock", "socket of the OVS agent"),
    int("nat_mtu_size", "0", "MTU of SNAT interfaces; 0 leaves it"),
    text("fabric_bridge", "br-fabric", "bridge to the fabric"),
    text("nested_domain_uplink_interface", "patch-fab-ex", "uplink of nested domains"),
    text("bridge_manager", "ovs", "`ovs`, `vpp` or `fake`"),
    text("conn_track_syslog_facility", "user", "syslog facility of connection logs"),
    text("conn_track_syslog_severity", "info", "syslog severity of connection logs"),
    yes("enable_snat_conn_track", "log connections of SNAT"),
    no("disable_security_group_for_nested_mode", "no security groups for nested domains"),
    no("disable_metadata_proxy", "no metadata proxy on the host"),
];

const VPP: &[OptionRow] = &[text("vhostuser_socket_dir", "/var/run/vpp-sockets", "folder of vhost-user sockets")];

const APIC_HOST_AGENT: &[OptionRow] = &[
    list("apic_host_uplink_ports", "", "host interfaces to watch with LLDP"),
    float("apic_agent_poll_interval", "60", "seconds between LLDP polls"),
    float("apic_agent_report_interval", "60", "seconds between reports"),
];

const GROUP_POLICY: &[OptionRow] = &[
    list("policy_drivers", "dummy", "group-based policy drivers"),
    list("extension_drivers", "", "group-based policy extension drivers"),
];

const GROUP_POLICY_IMPLICIT_POLICY: &[OptionRow] = &[
    text("default_l3_policy_name", "default", "name of the implicit L3 policy"),
    int("default_ip_version", "4", "4, 6 or 46"),
    text("default_ip_pool", "${group_policy_group.default_ip_pool}", "addresses of implicit L3 policies"),
    int("default_subnet_prefix_length", "24", "length of implicit subnets"),
    text("default_external_segment_name", "default", "name of the implicit external segment"),
];

const GROUP_POLICY_GROUP: &[OptionRow] =
    &[text("default_ip_pool", "10.0.0.0/8", "addresses of L3 policies; contains the usual infra pool")];

const RESOURCE_MAPPING: &[OptionRow] = &[
    list("dns_nameservers", "", "DNS servers of implicit subnets"),
    unset("default_ipv6_ra_mode", "RA mode of implicit subnets"),
    unset("default_ipv6_address_mode", "address mode of implicit subnets"),
    yes("use_subnetpools", "take implicit subnets from pools"),
];

const AIM_MAPPING: &[OptionRow] = &[
    yes("create_auto_ptg", "a group for every L2 policy"),
    yes("create_per_l3p_implicit_contracts", "implicit contracts per L3 policy"),
    yes("advertise_mtu", "tell instances the MTU by DHCP"),
    int("nested_host_vlan", "4094", "VLAN of nested hosts"),
];

const ML2_APIC_AIM: &[OptionRow] = &[
    yes("enable_optimized_dhcp", "answer DHCP on the host"),
    no("enable_optimized_metadata", "answer metadata on the host"),
    int("apic_optimized_dhcp_lease_time", "0", "seconds; 0 leaves it to the agent"),
    text("keystone_notification_exchange", "keystone", "where renamed projects are heard of"),
    text("keystone_notification_topic", "notifications", "where renamed projects are heard of"),
    unset("keystone_notification_pool", "pool of listeners on that topic"),
    no("enable_keystone_notification_purge", "delete everything of a deleted project"),
    no("enable_neutronclient_internal_ep_interface", "use the internal endpoint"),
    no("enable_iptables_firewall", "iptables in place of the fabric's security groups"),
    text("l3_domain_dn", "", "routed domain of SVI networks"),
    text("apic_router_id_pool", "199.199.199.1/24", "router ids of SVI L3Outs"),
    dict("migrate_ext_net_dns", "network uuid to DN, for networks taken over from ML2"),
    int("apic_nova_vm_name_cache_update_interval", "60", "seconds"),
    no("allow_routed_vrf_subnet_overlap", "let subnets of one VRF overlap"),
];

const AIM: &[OptionRow] = &[
    int("agent_down_time", "120", "seconds without a report until an agent counts as down"),
    int("agent_report_interval", "60", "seconds between reports"),
    float("agent_polling_interval", "0", "seconds between polls"),
    float("agent_event_squash_time", "0.1", "seconds events are gathered"),
    int("agent_deadlock_time", "300", "seconds"),
    int("config_polling_interval", "30", "seconds"),
    no("poll_config", "poll the configuration in place of events"),
    yes("recovery_restart", "restart on errors"),
    text("aim_system_id", "openstack_aid", "marker of owned objects"),
    text("annotation_prefix", "orchestrator:openstack:", "prefix of annotations"),
    no("disable_micro_segmentation", "no micro-segmentation"),
    float("aci_tenant_polling_yield", "0.2", "seconds"),
    float("websocket_monitor_sleep", "10", "seconds"),
    unset("websocket_subscription_timeout", "seconds; 0 sends none"),
    int("max_operation_retry", "5", "tries"),
    int("retry_cooldown", "3", "seconds"),
    text("unix_socket_path", "/run/aid/events/aid.sock", "socket of the agent"),
    int("error_state_recovery_interval", "3600", "seconds"),
    unset("aim_service_identifier", "defaults to the host name"),
    unset("aim_agentid_base", "defaults to the host name"),
    text("aim_store", "sql", "`sql` or `k8s`"),
    no("validate_config_trees", "check trees"),
    int("apic_available_time", "600", "seconds"),
    yes("remove_remote_group_sg_rule_if_block_all", "drop rules of blocked remote groups"),
    no("support_gen1_hw_gratarps", "gratuitous ARP for old leaves"),
    no("enable_faults_subscriptions", "subscribe to faults"),
];

const AIM_EVENT_SERVICE_POLLING: &[OptionRow] = &[float("service_polling_interval", "10", "seconds")];

const AIM_K8S: &[OptionRow] = &[
    text("k8s_config_path", "/root/.kube/config", "kubeconfig"),
    text("k8s_namespace", "kube-system", "namespace"),
    text("k8s_vmm_domain", "kubernetes", "VMM domain"),
    text("k8s_controller", "kube-cluster", "controller"),
];

const AIM_SERVER: &[OptionRow] = &[
    text("socket_file", "", "UNIX socket; wins over port and address"),
    int("port", "8080", "port"),
    text("binding_ip", "127.0.0.1", "address"),
];
