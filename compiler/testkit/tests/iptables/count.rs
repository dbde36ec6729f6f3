//! How many rules a host has: the formulas that agree with the files Neutron's driver printed, on generated fabrics.

use aciform_fabric::model::{Fabric, GroupId, PortOwner, SecurityRule};
use aciform_intent::model::{Direction, EtherType};

use crate::site::{ICMP, ICMPV6, Narrow as _, Site, TCP, egress, file, ingress, mac, pair};

/// What is expected of a host in one family, added up port by port.
#[derive(Default)]
struct Expected {
    rules: usize,
    chains: usize,
}

/// A small generator of numbers, so that each run makes the same fabrics.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn once_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }
}

#[test]
fn every_generated_host_has_as_many_rules_and_chains_as_the_formulas_say() {
    for seed in 0..60 {
        let (fabric, expected) = generate(seed);
        for ((name, family), expected) in
            [("iptables.v4", EtherType::IPv4), ("iptables.v6", EtherType::IPv6)].into_iter().zip(expected)
        {
            let text = file(&fabric, &format!("hosts/h/{name}"));
            let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
            assert_eq!(count("-A"), expected.rules, "rules of {family:?}, seed {seed}\n{text}");
            assert_eq!(count(":neutron"), expected.chains, "chains of {family:?}, seed {seed}\n{text}");
        }
    }
}

#[test]
fn the_labs_instance_has_39_rules_in_each_family() {
    let mut site = Site::new(&["h"]);
    let rules: Vec<SecurityRule> = vec![
        ingress(EtherType::IPv4).protocol(ICMP),
        ingress(EtherType::IPv4).protocol(TCP).ports(22, 22),
        ingress(EtherType::IPv4).protocol(TCP).ports(80, 80),
    ];
    let group = site.group("00000000-0000-4000-8000-000000000001", &rules);
    site.port(0, "43591b4f-8635-4ad6-b8d7-c6510dd618ee", "fa:16:3e:5a:1c:0d", &["10.100.100.17"], &[group]);
    let fabric = site.fabric();
    for name in ["hosts/h/iptables.v4", "hosts/h/iptables.v6"] {
        assert_eq!(file(&fabric, name).lines().filter(|line| line.starts_with("-A")).count(), 39, "{name}");
    }
}

fn generate(seed: u64) -> (Fabric, [Expected; 2]) {
    let mut numbers = Numbers(seed);
    let mut site = Site::new(&["h"]);
    let mut groups: Vec<(GroupId, Vec<SecurityRule>)> = Vec::new();
    for at in 0..=numbers.below(4) {
        let rules: Vec<SecurityRule> = (0..numbers.below(6)).map(|_| rule(&mut numbers)).collect();
        groups.push((site.bare_group(&format!("0000000{at}-0000-4000-8000-000000000000"), &rules), rules));
    }
    let mut expected = [Expected { rules: 11, chains: 10 }, Expected { rules: 11, chains: 10 }];
    for at in 0..numbers.below(12) {
        let id = format!("{at:08x}-0000-4000-8000-000000000000");
        let address = "fa:16:3e:00:00:01";
        let ipv4: Vec<String> = (0..numbers.below(3)).map(|host| format!("10.0.{at}.{host}")).collect();
        let ipv6: Vec<String> = (0..numbers.below(3)).map(|host| format!("2001:db8:{at}::{host}")).collect();
        let fixed: Vec<&str> = ipv4.iter().chain(&ipv6).map(String::as_str).collect();
        let held: Vec<&(GroupId, Vec<SecurityRule>)> = groups.iter().filter(|_| numbers.once_in(2)).collect();
        let held_ids: Vec<GroupId> = held.iter().map(|(group, _)| *group).collect();
        let port = site.port(0, &id, address, &fixed, &held_ids);
        if numbers.once_in(5) {
            (port.owner, port.security_groups) = (PortOwner::Dhcp, Vec::new());
            expected.iter_mut().for_each(|family| family.rules += 4);
            continue;
        }
        if numbers.once_in(5) {
            (port.port_security, port.security_groups) = (false, Vec::new());
            expected.iter_mut().for_each(|family| family.rules += 5);
            continue;
        }
        let mut pairs = [ipv4.len(), ipv6.len() + usize::from(!ipv6.is_empty())];
        if fixed.is_empty() {
            pairs = [1, 1];
        }
        if numbers.once_in(2) {
            // Another MAC: an IPv4 pair counts once, an IPv6 pair brings a link-local address along.
            port.pairs = vec![pair("10.9.0.0/16", "fa:16:3e:00:00:02"), pair("2001:db8:9::1", "fa:16:3e:00:00:02")];
            pairs = [pairs[0] + 1, pairs[1] + 2];
            assert_ne!(port.mac, mac("fa:16:3e:00:00:02"));
        }
        let merged = |direction, family| {
            let mut rules: Vec<&SecurityRule> = held.iter().flat_map(|(_, rules)| rules).collect();
            rules.retain(|rule| rule.direction == direction && rule.ethertype == family);
            let mut distinct: Vec<&SecurityRule> = Vec::new();
            for rule in rules {
                if !distinct.contains(&rule) {
                    distinct.push(rule);
                }
            }
            distinct.len()
        };
        let steering = 10;
        let spoof = |pairs: usize| if pairs > 0 { (1, pairs + 1) } else { (0, 0) };
        for (family, pairs, (ethertype, addresses)) in
            [(0, pairs[0], (EtherType::IPv4, ipv4.len())), (1, pairs[1], (EtherType::IPv6, ipv6.len()))]
        {
            let (jump, chain) = spoof(pairs);
            let user = merged(Direction::Ingress, ethertype) + merged(Direction::Egress, ethertype);
            let built_in = match ethertype {
                EtherType::IPv4 => 4 + addresses + 6,
                EtherType::IPv6 => 7 + addresses + usize::from(addresses > 0) + 10,
            };
            expected[family].rules += steering + built_in + user + jump + chain;
            expected[family].chains += 2 + jump;
        }
    }
    (site.fabric(), expected)
}

/// A rule that equals none of the built-in ones.
fn rule(numbers: &mut Numbers) -> SecurityRule {
    let (family, icmp) = if numbers.once_in(2) { (EtherType::IPv4, ICMP) } else { (EtherType::IPv6, ICMPV6) };
    let rule = if numbers.once_in(2) { ingress(family) } else { egress(family) };
    match numbers.below(3) {
        0 => rule,
        1 => rule.protocol(icmp).icmp(8, None),
        _ => rule.protocol(TCP).ports(22, u16::try_from(22 + numbers.below(3)).expect("a port")),
    }
}
