//! The real tools and the real kernel: emitted texts are loaded and printed back, packets meet the rules.

use std::fs;

use aciform_fabric::model::{Fabric, PortOwner};
use aciform_intent::model::EtherType::{IPv4, IPv6};
use aciform_testkit::netfilter::check_host;
use tempfile::TempDir;

use crate::site::{ICMP, ICMPV6, Narrow as _, Site, TCP, UDP, egress, emit, ingress, pair};

/// Writes the target's artifacts as a bundle's folder.
pub(crate) fn write(fabric: &Fabric) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for artifact in emit(fabric) {
        let path = folder.path().join(&artifact.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, artifact.content).expect("a file");
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

fn assert_no_problems(problems: &[impl std::fmt::Display]) {
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
