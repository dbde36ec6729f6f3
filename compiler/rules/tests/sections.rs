//! The rules of the family sections over odd texts, and over texts that only look odd.

mod texts;

use aciform_diagnostics::Applicability;
use texts::{assert_cases, fixed};

#[test]
fn options_that_a_later_line_overrides_are_found() {
    assert_cases(
        &[],
        &[
            (&["[OPFLEX]\nopflex_networks = a\n[opflex]\nopflex_networks = b\n"], &["2 ACI107", "3 ACI106"]),
            (&["[OPFLEX]\nnat_mtu_size = 1\nnat_mtu_size = 2\nnat_mtu_size = 2\n"], &["2 ACI107"]),
            (&["[OPFLEX]\nnat_mtu_size = 1\nnat_mtu_size = 1\n"], &[]),
            // The other file is another rule's, and so are named sections; of unknown options several may be meant.
            (&["[OPFLEX]\nnat_mtu_size = 1\n", "[OPFLEX]\nnat_mtu_size = 2\n"], &["2 ACI117"]),
            (&["[apic_switch:201]\na = 1/1\na = 1/2\n"], &["3 ACI108"]),
            (&["[DEFAULT]\nnotification_driver = a\nnotification_driver = b\n"], &[]),
        ],
    );
    let text = "[OPFLEX]\n# one\nopflex_networks = a,\n  b\n# two\nopflex_networks = c\n";
    let expected = "[OPFLEX]\n# one\n# two\nopflex_networks = c\n";
    assert_eq!(fixed(text, &[], Applicability::Unsafe), expected);
}

#[test]
fn sections_that_the_unified_plugin_does_not_read_are_found() {
    let external = "[apic_external_network:X]\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = 172.16.1.1/24\n";
    let drivers = "[ml2]\ntype_drivers = opflex\nproject_network_types = opflex\nmechanism_drivers = ";
    let unified = format!("{drivers}apic_aim\n");
    let legacy = format!("{drivers}cisco_apic_ml2\n");
    let both = format!("{drivers}apic_aim,cisco_apic_ml2\n");
    assert_cases(
        &[],
        &[
            (&[external, &unified], &["1 ACI115"]),
            (&[external, "[ml2_apic_aim]\nenable_optimized_dhcp = True\n"], &["1 ACI115"]),
            (
                &["[ml2_cisco_apic]\nper_tenant_context = True\n", "[aim_mapping]\nadvertise_mtu = True\n"],
                &["1 ACI115"],
            ),
            // `[apic]` of the unified plugin's client says nothing about the generation of the driver.
            (
                &[
                    "[apic]\napic_hosts = 10.1.1.1\napic_username = u\napic_password = x\n[apic_vmdom:a]\n",
                    "[ml2_cisco_apic]\nscope_names = True\n",
                    "[ml2_apic_aim]\nenable_optimized_dhcp = True\n",
                ],
                &["b:1 ACI115"],
            ),
            // The topology service has its options there.
            (
                &[
                    "[ml2_cisco_apic]\napic_agent_poll_interval = 30\n",
                    "[ml2_apic_aim]\nenable_optimized_dhcp = True\n",
                ],
                &[],
            ),
            (&[external, &legacy], &[]),
            (&[external, &both], &["b:4 ACI121"]),
            (&[external, "[group_policy]\npolicy_drivers = implicit_policy,apic\n"], &[]),
            (&[external, "[aim]\npoll_config = True\n"], &[]),
        ],
    );
}

