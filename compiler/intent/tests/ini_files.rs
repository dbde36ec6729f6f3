//! What depends on which files stand together: placeholders, overridden options, groups of the other plugin, another
//! driver. Each case is the files and the findings as `file:line code`.

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_intent::ini;
use aciform_syntax::ini::parse;

/// The findings of files called `a`, `b` and so on.
fn findings(texts: &[&str]) -> Vec<String> {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut files = Vec::new();
    for (name, text) in ["a", "b", "c"].into_iter().zip(texts) {
        let file = sources.add(name, *text);
        files.push((file, parse(file, text, &mut diagnostics)));
    }
    let files: Vec<_> = files.iter().map(|(file, parsed)| (*file, parsed)).collect();
    ini::read(&files, &mut diagnostics);
    let place = |finding: &aciform_diagnostics::Diagnostic| {
        let place = sources.place(finding.primary().expect("a place"));
        format!("{} {}", place.rsplit_once(':').expect("a column").0, finding.code.id)
    };
    diagnostics.into_sorted().iter().map(place).collect()
}

fn assert_all(cases: &[(&[&str], &[&str])]) {
    for (texts, expected) in cases {
        assert_eq!(findings(texts), *expected, "{texts:#?}");
    }
}

#[test]
fn a_placeholder_is_one_finding_and_the_rest_of_the_file_is_read() {
    assert_all(&[
        (
            &["[ml2_cisco_apic]\napic_hosts = <ip:port>, <ip:port>\napic_use_ssl = <flag>\n"],
            &["a:2 ACI013", "a:3 ACI013"],
        ),
        (&["[ml2_cisco_apic]\nencap_mode = @ENCAP@\nmulticast_address = %%MCAST%%\n"], &["a:2 ACI013", "a:3 ACI013"]),
        (&["[DEFAULT]\napic_system_id = <your system id, at most 16>\n"], &["a:2 ACI013"]),
        (
            &["[DEFAULT]\napic_system_id = <your system id>\n[ml2_cisco_apic]\nscope_names = nope\n"],
            &["a:2 ACI013", "a:4 ACI201"],
        ),
        (&["[ml2_cisco_apic]\napic_hosts = $apic_hosts\napic_password = APICPASS\n"], &["a:2 ACI013", "a:3 ACI013"]),
        (&["[ml2_cisco_apic]\napic_hosts = ${apic_hosts}\n"], &["a:2 ACI212"]),
        (
            &["[apic_external_network:X]\npreexisting = True\nexternal_epg = <epg>\nhost_pool_cidr = <cidr>\n"],
            &["a:3 ACI013", "a:4 ACI013"],
        ),
        (&["[apic_external_network:X]\npreexisting = <bool>\nenable_nat = False\n"], &["a:2 ACI013"]),
        // Of other services nothing is known.
        (&["[database]\nconnection = <None>\n"], &[]),
        // What only looks like a mark.
        (&["[ml2_cisco_apic]\napic_password = @home@\nvrf_per_router_tenants = (?<!x)y, <b>$\n"], &[]),
        (&["[ml2_cisco_apic]\napic_hosts = <a>, 10.1.1.1\n"], &[]),
    ]);
}

#[test]
fn an_option_in_two_files_is_found_where_it_has_no_effect() {
    assert_all(&[
        (&["[ml2_cisco_apic]\napic_hosts = 10.1.1.1\n", "[ML2_CISCO_APIC]\napic_hosts = 10.1.1.2\n"], &["a:2 ACI117"]),
        (&["[apic]\nscope_infra = False\n", "[apic]\nscope_infra = False\n"], &[]),
        (
            &["[ml2]\ntype_drivers = a\n", "[ml2]\ntype_drivers = b\n", "[ml2]\ntype_drivers = c\n"],
            &["a:2 ACI117", "b:2 ACI117"],
        ),
        // Two lines of one file are another mistake; the last of them is what the file says.
        (&["[apic]\nscope_infra = False\nscope_infra = True\n", "[apic]\nscope_infra = True\n"], &[]),
        // What a distribution sets is there to be overridden.
        (&["[DEFAULT]\ndebug = False\nbind_port = 1\n", "[DEFAULT]\ndebug = True\nbind_port = 2\n"], &[]),
        (&["[database]\nconnection = a\n", "[database]\nconnection = b\n"], &[]),
    ]);
}

