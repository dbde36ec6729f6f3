//! The text of a host against what Neutron's driver printed for the same port, and each variant of a line.

use aciform_fabric::model::{Fabric, Port, PortOwner, SecurityRule};
use aciform_intent::model::EtherType::{IPv4, IPv6};

use crate::site::{ICMP, ICMPV6, Narrow as _, Site, TCP, UDP, egress, emit, file, findings, ingress, pair, prefix};

const PORT: &str = "43591b4f-8635-4ad6-b8d7-c6510dd618ee";
const MAC: &str = "fa:16:3e:5a:1c:0d";

/// The lab's instance with the groups that the example assumes.
fn worked_example(change: impl FnOnce(&mut Port)) -> Fabric {
    let tcp = |port| ingress(IPv4).protocol(TCP).ports(port, port);
    let icmp = ingress(IPv4).protocol(ICMP);
    let mut site = Site::new(&["centos-02"]);
    let public = site.group("00000000-0000-4000-8000-000000000001", &[icmp, tcp(22)]);
    let servers = site.group("00000000-0000-4000-8000-000000000002", &[tcp(22), tcp(80), icmp]);
    change(site.port(0, PORT, MAC, &["10.100.100.17"], &[public, servers]));
    site.fabric()
}

/// The rules of one chain, without `-A`, the agent's prefix and the comments.
fn chain(text: &str, name: &str) -> Vec<String> {
    let start = format!("-A neutron-opflex-a-{name} ");
    text.lines().filter_map(|line| line.strip_prefix(&start)).map(without_comment).collect()
}

fn without_comment(rule: &str) -> String {
    match (rule.find("-m comment"), rule.rfind("-j ")) {
        (Some(from), Some(to)) => format!("{}{}", &rule[..from], &rule[to..]),
        _ => rule.into(),
    }
}

/// The three chains of a port that holds one group with these rules and nothing else.
fn with_rules(rules: &[SecurityRule], addresses: &[&str], file_name: &str, letter: char) -> Vec<String> {
    let mut site = Site::new(&["h"]);
    let group = site.bare_group("00000000-0000-4000-8000-000000000001", rules);
    site.port(0, PORT, MAC, addresses, &[group]);
    chain(&file(&site.fabric(), &format!("hosts/h/{file_name}")), &format!("{letter}43591b4f-8"))
}

#[test]
fn the_worked_example_is_what_the_driver_printed_line_for_line() {
    let text = file(&worked_example(|_| {}), "hosts/centos-02/iptables.v4");
    similar_asserts(include_str!("worked-example.v4"), &text);
}

#[test]
fn the_worked_example_has_the_two_ipv6_chains_that_the_driver_printed_and_no_source_chain() {
    let text = file(&worked_example(|_| {}), "hosts/centos-02/iptables.v6");
    let printed = include_str!("worked-example-chains.v6");
    let of_port =
        |line: &&str| line.starts_with("-A neutron-opflex-a-i4") || line.starts_with("-A neutron-opflex-a-o4");
    let chains: String = text.lines().filter(of_port).flat_map(|line| [line, "\n"]).collect();
    similar_asserts(printed, &chains);
    assert!(!text.contains("-s43591b4f-8"), "{text}");

    let v4 = include_str!("worked-example.v4");
    let shared = |text: &str| -> String {
        let of_port = |line: &&str| {
            !["-i4", "-o4", "-s4"].iter().any(|chain| line.contains(&format!("A neutron-opflex-a{chain}")))
        };
        let rest = text.lines().filter(of_port).filter(|line| *line != ":neutron-opflex-a-s43591b4f-8 - [0:0]");
        rest.flat_map(|line| [line, "\n"]).collect()
    };
    similar_asserts(&shared(v4), &shared(&text));
}

