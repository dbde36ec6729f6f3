//! Whole files to configurations and findings.

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_intent::ini::{Config, EncapMode, Generation, MASK, NameMapping, load, secret_spans, shown};
use aciform_intent::scalar::Prefix;
use aciform_syntax::ini::{IniFile, parse};
use expect_test::{ExpectFile, expect_file};

/// The files of one site, parsed; findings of the grammar included.
fn parsed(texts: &[(&str, &str)]) -> (SourceMap, Vec<(FileId, IniFile)>, Diagnostics) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut files = Vec::new();
    for (name, text) in texts {
        let file = sources.add(*name, *text);
        files.push((file, parse(file, text, &mut diagnostics)));
    }
    (sources, files, diagnostics)
}

/// Gives the configuration and the findings, with what each underlines.
fn read(texts: &[(&str, &str)]) -> (Config, String) {
    let (sources, files, mut diagnostics) = parsed(texts);
    let files: Vec<_> = files.iter().map(|(id, file)| (*id, file)).collect();
    let config = load(&files, &mut diagnostics);
    let mut out = String::new();
    for finding in diagnostics.into_sorted() {
        let span = finding.primary().expect("every finding has a place");
        out += &format!("{} {:?}\n", sources.place(span), sources.slice(span));
        out += &format!("    {}[{}]: {}\n", finding.severity.word(), finding.code.id, finding.message);
        for label in finding.labels.iter().skip(1) {
            out += &format!("    {} {}\n", sources.place(label.span), label.text);
        }
        out += &format!("    help: {}\n", finding.help.expect("every finding says what to write"));
    }
    (config, out)
}

fn findings(file: &str, text: &str, expected: ExpectFile) {
    expected.assert_eq(&read(&[(file, text)]).1);
}

/// Reads one text that must be without findings.
fn clean(text: &str) -> Config {
    let (config, findings) = read(&[("f.ini", text)]);
    assert_eq!(findings, "");
    config
}

#[test]
fn the_broken_sample_gives_all_its_findings_at_once() {
    findings("broken.ini", include_str!("ini/broken.ini"), expect_file!["ini/broken.findings"]);
}

#[test]
fn values_of_every_type_are_found_wrong_at_their_place() {
    findings("types.ini", include_str!("ini/types.ini"), expect_file!["ini/types.findings"]);
    findings("numbers.ini", include_str!("ini/numbers.ini"), expect_file!["ini/numbers.findings"]);
}

#[test]
fn references_to_nothing_and_in_rings_are_found_once_each() {
    findings("references.ini", include_str!("ini/references.ini"), expect_file!["ini/references.findings"]);
}

#[test]
fn external_networks_are_found_wrong_key_by_key() {
    findings("external.ini", include_str!("ini/external.ini"), expect_file!["ini/external.findings"]);
}

#[test]
fn ranges_names_and_domains_are_found_wrong_in_both_generations() {
    findings("domains.ini", include_str!("ini/domains.ini"), expect_file!["ini/domains.findings"]);
    findings("global.ini", include_str!("ini/global.ini"), expect_file!["ini/global.findings"]);
}

#[test]
fn names_that_nothing_reads_are_found_with_the_one_that_was_meant() {
    findings("spelling.ini", include_str!("ini/spelling.ini"), expect_file!["ini/spelling.findings"]);
}

#[test]
fn the_lab_is_the_configuration_of_the_lab() {
    let config = clean(include_str!("ini/lab.ini"));
    let ml2 = &config.ml2;
    assert_eq!(config.generation, Generation::Legacy);
    assert_eq!(ml2.system_id.value, "RDO-ML2");
    assert_eq!(ml2.name_mapping.value, NameMapping::UseName);
    assert_eq!(ml2.encap_mode.value, EncapMode::Vxlan);
    assert!(!ml2.provision_infra.value && ml2.enable_optimized_metadata.value && ml2.scope_names.value);
    assert_eq!(ml2.entity_profile.value, "RDO-ML2_entity_profile");
    assert_eq!(ml2.single_tenant_name.value, "RDO-ML2");
    assert_eq!(ml2.entity_profile.span, None);
    let network = &config.external_networks["OS_L3Out"];
    assert!(network.preexisting.value && network.enable_nat.value && !network.edge_nat.value);
    assert_eq!(network.external_epg.as_ref().expect("written").value, "InternetAccess");
    let pool = network.host_pool_cidr.as_ref().expect("written").value;
    assert_eq!((pool.address.to_string(), pool.network), ("172.16.10.1".to_owned(), prefix("172.16.10.0/24")));
    let [domain] = config.vmm().try_into().expect("one domain");
    assert_eq!((domain.name.value.as_str(), domain.vmm_type.value.as_str()), ("RDO-ML2", "openstack"));
    assert_eq!(domain.multicast_ns_name.value, "RDO-ML2_mcast_ns");
}

