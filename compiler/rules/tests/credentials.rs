//! Findings about logins that no page can show: those that depend on the machine, and look-alikes that are right.

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_intent::ini;
use aciform_rules::{Input, Surroundings, check};

/// A machine on which every file has one mode.
struct Mode(Option<u32>);

impl Surroundings for Mode {
    fn exists(&self, _path: &str) -> Option<bool> {
        None
    }

    fn mode(&self, _file: FileId) -> Option<u32> {
        self.0
    }
}

/// Lints a text and gives the lines of the findings of a code.
fn lines(code: &str, text: &str, mode: Option<u32>) -> Vec<usize> {
    let mut sources = SourceMap::new();
    let file = sources.add("ml2.ini", text);
    let mut diagnostics = Diagnostics::new();
    let parsed = aciform_syntax::ini::parse(file, text, &mut diagnostics);
    let (config, reading) = ini::read(&[(file, &parsed)], &mut diagnostics);
    let input =
        Input { sources: &sources, ini: &reading, config: &config, site: None, agents: &[], surroundings: &Mode(mode) };
    check(&input, &|_| true, &mut diagnostics);
    let found = diagnostics.into_sorted().into_iter().filter(|finding| finding.code.id == code);
    found
        .map(|finding| sources.file(file).line_at(finding.primary().map_or(0, |span| span.start as usize)) + 1)
        .collect()
}

const PASSWORD: &str = "[ml2_cisco_apic]\napic_hosts = 10.1.1.5\napic_username = u\napic_password = mq7-rathole\n";

#[test]
fn a_mode_is_reported_once_for_a_file_with_a_secret() {
    for (mode, expected) in
        [(Some(0o644), vec![4]), (Some(0o642), vec![4]), (Some(0o640), vec![]), (Some(0o660), vec![]), (None, vec![])]
    {
        assert_eq!(lines("ACI705", PASSWORD, mode), expected, "{mode:?}");
    }
    assert!(lines("ACI705", "[ml2_cisco_apic]\napic_hosts = 10.1.1.5\n", Some(0o644)).is_empty());
}

#[test]
fn weak_secrets() {
    let line = |lines: &str| lines_of("ACI702", lines);
    assert_eq!(line("apic_password = Password\n"), [2]);
    assert_eq!(line("apic_username = Neutron\napic_password = Neutron\n"), [3]);
    // The default of the domain's password is ACI709.
    assert!(line("openstack_password = somepassword\n").is_empty());
    assert_eq!(line("openstack_user = vmm\nopenstack_password = vmm\n"), [3]);
    // The name of another user, an empty one, and one that only contains a known one.
    assert!(line("openstack_user = vmm\napic_password = vmm\n").is_empty());
    assert!(line("apic_password =\n").is_empty());
    assert!(line("apic_password = password-of-neutron-7\n").is_empty());
}

#[test]
fn a_certificate_that_is_not_checked_matters_only_where_a_login_uses_https() {
    let line = |lines: &str| lines_of("ACI704", lines);
    assert!(line("apic_system_id = x\nencap_mode = vxlan\n").is_empty());
    assert!(line("apic_password = mq7\napic_use_ssl = False\n").is_empty());
    assert_eq!(line("apic_hosts = a\napic_password = mq7\n"), [1]);
    assert!(line("apic_password = mq7\n").is_empty(), "a file that keeps secrets apart is no whole configuration");
    assert_eq!(line("apic_password = mq7\nverify_ssl_certificate = off\n"), [3]);
    assert!(line("apic_password = mq7\nverify_ssl_certificate = t\n").is_empty());
}

#[test]
fn administrators() {
    let line = |lines: &str| lines_of("ACI706", lines);
    assert_eq!(line("apic_username = admin\n"), [2]);
    assert_eq!(line("apic_username = apic:local\\admin\n"), [2]);
    assert!(line("apic_username = neutron-admin\n").is_empty());
}

#[test]
fn halves_of_a_certificate() {
    assert_eq!(lines_of("ACI708", "private_key_file = /k\napic_hosts = a\n"), [2]);
    assert!(lines_of("ACI708", "private_key_file = /k\n").is_empty());
    // The password is used, so nothing is missing; the certificate is ignored.
    let both = "apic_password = mq7\ncertificate_name = n\n";
    assert!(lines_of("ACI708", both).is_empty());
    assert_eq!(lines_of("ACI707", both), [2]);
}

fn lines_of(code: &str, lines_of_group: &str) -> Vec<usize> {
    lines(code, &format!("[ml2_cisco_apic]\n{lines_of_group}"), None)
}