#[test]
fn an_address_pair_stands_before_the_fixed_address_and_takes_its_own_mac() {
    let text = file(
        &worked_example(|port| {
            port.pairs = vec![pair("10.100.100.250", MAC), pair("10.100.100.0/28", "fa:16:3e:aa:00:01")];
        }),
        "hosts/centos-02/iptables.v4",
    );
    assert_eq!(
        chain(&text, "s43591b4f-8"),
        [
            "-s 10.100.100.250/32 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-s 10.100.100.0/28 -m mac --mac-source FA:16:3E:AA:00:01 -j RETURN",
            "-s 10.100.100.17/32 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-j DROP",
        ]
    );
    assert!(text.contains(
        "-s 10.100.100.250/32 -m mac --mac-source FA:16:3E:5A:1C:0D -m comment --comment \"Allow traffic from defined IP/MAC pairs.\" -j RETURN\n"
    ));
}

#[test]
fn a_pair_equal_to_the_fixed_address_gives_one_rule_at_the_later_place() {
    let fabric = worked_example(|port| port.pairs = vec![pair("10.100.100.17", MAC), pair("10.100.100.250", MAC)]);
    assert_eq!(
        chain(&file(&fabric, "hosts/centos-02/iptables.v4"), "s43591b4f-8"),
        [
            "-s 10.100.100.250/32 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-s 10.100.100.17/32 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-j DROP",
        ]
    );
}

#[test]
fn each_mac_brings_its_link_local_address_once_behind_its_first_ipv6_pair() {
    let mut site = Site::new(&["h"]);
    let port = site.port(0, PORT, MAC, &["10.0.0.1", "2001:db8::1", "2001:db8::2"], &[]);
    port.pairs = vec![pair("2001:db8::10", "fa:16:3e:aa:00:01"), pair("2001:db8::/120", "fa:16:3e:aa:00:01")];
    let text = file(&site.fabric(), "hosts/h/iptables.v6");
    assert_eq!(
        chain(&text, "s43591b4f-8"),
        [
            "-s 2001:db8::10/128 -m mac --mac-source FA:16:3E:AA:00:01 -j RETURN",
            "-s fe80::f816:3eff:feaa:1/128 -m mac --mac-source FA:16:3E:AA:00:01 -j RETURN",
            "-s 2001:db8::/120 -m mac --mac-source FA:16:3E:AA:00:01 -j RETURN",
            "-s 2001:db8::1/128 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-s fe80::f816:3eff:fe5a:1c0d/128 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-s 2001:db8::2/128 -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-j DROP",
        ]
    );
}

#[test]
fn a_port_without_addresses_may_use_any_source_with_its_mac_in_both_families() {
    let mut site = Site::new(&["h"]);
    site.port(0, PORT, MAC, &[], &[]).pairs = vec![pair("0.0.0.0/0", "fa:16:3e:aa:00:01")];
    let fabric = site.fabric();
    assert_eq!(
        chain(&file(&fabric, "hosts/h/iptables.v4"), "s43591b4f-8"),
        [
            "-m mac --mac-source FA:16:3E:AA:00:01 -j RETURN",
            "-m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN",
            "-j DROP"
        ]
    );
    let v6 = file(&fabric, "hosts/h/iptables.v6");
    assert_eq!(chain(&v6, "s43591b4f-8"), ["-m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN", "-j DROP"]);
}

#[test]
fn an_ipv6_address_lets_router_advertisements_and_its_own_dhcp_answers_in() {
    assert_eq!(
        with_rules(&[], &["2001:db8::1"], "iptables.v6", 'i'),
        [
            "-p ipv6-icmp -m icmp6 --icmpv6-type 130 -j RETURN",
            "-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN",
            "-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN",
            "-m state --state RELATED,ESTABLISHED -j RETURN",
            "-p ipv6-icmp -m icmp6 --icmpv6-type 134 -j RETURN",
            "-d 2001:db8::1/128 -p udp -m udp --sport 547 --dport 546 -j RETURN",
            "-d fe80::/64 -p udp -m udp --sport 547 --dport 546 -j RETURN",
            "-m state --state INVALID -j DROP",
            "-j neutron-opflex-a-sg-fallback",
        ]
    );
}