#[test]
fn a_created_l3out_keeps_what_the_driver_builds_it_from() {
    let config = clean(include_str!("ini/production.ini"));
    assert_eq!(config.ml2.vrf_per_router_tenants.value, ["^retail-.*", "^lab_"]);
    assert_eq!(config.ml2.mcast_range.value, ("225.40.0.1".to_owned(), "225.40.255.254".to_owned()));
    assert!(config.external_networks["partner"].preexisting.value, "1 is true");
    let campus = &config.external_networks["campus"];
    assert!(!campus.preexisting.value && !campus.enable_nat.value);
    assert_eq!(campus.cidr_exposed.as_ref().expect("written").value.to_string(), "192.168.34.2/30");
    assert_eq!(campus.gateway_ip.as_ref().expect("written").value.to_string(), "192.168.34.1");
    assert_eq!(campus.encap.as_ref().expect("written").value, "vlan-1034");
    let edge = clean(include_str!("ini/edge-nat.ini"));
    let ranges = edge.external_networks["edge-inet"].vlan_range.clone().expect("written");
    assert_eq!(ranges.value, [(1001, 1499), (1600, 1799)]);
}

#[test]
fn the_new_style_reads_apic_and_its_domain_sections() {
    let config = clean(include_str!("ini/vlan-domains.ini"));
    assert_eq!(config.generation, Generation::NewStyle);
    let [domain] = config.vmm().try_into().expect("one domain");
    assert_eq!(domain.name.value, "vlan-dc2");
    assert_eq!(domain.encap_mode.value, EncapMode::Vlan);
    assert_eq!(domain.vlan_ranges.value, [(1100, 1399), (2100, 2399)]);
    assert_eq!(domain.vlan_ns_name.value, "vlan-dc2_vlan_ns");
    assert_eq!(domain.mcast_range.value.0, "225.2.1.1");
}

#[test]
fn an_unset_encapsulation_is_vlan_where_neutron_knows_vlans() {
    let config = clean("[ml2_type_vlan]\nnetwork_vlan_ranges = physnet0, physnet1:100:199\n");
    assert_eq!(config.ml2.encap_mode.value, EncapMode::Vlan);
    assert_eq!(config.ml2.vlan_ranges.value, [(100, 199)]);
    let own = clean("[ml2_type_vlan]\nnetwork_vlan_ranges = p:100:199\n[ml2_cisco_apic]\nvlan_ranges = 5:9\n");
    assert_eq!(own.ml2.vlan_ranges.value, [(5, 9)]);
    assert_eq!(clean("[ml2_type_vlan]\nnetwork_vlan_ranges = physnet1\n").ml2.encap_mode.value, EncapMode::Vxlan);
}

#[test]
fn a_single_tenant_switches_scoped_names_off() {
    let config = clean("[ml2_cisco_apic]\nsingle_tenant_mode = True\nscope_names = True\n");
    assert!(!config.ml2.scope_names.value);
    assert_eq!(config.ml2.scope_names.span, config.ml2.single_tenant_mode.span);
}

#[test]
fn the_last_file_wins_for_options_and_the_first_for_named_sections() {
    let first = "[DEFAULT]\napic_system_id = one\n[ML2_Cisco_APIC]\nscope_names = False\n[apic_external_network:X]\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = 10.0.0.1/24\n";
    let second = "[DEFAULT]\napic_system_id = two\n[apic_external_network:X]\nhost_pool_cidr = 10.9.0.1/24\n";
    let (config, findings) = read(&[("a.ini", first), ("b.ini", second)]);
    assert_eq!(config.ml2.system_id.value, "two");
    assert!(!config.ml2.scope_names.value);
    let pool = config.external_networks["X"].host_pool_cidr.as_ref().expect("written").value;
    assert_eq!(pool.network, prefix("10.0.0.0/24"));
    let expected = [
        "a.ini:2:1 \"apic_system_id\"\n    warning[ACI117]: this `apic_system_id` is overridden by a later file\n    b.ini:2:1 in force\n",
        "b.ini:4:1 \"host_pool_cidr\"\n    warning[ACI117]",
    ];
    assert!(findings.starts_with(expected[0]) && findings.contains(expected[1]), "{findings}");
}

