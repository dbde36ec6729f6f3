//! A rule of a group as Neutron's driver spells it, and addresses as iptables prints them.

use std::net::IpAddr;

use crate::net::Net;
use crate::read::devices::{Direction, Family, Rule};

/// The part of a line behind the chain's name.
pub(super) fn rule(rule: &Rule) -> String {
    let mut out = String::new();
    let net = rule.remote_ip_prefix.as_deref().and_then(Net::parse);
    if let Some(net) = net.filter(|net| net.length > 0) {
        out.push_str(match rule.direction {
            Direction::Ingress => "-s ",
            Direction::Egress => "-d ",
        });
        out.push_str(&prefix(net));
        out.push(' ');
    }
    if let Some(protocol) = rule.protocol.as_deref().and_then(number) {
        let name = name(protocol);
        out.push_str(&format!("-p {name} "));
        out.push_str(&details(rule, protocol, &name));
    }
    if let Some(group) = &rule.remote_group_id {
        let end = match rule.direction {
            Direction::Ingress => "src",
            Direction::Egress => "dst",
        };
        out.push_str(&format!("-m set --match-set {} {end} ", set(group, rule.ethertype)));
    }
    out.push_str("-j RETURN");
    out
}

/// Ports, or type and code.
fn details(rule: &Rule, protocol: u8, name: &str) -> String {
    let (Some(first), last) = (rule.port_range_min, rule.port_range_max) else { return String::new() };
    match (protocol, rule.ethertype) {
        (1, Family::IPv4) | (58, Family::IPv6) => {
            let option = if protocol == 1 { "-m icmp --icmp-type" } else { "-m icmp6 --icmpv6-type" };
            let code = last.map(|code| format!("/{code}")).unwrap_or_default();
            format!("{option} {first}{code} ")
        }
        (6 | 17 | 33 | 132, _) if last == Some(first) => format!("-m {name} --dport {first} "),
        (6 | 17 | 33 | 132, _) => format!("-m {name} -m multiport --dports {first}:{} ", last.unwrap_or(first)),
        (136, _) if last == Some(first) => format!("-m multiport --dports {first} "),
        (136, _) => format!("-m multiport --dports {first}:{} ", last.unwrap_or(first)),
        _ => String::new(),
    }
}

/// The set of a group's members of one family.
pub(super) fn set(group: &str, family: Family) -> String {
    let family = match family {
        Family::IPv4 => "NIPv4",
        Family::IPv6 => "NIPv6",
    };
    format!("{family}{}", group.get(..24).unwrap_or(group))
}

/// With its length, also that of a single address.
pub(super) fn prefix(net: Net) -> String {
    format!("{}/{}", address(net.address()), net.length)
}

/// The C library dots the end of an address in `::/96` that is more than 16 bits.
pub(super) fn address(address: IpAddr) -> String {
    if let IpAddr::V6(v6) = address
        && let [0, 0, 0, 0, 0, 0, high, low] = v6.segments()
        && high != 0
    {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return format!("::{a}.{b}.{c}.{d}");
    }
    address.to_string()
}

/// Neutron's words for protocols.
pub(crate) fn number(word: &str) -> Option<u8> {
    Some(match word {
        "icmp" => 1,
        "igmp" => 2,
        "ipip" => 4,
        "tcp" => 6,
        "egp" => 8,
        "udp" => 17,
        "dccp" => 33,
        "ipv6-encap" => 41,
        "ipv6-route" => 43,
        "ipv6-frag" => 44,
        "rsvp" => 46,
        "gre" => 47,
        "esp" => 50,
        "ah" => 51,
        "ipv6-icmp" | "icmpv6" => 58,
        "ipv6-nonxt" => 59,
        "ipv6-opts" => 60,
        "ospf" => 89,
        "vrrp" => 112,
        "pgm" => 113,
        "sctp" => 132,
        "udplite" => 136,
        _ => word.parse().ok()?,
    })
}

/// `/etc/protocols` of Debian 12, by which iptables prints.
const NAMES: &str = "1 icmp 2 igmp 3 ggp 4 ipencap 5 st 6 tcp 8 egp 9 igp 12 pup 17 udp 20 hmp 22 xns-idp 27 rdp \
    29 iso-tp4 33 dccp 36 xtp 37 ddp 38 idpr-cmtp 41 ipv6 43 ipv6-route 44 ipv6-frag 45 idrp 46 rsvp 47 gre 50 esp 51 ah \
    57 skip 58 ipv6-icmp 59 ipv6-nonxt 60 ipv6-opts 73 rspf 81 vmtp 88 eigrp 89 ospf 93 ax.25 94 ipip 97 etherip \
    98 encap 103 pim 108 ipcomp 112 vrrp 115 l2tp 124 isis 132 sctp 133 fc 135 mobility-header 136 udplite \
    137 mpls-in-ip 138 manet 139 hip 140 shim6 141 wesp 142 rohc 143 ethernet";

fn name(protocol: u8) -> String {
    let number = protocol.to_string();
    let mut words = NAMES.split_whitespace();
    while let (Some(of), Some(name)) = (words.next(), words.next()) {
        if of == number {
            return name.to_owned();
        }
    }
    number
}