#[test]
fn a_groups_own_neighbour_solicitation_rule_moves_the_built_in_one_below_the_state_rule() {
    let solicitation = ingress(IPv6).protocol(ICMPV6).icmp(135, None);
    assert_eq!(
        with_rules(&[solicitation], &["10.0.0.1"], "iptables.v6", 'i'),
        [
            "-p ipv6-icmp -m icmp6 --icmpv6-type 130 -j RETURN",
            "-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN",
            "-m state --state RELATED,ESTABLISHED -j RETURN",
            "-d fe80::/64 -p udp -m udp --sport 547 --dport 546 -j RETURN",
            "-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN",
            "-m state --state INVALID -j DROP",
            "-j neutron-opflex-a-sg-fallback",
        ]
    );
}

#[test]
fn a_groups_own_router_advertisement_rule_merges_into_the_built_in_one_where_there_is_one() {
    let advertisement = ingress(IPv6).protocol(ICMPV6).icmp(134, None);
    for (address, before_dhcp) in [("2001:db8::1", true), ("10.0.0.1", false)] {
        let rules = with_rules(&[advertisement], &[address], "iptables.v6", 'i');
        let at: Vec<usize> = (0..rules.len()).filter(|at| rules[*at].contains("--icmpv6-type 134")).collect();
        assert_eq!(at, if before_dhcp { [4] } else { [5] }, "{rules:#?}");
    }
}

#[test]
fn rules_of_several_groups_merge_by_text_and_keep_the_first_place() {
    let rules = [
        ingress(IPv4).protocol(TCP).ports(22, 22).prefix("10.0.0.0/8"),
        ingress(IPv4).protocol(TCP).ports(22, 22).prefix("10.1.0.0/16"),
        ingress(IPv4).protocol(TCP).ports(22, 22).prefix("10.0.0.0/8"),
        ingress(IPv4).protocol(UDP).ports(22, 22).prefix("10.0.0.0/8"),
    ];
    let text = with_rules(&rules, &["10.0.0.1"], "iptables.v4", 'i');
    assert_eq!(
        text[3..6],
        [
            "-s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j RETURN",
            "-s 10.1.0.0/16 -p tcp -m tcp --dport 22 -j RETURN",
            "-s 10.0.0.0/8 -p udp -m udp --dport 22 -j RETURN",
        ]
    );
    assert_eq!(text.len(), 8);
}

#[test]
fn a_rule_lands_in_its_own_family_and_direction_only() {
    let rules = [egress(IPv4).protocol(TCP).ports(443, 443).prefix("203.0.113.0/24")];
    let expected = "-d 203.0.113.0/24 -p tcp -m tcp --dport 443 -j RETURN".to_owned();
    assert!(with_rules(&rules, &["10.0.0.1"], "iptables.v4", 'o').contains(&expected));
    for (file, letter) in [("iptables.v4", 'i'), ("iptables.v6", 'i'), ("iptables.v6", 'o')] {
        assert!(!with_rules(&rules, &["10.0.0.1"], file, letter).iter().any(|rule| rule.contains("443")));
    }
}

#[test]
fn a_port_without_port_security_is_accepted_and_has_no_chain_and_no_zone() {
    let fabric = worked_example(|port| {
        port.port_security = false;
        port.security_groups.clear();
    });
    for file_name in ["iptables.v4", "iptables.v6"] {
        let text = file(&fabric, &format!("hosts/centos-02/{file_name}"));
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("43591b4f")).collect();
        let comment = "-m comment --comment \"Accept all packets when port security is disabled.\" -j ACCEPT";
        let trusted = "-m comment --comment \"Accept all packets when port is trusted.\" -j ACCEPT";
        assert_eq!(
            lines,
            [
                format!("-A neutron-opflex-a-PREROUTING -m physdev --physdev-out tap43591b4f-86 {trusted}"),
                format!("-A neutron-opflex-a-PREROUTING -m physdev --physdev-in tap43591b4f-86 {trusted}"),
                format!(
                    "-A neutron-opflex-a-FORWARD -m physdev --physdev-out tap43591b4f-86 --physdev-is-bridged {comment}"
                ),
                format!(
                    "-A neutron-opflex-a-FORWARD -m physdev --physdev-in tap43591b4f-86 --physdev-is-bridged {comment}"
                ),
                format!(
                    "-A neutron-opflex-a-INPUT -m physdev --physdev-in tap43591b4f-86 --physdev-is-bridged {comment}"
                ),
            ]
        );
    }
}

