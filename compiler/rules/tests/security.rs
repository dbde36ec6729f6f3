//! What the rules about security look at, and what they let pass.

mod kit;

use std::fmt::Write as _;

use kit::lint;

const INI: &str = "[DEFAULT]\napic_system_id = cloud-a\n[apic_external_network:inet]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 100.64.10.1/24\n";

/// A project with a network behind a router, a group with one rule, and an instance with a floating IP that holds it.
fn open(rule: &str) -> Vec<String> {
    let intent = format!(
        "hosts: {{node-1: {{uplinks: [eth1]}}}}
external_networks: {{inet: {{shared: true, subnets: {{f: {{cidr: 100.64.20.0/24}}}}}}}}
projects:
  shop:
    networks: {{web: {{subnets: {{web: {{cidr: 10.100.1.0/24, enable_dhcp: false}}}}}}}}
    routers: {{out: {{external_gateway: {{network: inet}}, interfaces: [web]}}}}
    security_groups: {{inner: {{}}, g: {{rules: [{{{rule}}}]}}}}
    instances: {{vm: {{host: node-1, ports: {{eth0: {{network: web, security_groups: [g]}}}}}}}}
    floating_ips: {{vm: {{network: inet, address: 100.64.20.9, port: vm/eth0}}}}
"
    );
    let found = lint(&[("ml2_conf_cisco_apic.ini", INI), ("intent.yaml", &intent)], &["ACI1410"]);
    found.into_iter().map(|line| line.trim_start_matches("intent.yaml:7 ACI1410 warning ").to_owned()).collect()
}

#[test]
fn what_everybody_may_reach() {
    for (rule, what) in [
        ("protocol: tcp, port: 22", "ssh (22)"),
        ("protocol: tcp, port: 22, remote_ip_prefix: 0.0.0.0/0", "ssh (22)"),
        ("protocol: tcp, port: 22, remote_ip_prefix: 128.0.0.0/1", "ssh (22)"),
        ("protocol: udp, port: 11211", "memcached (11211)"),
        ("protocol: tcp, port: 2379-2380", "etcd (2379) and one more such service"),
        ("protocol: tcp", "every TCP port, ssh (22) among them,"),
        ("direction: ingress", "every port, ssh (22) among them,"),
    ] {
        assert_eq!(open(rule), [format!("anybody who reaches 100.64.20.9 can reach {what} there")], "{rule}");
    }
    for rule in [
        "protocol: tcp, port: 443",
        "protocol: udp, port: 22",
        "protocol: tcp, port: 22, remote_ip_prefix: 198.18.0.0/24",
        "protocol: tcp, port: 22, remote_group: inner",
        "protocol: icmp",
        "direction: egress, protocol: tcp, port: 22",
        // The floating IP is IPv4.
        "ethertype: IPv6, protocol: tcp, port: 22",
    ] {
        assert!(open(rule).is_empty(), "{rule}: {:?}", open(rule));
    }
}

