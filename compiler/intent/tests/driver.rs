//! The free-form sections as their readers take them: the value and the place of every part.

use aciform_diagnostics::{SourceMap, Span};
use aciform_intent::ini::driver::{self, StopReason, VpcPairs, host_links, switches};
use aciform_syntax::ini::{IniFile, parse};
use expect_test::expect;

fn parsed(text: &str) -> (SourceMap, IniFile) {
    let mut sources = SourceMap::new();
    let file = sources.add("f.ini", text);
    (sources, parse(file, text, &mut Default::default()))
}

#[test]
fn hosts_of_a_switch_keep_their_places() {
    let text = "[apic_switch: 201 ]\npod_id = 2\na, b|eth0,\\x3ac = 101/1/7\nd = 1\n  /2\na, b|eth0,\\x3ac = 9/9\n";
    let (sources, ini) = parsed(text);
    let found = switches(&[&ini]).expect("switches");
    let mut out = String::new();
    let at = |span: Span| format!("{} {:?}", sources.place(span), sources.slice(span));
    for switch in &found {
        out += &format!("{:?} in pod {} at {}\n", switch.id.value, switch.pod(), at(switch.id.span));
        for link in &switch.links {
            let (module, port) = link.module_and_port.as_ref().expect("a slash");
            out += &format!("  {:?} by {:?} at {}\n", link.host.value, link.interface, at(link.host.span));
            out += &format!("    {:?} at {}, {:?} at {}\n", module.value, at(module.span), port.value, at(port.span));
        }
    }
    expect![[r#"
            "201" in pod 2 at f.ini:1:15 "201"
              "a" by None at f.ini:3:1 "a"
                "101" at f.ini:3:19 "101", "1/7" at f.ini:3:23 "1/7"
              " b" by Some("eth0") at f.ini:3:3 " b|eth0"
                "101" at f.ini:3:19 "101", "1/7" at f.ini:3:23 "1/7"
              ":c" by None at f.ini:3:11 "\\x3ac"
                "101" at f.ini:3:19 "101", "1/7" at f.ini:3:23 "1/7"
              "d" by None at f.ini:4:1 "d"
                "1\n" at f.ini:4:5 "1\n  ", "2" at f.ini:5:4 "2"
        "#]]
    .assert_eq(&out);
}

#[test]
fn lists_and_next_hops_keep_their_places() {
    let text = "[apic_physical_network:p]\nhosts = a , ,b,\n   c,a\n[opflex_external_segment:x:y]\n\
                ip_address_range = 10.0.0.1 , 10.0.0.9,z\nip_gateway = 10.0.0.254/24\nip6_gateway = fe80::1\n";
    let (sources, ini) = parsed(text);
    let found = driver::read(&[&ini]);
    let networks = found.physical_networks.expect("networks");
    let hosts = networks[0].hosts.iter().map(|host| (sources.place(host.span), &host.value, sources.slice(host.span)));
    let segment = &found.external_segments[0];
    let parts = [&segment.ip.start, &segment.ip.end, &segment.ip.gateway, &segment.ip6.gateway];
    let parts = parts.map(|part| part.as_ref().map(|part| (sources.place(part.span), &part.value)));
    let out = format!("{:?}\n{}\n{parts:?}\n", hosts.collect::<Vec<_>>(), segment.name.value);
    expect![[r#"
            [("f.ini:2:9", "a", "a"), ("f.ini:2:14", "b", "b"), ("f.ini:3:4", "c", "c")]
            x:y
            [Some(("f.ini:5:20", "10.0.0.1")), Some(("f.ini:5:31", "10.0.0.9,z")), Some(("f.ini:6:14", "10.0.0.254/24")), None]
        "#]]
    .assert_eq(&out);
}

#[test]
fn links_of_a_pair_meet_in_a_bundle_and_others_overwrite_each_other() {
    let text = "[apic_switch:999]\na,b = 1/1\nc|eth0 = 1/2\n[apic_switch:1001]\na = 1/1\nc|eth0 = 1/2\n\
                [apic_switch:7]\na,d = 2/1\nd = 2/2\nd|eth1 = 2/2\n";
    let (sources, ini) = parsed(text);
    let switches = switches(&[&ini]).expect("switches");
    let links = host_links(&switches, &VpcPairs::new(["999:1001", "5-6"]), true).expect("links");
    let lines: String = links
        .iter()
        .map(|link| format!("{} {} {:?} {}\n", link.host, link.interface, link.path, sources.place(link.span)))
        .collect();
    expect![[r#"
        a static Some("topology/pod-1/paths-7/pathep-[eth2/1]") f.ini:8:1
        a static-vpc-1001 Some("topology/pod-1/protpaths-1001-999/pathep-[bundle-1001-1-1-and-999-1-1]") f.ini:5:1
        a static-vpc-999 Some("topology/pod-1/protpaths-1001-999/pathep-[bundle-1001-1-1-and-999-1-1]") f.ini:2:1
        b static-vpc-999 None f.ini:2:3
        c eth0 Some("topology/pod-1/protpaths-1001-999/pathep-[bundle-1001-1-2-and-999-1-2]") f.ini:6:1
        d static Some("topology/pod-1/paths-7/pathep-[eth2/2]") f.ini:9:1
    "#]]
    .assert_eq(&lines);
}

#[test]
fn what_stops_a_reader_is_named_with_its_place() {
    for (text, reason, place) in [
        ("[apic_switches]\n", StopReason::Header, "apic_switches"),
        ("[apic_switch:1]\na,b\\x4 = 1/1\n", StopReason::Escape, "b\\x4"),
        ("[apic_switch:1]\n\\N{COLON} = 1/1\n", StopReason::NamedCharacter, "\\N{COLON}"),
        ("[apic_switch:1]\na = pod_id\n", StopReason::PodPort, "pod_id"),
    ] {
        let (sources, ini) = parsed(text);
        let stop = switches(&[&ini]).expect_err("a stop");
        assert_eq!((stop.reason, sources.slice(stop.span)), (reason, place));
        assert!(driver::read(&[&ini]).physical_networks.is_ok());
    }
    for (text, reason, place) in [
        ("[apic_switch:1]\na = 11\n", StopReason::NoSlash, "11"),
        ("[apic_switch:1]\na = vpc-1/b\n", StopReason::VpcModule, "vpc-1/b"),
    ] {
        let (sources, ini) = parsed(text);
        let stop =
            host_links(&switches(&[&ini]).expect("switches"), &VpcPairs::new(["1:2"]), true).expect_err("a stop");
        assert_eq!((stop.reason, sources.slice(stop.span)), (reason, place));
    }
}

#[test]
fn fifty_thousand_hosts_and_interfaces_take_no_time_to_speak_of() {
    let mut text = String::from("[apic_switch:1]\n");
    for number in 0..12_500 {
        text += &format!("h{number}=1/{number}\nh|e{number}=2/{number}\n");
    }
    text += "[apic_switch:2]\n";
    for number in 0..12_500 {
        text += &format!("h{number}=1/{number}\nh|f{number}=2/{number}\n");
    }
    assert!(text.len() < 2 << 20);
    let start = std::time::Instant::now();
    let (_, ini) = parsed(&text);
    let switches = switches(&[&ini]).expect("switches");
    for pairs in [VpcPairs::default(), VpcPairs::new(["1:2"])] {
        assert!(host_links(&switches, &pairs, true).expect("links").len() >= 37_500);
    }
    // Pair by pair it would be minutes.
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