#[test]
fn a_dhcp_port_is_trusted_behind_filtered_ports_in_forward_and_before_them_in_nat() {
    let mut site = Site::new(&["h"]);
    site.port(0, PORT, MAC, &["10.0.0.1"], &[]);
    site.port(0, "00000001-0000-4000-8000-000000000000", MAC, &["10.0.0.2"], &[]).owner = PortOwner::Dhcp;
    site.port(0, "00000002-0000-4000-8000-000000000000", MAC, &["10.0.0.3"], &[]).port_security = false;
    let text = file(&site.fabric(), "hosts/h/iptables.v4");
    let taps = |chain_name: &str| -> Vec<String> {
        let words = chain(&text, chain_name).into_iter();
        words.filter_map(|rule| rule.split(' ').find_map(|word| word.strip_prefix("tap").map(str::to_owned))).collect()
    };
    let [filtered, trusted, open] = ["43591b4f-86", "00000001-00", "00000002-00"];
    assert_eq!(taps("FORWARD"), [filtered, filtered, trusted, trusted, open, open]);
    assert_eq!(taps("INPUT"), [filtered, open]);
    assert_eq!(taps("sg-chain"), [filtered, filtered]);
    // Raw and nat share the chain's name: zone of the one filtered port, then nat.
    assert_eq!(taps("PREROUTING"), [filtered, trusted, trusted, filtered, filtered, open, open]);
    assert!(text.contains("--zone 4097") && !text.contains("--zone 4098"));
}

#[test]
fn only_a_stateless_group_in_front_with_a_rule_in_it_switches_tracking_off() {
    let no_track = "-A neutron-opflex-a-PREROUTING -i qvb43591b4f-86 -m comment --comment \"Make 43591b4f-8635-4ad6-b8d7-c6510dd618ee stateless\" -j CT --notrack\n";
    for (front_has_rule, front_is_stateless, tracked) in [(true, true, false), (false, true, true), (true, false, true)]
    {
        let mut site = Site::new(&["h"]);
        let rule = egress(IPv4);
        let rules: &[SecurityRule] = if front_has_rule { &[rule] } else { &[] };
        let front = site.bare_group("00000000-0000-4000-8000-000000000001", rules);
        let back = site.group("00000000-0000-4000-8000-000000000002", &[]);
        if front_is_stateless {
            site.stateless(front);
        }
        site.stateless(back);
        site.port(0, PORT, MAC, &["10.0.0.1"], &[front, back]);
        let text = file(&site.fabric(), "hosts/h/iptables.v4");
        assert_eq!(text.contains("--zone 4097"), tracked, "{front_has_rule} {front_is_stateless}");
        assert_eq!(text.contains(no_track), !tracked);
    }
}