#[test]
fn one_cause_is_one_finding_however_many_ports_there_are() {
    let mut ports = String::new();
    for port in 0..400 {
        let _ = writeln!(
            ports,
            "          p{port}: {{network: web, fixed_ips: [10.100.{}.{}], allowed_address_pairs: [10.0.0.0/8]}}",
            1 + port / 200,
            10 + port % 200
        );
    }
    let intent = format!(
        "hosts: {{node-1: {{uplinks: [eth1]}}}}
projects:
  shop:
    networks:
      web: {{subnets: {{web: {{cidr: 10.100.0.0/16, enable_dhcp: false}}, six: {{cidr: \"2001:db8::/64\", enable_dhcp: false}}}}}}
      raw: {{port_security_enabled: false, subnets: {{raw: {{cidr: 10.101.0.0/16, enable_dhcp: false}}}}}}
    instances:
      vm:
        host: node-1
        ports:
{ports}{}",
        ports.replace("web", "raw").replace("          p", "          r").replace("10.100.", "10.101.")
            .replace(", allowed_address_pairs: [10.0.0.0/8]", "")
    );
    let codes = ["ACI1410", "ACI1411", "ACI1412", "ACI1413"];
    let found = lint(&[("intent.yaml", &intent)], &codes);
    let mut seen: Vec<&str> = found.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["ACI1411", "ACI1412", "ACI1413"], "{found:#?}");
    // The first in the file is named, whatever the ports' ids.
    let named =
        |line: &&String| line.contains("`vm/p0` and 399 more ports") || line.contains("`vm/r0` and 399 more ports");
    assert_eq!(found.iter().filter(named).count(), 3, "{found:#?}");
}

#[test]
fn a_pair_makes_a_group_open_to_its_addresses() {
    let site = |pair: &str| {
        let intent = format!(
            "hosts: {{node-1: {{uplinks: [eth1]}}}}
projects:
  shop:
    networks: {{web: {{subnets: {{web: {{cidr: 10.100.1.0/24, enable_dhcp: false}}}}}}}}
    instances: {{vm: {{host: node-1, ports: {{eth0: {{network: web, allowed_address_pairs: [{pair}]}}}}}}}}
"
        );
        lint(&[("intent.yaml", &intent)], &["ACI1412"]).len()
    };
    for (pair, expected) in [
        ("0.0.0.0/0", 1),
        ("10.100.0.0/16", 1),
        ("10.100.1.0/24", 0),
        ("10.244.0.0/16", 0),
        ("\"::/0\"", 1),
        ("\"::/1\"", 1),
        ("\"fc00::/7\"", 0),
    ] {
        assert_eq!(site(pair), expected, "{pair}");
    }
}

#[test]
fn rules_without_effect() {
    let group = |rules: &str| {
        let intent = format!("projects:\n  shop:\n    security_groups:\n      g:\n        rules:\n{rules}");
        lint(&[("intent.yaml", &intent)], &["ACI1418"])
    };
    let line = |text: &str| format!("          - {{{text}}}\n");
    let wide = "protocol: tcp, port: 5000-6000";
    for (wide, narrow, count) in [
        (wide, "protocol: tcp, port: 5432, remote_ip_prefix: 10.0.0.0/8", 1),
        (wide, "protocol: tcp, port: 5432-6001, remote_ip_prefix: 10.0.0.0/8", 0),
        (wide, "protocol: udp, port: 5432, remote_ip_prefix: 10.0.0.0/8", 0),
        (wide, "protocol: tcp, port: 5432, remote_group: g", 1),
        (wide, "ethertype: IPv6, protocol: tcp, port: 5432, remote_group: g", 0),
        ("protocol: icmp", "protocol: icmp, icmp: {type: 8}, remote_ip_prefix: 10.0.0.0/8", 1),
        (
            "protocol: icmp, icmp: {type: 8}",
            "protocol: icmp, icmp: {type: 8, code: 0}, remote_ip_prefix: 10.0.0.0/8",
            1,
        ),
        ("protocol: icmp, icmp: {type: 8}", "protocol: icmp, remote_ip_prefix: 10.0.0.0/8", 0),
        ("direction: ingress", "protocol: 47, remote_ip_prefix: 10.0.0.0/8", 1),
        ("remote_ip_prefix: 0.0.0.0/1", "protocol: tcp, port: 22, remote_ip_prefix: 192.0.2.0/24", 0),
        // Two narrow ones, and two for everybody: nothing is taken for restricted that is not.
        (wide, "protocol: tcp, port: 5432", 0),
    ] {
        assert_eq!(group(&(line(wide) + &line(narrow))).len(), count, "{wide} / {narrow}");
    }
    let many: String =
        (0..50).map(|n| line(&format!("protocol: tcp, port: 22, remote_ip_prefix: 10.0.{n}.0/24"))).collect();
    assert_eq!(
        group(&(many + &line("protocol: tcp"))),
        [
            "intent.yaml:56 ACI1418 warning 50 narrower rules of group `g` have no effect: this one lets everybody through"
        ]
    );
    assert_eq!(group(&line("direction: egress, protocol: tcp, port: 443")).len(), 1);
}

#[test]
fn sources_that_nobody_checks() {
    let site = |subnets: &str, group: &str, other: &str| {
        let intent = format!(
            "hosts: {{node-1: {{uplinks: [eth1]}}}}
projects:
  shop:
    networks: {{web: {{subnets: {{four: {{cidr: 10.100.1.0/24, enable_dhcp: false}}{subnets}}}}}}}
    security_groups: {{g: {{{group}}}, six: {{rules: [{{ethertype: IPv6}}]}}}}
    instances:
      vm: {{host: node-1, ports: {{eth0: {{network: web, fixed_ips: [four], security_groups: [g]}}}}}}
{other}"
        );
        lint(&[("intent.yaml", &intent)], &["ACI1413"]).len()
    };
    let six = ", six: {cidr: \"2001:db8::/64\", enable_dhcp: false}";
    let taker = "      db: {host: node-1, ports: {eth0: {network: web, fixed_ips: [four], security_groups: [six]}}}\n";
    assert_eq!(site(six, "", ""), 1);
    assert_eq!(site("", "", ""), 0);
    assert_eq!(site("", "", taker), 1);
    assert_eq!(site(six, "default_egress: false, rules: [{direction: egress}]", ""), 0);
}

#[test]
fn a_router_that_does_not_translate_is_a_way_in() {
    let ini = "[DEFAULT]\napic_system_id = cloud-a\n[apic_external_network:campus]\npreexisting = True\nexternal_epg = any\nenable_nat = False\n";
    let intent = "hosts: {node-1: {uplinks: [eth1]}}
external_networks: {campus: {project: shop, l3out: {tenant: _cloud-a_shop, vrf: _cloud-a_shared}}}
projects:
  shop:
    networks: {web: {subnets: {web: {cidr: 10.100.1.0/24, enable_dhcp: false}}}}
    routers: {out: {external_gateway: {network: campus}, interfaces: [web]}}
    security_groups: {g: {rules: [{protocol: tcp, port: 22}]}}
    instances: {vm: {host: node-1, ports: {eth0: {network: web, fixed_ips: [10.100.1.7], security_groups: [g]}}}}
";
    // The campus has no public addresses, so that nothing private is announced to others.
    assert_eq!(
        lint(&[("ml2_conf_cisco_apic.ini", ini), ("intent.yaml", intent)], &["ACI1410", "ACI1415"]),
        ["intent.yaml:7 ACI1410 warning anybody who reaches 10.100.1.7 can reach ssh (22) there"]
    );
}
