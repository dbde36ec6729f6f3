//! Sites for security groups alone: every form of rule, group, pair and address that the language has, on many ports.
//!
//! No router, no external network: what is filtered does not depend on them.

use std::fmt::Write as _;

use super::{Dice, Draws as _, SiteFiles};

/// Hosts; the last has no port.
const HOSTS: u64 = 4;

/// Groups of a project beside `default`.
const GROUPS: u64 = 7;

/// Ports of a project.
const PORTS: u64 = 36;

/// Makes a site.
#[must_use]
pub fn filtered(seed: u64) -> SiteFiles {
    let mut dice = Dice::new(seed ^ 0x6e65_7574_726f_6e00);
    let mut text = "hosts:\n".to_owned();
    for host in 0..HOSTS {
        let roles = if host == 0 { "{roles: [compute, dhcp]}" } else { "{}" };
        let _ = writeln!(text, "  node-{host}: {roles}");
    }
    text.push_str("projects:\n");
    for project in 0..2 {
        one(&mut dice, &mut text, project);
    }
    let ini = "[DEFAULT]\napic_system_id = groups\n\n[ml2_cisco_apic]\napic_hosts = 192.0.2.7\napic_username = svc\napic_password = generated-1\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\napic_name_mapping = use_name\nencap_mode = vxlan\n";
    SiteFiles::from([
        ("aciform.yaml".to_owned(), "aciform: 1\n".to_owned()),
        ("ml2_conf_cisco_apic.ini".to_owned(), ini.to_owned()),
        ("intent.yaml".to_owned(), text),
    ])
}

fn one(dice: &mut Dice, text: &mut String, project: u64) {
    let _ = writeln!(
        text,
        "  team{project}:\n    id: {}\n    networks:\n      both:\n        id: {}\n        subnets:\n          four: {{cidr: 10.10{project}.0.0/16}}\n          more: {{cidr: 10.11{project}.0.0/24}}\n          six: {{cidr: \"2001:db8:{project}::/64\", enable_dhcp: false}}\n      open:\n        id: {}\n        port_security_enabled: false\n        subnets:\n          only: {{cidr: 172.2{project}.0.0/22}}\n    security_groups:",
        dice.uuid(),
        dice.uuid(),
        dice.uuid()
    );
    let kinds: Vec<bool> = (0..=GROUPS).map(|group| group > 0 && dice.once_in(4)).collect();
    for (group, stateless) in kinds.iter().enumerate() {
        let handle = if group == 0 { "default".to_owned() } else { format!("g{group}") };
        let _ = writeln!(text, "      {handle}:\n        id: {}\n        stateful: {}", dice.uuid(), !stateless);
        let _ = writeln!(text, "        default_egress: {}\n        rules:", !dice.once_in(3));
        let mut meanings: Vec<String> = Vec::new();
        for _ in 0..dice.below(18) {
            let Some((rule, meaning)) = rule(dice, project) else { continue };
            let is_born = group == 0 && BORN.contains(&meaning.as_str());
            if !is_born && !meanings.contains(&meaning) {
                let _ = writeln!(text, "          - {rule}");
                meanings.push(meaning);
            }
        }
        if dice.once_in(3) {
            // All ports are none; another rule for all of them would be the same.
            text.push_str("          - {protocol: tcp, port: 1-65535, remote_ip_prefix: 192.0.2.0/24}\n");
        } else if meanings.is_empty() {
            *text = text.trim_end_matches("        rules:\n").to_owned() + "        rules: []\n";
        }
    }
    text.push_str("    instances:\n");
    for port in 0..PORTS {
        let host = dice.below(HOSTS - 1);
        let _ = writeln!(text, "      vm{port}:\n        host: node-{host}\n        ports:\n          eth0:");
        self::port(dice, text, project, port, &kinds);
    }
}