#[test]
fn sets_are_made_for_groups_that_local_rules_name_with_members_of_every_host_by_number() {
    let mut site = Site::new(&["a", "b"]);
    let servers = site.group("7c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[]);
    let idle = site.group("8c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[]);
    let rule = ingress(IPv4).protocol(TCP).ports(5432, 5432).group(servers);
    let rule_v6 = egress(IPv6).group(idle);
    let clients = site.group("9c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[rule, rule_v6]);
    site.port(0, PORT, MAC, &["10.0.0.1"], &[clients]);
    site.port(1, "10000000-0000-4000-8000-000000000000", MAC, &["10.0.0.10", "2001:db8::1"], &[servers]);
    site.port(1, "20000000-0000-4000-8000-000000000000", MAC, &["10.0.0.9"], &[servers]).pairs =
        vec![pair("10.0.0.9", MAC), pair("9.0.0.0/8", MAC)];
    site.port(1, "30000000-0000-4000-8000-000000000000", MAC, &[], &[servers]).pairs = vec![pair("11.0.0.0/8", MAC)];
    let fabric = site.fabric();
    assert_eq!(
        file(&fabric, "hosts/a/ipset"),
        "create NIPv47c1d9a52-3e7f-4d0e-8a21- hash:net family inet\n\
         add NIPv47c1d9a52-3e7f-4d0e-8a21- 9.0.0.0/8\n\
         add NIPv47c1d9a52-3e7f-4d0e-8a21- 10.0.0.9/32\n\
         add NIPv47c1d9a52-3e7f-4d0e-8a21- 10.0.0.10/32\n\
         create NIPv68c1d9a52-3e7f-4d0e-8a21- hash:net family inet6\n"
    );
    assert_eq!(file(&fabric, "hosts/b/ipset"), "");
    let v4 = file(&fabric, "hosts/a/iptables.v4");
    let line = "-A neutron-opflex-a-i43591b4f-8 -p tcp -m tcp --dport 5432 -m set --match-set NIPv47c1d9a52-3e7f-4d0e-8a21- src -j RETURN\n";
    assert!(v4.contains(line));
    assert!(
        file(&fabric, "hosts/a/iptables.v6")
            .contains("-m set --match-set NIPv68c1d9a52-3e7f-4d0e-8a21- dst -j RETURN\n")
    );
}

#[test]
fn a_member_that_is_everything_is_split_in_halves_without_repeats() {
    let mut site = Site::new(&["a"]);
    let group = site.bare_group("7c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[]);
    let clients =
        site.group("9c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[ingress(IPv4).group(group), ingress(IPv6).group(group)]);
    let port = site.port(0, PORT, MAC, &["10.0.0.1"], &[clients, group]);
    port.pairs = vec![pair("0.0.0.0/0", MAC), pair("128.0.0.0/1", MAC), pair("::/0", MAC)];
    let text = file(&site.fabric(), "hosts/a/ipset");
    let members: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("add ")?.split(' ').nth(1)).collect();
    assert_eq!(members, ["0.0.0.0/1", "10.0.0.1/32", "128.0.0.0/1", "::/1", "8000::/1"]);
}

#[test]
fn a_host_without_ports_has_the_skeleton_in_both_families_and_an_empty_ipset_file() {
    let fabric = Site::new(&["h"]).fabric();
    let paths: Vec<String> = emit(&fabric).into_iter().map(|artifact| artifact.path).collect();
    assert_eq!(paths, ["hosts/h/iptables.v4", "hosts/h/iptables.v6", "hosts/h/ipset"]);
    let text = file(&fabric, "hosts/h/iptables.v4");
    assert_eq!(text, file(&fabric, "hosts/h/iptables.v6"));
    assert_eq!(text.lines().filter(|line| line.starts_with("-A")).count(), 11);
}

#[test]
fn a_snat_namespace_is_described_and_translates_the_family_of_its_pool() {
    let mut site = Site::new(&["centos-02"]);
    site.snat(0, "of-c5c3ee166c7b", "172.16.10.3/24", "172.16.10.1").mtu = Some(1500);
    let fabric = site.fabric();
    let of = |name: &str| file(&fabric, &format!("hosts/centos-02/netns/of-c5c3ee166c7b/{name}"));
    assert_eq!(of("netns.json"), include_str!("netns.json"));
    let v4 = of("iptables.v4");
    assert!(v4.contains(
        ":POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o of-c5c3ee166c7b -j SNAT --to-source 172.16.10.3\nCOMMIT\n"
    ));
    assert!(v4.ends_with("-A INPUT -j ACCEPT\n-A FORWARD -j ACCEPT\n-A OUTPUT -j ACCEPT\nCOMMIT\n"));
    let v6 = of("iptables.v6");
    assert!(!v6.contains("SNAT"));
    assert!(v6.contains(
        "-A FORWARD -j ACCEPT\n-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 137 -j DROP\n-A OUTPUT -j ACCEPT\n"
    ));
}

#[test]
fn groups_that_would_share_a_set_are_refused_once_rules_name_both() {
    let ids = ["7c1d9a52-3e7f-4d0e-8a21-000000000001", "7c1d9a52-3e7f-4d0e-8a21-000000000002"];
    for (names_both, found) in [(true, 1), (false, 0)] {
        let mut site = Site::new(&["h"]);
        let [one, other] = ids.map(|id| site.bare_group(id, &[]));
        let second = if names_both { other } else { one };
        let rules = [ingress(IPv4).group(one), ingress(IPv6).group(second)];
        site.bare_group("8c1d9a52-3e7f-4d0e-8a21-000000000001", &rules);
        let messages = findings(&site.fabric());
        assert_eq!(messages.len(), found, "{messages:?}");
        let shared = "ACI1491 the ids of security groups p/g0 and p/g1 agree in their first 20 hex digits";
        assert!(messages.iter().all(|message| message == shared), "{messages:?}");
    }
}

#[test]
fn a_group_with_more_members_than_a_set_holds_is_refused_where_a_rule_names_it() {
    let mut site = Site::new(&["h"]);
    let group = site.bare_group("7c1d9a52-3e7f-4d0e-8a21-000000000001", &[]);
    let clients = site.group("8c1d9a52-3e7f-4d0e-8a21-000000000001", &[ingress(IPv4).group(group)]);
    site.port(0, PORT, MAC, &["10.0.0.1"], &[clients]);
    let mut fabric = site.fabric();
    let hosts = (0u32..65_537).map(|host| prefix(&std::net::Ipv4Addr::from_bits(0x0a00_0000 + host).to_string()));
    fabric.members[group.members()].v4 = hosts.collect();
    assert_eq!(findings(&fabric), ["ACI1490 security group p/g0 has 65537 IPv4 members, a set on a host holds 65536"]);
    fabric.members[group.members()].v4.pop();
    assert_eq!(findings(&fabric), [""; 0]);
}

/// Compares texts and fails with a diff.
fn similar_asserts(expected: &str, got: &str) {
    let diff = similar::TextDiff::from_lines(expected, got);
    assert!(expected == got, "{}", diff.unified_diff().header("printed by the driver", "emitted"));
}

#[test]
fn the_groups_of_a_hosts_devices_stand_beside_its_rules_in_neutrons_words() {
    let mut site = Site::new(&["a", "b"]);
    let servers = site.group("7c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &[]);
    let rules = [
        ingress(IPv4).protocol(TCP).ports(5432, 5433).group(servers),
        egress(IPv4).protocol(ICMP).icmp(8, Some(0)).prefix("10.0.0.0/8"),
        ingress(IPv6).protocol(200),
    ];
    let clients = site.bare_group("9c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa", &rules);
    site.stateless(clients);
    let pairs = vec![pair("10.0.0.9", MAC), pair("9.0.0.0/8", "fa:16:3e:00:00:02")];
    site.port(0, PORT, MAC, &["10.0.0.1"], &[clients]).pairs = pairs;
    let open = site.port(0, "10000000-0000-4000-8000-000000000000", MAC, &[], &[]);
    open.port_security = false;
    site.port(1, "20000000-0000-4000-8000-000000000000", MAC, &["10.0.0.2"], &[]).owner = PortOwner::Dhcp;
    let fabric = site.fabric();
    assert_eq!(file(&fabric, "hosts/a/security-groups.json"), include_str!("security-groups.json"));
    // The server leaves trusted ports out.
    assert!(emit(&fabric).iter().all(|artifact| artifact.path != "hosts/b/security-groups.json"));
}