#[test]
fn what_cannot_be_read_falls_back_and_what_hides_behind_a_comment_is_read() {
    let (config, _) = read(&[("types.ini", include_str!("ini/types.ini"))]);
    assert!(config.ml2.use_vmm.value, "a comment stands behind it");
    assert!(config.ml2.per_tenant_context.value, "it is empty");
    assert_eq!(config.ml2.min_id_suffix_size.value, 7);
    let both = [prefix("169.254.0.0/17"), prefix("169.254.128.0/17")];
    assert_eq!(config.ml2.internal_floating_ip_pool.value, both);
    let (config, _) = read(&[("broken.ini", include_str!("ini/broken.ini"))]);
    assert_eq!(config.ml2.system_id.value, "openstack");
    assert_eq!(config.ml2.domain_name.value, "openstack");
    assert!(config.external_networks["OS_L3Out"].enable_nat.value);
    assert_eq!(
        config.external_networks["OS_L3Out"].host_pool_cidr.as_ref().expect("mended").to_string(),
        "172.16.10.1/24"
    );
}

#[test]
fn values_of_the_unified_plugins_services_are_read_like_any_others() {
    let codes = |text: &str| -> Vec<String> {
        let (_, findings) = read(&[("f.ini", text)]);
        findings
            .lines()
            .filter_map(|line| line.split_once('[')?.1.split_once("]: "))
            .map(|it| it.0.to_owned())
            .collect()
    };
    let aimctl = "[DEFAULT]\napic_system_id = uni3\n[apic]\napic_provision_infra = nope\n[apic_vmdom:x]\n";
    assert_eq!(codes(aimctl), ["ACI201"]);
    assert_eq!(codes("[ml2_apic_aim]\nmigrate_ext_net_dns = uuid=uni/tn-a\n"), ["ACI208"]);
    assert_eq!(codes("[aim]\nagent_down_time = 75x\n[AIM_Server]\nport = http\n"), ["ACI202", "ACI202"]);
    // What is reported as read by nothing is not read for its values.
    let ml2 = "[ml2]\nmechanism_drivers = cisco_apic_ml2\n[ml2_apic_aim]\nenable_optimized_dhcp = nope\n";
    assert_eq!(codes(ml2), ["ACI113"]);
    assert_eq!(codes("[ml2_cisco_apic]\napic_username = a\n[apic]\napic_use_ssl = nope\n"), ["ACI113"]);
}

#[test]
fn words_outside_apicapi_are_compared_in_exact_case() {
    clean("[opflex]\nagent_mode = dvs_no_binding\nbridge_manager = vpp\n");
    clean("[group_policy_implicit_policy]\ndefault_ip_version = 046\n[aim]\naim_store = k8s\n");
    for (text, message, help) in [
        ("[OPFLEX]\nagent_mode = dvr\n", "must be `opflex`, `dvs` or `dvs_no_binding`", "agent_mode = dvs`"),
        ("[OPFLEX]\nbridge_manager = linux\n", "must be `ovs`, `vpp` or `fake`", "delete the line for the default"),
        ("[aim]\naim_store = SQL\n", "must be `sql` or `k8s`, in exactly this case", "write `aim_store = sql`"),
        ("[group_policy_implicit_policy]\ndefault_ip_version = 5\n", "must be `4`, `6` or `46`", "write "),
    ] {
        let (_, findings) = read(&[("f.ini", text)]);
        assert!(findings.contains("error[ACI203]") && findings.contains(message), "{findings}");
        assert!(findings.contains(help) && findings.matches("help:").count() == 1, "{findings}");
    }
    let (_, findings) = read(&[("f.ini", "[group_policy_implicit_policy]\ndefault_ip_version = x\n")]);
    assert!(findings.contains("ACI202") && findings.matches("help:").count() == 1, "{findings}");
}

