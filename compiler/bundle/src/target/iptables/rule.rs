//! A group's rule as the part of an iptables line behind the chain's name.
//!
//! The order of the parts is the one iptables-save keeps: address, protocol, its match, the set, the verdict.
//! The verdict is RETURN: an allowed packet goes back to P-sg-chain and meets the ACCEPT at its end.

use aciform_fabric::model::{Fabric, Remote, SecurityRule};
use aciform_intent::model::{Direction, EtherType, Icmp, PortRange, Protocol};

use super::name;
use super::protocol::push_protocol;
use super::text::{push_number, push_prefix};

const ICMP: Protocol = Protocol(1);
const TCP: Protocol = Protocol(6);
const UDP: Protocol = Protocol(17);
const DCCP: Protocol = Protocol(33);
const ICMPV6: Protocol = Protocol(58);
const SCTP: Protocol = Protocol(132);
const UDPLITE: Protocol = Protocol(136);

/// Spells a rule: `-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j RETURN`.
pub(super) fn spell(fabric: &Fabric, rule: &SecurityRule) -> String {
    let mut out = String::with_capacity(80);
    if let Remote::Prefix(prefix) = rule.remote
        // The kernel prints nothing for length 0, and Neutron sends nothing.
        && prefix.length() > 0
    {
        out.push_str(match rule.direction {
            Direction::Ingress => "-s ",
            Direction::Egress => "-d ",
        });
        push_prefix(&mut out, prefix);
        out.push(' ');
    }
    if let Some(protocol) = rule.protocol {
        out.push_str("-p ");
        push_protocol(&mut out, protocol);
        out.push(' ');
        push_protocol_match(&mut out, rule, protocol);
    }
    if let Remote::Group(group) = rule.remote {
        out.push_str("-m set --match-set ");
        out.push_str(&name::set(fabric.security_groups[group].id, rule.ethertype));
        out.push_str(match rule.direction {
            Direction::Ingress => " src ",
            Direction::Egress => " dst ",
        });
    }
    out.push_str("-j RETURN");
    out
}

/// Ports and ICMP types; any other protocol has neither, whatever was given.
fn push_protocol_match(out: &mut String, rule: &SecurityRule, protocol: Protocol) {
    match (protocol, rule.ethertype, rule.port, rule.icmp) {
        (ICMP, EtherType::IPv4, _, Some(icmp)) => push_icmp(out, "-m icmp --icmp-type ", icmp),
        (ICMPV6, EtherType::IPv6, _, Some(icmp)) => push_icmp(out, "-m icmp6 --icmpv6-type ", icmp),
        (TCP | UDP | DCCP | SCTP, _, Some(ports), _) => {
            out.push_str("-m ");
            push_protocol(out, protocol);
            if ports.first == ports.last {
                out.push_str(" --dport ");
                push_number(out, ports.first);
                out.push(' ');
            } else {
                out.push(' ');
                push_multiport(out, ports);
            }
        }
        // iptables has no match of its own for UDP-Lite: single ports take multiport too.
        (UDPLITE, _, Some(ports), _) => push_multiport(out, ports),
        _ => {}
    }
}

fn push_icmp(out: &mut String, option: &str, icmp: Icmp) {
    out.push_str(option);
    push_number(out, icmp.kind);
    if let Some(code) = icmp.code {
        out.push('/');
        push_number(out, code);
    }
    out.push(' ');
}

/// A range never becomes `--dport A:B`, and no two ports share a match.
fn push_multiport(out: &mut String, ports: PortRange) {
    out.push_str("-m multiport --dports ");
    push_number(out, ports.first);
    if ports.first != ports.last {
        out.push(':');
        push_number(out, ports.last);
    }
    out.push(' ');
}

#[cfg(test)]
mod tests {
    use aciform_fabric::model::{SecurityGroup, Table};
    use aciform_intent::scalar::Prefix;

    use super::*;

    fn any(direction: Direction, ethertype: EtherType) -> SecurityRule {
        SecurityRule { direction, ethertype, protocol: None, port: None, icmp: None, remote: Remote::Any }
    }

    fn ports(first: u16, last: u16) -> Option<PortRange> {
        Some(PortRange { first, last })
    }

    fn spelled(rule: SecurityRule) -> String {
        spell(&Fabric::default(), &rule)
    }

    #[test]
    fn a_rule_for_anything_is_a_bare_return() {
        assert_eq!(spelled(any(Direction::Egress, EtherType::IPv6)), "-j RETURN");
    }