#[test]
fn groups_that_the_plugin_in_force_does_not_read_are_found() {
    let legacy = "[ml2]\nmechanism_drivers = cisco_apic_ml2\n";
    let old = "[ml2_cisco_apic]\napic_username = ops\n";
    assert_all(&[
        (&[legacy, "[ml2_apic_aim]\nenable_iptables_firewall = True\n"], &["b:1 ACI113"]),
        (&[legacy, "[ml2_apic_aim]\n# enable_iptables_firewall = True\n"], &[]),
        (&[legacy, "[aim]\npoll_config = True\n"], &[]),
        (&[old, "[apic]\napic_hosts = 10.1.1.1\n"], &["b:2 ACI113"]),
        // One cause is one finding.
        (&[old, "[apic_vmdom:a]\n[apic_physdom:p]\n"], &["b:1 ACI113"]),
        (&[old, "[apic]\napic_hosts = 10.1.1.1\nscope_infra = False\n[apic_vmdom:a]\n"], &["b:2 ACI113"]),
        (
            &[
                "[ml2_cisco_apic]\napic_hosts = 10.1.1.1\nscope_names = False\nper_tenant_context = True\n",
                "[apic]\napic_username = ops\n[apic_vmdom:a]\n[ml2_cisco_apic]\nscope_infra = False\n",
            ],
            &["a:2 ACI113"],
        ),
        // `aimctl.conf` has the domains, and another file the user name.
        (&["[DEFAULT]\napic_system_id = a\n[apic]\nscope_infra = False\n[apic_vmdom:a]\n[apic_physdom:p]\n"], &[]),
        (&["[ml2]\nmechanism_drivers = apic_aim\n[apic_vmdom:a]\n"], &[]),
        // The files of the unified plugin's services have an `[apic]` of their own.
        (&[old, "[aim]\npoll_config = True\n[apic]\napic_hosts = 10.1.1.1\n"], &[]),
        (&["[apic]\napic_provision_infra = False\n[apic_physdom:p]\n"], &[]),
        (&["[ml2_apic_aim]\napic_hosts = 10.1.1.1\nsingle_tenant_mode = True\n"], &["a:2 ACI109", "a:3 ACI109"]),
        (&["[ml2_apic_aim]\nuse_vmm = True\n", "[aim]\napic_system_id = x\n"], &["a:2 ACI109", "b:2 ACI109"]),
    ]);
}

#[test]
fn a_driver_without_its_plugins_is_found_where_they_are_written() {
    let (ml2, aim) = ("[ml2]\nmechanism_drivers = cisco_apic_ml2\n", "[ml2]\nmechanism_drivers = apic_aim\n");
    assert_all(&[
        (&[ml2], &[]),
        (&[ml2, "[DEFAULT]\nservice_plugins = router\n"], &["b:2 ACI121"]),
        (&[ml2, "[DEFAULT]\nservice_plugins = cisco_apic_l3,lbaas\ncore_plugin = ml2\n"], &[]),
        (&[ml2, "[DEFAULT]\nservice_plugins = apic_ml2.neutron.services.l3_router.l3_apic.ApicL3ServicePlugin\n"], &[]),
        (&[ml2, "[DEFAULT]\nservice_plugins = apic_aim_l3\n"], &["b:2 ACI121"]),
        (&[ml2, "[DEFAULT]\ncore_plugin = neutron.plugins.ml2.plugin.Ml2Plugin\n"], &[]),
        (&[ml2, "[DEFAULT]\ncore_plugin = openvswitch\n"], &["b:2 ACI121"]),
        (&["[ml2]\nmechanism_drivers = apic_gbp\n[DEFAULT]\nservice_plugins = group_policy,apic_gbp_l3\n"], &[]),
        (&[aim, "[DEFAULT]\ncore_plugin = ml2\nservice_plugins = router\n"], &["b:2 ACI121", "b:3 ACI121"]),
        (&[aim, "[DEFAULT]\ncore_plugin = gbpservice.neutron.plugins.ml2plus.plugin.Ml2PlusPlugin\n"], &[]),
        (&[aim, "[DEFAULT]\nservice_plugins = cisco_apic_l3\n"], &["b:2 ACI121"]),
        // A later file sets it right, a template may, and routers on an ASR have another plugin.
        (
            &["[DEFAULT]\nservice_plugins = router\n", ml2, "[DEFAULT]\nservice_plugins = cisco_apic_l3\n"],
            &["a:2 ACI117"],
        ),
        (&[ml2, "[DEFAULT]\nservice_plugins = router\n{% if x %}\n"], &["b:3 ACI013"]),
        (
            &[ml2, "[DEFAULT]\nservice_plugins = cisco_l3_routing\n[ml2_cisco_apic]\nl3_cisco_router_plugin = True\n"],
            &[],
        ),
        // That nothing translates is said once.
        (
            &[
                ml2,
                "[DEFAULT]\nservice_plugins = router\n",
                "[apic_external_network:X]\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = 172.16.1.1/24\n",
            ],
            &["b:2 ACI323"],
        ),
        (&["[ml2]\nmechanism_drivers = openvswitch\n[DEFAULT]\nservice_plugins = router\n"], &[]),
        // Two drivers are the first thing to set right.
        (
            &["[ml2]\nmechanism_drivers = apic_aim,cisco_apic_ml2\n[DEFAULT]\nservice_plugins = router\n"],
            &["a:2 ACI121"],
        ),
    ]);
}

