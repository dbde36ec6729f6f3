//! Security groups: what each of their rules is in iptables' words, and who is in the sets that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use crate::world::{Name, Port, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    pub(super) fn is(self, address: IpAddr) -> bool {
        address.is_ipv4() == (self == Self::V4)
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::V4 => ("IPv4", "inet"),
            Self::V6 => ("IPv6", "inet6"),
        }
    }
}

/// The sets that rules of a host's ports have named.
#[derive(Debug, Default)]
pub(super) struct Sets {
    named: BTreeSet<(Name, Family)>,
}

impl Sets {
    /// What a port's groups let in and out in a family.
    pub(super) fn rules(&mut self, world: &World, port: &Port, family: Family) -> (Vec<String>, Vec<String>) {
        let (mut incoming, mut outgoing) = (Vec::new(), Vec::new());
        for name in &port.groups {
            let group = world.groups.get(name);
            assert!(group.is_some() || name.1 == "default", "there is no group {name:?}");
            if group.is_none_or(|group| group.default_egress) {
                outgoing.push("-j RETURN".to_owned());
            }
            if name.1 == "default" {
                incoming.push(format!("{}-j RETURN", self.set(world, name, family, "src")));
            }
            for rule in group.into_iter().flat_map(|group| &group.rules) {
                if family_of(rule) != family {
                    continue;
                }
                let egress = rule["direction"] == "egress";
                let text = self.text(world, name, rule, family, egress);
                if egress { outgoing.push(text) } else { incoming.push(text) }
            }
        }
        (incoming, outgoing)
    }

    fn text(&mut self, world: &World, group: &Name, rule: &Value, family: Family, egress: bool) -> String {
        let mut text = String::new();
        if let Some(prefix) = rule["remote_ip_prefix"].as_str() {
            let prefix = masked(prefix);
            if !prefix.ends_with("/0") {
                text += &format!("{} {prefix} ", if egress { "-d" } else { "-s" });
            }
        }
        let protocol = protocol(rule, family);
        if let Some(protocol) = &protocol {
            text += &format!("-p {protocol} ");
        }
        let number =
            |value: &Value| value.as_u64().map(|it| it.to_string()).or_else(|| value.as_str().map(str::to_owned));
        let ports = number(&rule["port"]).filter(|ports| ports != "1-65535");
        if let (Some(ports), Some(protocol)) = (ports, &protocol) {
            text += &match ports.split_once('-') {
                Some((first, last)) if first.trim() != last.trim() => {
                    let own = if protocol == "udplite" { String::new() } else { format!("-m {protocol} ") };
                    format!("{own}-m multiport --dports {}:{} ", first.trim(), last.trim())
                }
                Some((one, _)) => format!("-m {protocol} --dport {} ", one.trim()),
                None if protocol == "udplite" => format!("-m multiport --dports {ports} "),
                None => format!("-m {protocol} --dport {ports} "),
            };
        }
        if let Some(kind) = number(&rule["icmp"]["type"]) {
            let code = number(&rule["icmp"]["code"]).map(|code| format!("/{code}")).unwrap_or_default();
            let (module, option) =
                if family == Family::V4 { ("icmp", "--icmp-type") } else { ("icmp6", "--icmpv6-type") };
            text += &format!("-m {module} {option} {kind}{code} ");
        }
        if let Some(remote) = rule["remote_group"].as_str() {
            let (project, handle) = remote.split_once('/').unwrap_or((&group.0, remote));
            let way = if egress { "dst" } else { "src" };
            text += &self.set(world, &(project.to_owned(), handle.to_owned()), family, way);
        }
        text + "-j RETURN"
    }

    fn set(&mut self, world: &World, group: &Name, family: Family, way: &str) -> String {
        self.named.insert((group.clone(), family));
        format!("-m set --match-set {} {way} ", set_name(world, group, family))
    }

