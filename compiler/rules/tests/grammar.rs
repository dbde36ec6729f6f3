//! The rules of the family grammar over odd texts, and over texts that only look odd.

mod texts;

use aciform_diagnostics::Applicability;
use texts::{assert_cases, fixed, found, shown};

#[test]
fn characters_from_documents_are_found_in_what_we_read() {
    assert_cases(
        &[],
        &[
            (&["[ml2_cisco_apic]\nvmm_controller_host = “a”\n"], &["2 ACI011"]),
            (&["[ml2_cisco_apic]\napic_hosts = 10.1.1.1\u{200b},10.1.1.2\n"], &["1 ACI120", "1 ACI120", "2 ACI011"]),
            (&["[OPFLEX]\nopflex_networks = a,\n  \u{200b},\n  b\n"], &["3 ACI011"]),
            // The key is unknown for it, which follows.
            (&["[ml2_cisco_apic]\nscope\u{200b}_names = False\n"], &["2 ACI011"]),
            (&["[DEFAULT]\nrpc\u{2013}workers = 2\n"], &["2 ACI011"]),
            (&["[DEFAULT]\n\u{200b}[x = 2\n"], &["2 ACI011"]),
            // That the value is wrong follows too.
            (&["[ml2_cisco_apic]\nencap_mode = “vxlan”\n"], &["2 ACI011"]),
            (&["[ml2_cisco_apic]\nuse_vmm = True\u{200b}\n"], &["2 ACI011"]),
            (&["[apic_switch:201]\nnova\u{2011}01 = 1/7\n"], &["2 ACI011"]),
            // Letters of any language are letters, tabs are blanks, and other sections are not ours.
            (&["[apic_switch:201]\nnöva01 = 1/7\n[x]\na = “b”\n"], &[]),
            (&["[DEFAULT]\nlog_dir = /a\tb\n# “a”\n"], &[]),
        ],
    );
}

#[test]
fn no_character_of_a_secret_is_told() {
    let (_, findings) = found(&["[ml2_cisco_apic]\napic_password = “geheim”\n"], &[], &aciform_rules::Nothing);
    let finding = findings.iter().find(|finding| finding.code.id == "ACI011").expect("found");
    assert!(finding.fix.is_none() && !finding.message.contains("201C"), "{finding:?}");
}

#[test]
fn quotes_that_stay_are_found() {
    assert_cases(
        &[],
        &[
            (&["[OPFLEX]\nopflex_networks = \"a\",\"b\"\n"], &["2 ACI012"]),
            (&["[OPFLEX]\nopflex_networks = 'a\", b\n"], &["2 ACI012"]),
            (&["[OPFLEX]\nopflex_networks = \"a,\n  b\"\n"], &["2 ACI012"]),
            (&["[OPFLEX]\nopflex_networks = \"\n  a,b\n  \"\n"], &["3 ACI012"]),
            (&["[OPFLEX]\nopflex_networks = a,\n  \"\n  b\n"], &["2 ACI012"]),
            (&["[ml2_cisco_apic]\nvmm_controller_host = \"a'\n"], &["2 ACI012"]),
            (&["[ml2_cisco_apic]\nvmm_controller_host = '\"a\"'\n"], &["2 ACI012"]),
            (&["[ml2_cisco_apic]\nvmm_controller_host = it's\nopenstack_user = 'a'\n"], &[]),
            (&["[OPFLEX]\nopflex_networks = \"a,b\"\nvlan_networks = '*'\n"], &[]),
            (&["[ml2_cisco_apic]\napic_password = \"a\n[x]\na = \"b\",\"c\"\n"], &[]),
        ],
    );
    let (list, mended) = ("opflex_networks = \"a\", 'b' # no", "# no\nopflex_networks = \"a\", 'b'");
    let section = |lines: &str| format!("[OPFLEX]\n{lines}\n");
    assert_eq!(fixed(&section(list), &[], Applicability::Safe), section(mended), "the comment is what is wrong first");
    let lines = "[OPFLEX]\nopflex_networks = \"a\",  \"b\",\n   'c'\nvlan_networks=*\n";
    let expected = "[OPFLEX]\nopflex_networks = a,  b,\n   c\nvlan_networks=*\n";
    assert_eq!(fixed(lines, &[], Applicability::Safe), expected);
}