#[test]
fn names_that_neutron_has_too_are_left_alone_in_its_section() {
    clean("[DEFAULT]\nagent_mode = dvr_snat\nport = 80\nbinding_ip = ::\nsocket_file = /s\npoll_config = 1\n");
    clean("[l3]\nagent_mode = dvr\n");
    for (key, group) in [("apic_hosts", "`[ml2_cisco_apic]`"), ("opflex_networks", "`[OPFLEX]`")] {
        let (_, findings) = read(&[("f.ini", &format!("[DEFAULT]\n{key} = a\n"))]);
        assert!(findings.contains("error[ACI109]") && findings.contains(group), "{findings}");
    }
    let (_, findings) = read(&[("f.ini", "[ml2_cisco_apic]\nagent_mode = dvs\n")]);
    assert!(findings.contains("error[ACI109]") && findings.contains("`[OPFLEX]`"), "{findings}");
    for (aim, help) in [("", "`[aim]` of `aim.conf`\n"), ("[AIM]\npoll_config = False\n", "`[aim]`\n")] {
        let (_, findings) = read(&[("f.ini", &format!("[DEFAULT]\naim_system_id = a\n{aim}"))]);
        assert!(findings.contains("error[ACI109]: `aim_system_id` is not read in `[DEFAULT]`"), "{findings}");
        assert!(findings.ends_with(&format!("move the line to {help}")), "{findings}");
    }
}

#[test]
fn names_of_earlier_releases_are_found_wherever_they_were_written() {
    let line = |text: &str| {
        let (_, findings) = read(&[("f.ini", text)]);
        findings.lines().skip(1).map(str::trim).collect::<Vec<_>>().join(" | ")
    };
    for (text, finding) in [
        (
            "[switch:101]\nnova01 = 1/1\n",
            "warning[ACI110]: `[switch:101]` is not read any more: everything in it is ignored | help: write `[apic_switch:101]`",
        ),
        (
            "[ml2_type_opflex]\ndefault_apic_network = p\n",
            "warning[ACI110]: `default_apic_network` is not read any more | help: use `default_opflex_network`",
        ),
        (
            "[ml2_type_apic]\ndefault_apic_network = p\n",
            "warning[ACI110]: `default_apic_network` in `[ml2_type_apic]` is not read any more | help: write `[ml2_type_opflex] default_opflex_network`",
        ),
        (
            "[ml2_type_apic]\nx = p\n",
            "warning[ACI110]: `[ml2_type_apic]` is not read any more: everything in it is ignored | help: write `[ml2_type_opflex]`",
        ),
        (
            "[ml2]\ntenant_network_types = opflex\n",
            "info[ACI110]: `tenant_network_types` is renamed, and still accepted | help: write `project_network_types`",
        ),
        (
            "[ml2]\ntenant_network_types = opflex\nproject_network_types = opflex\n",
            "info[ACI110]: `tenant_network_types` is ignored: it is the former name of `project_network_types`, which is set | help: delete the line",
        ),
        (
            "[ml2_cisco_apic]\napic_multiple_hostlinks = True\n",
            "info[ACI111]: `apic_multiple_hostlinks` has no effect: nothing uses it | help: delete the line",
        ),
    ] {
        assert_eq!(line(text), finding);
    }
}

#[test]
fn a_finding_is_underlined_on_exactly_the_value() {
    let text = format!(
        "{}[apic_external_network:X]\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = \"172.16.10.0/24\"\n",
        "# top\n".repeat(10)
    );
    let (_, findings) = read(&[("f.ini", &text)]);
    let expected = "f.ini:14:19 \"172.16.10.0/24\"\n    error[ACI307]: the first part of `host_pool_cidr` must be the gateway; 172.16.10.0 is the network address of 172.16.10.0/24\n    help: write `host_pool_cidr = 172.16.10.1/24`\n";
    assert_eq!(findings, expected);
}