fn port(dice: &mut Dice, text: &mut String, project: u64, port: u64, kinds: &[bool]) {
    let mac = dice.mac();
    // Some are written in upper case, which means the same.
    let written = if dice.once_in(5) { mac.to_uppercase() } else { mac.clone() };
    let _ = writeln!(text, "            id: {}\n            mac_address: \"{written}\"", dice.uuid());
    if dice.once_in(9) {
        let _ = writeln!(text, "            network: open\n            fixed_ips: [172.2{project}.1.{}]", port + 10);
        return;
    }
    let four = format!("10.10{project}.{}.{}", dice.below(200), port + 10);
    let second = format!("10.11{project}.0.{}", port + 10);
    let six = format!("\"2001:db8:{project}::{:x}:{:x}\"", dice.below(0xffff), port + 10);
    let fixed = match dice.below(10) {
        0 => String::new(),
        1 => six,
        2 => format!("{four}, {second}"),
        3..=5 => four,
        6 => format!("{six}, {second}, {four}"),
        _ => format!("{four}, {six}"),
    };
    let _ = writeln!(text, "            network: both\n            fixed_ips: [{fixed}]");
    if dice.once_in(10) {
        text.push_str("            port_security_enabled: false\n            security_groups: []\n");
        return;
    }
    groups(dice, text, kinds);
    let mut pairs: Vec<String> = Vec::new();
    for number in 0..dice.below(5) {
        let prefix = pair(dice, project, port, number);
        let mac = match dice.below(4) {
            0 => format!("{{ip: {prefix}, mac: \"{}\"}}", dice.mac()),
            1 => format!("{{ip: {prefix}, mac: \"{mac}\"}}"),
            _ => prefix,
        };
        pairs.push(mac);
    }
    if !pairs.is_empty() {
        let _ = writeln!(text, "            allowed_address_pairs: [{}]", pairs.join(", "));
    }
}

/// No list, which is `default`; none; or some of one kind, in any order.
fn groups(dice: &mut Dice, text: &mut String, kinds: &[bool]) {
    if dice.once_in(8) {
        return;
    }
    let stateless = dice.once_in(3);
    let mut of_kind: Vec<String> = (0..kinds.len())
        .filter(|at| kinds[*at] == stateless)
        .map(|at| if at == 0 { "default".to_owned() } else { format!("g{at}") })
        .collect();
    let mut held = Vec::new();
    for _ in 0..dice.below(4) {
        if !of_kind.is_empty() {
            let at = dice.index(of_kind.len());
            held.push(of_kind.remove(at));
        }
    }
    let _ = writeln!(text, "            security_groups: [{}]", held.join(", "));
}

/// Addresses and prefixes that differ from each other and from those of other ports.
fn pair(dice: &mut Dice, project: u64, port: u64, number: u64) -> String {
    let host = port * 4 + number;
    match dice.below(9) {
        0 if number == 0 => "0.0.0.0/0".to_owned(),
        1 if number == 0 => "\"::/0\"".to_owned(),
        2 => format!("\"2001:db8:{project}:{host:x}::/64\""),
        3 | 4 => format!("\"2001:db8:{project}::f:{host:x}\""),
        // With bits behind its length, which the kernel forgets.
        5 => format!("10.10{project}.{host}.77/24"),
        6 => format!("10.10{project}.{host}.0/28"),
        _ => format!("10.10{project}.250.{host}"),
    }
}

/// Spellings of protocols with their numbers, for any family.
const PROTOCOLS: &[(&str, u64)] = &[
    ("gre", 47),
    ("vrrp", 112),
    ("112", 112),
    ("50", 50),
    ("ah", 51),
    ("200", 200),
    ("253", 253),
    ("4", 4),
    ("ipip", 4),
    ("94", 94),
    ("ospf", 89),
    ("igmp", 2),
    ("2", 2),
    ("egp", 8),
    ("rsvp", 46),
    ("pgm", 113),
    ("any", 0),
    ("0", IP),
    ("ip", IP),
    ("hopopt", IP + 1),
];

/// To Neutron these are not the rule without a protocol, though they match the same.
const IP: u64 = 256;

