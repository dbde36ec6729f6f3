//! The rules of the family values over odd texts, and over texts that only look odd.

mod texts;

use aciform_diagnostics::{Applicability, FileId};
use aciform_rules::{Nothing, Surroundings};
use texts::{assert_cases, assert_fixed, fixed, found, found_in, shown};

/// A login around the hosts of a case.
fn hosts(value: &str) -> String {
    format!("[ml2_cisco_apic]\napic_username = u\ncertificate_name = c\nprivate_key_file = /k\napic_hosts = {value}\n")
}

#[test]
fn hosts_that_cannot_be_reached_are_found_item_by_item() {
    let wrong =
        ["https://10.1.1.5", "a b", "10.1.1.5/api", "a:0", "a:70000", "a:x", ":443", "10.1.1", "10.1.1.300", "a;b"]
            .map(|value| (value, vec!["5 ACI210"]));
    let lists = [
        ("https://10.1.1.5, 10.1.1.6 10.1.1.7", vec!["5 ACI210", "5 ACI210"]),
        ("10.1.1.5,\n  http://b/x", vec!["6 ACI210"]),
        ("u:p@10.1.1.5", vec!["5 ACI210"]),
        ("10.1.1.0/24", vec!["5 ACI210"]),
        ("10.1.1.5\n  10.1.1.6", vec!["5 ACI209"]),
        ("[10.1.1.5,10.1.1.6]", vec!["5 ACI209"]),
        ("[10.1.1.5:443]", vec!["5 ACI209"]),
        ("\"10.1.1.5\",\"10.1.1.6\"", vec!["5 ACI012"]),
        ("“10.1.1.5”", vec!["5 ACI011"]),
        ("10.1.1.5,,10.1.1.6", vec!["5 ACI209"]),
        ("<host>", vec!["5 ACI013"]),
    ];
    let right = [
        "10.1.1.5:443",
        "apic-1.example.net, apic_2:8443,",
        "[2001:db8::1]:443",
        "[2001:db8::1]",
        "2001:db8::1",
        "apic",
        "äpic",
    ]
    .map(|value| (value, vec![]));
    for (value, expected) in wrong.into_iter().chain(lists).chain(right) {
        assert_cases(&[], &[(&[&hosts(value)], &expected)]);
    }
    // The unified plugin has its login in one of several files.
    assert_cases(&[], &[(&["[aim]\npoll_config = True\n[apic]\napic_hosts = http://a\n"], &["4 ACI210"])]);
}