#[test]
fn lines_that_say_the_default_are_found_when_asked_for() {
    assert_cases(
        &["ACI118"],
        &[
            (
                &["[DEFAULT]\napic_system_id = a\n[ml2_cisco_apic]\napic_vlan_ns_name = a_vlan_ns\nuse_vmm = yes\n"],
                &["4 ACI118", "5 ACI118"],
            ),
            (
                &["[ml2_cisco_apic]\nmcast_ranges = 225.2.1.1:225.2.255.255\napic_request_timeout = 010\n"],
                &["2 ACI118", "3 ACI118"],
            ),
            // The later line takes the earlier back.
            (&["[OPFLEX]\nnat_mtu_size = 9\n", "[OPFLEX]\nnat_mtu_size = 0\n"], &["2 ACI117"]),
            // A number without digits, a list without items and a secret are other matters.
            (
                &["[OPFLEX]\nnat_mtu_size =\n[ml2_cisco_apic]\napic_vpc_pairs =\nopenstack_password = somepassword\n"],
                &["2 ACI202"],
            ),
            (&["[DEFAULT]\ndebug = False\n[ml2]\npath_mtu = 0\n"], &[]),
            (&["[apic]\nscope_names = True\n"], &[]),
            (
                &[
                    "[apic_external_network:X]\nenable_nat = YES\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = 172.16.1.1/24\n",
                ],
                &["2 ACI118"],
            ),
            (
                &[
                    "[apic_switch:1]\npod_id = 1\nenable_nat = True\n[apic_physical_network:p]\nsegment_type = vlan\nhosts = a\n",
                ],
                &["2 ACI118", "5 ACI118"],
            ),
        ],
    );
}

#[test]
fn headers_without_lines_are_found() {
    assert_cases(
        &[],
        &[
            (&["[ml2_cisco_apic]\n\n\n[OPFLEX]"], &["1 ACI119", "4 ACI119"]),
            (&["[apic_switch:201]\n"], &["1 ACI119"]),
            (&["[ml2_cisco_apic]\n# apic_hosts = 10.1.1.1\n[x]\n"], &[]),
            (&["[apic]\napic_username = a\n[apic_vmdom:a]\n[apic_physdom:b]\n"], &["1 ACI120", "1 ACI120"]),
            // What is wrong there is something else.
            (&["[ml2_cisco_apic]\napic_use_ssl True\n"], &["2 ACI003"]),
            (&["[ml2_cisco_apic]]\n"], &["1 ACI101"]),
            (&["[default]\n"], &["1 ACI116"]),
        ],
    );
    assert_eq!(fixed("[OPFLEX]", &[], Applicability::Safe), "");
    assert_eq!(fixed("# a\n[OPFLEX]\r\n# b", &[], Applicability::Safe), "# a\n[OPFLEX]\r\n# b");
}

#[test]
fn a_cloud_without_opflex_networks_is_found() {
    let ml2 = |lines: &str| format!("[ml2]\nmechanism_drivers = cisco_apic_ml2\n{lines}");
    let (all, none, old) = (
        ml2("type_drivers = vlan, opflex\nproject_network_types = opflex\n"),
        ml2(""),
        ml2("type_drivers = opflex\ntenant_network_types = vlan\n"),
    );
    let empty = ml2("type_drivers =\nproject_network_types = opflex\n");
    assert_cases(
        &[],
        &[
            (&[&all], &[]),
            // The drivers are named in one file, and their types in another, or nowhere.
            (&[&none], &["1 ACI122"]),
            (&[&none, "[ml2]\ntype_drivers = opflex\nproject_network_types = opflex\n"], &[]),
            (&[&none, "[ML2]\ntype_drivers = opflex\ntenant_network_types = opflex\n"], &["b:3 ACI110"]),
            (&["[ml2]\ntype_drivers = opflex\nproject_network_types = opflex\n", &none], &[]),
            (&[&none, "[ml2]\ntype_drivers = opflex\n"], &["1 ACI122"]),
            (&[&none, "[ml2]\ntype_drivers = vlan\n"], &["b:2 ACI122"]),
            (&[&none, "[ml2]\ntype_drivers = vlan\nproject_network_types = vlan\n"], &["b:2 ACI122", "b:3 ACI122"]),
            (&[&old], &["4 ACI110", "4 ACI122"]),
            (&[&empty], &["3 ACI122"]),
            (&["[ml2]\nmechanism_drivers = openvswitch,cisco_apic_ml2\ntype_drivers = vlan\n"], &[]),
            (&["[ml2]\ntype_drivers = vlan\n"], &[]),
            (&["[ml2]\nmechanism_drivers = openvswitch\n"], &[]),
            // The other types may stand in what could not be read.
            (&[&none, "{{ x }}\n"], &["b:1 ACI013"]),
        ],
    );
    let text = "[ml2]\nmechanism_drivers = apic_gbp\ntype_drivers = \"vlan,\"\ntenant_network_types = vlan\n";
    assert!(
        fixed(text, &[], Applicability::Unsafe)
            .ends_with("type_drivers = \"opflex,vlan,\"\ntenant_network_types = opflex,vlan\n")
    );
}

