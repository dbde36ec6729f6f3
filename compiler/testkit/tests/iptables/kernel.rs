//! The real tools and the real kernel: emitted texts are loaded and printed back, packets meet the rules.

use std::fs;

use aciform_fabric::model::{Fabric, PortOwner};
use aciform_intent::model::EtherType::{IPv4, IPv6};
use aciform_testkit::netfilter::respelling::{RULES, Respelling, SETS, normal};
use aciform_testkit::netfilter::ruleset::{compare_rules, compare_sets};
use aciform_testkit::netfilter::{Problem, check_host};
use aciform_testkit::netns::Namespace;
use tempfile::TempDir;

use crate::site::{ICMP, ICMPV6, Narrow as _, Site, TCP, UDP, egress, emit, ingress, pair};

/// Writes the target's artifacts as a bundle's folder.
pub(crate) fn write(fabric: &Fabric) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for artifact in emit(fabric) {
        let path = folder.path().join(&artifact.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, artifact.content.to_string()).expect("a file");
    }
    folder
}

/// A host with every kind of port, rule, pair and set that the target knows.
pub(crate) fn everything() -> Fabric {
    let mut site = Site::new(&["h", "other"]);
    let v4 = || ingress(IPv4);
    let v6 = || ingress(IPv6);
    let far = site.bare_group("11111111-0000-4000-8000-000000000000", &[]);
    let mut rules = vec![
        v4().protocol(ICMP),
        v4().protocol(ICMP).icmp(8, Some(0)),
        v4().protocol(ICMP).icmp(3, None),
        v4().protocol(ICMP).icmp(255, None),
        v4().protocol(ICMP).icmp(255, Some(3)),
        v6().protocol(ICMPV6),
        v6().protocol(ICMPV6).icmp(255, None),
        v6().protocol(ICMPV6).icmp(128, Some(0)),
        v6().protocol(ICMPV6).icmp(134, None),
        v6().protocol(ICMPV6).icmp(135, None),
        v4().prefix("198.51.100.0/24").protocol(TCP).ports(8000, 8100),
        v6().prefix("2001:db8::/32").protocol(UDP).ports(53, 53),
        v6().prefix("::1.2.3.4").protocol(UDP).ports(53, 53),
        v6().prefix("::1:0/112"),
        v6().prefix("::ffff:1.2.3.4"),
        egress(IPv4).prefix("203.0.113.0/24"),
        v4().group(far),
        v4().group(far).protocol(TCP).ports(5432, 5432),
        egress(IPv6).group(far).protocol(TCP).ports(1, 65534),
        egress(IPv6).group(far),
    ];
    for protocol in 1..=255 {
        rules.push(v4().protocol(protocol));
        rules.push(egress(IPv6).protocol(protocol));
    }
    for protocol in [TCP, UDP, 33, 132, 136] {
        for (first, last) in [(1, 1), (7, 9), (65535, 65535)] {
            rules.push(v4().protocol(protocol).ports(first, last));
            rules.push(v6().protocol(protocol).ports(first, last));
        }
    }
    let all = site.group("22222222-0000-4000-8000-000000000000", &rules);
    let stateless = site.group("33333333-0000-4000-8000-000000000000", &[v4().protocol(TCP)]);
    site.stateless(stateless);
    let mac = "fa:16:3e:00:00:01";
    let id = |at: u32| format!("{at:08x}-9635-4ad6-b8d7-c6510dd618ee");
    site.port(0, &id(1), mac, &["10.0.0.1", "2001:db8::1"], &[all, far]).pairs = vec![
        pair("10.0.0.250", mac),
        pair("10.1.0.0/16", "fa:16:3e:aa:00:01"),
        pair("0.0.0.0/0", "fa:16:3e:aa:00:01"),
        pair("::/0", mac),
        pair("::1.2.3.4", mac),
    ];
    site.port(0, &id(2), mac, &["10.0.0.2"], &[stateless, all]);
    site.port(0, &id(3), mac, &[], &[]);
    site.port(0, &id(4), mac, &["10.0.0.4"], &[]).port_security = false;
    site.port(0, &id(5), mac, &["10.0.0.5"], &[]).owner = PortOwner::Dhcp;
    site.port(1, &id(6), mac, &["10.0.0.6", "2001:db8::6", "::1.2.3.4"], &[far]).pairs = vec![pair("10.7.0.0/16", mac)];
    site.snat(0, "of-c5c3ee166c7b", "172.16.10.3/24", "172.16.10.1");
    site.snat(0, "of-72d1610921ce", "172.16.11.254/24", "172.16.11.1").mtu = Some(1400);
    site.fabric()
}

pub(crate) fn assert_no_problems(problems: &[Problem]) {
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(text.is_empty(), "{}", text.join("\n"));
}

#[test]
fn everything_the_target_can_write_loads_and_comes_back_the_same_with_both_backends() {
    let bundle = write(&everything());
    for host in ["h", "other"] {
        assert_no_problems(&check_host(bundle.path(), host));
    }
}