    #[test]
    fn single_ports_and_ranges_take_different_matches() {
        let rule = any(Direction::Ingress, EtherType::IPv4);
        let of = |number, port| spelled(SecurityRule { protocol: Some(Protocol(number)), port, ..rule });
        assert_eq!(of(6, ports(22, 22)), "-p tcp -m tcp --dport 22 -j RETURN");
        assert_eq!(of(6, ports(1, 65534)), "-p tcp -m tcp -m multiport --dports 1:65534 -j RETURN");
        assert_eq!(of(6, None), "-p tcp -j RETURN");
        assert_eq!(of(132, ports(7, 7)), "-p sctp -m sctp --dport 7 -j RETURN");
        assert_eq!(of(33, ports(7, 9)), "-p dccp -m dccp -m multiport --dports 7:9 -j RETURN");
        assert_eq!(of(136, ports(7, 7)), "-p udplite -m multiport --dports 7 -j RETURN");
        assert_eq!(of(136, ports(7, 9)), "-p udplite -m multiport --dports 7:9 -j RETURN");
        assert_eq!(of(47, ports(7, 9)), "-p gre -j RETURN");
    }

    #[test]
    fn icmp_writes_the_code_zero_and_leaves_an_absent_one_out() {
        let of = |ethertype, number, icmp| {
            spelled(SecurityRule { protocol: Some(Protocol(number)), icmp, ..any(Direction::Ingress, ethertype) })
        };
        let icmp = |kind, code| Some(Icmp { kind, code });
        assert_eq!(of(EtherType::IPv4, 1, icmp(8, Some(0))), "-p icmp -m icmp --icmp-type 8/0 -j RETURN");
        assert_eq!(of(EtherType::IPv4, 1, icmp(0, None)), "-p icmp -m icmp --icmp-type 0 -j RETURN");
        assert_eq!(of(EtherType::IPv4, 1, None), "-p icmp -j RETURN");
        assert_eq!(of(EtherType::IPv6, 58, icmp(128, None)), "-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j RETURN");
        assert_eq!(of(EtherType::IPv6, 58, icmp(1, Some(4))), "-p ipv6-icmp -m icmp6 --icmpv6-type 1/4 -j RETURN");
    }

    #[test]
    fn the_other_side_is_a_source_on_the_way_in_and_a_destination_on_the_way_out() {
        let prefix = |text| Remote::Prefix(Prefix::parse(text).expect("a prefix"));
        let rule = SecurityRule { remote: prefix("198.51.100.0/24"), ..any(Direction::Ingress, EtherType::IPv4) };
        assert_eq!(spelled(rule), "-s 198.51.100.0/24 -j RETURN");
        let rule = SecurityRule { remote: prefix("2001:db8::1/128"), ..any(Direction::Egress, EtherType::IPv6) };
        assert_eq!(spelled(rule), "-d 2001:db8::1/128 -j RETURN");
        let rule = SecurityRule { remote: prefix("0.0.0.0/0"), ..any(Direction::Egress, EtherType::IPv4) };
        assert_eq!(spelled(rule), "-j RETURN");
    }

    #[test]
    fn a_remote_group_is_a_set_behind_the_ports() {
        let mut groups = Table::default();
        let group = groups.push(SecurityGroup {
            project: "p".into(),
            handle: "g".into(),
            id: uuid::Uuid::parse_str("7c1d9a52-3e7f-4d0e-8a21-aaaaaaaaaaaa").expect("an id"),
            stateful: true,
            rules: Vec::new(),
            source: None,
        });
        let fabric = Fabric { security_groups: groups, ..Fabric::default() };
        let rule = SecurityRule {
            protocol: Some(Protocol(6)),
            port: ports(5432, 5432),
            remote: Remote::Group(group),
            ..any(Direction::Ingress, EtherType::IPv4)
        };
        assert_eq!(
            spell(&fabric, &rule),
            "-p tcp -m tcp --dport 5432 -m set --match-set NIPv47c1d9a52-3e7f-4d0e-8a21- src -j RETURN"
        );
        let rule = SecurityRule { remote: Remote::Group(group), ..any(Direction::Egress, EtherType::IPv6) };
        assert_eq!(spell(&fabric, &rule), "-m set --match-set NIPv67c1d9a52-3e7f-4d0e-8a21- dst -j RETURN");
    }
}