    /// Who is in each set: addresses and pairs of every port that holds the group, wherever it is.
    pub(super) fn members(&self, world: &World) -> BTreeMap<String, (String, BTreeSet<String>)> {
        let mut sets = BTreeMap::new();
        for (group, family) in &self.named {
            let mut members = BTreeSet::new();
            let holding = world.ports.iter().chain(&world.loose);
            let holding = holding.filter(|port| port.port_security && port.groups.contains(group));
            for port in holding.filter(|port| !port.addresses.is_empty()) {
                let own = port.addresses.iter().map(ToString::to_string);
                for member in own.chain(port.pairs.iter().map(|(address, _)| address.clone())) {
                    let address = member.split('/').next().unwrap_or_default().parse::<IpAddr>();
                    if !address.is_ok_and(|address| family.is(address)) {
                        continue;
                    }
                    let masked = masked(&member);
                    match masked.as_str() {
                        // A set does not take a prefix of length 0.
                        "0.0.0.0/0" => members.extend(["0.0.0.0/1", "128.0.0.0/1"].map(str::to_owned)),
                        "::/0" => members.extend(["::/1", "8000::/1"].map(str::to_owned)),
                        text => {
                            let bare = text.strip_suffix("/32").filter(|_| *family == Family::V4);
                            let bare = bare.or_else(|| text.strip_suffix("/128")).unwrap_or(text);
                            members.insert(bare.to_owned());
                        }
                    }
                }
            }
            sets.insert(set_name(world, group, *family), (family.words().1.to_owned(), members));
        }
        sets
    }
}

/// Whether connections of a port are tracked: the first rule of the first group decides.
pub(super) fn tracked(world: &World, port: &Port) -> bool {
    let first = port.groups.first().and_then(|name| world.groups.get(name));
    let stateless = first.is_some_and(|group| !group.stateful && (group.default_egress || !group.rules.is_empty()));
    !stateless
}

/// A prefix without host bits; an address as one of full length.
pub(super) fn masked(prefix: &str) -> String {
    let (address, length) = prefix.split_once('/').map_or((prefix, None), |(a, b)| (a, Some(b)));
    let length = |whole: u32| length.map_or(whole, |length| length.parse().expect("a length"));
    match address.parse::<IpAddr>().expect("an address") {
        IpAddr::V4(v4) => {
            let length = length(32);
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            format!("{}/{length}", Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let length = length(128);
            let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
            format!("{}/{length}", Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

fn set_name(world: &World, group: &Name, family: Family) -> String {
    let written = world.groups.get(group).and_then(|group| group.id.clone());
    let id = written.or_else(|| world.handed_out("id", &format!("security_group {}/{}", group.0, group.1)));
    let id = id.unwrap_or_else(|| panic!("{group:?} has no id"));
    format!("N{}{id}", family.words().0).chars().take(29).collect()
}

fn family_of(rule: &Value) -> Family {
    let v4 = match (rule["ethertype"].as_str(), rule["remote_ip_prefix"].as_str()) {
        (Some(written), _) => written == "IPv4",
        (None, Some(prefix)) => !prefix.contains(':'),
        (None, None) => !matches!(rule["protocol"].as_str(), Some("icmpv6" | "ipv6-icmp")) && rule["protocol"] != 58,
    };
    if v4 { Family::V4 } else { Family::V6 }
}

/// As the agent's host spells it.
fn protocol(rule: &Value, family: Family) -> Option<String> {
    let written = &rule["protocol"];
    let name = written.as_u64().map(|number| number.to_string()).or_else(|| written.as_str().map(str::to_owned))?;
    let name = match (name.as_str(), family) {
        ("any" | "0", _) => return None,
        ("1" | "icmp", Family::V4) => "icmp",
        ("1" | "58" | "icmp" | "icmpv6" | "ipv6-icmp", Family::V6) => "ipv6-icmp",
        ("6", _) => "tcp",
        ("17", _) => "udp",
        ("33", _) => "dccp",
        ("47", _) => "gre",
        ("50", _) => "esp",
        ("51", _) => "ah",
        ("89", _) => "ospf",
        ("112", _) => "vrrp",
        ("115", _) => "l2tp",
        ("132", _) => "sctp",
        ("136", _) => "udplite",
        (other, _) => other,
    };
    Some(name.to_owned())
}