#[test]
fn words_and_ranges_of_the_client_without_its_user_name_are_looked_at() {
    let apic = |line: &str| format!("[apic]\n{line}\n");
    for (line, code) in [
        ("apic_name_mapping = use_names", "ACI203"),
        ("apic_vmm_type = KVM", "ACI203"),
        ("default_subnet_scope = Public", "ACI203"),
        ("default_l2_unknown_unicast = drop", "ACI203"),
        ("default_ep_move_detect = arp", "ACI203"),
        ("encap_mode = VXLAN", "ACI510"),
        ("min_id_suffix_size = -1", "ACI202"),
        ("multicast_address = 10.1.1.1", "ACI508"),
        ("mcast_ranges = 225.2.255.255:225.2.1.1", "ACI507"),
        ("vlan_ranges = 100-199", "ACI501"),
        ("vlan_ranges = 199:100", "ACI502"),
    ] {
        let text = apic(line);
        let expected = format!("a:2 {code}");
        assert_all(&[
            (&[&text], &[&expected]),
            (
                &["[ml2]\nmechanism_drivers = apic_aim\n[DEFAULT]\napic_system_id = x\n", &text],
                &[&expected.replace("a:", "b:")],
            ),
        ]);
    }
    assert_all(&[
        (&["[apic]\nencap_mode =\nvlan_ranges = 100:199,300:399\napic_vmm_type = openstack\n"], &[]),
        (&["[apic]\nencap_mode = <mode>\n"], &["a:2 ACI013"]),
        (&["[apic_vmdom:uni3]\nencap_mode = VXLAN\nmcast_ranges = 225.2.1.1\n"], &["a:2 ACI510", "a:3 ACI507"]),
        // Of what nothing reads, that is the finding.
        (&["[ml2_cisco_apic]\napic_username = ops\n[apic]\nencap_mode = VXLAN\n"], &["a:4 ACI113"]),
        // With the user name the section is the generation's own, and each value is one finding.
        (&["[apic]\napic_username = ops\nencap_mode = VXLAN\n[apic_vmdom:x]\n"], &["a:3 ACI510"]),
    ]);
}

#[test]
fn options_of_neutrons_agents_are_found_where_only_a_server_looks() {
    assert_all(&[
        (&["[ml2_type_vlan]\nbridge_mappings = physnet1:br-ex\n"], &["a:2 ACI109"]),
        (&["[ML2]\nphysical_interface_mappings = physnet1:eth1\n"], &["a:2 ACI109"]),
        (&["[ml2_cisco_apic]\nphysical_device_mappings = physnet1:eth1\n"], &["a:2 ACI109"]),
        // One file may serve both, each its own section.
        (&["[ml2]\ntype_drivers = vlan\n[ovs]\nbridge_mappings = physnet1:br-ex\n"], &[]),
        (&["[linux_bridge]\nphysical_interface_mappings = physnet1:eth1\nbridge_mappings = physnet1:br\n"], &[]),
        (&["[DEFAULT]\nbridge_mappings = physnet1:br-ex\n"], &[]),
    ]);
}

#[test]
fn files_of_another_driver_are_found_once() {
    let ours = "[apic_external_network:X]\npreexisting = True\nexternal_epg = e\nenable_nat = False\n";
    assert_all(&[
        (
            &["[ml2_cisco_apic]\nsync = 5\napic_use_ssl = nope\n[hostgroup:a]\nhosts = b\n[subnetpool:c]\nx = 1\n"],
            &["a:4 ACI101"],
        ),
        (&["[ml2_cisco_apic]\nsync = 5\n", "[address-scope:g]\nl3_outs = common/x\n"], &["b:1 ACI101"]),
        // A section of theirs in a file of ours is not ours to judge, and the file is.
        (&[ours, "[hostgroup:a]\nhosts = b\n[ml2_cisco_apic]\nsync = 5\n"], &["b:4 ACI102"]),
    ]);
}