#[test]
fn no_login_in_front_of_a_host_is_told() {
    for value in ["https://admin:geheim@10.1.1.5", "admin:geheim@10.1.1.5", "geheim@a b"] {
        let (_, findings) = found(&[&hosts(value)], &[], &Nothing);
        let told = findings.iter().any(|finding| format!("{finding:?}").contains("geheim"));
        assert!(!told && !findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn hosts_are_mended() {
    let mended = |value: &str| fixed(&hosts(value), &[], Applicability::Safe);
    assert_eq!(mended("https://a:1/x , b c"), hosts("a:1 , b,c"));
    assert_eq!(mended("[a,\n  b]"), hosts("a,\n  b"));
    assert_eq!(mended("10.1.1.5 (old)"), hosts("10.1.1.5 (old)"));
}

#[test]
fn references_in_secrets_are_found_without_the_secret() {
    assert_cases(
        &[],
        &[
            (&["[DEFAULT]\ntransport_url = rabbit://u:p$debug@h\n"], &["2 ACI206"]),
            (&["[DEFAULT]\ntransport_url = rabbit://${bind_host}:1\n"], &[]),
            (&["[ml2_cisco_apic]\nopenstack_password = a${use_vmm}b$use_vmm\n"], &["2 ACI206"]),
            (&["[ml2_cisco_apic]\nopenstack_password = a$$use_vmm\\$b$5$\n"], &[]),
            (&["[ml2_cisco_apic]\nopenstack_password = a$nothing\n"], &["2 ACI205"]),
            (&["[ml2_cisco_apic]\nopenstack_user = $apic_system_id\n"], &[]),
        ],
    );
    let text = "[ml2_cisco_apic]\nopenstack_password = geheim$use_vmm${use_vmm}\n";
    assert_eq!(fixed(text, &[], Applicability::Unsafe), text.replace('$', "$$"));
    let (_, findings) = found(&[text], &[], &Nothing);
    assert!(!format!("{findings:?}").contains("geheim"));
}

#[test]
fn lists_with_another_shape_are_found() {
    assert_cases(
        &[],
        &[
            (&["[OPFLEX]\nopflex_networks = []\n"], &["2 ACI209"]),
            (&["[OPFLEX]\nopflex_networks = ,a\nvlan_networks = a, ,b\n"], &["2 ACI209", "3 ACI209"]),
            (&["[OPFLEX]\nopflex_networks = a,\n  ,\n  b\n"], &["3 ACI209"]),
            (&["[OPFLEX]\nopflex_networks = a b\n"], &["2 ACI209"]),
            (&["[OPFLEX]\nopflex_networks = a\n  b\n"], &["2 ACI209"]),
            (&["[OPFLEX]\nopflex_networks = a,,\nvlan_networks = ,\n"], &[]),
            (&["[OPFLEX]\nopflex_networks = [\n"], &[]),
            (&["[ml2_cisco_apic]\nvrf_per_router_tenants = [ab]c,d[ef]\n"], &[]),
            (&["[ml2_cisco_apic]\nvrf_per_router_tenants = a b\n"], &[]),
            // A comment is a mistake of its own.
            (&["[OPFLEX]\nopflex_networks = a # b\n"], &["2 ACI010"]),
            (&["[x]\ny = [a,b]\n"], &[]),
        ],
    );
    let mended = |text: &str| fixed(text, &[], Applicability::Unsafe);
    assert_eq!(mended("[OPFLEX]\nopflex_networks = a\n  b  c\n"), "[OPFLEX]\nopflex_networks = a,\n  b,  c\n");
    assert_eq!(mended("[OPFLEX]\nopflex_networks = ,a, ,b\n"), "[OPFLEX]\nopflex_networks = a, b\n");
    assert_eq!(mended("[OPFLEX]\nopflex_networks = [\n  a\n  ]\n"), "[OPFLEX]\nopflex_networks = \n  a\n  \n");
    // A line that holds nothing else ends the value when it is empty.
    for lines in ["\n  [\n  a]", "a,\n  ,\n  b"] {
        let text = format!("[OPFLEX]\nopflex_networks = {lines}\n");
        assert_eq!(mended(&text), text);
    }
}

#[test]
fn names_of_objects_that_are_none_are_found() {
    assert_cases(
        &[],
        &[
            (&["[ml2_apic_aim]\nl3_domain_dn = core\n"], &["2 ACI214"]),
            (&["[ml2_apic_aim]\nl3_domain_dn = uni/l3dom-a b\n"], &["2 ACI214"]),
            (&["[ml2_apic_aim]\nl3_domain_dn = uni/phys-core\n"], &["2 ACI214"]),
            (&["[ml2_apic_aim]\nmigrate_ext_net_dns = u:tn-a/out-b/instP-c,v:uni/tn-a/out-b/instP-c\n"], &["2 ACI214"]),
            (&["[ml2_apic_aim]\nl3_domain_dn =\nmigrate_ext_net_dns =\n"], &[]),
            (&["[ml2_apic_aim]\nl3_domain_dn = uni/l3dom-${apic_system_id}-l3\n"], &[]),
        ],
    );
    let mended = |value: &str| fixed(&format!("[ml2_apic_aim]\nl3_domain_dn = {value}\n"), &[], Applicability::Unsafe);
    for value in ["core", "l3dom-core", "/uni/l3dom-core"] {
        assert_eq!(mended(value), "[ml2_apic_aim]\nl3_domain_dn = uni/l3dom-core\n", "{value}");
    }
}

#[test]
fn expressions_that_do_not_compile_or_never_match_are_found() {
    let text = |mapping: &str, value: &str| {
        format!(
            "[DEFAULT]\napic_system_id = id\n[ml2_cisco_apic]\napic_name_mapping = {mapping}\nvrf_per_router_tenants = {value}\n"
        )
    };
    let bad = ["*a", "a{1}, +b", "[a,b]c", "(a"];
    let dead = ["^lab$", "lab$", "^_x", "^_id_x", "^face$", "^lab_$", "^lab_ab$"];
    let fine = [
        "^lab_",
        ".*lab",
        "lab_.*$",
        "^lab_[0-9a-f]+$",
        "^a$|b",
        "beef$",
        "^lab_abcd$",
        "^_?x",
        "\\w$",
        "a\\$",
        "(a|b)$",
    ];
    for value in bad {
        let count = if value == "[a,b]c" { 1 } else { value.matches(['*', '+', '(']).count() };
        assert_cases(&[], &[(&[&text("use_uuid", value)], &vec!["5 ACI215"; count])]);
    }
    for value in dead {
        assert_cases(&[], &[(&[&text("use_uuid", value)], &["5 ACI219"])]);
    }
    for value in fine {
        assert_cases(&[], &[(&[&text("use_uuid", value)], &[])]);
    }
    // By name alone the end of the name is the end; the prefix is none of it in either case.
    assert_cases(&[], &[(&[&text("use_name", "^lab$, ^_x")], &[]), (&[&text("use_name", "^_id_lab")], &["5 ACI219"])]);
    for (value, mended) in
        [("^lab$", "^lab_"), ("^lab_$", "^lab_"), ("^lab_ab$", "^lab_ab"), ("^_id_lab_", "^lab_"), ("*a", ".*a")]
    {
        assert_eq!(fixed(&text("use_uuid", value), &[], Applicability::Unsafe), text("use_uuid", mended));
    }
}

#[test]
fn scopes_are_looked_at_in_the_file_of_constraints_alone() {
    let scopes = |texts: &[(&str, &str)]| {
        let (sources, findings) = found_in(texts, &[], &Nothing);
        shown(&sources, &findings, &["ACI1", "ACI2"])
    };
    assert_eq!(
        scopes(&[("a", "[DEFAULT]\nsubnet_scope = open\n[t/n]\nDefault = no\npublic = 10.0.0.0/8\n")]),
        ["2 ACI216", "4 ACI216"]
    );
    assert_eq!(scopes(&[("/etc/x/cisco_apic_network_constraints.ini", "[t]\ndefault =\n")]).len(), 1);
    assert!(scopes(&[("a", "[DEFAULT]\nsubnet_scope = Private\n[t]\ndefault = DENY\n")]).is_empty());
    assert!(scopes(&[("/network_constraints/a.ini", "[t]\ndefault = x\n[u]\nsubnet_scope = y\n")]).is_empty());
}

#[test]
fn an_agent_needs_two_reports_of_time() {
    assert_cases(
        &[],
        &[
            (&["[aim]\nagent_down_time = 75\n"], &["2 ACI217"]),
            (&["[aim]\nagent_report_interval = 61\n"], &["2 ACI217"]),
            (&["[aim]\nagent_report_interval = 9223372036854775807\n"], &["2 ACI217"]),
            (&["[aim]\nagent_down_time = 120\n"], &[]),
            (&["[aim]\nagent_down_time = 5\nagent_report_interval = 0\n"], &[]),
            (&["[aim]\nagent_down_time = x\nagent_report_interval = 70\n"], &["2 ACI202"]),
            (&["[aim]\npoll_config = True\n"], &[]),
        ],
    );
}

/// The machine that the files belong to, with one file on it.
struct Machine;

impl Surroundings for Machine {
    fn exists(&self, path: &str) -> Option<bool> {
        Some(path == "/etc/key")
    }

    fn mode(&self, _file: FileId) -> Option<u32> {
        None
    }
}

#[test]
fn files_that_are_not_there_are_found_where_they_would_be() {
    let text = "[apic]\nprivate_key_file = /etc/no\n[ml2_cisco_apic]\nprivate_key_file = /etc/no\nverify_ssl_certificate = /etc/ca\nnetwork_constraints_filename = /etc/key\n";
    let (sources, findings) = found(&[text], &[], &Machine);
    assert_eq!(shown(&sources, &findings, &["ACI2"]), ["4 ACI218", "5 ACI218"]);
    let (sources, findings) = found(&[text], &[], &Nothing);
    assert!(shown(&sources, &findings, &["ACI2"]).is_empty());
    let relative = "[ml2_cisco_apic]\nverify_ssl_certificate = true\nprivate_key_file = key\n";
    let (sources, findings) = found(&[relative], &[], &Machine);
    assert!(shown(&sources, &findings, &["ACI2"]).is_empty());
    assert_fixed(&[text], &[]);
}

#[test]
fn a_dollar_is_doubled_only_where_a_dollar_can_stand() {
    let mended = |text: &str| fixed(text, &[], Applicability::Unsafe);
    let name = "[ml2_cisco_apic]\napic_entity_profile = a$nothing\n";
    assert_eq!(mended(name), name, "APIC takes no dollar in a name");
    let hosts = "[ml2_cisco_apic]\napic_hosts = $nothing\n";
    assert_eq!(mended(hosts), hosts);
    let user = mended("[ml2_cisco_apic]\napic_username = a$nothing\n");
    assert!(user.contains("a$$nothing"), "{user}");
    // No name is made of a password.
    let secret = "[ml2_cisco_apic]\napic_entity_profile = $apic_passwor\n";
    assert_eq!(mended(secret), secret);
    let option = mended("[ml2_cisco_apic]\napic_entity_profile = $apic_system_idx\n");
    assert!(option.contains("${apic_system_id}x"), "{option}");
}
