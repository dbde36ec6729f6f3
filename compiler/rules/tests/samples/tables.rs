//! The tables, sample by sample; lines of files count from 1.

/// A sample: its files, what is known about its cloud, and what is expected of it.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    /// Names and texts, in `--config-file` order.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// The facts about its cloud, as an intent.
    pub(crate) intent: Option<&'static str>,
    /// Whether the table is about the site alone.
    pub(crate) only_in_site: bool,
    /// `file:line code`, one a line.
    pub(crate) findings: &'static str,
    /// Codes that are off by default, and what they add.
    pub(crate) switched_on: &'static [(&'static str, &'static str)],
    /// Options and keys of named sections with their values as JSON.
    pub(crate) effective: &'static [(&'static str, &'static str)],
}

macro_rules! ini {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../intent/tests/ini/", $name)))
    };
}

/// Findings whose code is there for other triggers, and for this one not yet.
pub(crate) const NOT_YET: &[&str] = &[];

pub(crate) const SAMPLES: &[Sample] = &[
    Sample {
        name: "small lab",
        files: &[ini!("lab.ini")],
        intent: Some(
            "fabric: {tep_pool: 10.0.0.0/16}
hosts:
  centos-01:
  centos-02:
external_networks:
  OS_L3Out:
    subnets: {fip: {cidr: 172.16.20.0/24}}
projects:
  NewWebApps:
    networks:
      web: {subnets: {v4: {cidr: 10.100.100.0/24}}}
    routers:
      edge: {external_gateway: {network: OS_L3Out}, interfaces: [web]}
",
        ),
        only_in_site: false,
        findings: "
            lab.ini:8 ACI701
            lab.ini:5 ACI709
        ",
        switched_on: &[("ACI118", "lab.ini:9 ACI118\nlab.ini:13 ACI118\nlab.ini:14 ACI118\nlab.ini:21 ACI118")],
        effective: &[
            ("[DEFAULT] apic_system_id", "\"RDO-ML2\""),
            ("[ml2_cisco_apic] apic_domain_name", "\"RDO-ML2\""),
            ("[ml2_cisco_apic] apic_app_profile_name", "\"RDO-ML2_app\""),
            ("[ml2_cisco_apic] apic_vlan_ns_name", "\"RDO-ML2_vlan_ns\""),
            ("[ml2_cisco_apic] apic_node_profile", "\"RDO-ML2_node_profile\""),
            ("[ml2_cisco_apic] apic_entity_profile", "\"RDO-ML2_entity_profile\""),
            ("[ml2_cisco_apic] apic_function_profile", "\"RDO-ML2_function_profile\""),
            ("[ml2_cisco_apic] apic_lacp_profile", "\"RDO-ML2_lacp_profile\""),
            ("[ml2_cisco_apic] apic_multicast_ns_name", "\"RDO-ML2_mcast_ns\""),
            ("[ml2_cisco_apic] apic_external_routed_domain_name", "\"RDO-ML2_l3ext\""),
            ("[apic_external_network:OS_L3Out] preexisting", "\"True\""),
            ("[apic_external_network:OS_L3Out] enable_nat", "\"True\""),
            ("[apic_external_network:OS_L3Out] external_epg", "\"InternetAccess\""),
            ("[apic_external_network:OS_L3Out] host_pool_cidr", "\"172.16.10.1/24\""),
        ],
    },
    Sample {
        name: "production",
        files: &[ini!("production.ini")],
        intent: Some(
            "hosts:
  @hosts compute 180
external_networks:
  inet-a:
  inet-b:
  partner:
  campus:
",
        ),
        only_in_site: false,
        findings: "
            production.ini:5 ACI709
            production.ini:43 ACI337
        ",
        switched_on: &[],
        effective: &[
            ("[ml2_cisco_apic] apic_hosts", "[\"10.9.1.11\", \"10.9.1.12\", \"10.9.1.13\"]"),
            ("[ml2_cisco_apic] vrf_per_router_tenants", "[\"^retail-.*\", \"^lab_\"]"),
            ("[ml2_cisco_apic] apic_password", "null"),
            ("[ml2_cisco_apic] certificate_name", "\"neutron-east-2017\""),
            ("[ml2_cisco_apic] verify_ssl_certificate", "\"true\""),
            ("[ml2_cisco_apic] apic_request_timeout", "30"),
            ("[ml2_cisco_apic] mcast_ranges", "[\"225.40.0.1:225.40.255.254\"]"),
            ("[apic_external_network:partner] preexisting", "\"1\""),
            ("[apic_external_network:campus] encap", "\"vlan-1034\""),
        ],
    },
    Sample {
        name: "edge NAT",
        files: &[ini!("edge-nat.ini")],
        intent: None,
        only_in_site: false,
        findings: "
            edge-nat.ini:8 ACI701
            edge-nat.ini:5 ACI709
        ",
        switched_on: &[],
        effective: &[
            ("[ml2_cisco_apic] apic_use_ssl", "true"),
            ("[ml2_cisco_apic] apic_password", "\"***\""),
            ("[ml2_cisco_apic] apic_hosts", "[\"apic1.example.net\", \"apic2.example.net\"]"),
            ("[apic_external_network:edge-inet] vlan_range", "\"1001:1499,1600:1799\""),
        ],
    },
    Sample {
        name: "VLAN hosts",
        files: &[ini!("vlan-domains.ini")],
        intent: Some(
            "hosts:
  nova01:
  nova02:
  nova03:
  nova04:
  baremetal01:
  baremetal02:
",
        ),
        only_in_site: false,
        findings: "
            vlan-domains.ini:8 ACI701
            vlan-domains.ini:5 ACI709
            vlan-domains.ini:16 ACI810
            vlan-domains.ini:17 ACI810
            vlan-domains.ini:31 ACI411
            vlan-domains.ini:36 ACI411
        ",
        switched_on: &[],
        effective: &[
            ("[apic] apic_vpc_pairs", "[\"201:202\", \"203:204\"]"),
            ("[apic] apic_vlan_ns_name", "\"vlan-dc2_vlan_ns\""),
            ("[apic] apic_provision_hostlinks", "true"),
            ("[ml2_cisco_apic] apic_agent_report_interval", "30.0"),
            ("[ml2_cisco_apic] apic_agent_poll_interval", "45.5"),
            ("[apic_vmdom:vlan-dc2] vlan_ranges", "\"1100:1399,2100:2399\""),
            ("[apic_physdom:pdom_physnet1] vlan_ranges", "\"2400:2499\""),
            ("[apic_switch:202] nova04|eth3", "\"1/13\""),
            ("[apic_switch:205] baremetal02", "\"101/1/7\""),
        ],
    },
    Sample {
        name: "unified, aim.conf",
        files: &[ini!("aim.ini")],
        intent: None,
        only_in_site: false,
        findings: "
            aim.ini:5 ACI701
            aim.ini:10 ACI701
            aim.ini:23 ACI701
        ",
        switched_on: &[],
        effective: &[
            ("[aim] aim_system_id", "\"uni3\""),
            ("[DEFAULT] apic_system_id", "\"openstack\""),
            ("[apic] verify_ssl_certificate", "\"true\""),
        ],
    },
    Sample {
        name: "unified, aimctl",
        files: &[ini!("aim.ini"), ini!("aimctl.ini")],
        intent: None,
        only_in_site: false,
        findings: "
            aim.ini:5 ACI701
            aim.ini:10 ACI701
            aim.ini:23 ACI701
        ",
        switched_on: &[],
        effective: &[
            ("[DEFAULT] apic_system_id", "\"uni3\""),
            ("[apic] apic_entity_profile", "\"uni3-aep\""),
            ("[apic_vmdom:uni3] encap_mode", "\"vxlan\""),
        ],
    },
    Sample {
        name: "unified, Neutron",
        files: &[ini!("unified.ini")],
        intent: None,
        only_in_site: false,
        findings: "
            unified.ini:34 ACI701
        ",
        switched_on: &[],
        effective: &[
            (
                "[ml2_apic_aim] migrate_ext_net_dns",
                "{\"9b2e8f7c-51c6-4f4b-9d5a-0d2d0f5c7a10\": \"uni/tn-common/out-inet-a/instP-any\"}",
            ),
            ("[ml2] mechanism_drivers", "[\"apic_aim\"]"),
            ("[ml2_type_vlan] network_vlan_ranges", "[\"physnet1:2400:2499\"]"),
        ],
    },
    Sample {
        name: "badly broken",
        files: &[ini!("broken.ini")],
        intent: Some(
            "fabric: {tep_pool: 10.0.0.0/16}
hosts:
  compute1:
  compute2:
  compute3:
  compute4:
  compute5:
external_networks:
  OS_L3Out:
  legacy:
  partner-dmz: {name: \"Partner:DMZ\"}
",
        ),
        only_in_site: true,
        findings: "
            broken.ini:2 ACI601
            broken.ini:2 ACI602
            broken.ini:4 ACI709
            broken.ini:5 ACI110
            broken.ini:6 ACI210
            broken.ini:6 ACI210
            broken.ini:7 ACI102
            broken.ini:8 ACI205
            broken.ini:8 ACI701
            broken.ini:9 ACI703
            broken.ini:10 ACI203
            broken.ini:11 ACI010
            broken.ini:12 ACI202
            broken.ini:13 ACI510
            broken.ini:14 ACI501
            broken.ini:15 ACI507
            broken.ini:16 ACI508
            broken.ini:17 ACI407
            broken.ini:17 ACI406
            broken.ini:18 ACI514
            broken.ini:20 ACI007
            broken.ini:23 ACI402
            broken.ini:23 ACI408
            broken.ini:23 ACI408
            broken.ini:24 ACI401
            broken.ini:24 ACI408
            broken.ini:26 ACI016
            broken.ini:26 ACI408
            broken.ini:28 ACI103
            broken.ini:33 ACI204
            broken.ini:34 ACI009
            broken.ini:35 ACI307
            broken.ini:36 ACI102
            broken.ini:38 ACI106
            broken.ini:39 ACI108
            broken.ini:41 ACI104
            broken.ini:44 ACI313
            broken.ini:46 ACI303
            broken.ini:46 ACI304
            broken.ini:48 ACI316
            broken.ini:48 ACI320
            broken.ini:49 ACI319
            broken.ini:52 ACI805
        ",
        switched_on: &[],
        effective: &[],
    },
];
