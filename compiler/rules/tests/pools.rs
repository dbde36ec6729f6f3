//! When a pool is nearly full, and when it is only small.

use std::fs;

use aciform_diagnostics::Diagnostic;
use aciform_rules::Rule;
use aciform_site::{Options, Reader, Subject};

const INI: &str = "[DEFAULT]\napic_system_id = lab\n[apic_external_network:out]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 172.16.10.1/24\n";

/// The findings about pools of an intent, `code severity message`.
fn said(intent: &str) -> Vec<String> {
    said_of("", INI, intent).into_iter().map(|(line, _)| line).collect()
}

/// As above, each with its help, of a site that plans for something.
fn said_of(growth: &str, ini: &str, intent: &str) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("aciform.yaml", &format!("aciform: 1\n{growth}\n"));
    write("ml2_conf_cisco_apic.ini", ini);
    write("intent.yaml", &format!("hosts: {{h1: {{}}}}\n{intent}"));
    let mut reader = Reader::default();
    let options = Options { is_on: &|rule: &Rule| rule.on, is_looked_for: &|_| true, known: &|_| None, stage: &|_| () };
    let linted = aciform_site::lint(&mut reader, &Subject::Site(folder.path().to_owned()), options);
    let findings = linted.verdict.kept.into_sorted().into_iter();
    let pools = findings.filter(|finding| finding.code.id.starts_with("ACI131"));
    let line = |finding: &Diagnostic| format!("{} {} {}", finding.code.id, finding.severity.word(), finding.message);
    pools.map(|finding| (line(&finding), finding.help.clone().unwrap_or_default())).collect()
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

/// Networks with floating IPs on them, each `NAME SUBNETS`.
fn floating(networks: &[(&str, &str)], count: u32) -> String {
    let networks: Vec<String> =
        networks.iter().map(|(name, subnets)| format!("{name}: {{shared: true, subnets: {{{subnets}}}}}")).collect();
    let ips: Vec<String> = (0..count).map(|at| format!("f{at}: {{network: out}}")).collect();
    format!(
        "external_networks: {{{}}}\nprojects: {{lab: {{floating_ips: {{{}}}}}, vip: {{}}}}\n",
        networks.join(", "),
        ips.join(", ")
    )
}

#[test]
fn planned_floating_ips_have_to_fit_the_subnets_of_their_network() {
    let one = floating(&[("out", "a: {cidr: 172.16.20.0/29}")], 3);
    for (planned, short) in [
        ("5", false),
        ("6", true),
        ("0", false),
        ("'+2'", false),
        ("'+3'", true),
        ("'+66%'", false),
        ("'+67%'", true),
        ("{out: 5}", false),
        ("{out: 6}", true),
        ("{}", false),
        ("4294967295", true),
        ("'+4294967295%'", true),
    ] {
        let found = said_of(&format!("growth: {{floating_ips: {planned}}}"), INI, &one);
        assert_eq!(found.len(), usize::from(short), "{planned}: {found:?}");
        assert!(found.iter().all(|(line, _)| line.starts_with("ACI1313 warning `out` has 5 ")), "{found:?}");
    }
    assert_eq!(
        said_of("growth: {floating_ips: 6}", INI, &one),
        [(
            "ACI1313 warning `out` has 5 floating addresses, 3 are taken, and 3 more floating IPs are planned for"
                .to_owned(),
            "a /28 would hold them; or add another subnet to `out`".to_owned()
        )]
    );
    let help = |growth: &str, intent: &str| said_of(&format!("growth: {growth}"), INI, intent).remove(0).1;
    assert_eq!(help("{floating_ips: 4294967295}", &one), "no IPv4 subnet holds so many; plan for fewer");
    let two = floating(&[("out", "a: {cidr: 172.16.20.0/29}, b: {cidr: 172.16.21.0/29}")], 3);
    assert_eq!(said_of("growth: {floating_ips: 10}", INI, &two), []);
    assert_eq!(help("{floating_ips: 17}", &two), "add a subnet to `out`: a /28 holds the 7 that are missing");
    let narrow = "a: {cidr: 172.16.20.0/24, allocation_pools: [172.16.20.9-172.16.20.12]}";
    assert_eq!(
        help("{floating_ips: 5}", &floating(&[("out", narrow)], 3)),
        "widen its allocation pools, or add another subnet to `out`"
    );
}

