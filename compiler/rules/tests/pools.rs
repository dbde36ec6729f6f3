//! When a pool is nearly full, and when it is only small.

use std::fs;

use aciform_rules::Rule;
use aciform_site::{Options, Reader, Subject};

const INI: &str = "[DEFAULT]\napic_system_id = lab\n[apic_external_network:out]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.1/24\n";

/// The findings about pools of an intent, `code severity message`.
fn said(intent: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("aciform.yaml", "aciform: 1\n");
    write("ml2_conf_cisco_apic.ini", INI);
    write("intent.yaml", &format!("hosts: {{h1: {{}}}}\n{intent}"));
    let mut reader = Reader::default();
    let options = Options { is_on: &|rule: &Rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| () };
    let linted = aciform_site::lint(&mut reader, &Subject::Site(folder.path().to_owned()), options);
    let findings = linted.verdict.kept.into_sorted().into_iter();
    let pools = findings.filter(|finding| finding.code.id.starts_with("ACI131"));
    pools.map(|finding| format!("{} {} {}", finding.code.id, finding.severity.word(), finding.message)).collect()
}

/// A network with so many ports on a subnet without DHCP.
fn ports(cidr: &str, count: u32) -> String {
    let ports: Vec<String> = (0..count).map(|at| format!("p{at}: {{network: web}}")).collect();
    format!(
        "projects: {{lab: {{networks: {{web: {{subnets: {{v4: {{cidr: {cidr}, enable_dhcp: false}}}}}}}}, ports: {{{}}}}}}}\n",
        ports.join(", ")
    )
}

#[test]
fn a_subnet_is_nearly_full_with_nine_of_ten_taken_and_ten_or_fewer_left() {
    // A /26 has 61, a /24 has 253.
    for (cidr, count, reported) in [
        ("10.1.0.0/26", 54, false),
        ("10.1.0.0/26", 55, true),
        ("10.1.0.0/26", 61, true),
        ("10.1.0.0/24", 240, false),
        ("10.1.0.0/24", 243, true),
        // One or two addresses are what such a subnet is for.
        ("10.1.0.0/30", 1, false),
        ("2001:db8::/64", 20, false),
    ] {
        let found = said(&ports(cidr, count));
        assert_eq!(!found.is_empty(), reported, "{cidr}, {count}: {found:?}");
    }
    assert_eq!(
        said(&ports("10.1.0.0/29", 5)),
        ["ACI1311 info 5 of 5 addresses of `lab/web/v4` are taken; the next port gets none"]
    );
}

#[test]
fn the_subnets_of_an_external_network_are_one_pool_but_for_reserved_ones() {
    let site = |subnets: &str, count: u32| {
        let floating: Vec<String> = (0..count).map(|at| format!("f{at}: {{network: out}}")).collect();
        format!(
            "external_networks: {{out: {{shared: true, subnets: {{{subnets}}}}}}}\nprojects: {{lab: {{floating_ips: {{{}}}}}, vip: {{}}}}\n",
            floating.join(", ")
        )
    };
    let full = ["ACI1310 warning 5 of 5 floating addresses of `out` are taken; none is left"];
    assert_eq!(said(&site("a: {cidr: 172.16.20.0/29}", 5)), full);
    assert_eq!(said(&site("a: {cidr: 172.16.20.0/29}", 4)), Vec::<String>::new());
    assert_eq!(said(&site("a: {cidr: 172.16.20.0/29}, b: {cidr: 172.16.21.0/29}", 5)), Vec::<String>::new());
    assert_eq!(said(&site("a: {cidr: 172.16.20.0/29}, b: {cidr: 172.16.21.0/29, project: vip}", 5)), full);
    assert_eq!(
        said(&site("b: {cidr: 172.16.21.0/29, project: lab}", 5)),
        ["ACI1310 warning 5 of 5 floating addresses of `out` for `lab` are taken; none is left"]
    );
}