#[test]
fn no_output_holds_a_secret() {
    let secret = "hunter2";
    let texts = [
        "[apic]\napic_password = hunter2\napic_username = $apic_password\n",
        "[ml2_cisco_apic]\napic_password = hunter2$hunter2\napic_use_ssl = $apic_password\n",
        "[ml2_cisco_apic]\napic_password hunter2\nopenstack_password = hunter2 # hunter2\n",
        "[ml2_cisco_apic]\napic-password = hunter2\napic_pasword = hunter2\n",
        "apic_password = hunter2${hunter2.hunter2}\n  apic_username = hunter2\n",
        "[ml2_cisco_apic]\napic_password = hunter2\nencap_mode = $apic_password\napic_name_mapping = ${apic_password}\n",
        "[ml2_cisco_apic]\napic_password = hunter2\nmcast_ranges = $apic_password\nmin_id_suffix_size = $apic_password\n",
        "[ml2_cisco_apic]\napic_password = $apic_password hunter2\n",
        "[apic_vmdom:x]\nopenstack_password = hunter2\nopenstack_password = hunter2b\n[apic]\napic_username = a\n",
        "[apic]\napic_username = a\n[ml2_cisco_apic]\napic_password = hunter2\n[ml2_apic_aim]\napic_password = hunter2\n",
        "[apic_external_network:x]\npreexisting = True\nexternal_epg = ${apic_password}\n[ml2_cisco_apic]\napic_password = hunter2\n",
        "[apic]\napic_username = a\napic_password = hunter2\napic_domain_name = ${apic_password}_x\nopenstack_user = $apic_password\napic_vlan_ns_name = ${apic_domain_name}\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_username = a\napic_password = hunter2\napic_domain_name = ${apic_password}_x\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_password = hunter2\napic_domain_name = ${apic_password}_x\nencap_mode = vlan\nshared_context_name = ${apic_domain_name}\n",
        "[DEFAULT]\napic_system_id = $apic_password\n[ml2_cisco_apic]\napic_password = hunter2\nuse_vmm = True\n",
        "[ml2_cisco_apic]\napic_hosts = h\napic_password = x\napic_domain_name = d\n  apic_password = hunter2\nencap_mode = vlan\n",
        "[apic]\napic_username = a\n[apic_vmdom:x]\nopenstack_user = d\n  apic_password = hunter2\nencap_mode = vlan\n",
        "[ml2_cisco_apic]\napic_hosts = https://admin:hunter2@10.1.1.1\napic_vpc_pairs = https://admin:hunter2@10.1.1.1,b\n",
        "[ml2_cisco_apic]\napic_hosts = https://admin:x,hunter2@10.1.1.1\n",
        "[apic_external_network:x]\nexternal_epg = https://admin:hunter2@10.1.1.1\n[apic_physical_network:x]\nhosts = https://admin:hunter2@a,b\n",
        "[apic_switch:101]\napic_password = hunter2\n",
        "[apic_switch:101]\nhost,apic_password = hunter2\nhost , apic_password = hunter2\n",
        "[apic]\napic_password =\n\n hunter2\n",
        "[apic]\napic_password =\n\n# x\n  # y\n hunter2 and more\nhunter2\n",
        "[apic]\napic_password =\nhunter2\n",
        "[apic_external_network:x] apic_password = hunter2\n",
        "[apic_external_network:x] apic_password =\n hunter2\n",
        "[apic_password = hunter2\n[apic_password: hunter2\n[apic_password hunter2\n",
        "[apic_password = hunter2]\n[apic_password: hunter2]\n[apic_password = a]hunter2\n[apic_password =\n hunter2\n",
        "[ml2_cisco_apic]\npasword = hunter2\napic_private_key = hunter2\nauth_encryption_key = hunter2\n",
        "[ml2_cisco_apic]\npasword = hunter2\nuse_vmm = t\napic_private_key = hunter2\nuse_vm = t\nauth_encryption_key = hunter2\nuse_mm = t\n",
        "apic_password hunter2=x\n[ml2_cisco_apic]\napic_password hunter2=x\n",
        "[opflex]\nstats = $apic_password\n[ml2_cisco_apic]\napic_password = hunter2\n",
    ];
    for text in texts {
        let (sources, files, mut diagnostics) = parsed(&[("f.ini", text)]);
        let files: Vec<_> = files.iter().map(|(id, file)| (*id, file)).collect();
        let shown = shown(&sources, &files, &mut diagnostics);
        let mut out = format!("{}{}", shown.human(&sources), shown.json(&sources));
        for finding in diagnostics.into_sorted() {
            out += &format!("{} {:?}\n", finding.message, finding.help);
            // A fix may leave a secret where it stands; it does not say it.
            out += &format!("{:?}\n", finding.fix);
        }
        // What is left of the text when the secrets are taken out of it.
        let mut left = text.to_owned();
        for span in secret_spans(FileId(0), text).into_iter().rev() {
            left.replace_range(span.range(), MASK);
        }
        let shown_names = out.replace("openstack_password", "").contains(secret);
        assert!(!shown_names, "{out}\nfor\n{text}");
        assert!(!left.contains(secret), "{left}");
    }
}