#[test]
fn what_is_planned_takes_reserved_subnets_last_and_makes_one_finding() {
    let site = floating(&[("out", "a: {cidr: 172.16.20.0/29}, b: {cidr: 172.16.21.0/29, project: vip}")], 5);
    // Full today; the plan fits the other one, and who plans needs no advice.
    assert_eq!(said(&site).len(), 1);
    assert_eq!(said_of("growth: {floating_ips: '+5'}", INI, &site), []);
    let found = said_of("growth: {floating_ips: '+6'}", INI, &site);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.starts_with("ACI1313 warning `out` has 10 floating addresses, 5 are taken"), "{found:?}");
    // Nothing more is planned for, so that today counts.
    let found = said_of("growth: {floating_ips: 2}", INI, &site);
    assert!(found.len() == 1 && found[0].0.starts_with("ACI1310 "), "{found:?}");
}

#[test]
fn a_network_without_subnets_for_floating_ips_is_planned_for_only_where_it_is_named() {
    let ini =
        format!("{INI}[apic_external_network:plain]\npreexisting = True\nexternal_epg = any\nenable_nat = False\n");
    for subnets in ["", "six: {cidr: '2001:db8::/64'}"] {
        let site = floating(&[("out", subnets)], 0);
        assert_eq!(said_of("growth: {floating_ips: 40}", INI, &site), []);
        assert_eq!(said_of("growth: {floating_ips: {out: 0}}", INI, &site), []);
        let found = said_of("growth: {floating_ips: {out: 40}}", INI, &site);
        let line = "ACI1313 warning floating IPs are planned for on `out`, which has no IPv4 subnet";
        assert!(found.len() == 1 && found[0].0 == line, "{found:?}");
    }
    // Nobody means one that does not translate.
    let plain = floating(&[("out", "a: {cidr: 172.16.20.0/24}"), ("plain", "b: {cidr: 172.16.30.0/29}")], 3);
    assert_eq!(said_of("growth: {floating_ips: 40}", &ini, &plain), []);
}

#[test]
fn planned_ports_have_to_fit_every_subnet_that_is_not_small_on_purpose() {
    // A /29 has 5, a /30 has 1.
    for (cidr, count, planned, short) in [
        ("10.1.0.0/29", 4, "+25%", false),
        ("10.1.0.0/29", 4, "+26%", true),
        ("10.1.0.0/29", 5, "+0%", false),
        ("10.1.0.0/30", 1, "+100%", false),
        ("10.1.0.0/31", 0, "+100%", false),
        ("10.1.0.0/32", 0, "+100%", false),
        ("10.0.0.0/8", 4, "+4294967295%", true),
        ("2001:db8::/64", 4, "+4294967295%", false),
        ("2001:db8::/125", 4, "+100%", true),
    ] {
        let cidr = format!("'{cidr}'");
        let found = said_of(&format!("growth: {{ports: '{planned}'}}"), INI, &ports(&cidr, count));
        let found: Vec<&String> = found.iter().map(|(line, _)| line).filter(|line| !line.contains("ACI1311")).collect();
        assert_eq!(found.len(), usize::from(short), "{cidr}, {count}, {planned}: {found:?}");
    }
    assert_eq!(
        said_of("growth: {ports: '+50%'}", INI, &ports("10.1.0.0/29", 4)),
        [(
            "ACI1314 warning `lab/web/v4` has 5 addresses, 4 are taken, and 2 more ports are planned for".to_owned(),
            "it takes a /28, and the prefix of a subnet cannot change: add another subnet to `lab/web`".to_owned()
        )]
    );
    let full = said_of("growth: {ports: '+0%'}", INI, &ports("10.1.0.0/29", 5));
    assert!(full.len() == 1 && full[0].0.starts_with("ACI1311 "), "{full:?}");
}