#[test]
fn windows_line_ends_are_one_finding_and_go_in_one_fix() {
    assert_cases(
        &[],
        &[
            (&["[DEFAULT]\r\n\r\napic_system_id = a\r\n"], &["1 ACI014"]),
            (
                &["[DEFAULT]\n# x\r\napic_system_id = a\n", "[OPFLEX]\r\nnat_mtu_size = 1\r\n"],
                &["2 ACI014", "b:1 ACI014"],
            ),
            (&["[DEFAULT]\rapic_system_id = a\r"], &[]),
        ],
    );
    // What touches every line waits until it is asked for.
    let text = "[DEFAULT]\r\napic_system_id = a\r\n";
    assert_eq!(fixed(text, &[], Applicability::Safe), text);
    assert_eq!(fixed(text, &[], Applicability::Unsafe), text.replace('\r', ""));
    let text = "[DEFAULT]\r\napic_system_id = a\n".repeat(20_000);
    assert!(!fixed(&text, &[], Applicability::Unsafe).contains('\r'));
}

#[test]
fn texts_over_several_lines_are_found() {
    assert_cases(
        &[],
        &[
            (&["[ml2_cisco_apic]\nvmm_controller_host =\n  a\n"], &["3 ACI015"]),
            (&["[ml2_cisco_apic]\nvmm_controller_host = \"a\"\n  b\n"], &["2 ACI015"]),
            // Why there are several lines is said already.
            (&["[ml2_cisco_apic]\nvmm_controller_host = a\n  # b\n"], &["3 ACI009"]),
            (&["[ml2_cisco_apic]\nvmm_controller_host = a\n  scope_names = True\n"], &["3 ACI008"]),
            (
                &["[apic]\napic_username = a\n[apic_vmdom:x]\napic_entity_profile = a\n  encap_mode = vxlan\n"],
                &["1 ACI120", "1 ACI120", "5 ACI008"],
            ),
            (&["[apic_switch:101]\nnode-1 = 1/1\n  node-2 = 1/2\n"], &[]),
            (&["[ml2_cisco_apic]\nscope_names =\n  True\n"], &["3 ACI201"]),
            (&["[OPFLEX]\nopflex_networks = a,\n  b\n[x]\na = b\n  c\n"], &[]),
        ],
    );
    let text = "[ml2_cisco_apic]\nvmm_controller_host = a\n   b\n\tc\n";
    assert_eq!(fixed(text, &[], Applicability::Unsafe), "[ml2_cisco_apic]\nvmm_controller_host = a b c\n");
}

#[test]
fn hosts_with_a_colon_are_found_in_switch_sections() {
    assert_cases(
        &[],
        &[
            (&["[apic_switch:201]\nnova01:eth2 = 1/7\n"], &["2 ACI016"]),
            (&["[apic_switch:201]\na:b:c = 1/7\n  =\n"], &["2 ACI016"]),
            (&["[apic_switch:201]\nnova01: 1/7\nnova02=1/8:9=3\nnova\\x3a03 = 1/9\n"], &[]),
            (&["[apic_switch:201]\nnova01: 1/7 # port=7\n"], &["2 ACI010"]),
            (&["[ml2_cisco_apic]\nvrf_per_router_tenants: a=b\n[x]\na:b = c\n"], &[]),
        ],
    );
    let text = "[apic_switch:201]\na:b:c = 1/7:8\n";
    assert_eq!(fixed(text, &[], Applicability::Safe), "[apic_switch:201]\na\\x3ab\\x3ac = 1/7:8\n");
}

#[test]
fn a_template_gets_none_of_these() {
    let (sources, findings) = found(&["[OPFLEX]\n{{ x }}\n"], &[], &aciform_rules::Nothing);
    assert_eq!(shown(&sources, &findings, &["ACI0", "ACI1"]), ["2 ACI013"]);
}