#[test]
fn show_ini_tells_values_and_places() {
    let text = "[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_password = s3cret\napic_hosts = a, b\nuse_vmm = t\n[apic_external_network: X ]\nenable_nat = on\n";
    let (sources, files, mut diagnostics) = parsed(&[("f.ini", text)]);
    let files: Vec<_> = files.iter().map(|(id, file)| (*id, file)).collect();
    let shown = shown(&sources, &files, &mut diagnostics);
    let json = shown.json(&sources);
    let option = |name: &str| {
        let options = json["options"].as_array().expect("a list");
        options.iter().find(|option| option["group"] == "ml2_cisco_apic" && option["name"] == name).expect("a row")
    };
    assert_eq!(option("apic_hosts")["value"], serde_json::json!(["a", "b"]));
    assert_eq!(option("apic_hosts")["place"], "f.ini:5:14");
    assert_eq!(option("apic_password")["value"], MASK);
    assert_eq!(option("apic_request_timeout")["value"], 10);
    assert_eq!(option("apic_request_timeout")["place"], "default");
    assert_eq!(option("apic_vlan_ns_name")["value"], "lab_vlan_ns");
    assert_eq!((&option("use_vmm")["value"], &option("use_vmm")["refused"]), (&serde_json::Value::Null, &true.into()));
    assert_eq!(json["sections"][0]["section"], "apic_external_network:X");
    assert_eq!(json["sections"][0]["place"], "f.ini:7:25");
    assert_eq!(json["sections"][0]["keys"][0]["value"], "on");
    assert!(shown.human(&sources).contains("  apic_password = ***"));
}

#[test]
fn a_value_that_doubles_a_hundred_times_is_refused() {
    let mut text = String::from("[ml2_cisco_apic]\n");
    let names = [
        "apic_domain_name",
        "apic_app_profile_name",
        "apic_vlan_ns_name",
        "apic_multicast_ns_name",
        "apic_node_profile",
        "apic_entity_profile",
        "apic_function_profile",
        "apic_lacp_profile",
        "apic_switch_pg_name",
        "apic_model",
        "vmm_controller_host",
        "openstack_user",
        "shared_context_name",
        "default_l2_unknown_unicast",
        "encap_mode",
        "multicast_address",
        "apic_vlan_range",
        "single_tenant_name",
        "private_key_file",
        "certificate_name",
        "signature_hash_type",
        "network_constraints_filename",
    ];
    for pair in names.windows(2) {
        text += &format!("{} = ${{{}}}${{{}}}\n", pair[0], pair[1], pair[1]);
    }
    text += "network_constraints_filename = twice\n";
    let (_, findings) = read(&[("f.ini", &text)]);
    assert!(findings.contains("longer than a megabyte"), "{findings}");
}

#[test]
fn a_large_file_of_names_that_nothing_reads_is_refused_in_time_and_space() {
    // Two megabytes, the most that is read at all; anything quadratic would take minutes.
    let headers = "[apic_external_network:X]\nk=1\nk=2\n".repeat(50_000);
    let keys: String = (0..120_000).map(|number| format!("apic_k{number}=v\n")).collect();
    let sections: String = (0..80_000).map(|number| format!("[apic_switc{number}]\nk=v\n")).collect();
    let sections = format!("[m2_cisco_apic]\n{sections}");
    for text in [headers, format!("[ml2_cisco_apic]\n{keys}"), sections] {
        let (sources, files, mut diagnostics) = parsed(&[("f.ini", &text)]);
        let files: Vec<_> = files.iter().map(|(id, file)| (*id, file)).collect();
        load(&files, &mut diagnostics);
        assert!(!files[0].1.sections.is_empty(), "it is read");
        assert!((1..=50_100).contains(&diagnostics.len()), "{}", diagnostics.len());
        assert!(secret_spans(files[0].0, &sources.file(files[0].0).text).is_empty());
    }
}

#[test]
fn what_is_found_of_a_name_does_not_depend_on_what_stands_above_it() {
    let unknown: String = (0..3000).map(|number| format!("foo{number} = 1\n")).collect();
    let foreign: String = (0..3000).map(|number| format!("[other{number}]\nk = v\n")).collect();
    let last = "[apic_external_network:Out]\nPreexisting = True\n[m2_cisco_apic]\nx = 1\n";
    let (_, findings) = read(&[("f.ini", &format!("[ml2_cisco_apic]\n{unknown}{foreign}{last}"))]);
    for said in ["`foo0`", "`foo2999`", "`Preexisting` is ignored", "nothing reads the section `[m2_cisco_apic]`"] {
        assert!(findings.contains(said), "{said}");
    }
}

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).expect("a prefix")
}