/// Loads a text with both backends after something that makes the kernel count, and prints it.
fn printed(text: &str) -> Vec<String> {
    let print = |backend: &str| {
        let namespace = Namespace::new().expect("root makes namespaces");
        namespace.run(&[&format!("iptables-{backend}-restore")], text).expect("the text loads");
        let knock = || std::net::UdpSocket::bind("127.0.0.1:0")?.send_to(b"x", "127.0.0.1:9");
        namespace.enter(knock).expect("loopback is up");
        namespace.run(&[&format!("iptables-{backend}-save")], "").expect("the text is printed")
    };
    vec![print("nft"), print("legacy")]
}

/// A table filter with one rule.
fn rule(rule: &str) -> String {
    format!("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n{rule}COMMIT\n")
}

#[test]
fn each_respelling_of_a_rule_is_the_tools_own_and_needed() {
    let sample = |respelling: &Respelling| match respelling.name {
        "notes" | "counters" => rule(""),
        "mac-case" => rule("-A FORWARD -m mac --mac-source FA:16:3E:5A:1C:0D -j RETURN\n"),
        "icmp-type-255" => rule("-A FORWARD -p icmp -m icmp --icmp-type 255/3 -j RETURN\n"),
        other => panic!("a respelling without a test: {other}"),
    };
    for respelling in RULES {
        let given = sample(respelling);
        let without = || RULES.iter().filter(|other| other.name != respelling.name);
        let texts = printed(&given);
        assert!(texts.iter().all(|text| compare_rules(&given, text).is_empty()), "{}\n{texts:#?}", respelling.name);
        let is_needed = |text: &String| normal(&given, without()) != normal(text, without());
        assert!(texts.iter().any(is_needed), "{} is never printed", respelling.name);
    }
}

#[test]
fn each_respelling_of_a_set_is_the_tools_own_and_needed() {
    let sample = |respelling: &Respelling| match respelling.name {
        "set-options" => "create S hash:net family inet\n",
        "single-address" => {
            "create S hash:net family inet\nadd S 10.0.0.9/32\nadd S 10.0.0.0/31\n\
             create T hash:net family inet6\nadd T 2001:db8::/32\nadd T 2001:db8::1/128\n"
        }
        other => panic!("a respelling without a test: {other}"),
    };
    for respelling in SETS {
        let given = sample(respelling);
        let namespace = Namespace::new().expect("root makes namespaces");
        namespace.run(&["ipset", "restore"], given).expect("the text loads");
        let text = namespace.run(&["ipset", "save"], "").expect("the text is printed");
        assert_eq!(compare_sets(given, &text), [""; 0], "{}", respelling.name);
        let without = |text: &str| {
            let mut lines = normal(text, SETS.iter().filter(|other| other.name != respelling.name));
            lines.sort();
            lines
        };
        assert_ne!(without(given), without(&text), "{} is never printed", respelling.name);
    }
}

#[test]
fn what_is_on_no_list_is_a_difference() {
    let given = rule("-A FORWARD -s 10.0.0.1/32 -j RETURN\n-A FORWARD -s 10.0.0.2/32 -j RETURN\n");
    for other in [
        rule("-A FORWARD -s 10.0.0.2/32 -j RETURN\n-A FORWARD -s 10.0.0.1/32 -j RETURN\n"),
        rule("-A FORWARD -s 10.0.0.1/32 -j RETURN\n"),
        given.replace("RETURN", "DROP"),
        given.replace("FORWARD ACCEPT", "FORWARD DROP"),
        given.replace("*filter", "*mangle"),
        given.replace("-A", ":mine - [0:0]\n-A"),
        format!("{given}*nat\nCOMMIT\n"),
    ] {
        assert_ne!(compare_rules(&given, &other), [""; 0], "{other}");
    }
    let sets = "create S hash:net family inet\nadd S 10.0.0.1/32\n";
    for other in [sets.replace("0.1/32", "0.1/31"), sets.replace("inet", "inet6"), format!("{sets}add S 10.0.0.2\n")] {
        assert_ne!(compare_sets(sets, &other), [""; 0], "{other}");
    }
}

#[test]
fn a_bundle_that_the_kernel_reads_otherwise_or_not_at_all_is_reported_with_its_file() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("iptables.v4", "-s 10.0.0.250/32", "-s 10.0.0.250/24", "-A neutron-opflex-a-s00000001-9 -s 10.0.0.0/24"),
        ("iptables.v6", "--dport 53", "--dport 70000", "--dport 4464"),
        ("ipset", "create NIPv4", "create MIPv4", "NIPv411111111-0000-4000-8000-"),
        (
            "netns/of-c5c3ee166c7b/iptables.v4",
            "--to-source 172.16.10.3",
            "--to-source 172.16.10.4",
            "expected (172.16.10.3, ",
        ),
        ("netns/of-c5c3ee166c7b/netns.json", "net.ipv4.ip_forward", "net.ipv4.ip_backward", "ip_backward"),
    ];
    for (file, from, to, said) in cases {
        let bundle = write(&everything());
        let path = bundle.path().join("hosts/h").join(file);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert!(text.contains(from), "{file} has no `{from}`");
        fs::write(&path, text.replace(from, to)).expect("a file");
        let problems = check_host(bundle.path(), "h");
        // A set that is missing shows where a rule names it.
        let place = file.rsplit_once('/').map_or(*file, |(folder, _)| folder);
        assert!(problems.iter().any(|problem| problem.place.contains(place)), "{problems:#?}");
        assert!(problems.iter().any(|problem| problem.what.contains(said)), "{said}\n{problems:#?}");
    }
}