#[test]
fn a_former_name_is_written_anew_only_where_nothing_else_has_the_new_one() {
    let safe = |text: &str| fixed(text, &[], Applicability::Safe);
    let mended = "[ml2_cisco_apic]\ndefault_arp_flooding = True\n";
    assert_eq!(safe("[ml2_cisco_apic]\nenable_arp_flooding = True\n"), mended);
    for text in [
        // Set, to the same and to another value.
        "[ml2_cisco_apic]\nenable_arp_flooding = True\ndefault_arp_flooding = True\n",
        "[ml2_cisco_apic]\nenable_arp_flooding = True\ndefault_arp_flooding = False\n",
        "[ml2_cisco_apic]\nenable_arp_flooding = True\n[ML2_CISCO_APIC]\ndefault_arp_flooding = False\n",
        // Two lines of which either could be meant.
        "[ml2_cisco_apic]\nenable_arp_flooding = True\napic_arp_flooding = False\n",
        "[ml2_cisco_apic]\nenable_arp_flooding = True\nenable_arp_flooding = False\n",
        // Another value than before.
        "[ml2_cisco_apic]\nvni_ranges = 1:10\n",
        "[ml2_cisco_apic]\napic_host = 10.1.1.1\napic_port = 8080\n",
    ] {
        let after = safe(text);
        let dead = |text: &str| {
            let names = ["enable_arp_flooding", "apic_arp_flooding", "vni_ranges", "apic_host ", "apic_port"];
            names.iter().map(|name| text.matches(name).count()).sum::<usize>()
        };
        assert_eq!(dead(&after), dead(text), "{after}");
    }
    // A misspelling of the new name is mended, and the former name is left.
    let both = "[ml2_cisco_apic]\nenable_arp_flooding = True\nDefault-ARP-flooding = False\n";
    assert!(safe(both).contains("enable_arp_flooding = True\ndefault_arp_flooding = False\n"), "{}", safe(both));
    let set = "[ml2_cisco_apic]\nenable_arp_flooding = True\ndefault_arp_flooding = False\n";
    let deleted = "[ml2_cisco_apic]\ndefault_arp_flooding = False\n";
    assert_eq!(fixed(set, &[], Applicability::Unsafe), deleted);
}

#[test]
fn a_safe_fix_takes_nothing_away_that_is_right_once_a_key_in_doubt_is_mended() {
    let rest = "external_epg = e\nhost_pool_cidr = 10.3.0.1/24\n";
    for line in [
        "Preexisting = True\n",
        "prexisting = True\n",
        "preexisting = 0\npreexisting = 1\n",
        "preexisting True\n",
        "preexisting = yes;\n",
        "preexisting = Ture\n",
        "preexisting = ${use_vmm}\n",
        "Preexisting = True\nswitch = 101\n",
    ] {
        let after = fixed(&format!("[apic_external_network:x]\n{line}{rest}"), &[], Applicability::Safe);
        assert!(after.ends_with(rest), "{after}");
    }
    let swallowed = "[apic_external_network:x]\nexternal_epg = e\n  preexisting = True\n";
    assert_eq!(fixed(swallowed, &[], Applicability::Safe), swallowed);
    let edge = "[apic_external_network:x]\npreexisting = True\nexternal_epg = e\nEdge_nat = True\nvlan_range = 5:9\n";
    assert_eq!(fixed(edge, &[], Applicability::Safe), edge.replace("Edge", "edge"));
    let networks = "[opflex]\nnetworks = physnet1\nopflex-networks = physnet2\n";
    let mended = "[opflex]\nnetworks = physnet1\nopflex_networks = physnet2\n";
    assert_eq!(fixed(networks, &[], Applicability::Safe), mended);
}
