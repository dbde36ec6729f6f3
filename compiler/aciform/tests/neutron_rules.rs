//! Rules of security groups that are refused, against what Neutron's API refuses of the same groups, rule by rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use aciform_testkit::neutron::verdicts;
use aciform_testkit::program::run;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aciform");

/// Names of Neutron's list, in one spelling or another.
const NAMES: &[&str] = &[
    "any",
    "ip",
    "hopopt",
    "ANY",
    "Ip",
    "HopOpt",
    "ah",
    "dccp",
    "egp",
    "esp",
    "gre",
    "icmp",
    "icmpv6",
    "ipv6-icmp",
    "ICMPv6",
    "igmp",
    "ipip",
    "ipv6-encap",
    "ipv6-frag",
    "ipv6-nonxt",
    "ipv6-opts",
    "ipv6-route",
    "ospf",
    "pgm",
    "rsvp",
    "sctp",
    "tcp",
    "TCP",
    "udp",
    "udplite",
    "vrrp",
    "icmp6",
    "all",
];

#[test]
fn what_neutron_refuses_in_a_group_is_refused_and_nothing_else() {
    let groups = groups();
    let said = verdicts(&groups);
    let ours = findings(&groups);
    let mut wrong = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, verdicts) in &said {
        for (at, verdict) in verdicts.iter().enumerate() {
            let kind = match verdict.as_str() {
                "taken" | "repeated" => verdict.as_str(),
                _ => "refused",
            };
            *counts.entry(kind).or_default() += 1;
            let found = ours.get(&(name.clone(), at)).map(String::as_str);
            let agrees = match (kind, found) {
                ("taken", found) => found.is_none(),
                ("repeated", found) => found == Some("ACI1458"),
                (_, found) => found.is_some_and(|code| code != "ACI1458"),
            };
            if !agrees {
                wrong.push(format!("{name} {}: Neutron says {verdict}, we {found:?}", groups[name]["rules"][at]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} rules\n{}", wrong.len(), wrong.join("\n"));
    // Each verdict is there often enough to mean something.
    assert!(counts.len() == 3 && counts.values().all(|count| *count > 60), "{counts:?}");
}

/// Groups with every protocol in both families, with ports and ICMP types, and with everything that a group names twice.
fn groups() -> Value {
    let mut groups = BTreeMap::new();
    for (number, (handle, default_egress)) in
        [("default", true), ("born", true), ("bare", false)].into_iter().enumerate()
    {
        let mut rules: Vec<Value> = Vec::new();
        for family in ["IPv4", "IPv6"] {
            for direction in ["ingress", "egress"] {
                let about = |detail: &Value| {
                    let mut rule = json!({"direction": direction, "ethertype": family});
                    let fields = rule.as_object_mut().expect("a map");
                    fields.extend(detail.as_object().expect("a map").clone());
                    rule
                };
                rules.push(about(&json!({})));
                rules.extend(NAMES.iter().map(|name| about(&json!({"protocol": name}))));
                rules.extend((0..=256).map(|number| about(&json!({"protocol": number}))));
                rules.extend(remotes(family).iter().map(about));
                rules.extend(details().iter().map(about));
            }
        }
        let id = format!("{number:08}-0000-4000-a000-000000000001");
        let group = json!({"id": id, "stateful": true, "default_egress": default_egress, "rules": rules});
        groups.insert(format!("lab/{handle}"), group);
    }
    json!(groups)
}

fn remotes(family: &str) -> Vec<Value> {
    let prefixes = match family {
        "IPv4" => ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/8", "10.0.0.1", "10.0.0.1/32", "2001:db8::/32"],
        _ => ["::/0", "2001:db8::/32", "2001:DB8:0::/32", "2001:db8::1", "2001:db8::1/128", "10.0.0.0/8"],
    };
    let groups = ["default", "lab/default", "born", "lab/born", "bare"];
    let named = groups.iter().flat_map(|group| {
        ["any", "ip", "0", "hopopt", "tcp", "6"].map(|protocol| json!({"protocol": protocol, "remote_group": group}))
    });
    let bare = groups.iter().map(|group| json!({"remote_group": group}));
    prefixes.iter().map(|prefix| json!({"remote_ip_prefix": prefix})).chain(bare).chain(named).collect()
}

fn details() -> Vec<Value> {
    let mut details = Vec::new();
    for protocol in ["tcp", "6", "udp", "sctp", "dccp", "udplite", "gre", "ip"] {
        for port in ["80", "80-80", "1-65535", "1-65534", "0", "65536", "90-80"] {
            details.push(json!({"protocol": protocol, "port": port}));
        }
    }
    details.extend(["80", "1-65535"].map(|port| json!({"port": port})));
    for protocol in ["icmp", "1", "icmpv6", "58"] {
        details.push(json!({"protocol": protocol, "port": "1-65535"}));
        for icmp in [
            json!({"type": 8}),
            json!({"type": 8, "code": 0}),
            json!({"type": 0}),
            json!({"type": 255, "code": 255}),
            json!({"type": 256}),
            json!({"type": 1, "code": 256}),
        ] {
            details.push(json!({"protocol": protocol, "icmp": icmp}));
        }
    }
    details
}

/// The errors of a compile, by group and number of the rule: every rule has a line of its own.
fn findings(groups: &Value) -> BTreeMap<(String, usize), String> {
    let mut text = "projects:\n  lab:\n    security_groups:\n".to_owned();
    let mut lines = Vec::new();
    for (name, group) in groups.as_object().expect("a map") {
        let handle = name.trim_start_matches("lab/");
        let _ = writeln!(text, "      {handle}:\n        id: {}", group["id"].as_str().expect("an id"));
        let _ = writeln!(text, "        default_egress: {}\n        rules:", group["default_egress"]);
        for (at, rule) in group["rules"].as_array().expect("a list").iter().enumerate() {
            let _ = writeln!(text, "          - {rule}");
            lines.push((text.lines().count(), (name.clone(), at)));
        }
    }
    let by_line: BTreeMap<usize, (String, usize)> = lines.into_iter().collect();
    let site = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(site.path().join(name), text).expect("a file");
    write("aciform.yaml", "aciform: 1\n");
    write("intent.yaml", &text);
    write(
        "ml2_conf_cisco_apic.ini",
        "[DEFAULT]\napic_system_id = lab\n[ml2_cisco_apic]\napic_hosts = 192.0.2.7\napic_username = svc\n\
         apic_password = generated-1\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\nencap_mode = vxlan\n",
    );
    let ran =
        run(PROGRAM, site.path(), &["compile", "--max-findings", "10000", "--message-format", "json", "-o", "out"]);
    let mut found = BTreeMap::new();
    for line in ran.stderr.lines().chain(ran.stdout.lines()) {
        let Ok(finding) = serde_json::from_str::<Value>(line) else { continue };
        if finding["severity"] != "error" {
            continue;
        }
        let at = finding["labels"][0]["place"]["line"].as_u64().and_then(|line| usize::try_from(line).ok());
        let at = at.unwrap_or_else(|| panic!("a finding without a place: {line}"));
        let code = finding["code"].as_str().unwrap_or_default().to_owned();
        let place = by_line.get(&at).unwrap_or_else(|| panic!("a finding about no rule: {line}"));
        found.insert(place.clone(), code);
    }
    found
}
