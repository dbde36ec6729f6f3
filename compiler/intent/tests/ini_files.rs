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
        (&[old, "[apic_vmdom:a]\n[apic_physdom:p]\n"], &["b:1 ACI113", "b:2 ACI113"]),
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