/// What a project's own group has anyway.
const BORN: &[&str] = &["false false 0 , remote_group: default", "false true 0 , remote_group: default"];

const WITH_PORTS: &[(&str, u64)] = &[
    ("tcp", 6),
    ("TCP", 6),
    ("6", 6),
    ("udp", 17),
    ("17", 17),
    ("sctp", 132),
    ("132", 132),
    ("dccp", 33),
    ("udplite", 136),
];

const ONLY_SIX: &[(&str, u64)] =
    &[("ipv6-encap", 41), ("ipv6-route", 43), ("43", 43), ("ipv6-frag", 44), ("ipv6-nonxt", 59), ("ipv6-opts", 60)];

const ICMP: &[(&str, u64)] = &[("icmp", 1), ("1", 1)];

const ICMPV6: &[(&str, u64)] =
    &[("icmpv6", 58), ("ICMPv6", 58), ("ipv6-icmp", 58), ("58", 58), ("icmp", 58), ("1", 58)];

/// A rule as it is written, and what it means: no two rules of a group may mean the same.
fn rule(dice: &mut Dice, project: u64) -> Option<(String, String)> {
    let egress = dice.once_in(3);
    let six = dice.once_in(3);
    let ((protocol, number), mut detail) = match dice.below(9) {
        0..=2 => (*dice.pick(WITH_PORTS), ports(dice)),
        3 if six => (*dice.pick(ICMPV6), String::new()),
        3 => (*dice.pick(ICMP), String::new()),
        4 if six => (*dice.pick(ICMPV6), icmp(dice, &["128", "1, code: 4", "134", "135", "136", "255"])),
        4 | 5 if !six => (*dice.pick(ICMP), icmp(dice, &["8", "8, code: 0", "3, code: 4", "255", "255, code: 3"])),
        5 => (*dice.pick(ONLY_SIX), String::new()),
        _ => (*dice.pick(PROTOCOLS), String::new()),
    };
    match dice.below(6) {
        0 if six => detail += &format!(", remote_ip_prefix: \"2001:DB8:{:x}::/48\"", dice.below(40)),
        0 => detail += &format!(", remote_ip_prefix: 198.51.100.{}/26", dice.below(4) * 64),
        1 if !six => detail += &format!(", remote_ip_prefix: 203.0.113.{}", dice.below(40)),
        1 | 2 => {
            let own = format!("g{}", 1 + dice.below(GROUPS));
            let other = format!("team{}/g{}", 1 - project, 1 + dice.below(GROUPS));
            detail += &format!(", remote_group: {}", dice.pick(&["default".to_owned(), own, other]));
        }
        _ => {}
    }
    if number == 0 && detail.is_empty() {
        // Neutron's own two rules.
        return None;
    }
    let way = if egress { "direction: egress, " } else { "" };
    let family = if six { "ethertype: IPv6, " } else { "" };
    let everything = if detail.is_empty() && dice.once_in(4) {
        if six { ", remote_ip_prefix: \"::/0\"" } else { ", remote_ip_prefix: 0.0.0.0/0" }
    } else {
        ""
    };
    let meaning = format!("{egress} {six} {number} {detail}");
    Some((format!("{{{way}{family}protocol: {protocol}{detail}{everything}}}"), meaning))
}

/// None, one, a range, and the ranges that are nearly or wholly everything; few of them, so that groups share some.
fn ports(dice: &mut Dice) -> String {
    let first = 20 + dice.below(12) * 100;
    match dice.below(9) {
        0 => String::new(),
        1 => ", port: 1-65534".to_owned(),
        2 => format!(", port: {first}-{first}"),
        3..=5 => format!(", port: {}", first + 1),
        _ => format!(", port: {first}-{}", first + 1 + dice.below(3)),
    }
}

fn icmp(dice: &mut Dice, kinds: &[&str]) -> String {
    format!(", icmp: {{type: {}}}", dice.pick(kinds))
}
