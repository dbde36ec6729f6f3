//! Security groups and rules, held to what Neutron's API takes.

use std::collections::HashMap;

use aciform_diagnostics::{Applicability, Diagnostic, Span, Spanned};

use super::node::{Node, Value, quoted};
use super::protocol::{self, Written, protocol};
use super::reader::Reader;
use super::scalars::{QUALIFIED, is_decimal};
use super::shapes;
use crate::codes;
use crate::model::{Direction, EtherType, Every, Icmp, PortRange, Protocol, Rule, SecurityGroup};
use crate::scalar::Interface;

/// What makes two rules of a group the same rule. The prefix is the one that was written:
/// Neutron stores `10.0.0.0/8` and `10.1.0.0/8` side by side and only the agent sees that they are one.
type Sameness = (
    (Direction, EtherType),
    (Option<Protocol>, Every),
    Option<PortRange>,
    Option<Icmp>,
    Option<Interface>,
    Option<String>,
);

pub(super) fn security_group(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
) -> Option<SecurityGroup> {
    let fields = shapes::SecurityGroup::read(reader, Some(node))?;
    let default_egress = reader.boolean(fields.default_egress);
    let mut known: HashMap<Sameness, Option<Span>> = HashMap::new();
    if default_egress.is_none_or(|written| written.value) {
        for family in [EtherType::IPv4, EtherType::IPv6] {
            known.insert(((Direction::Egress, family), (None, Every::Any), None, None, None, None), None);
        }
    }
    let rules = reader.list(fields.rules, |reader, node| {
        let (rule, sameness) = rule(reader, node)?;
        match known.get(&sameness) {
            None => {
                known.insert(sameness, Some(rule.span));
                return Some(rule);
            }
            Some(Some(first)) => {
                let message = "this rule is equal to another of its group, which Neutron refuses";
                let finding = Diagnostic::at(&codes::REPEATED_RULE, rule.span, message);
                reader.push(finding.label(*first, "the other one").help("keep one"));
            }
            Some(None) => {
                let message = "this rule is one of the two egress rules that every group begins with";
                let help = "delete it, or write `default_egress: false` in the group".to_owned();
                reader.report(&codes::REPEATED_RULE, rule.span, message.to_owned(), help);
            }
        }
        None
    });
    Some(SecurityGroup {
        handle,
        id: reader.id(fields.id),
        name: reader.some_text(fields.name),
        stateful: reader.boolean(fields.stateful),
        default_egress,
        rules: rules.unwrap_or_default(),
    })
}

/// A rule; one with anything wrong in it is left out, because half of it would open more than was meant.
fn rule(reader: &mut Reader<'_>, node: Node<'_>) -> Option<(Rule, Sameness)> {
    let unknown_keys = reader.unknown_keys;
    let fields = shapes::Rule::read(reader, Some(node))?;
    let id = reader.id(fields.id);
    let direction = reader.choice(fields.direction, &[("ingress", Direction::Ingress), ("egress", Direction::Egress)]);
    let family = reader.choice_folded(fields.ethertype, &[("IPv4", EtherType::IPv4), ("IPv6", EtherType::IPv6)]);
    let written = protocol(reader, fields.protocol);
    let remote = reader.interface(fields.remote_ip_prefix);
    let group = reader.reference(fields.remote_group, QUALIFIED);
    let port = fields.port.and_then(|node| ports(reader, node));
    let icmp = fields.icmp.and_then(|node| icmp(reader, node));
    let broken = [
        reader.unknown_keys > unknown_keys,
        fields.id.is_some() && id.is_none(),
        fields.direction.is_some() && direction.is_none(),
        fields.ethertype.is_some() && family.is_none(),
        matches!(written, Written::Unknown),
        fields.remote_ip_prefix.is_some() && remote.is_none(),
        fields.remote_group.is_some() && group.is_none(),
        fields.port.is_some() && port.is_none(),
        fields.icmp.is_some() && icmp.is_none(),
    ];
    if broken.contains(&true) {
        return None;
    }

    let (named, every) = match written {
        Written::Is(protocol) => (Some(protocol), Every::Any),
        Written::Any(every) => (None, every),
        Written::Unknown => (None, Every::Any),
    };
    let of_prefix = remote.map(|remote| if remote.address.is_ipv4() { EtherType::IPv4 } else { EtherType::IPv6 });
    let of_protocol = named.filter(|named| protocol::is_ipv6_only(named.value)).map(|_| EtherType::IPv6);
    let ethertype = family.map(|family| family.value).or(of_prefix).or(of_protocol).unwrap_or(EtherType::IPv4);
    let named = named.map(|named| named.map(|named| protocol::under(named, ethertype)));

    let mut sound = true;
    if let (Some(prefix), Some(of_prefix)) = (remote, of_prefix)
        && of_prefix != ethertype
    {
        let message = format!("an {} rule with an {} prefix", shown(ethertype), shown(of_prefix));
        let finding = Diagnostic::at(&codes::PREFIX_FAMILY, prefix.span, message)
            .help(format!("delete `ethertype`, or write an {} prefix", shown(ethertype)));
        reader.push(match family {
            Some(family) => finding.label(family.span, "the rule's family"),
            None => finding,
        });
        sound = false;
    }
    if let Some(named) = named.filter(|named| ethertype == EtherType::IPv4 && protocol::is_ipv6_only(named.value)) {
        let message = format!("protocol {} exists under IPv6 only, and this is an IPv4 rule", named.value.0);
        let help = if named.value.0 == protocol::ICMPV6 { "write `protocol: icmp`" } else { "write `ethertype: IPv6`" };
        let finding = Diagnostic::at(&codes::PROTOCOL_FAMILY, named.span, message).help(help);
        reader.push(match family.map(|family| family.span).or(remote.map(|remote| remote.span)) {
            Some(span) => finding.label(span, "makes it IPv4"),
            None => finding,
        });
        sound = false;
    }
    if let (Some(_), Some(group)) = (remote, &group) {
        let message = "a rule takes `remote_ip_prefix` or `remote_group`, not both".to_owned();
        let help = "write two rules, one with `remote_ip_prefix` and one with `remote_group`".to_owned();
        reader.report(&codes::SEVERAL_REMOTES, group.span, message, help);
        sound = false;
    }
    // Neutron turns the whole range into no range, whatever the protocol.
    let port = port.filter(|port| (port.first, port.last) != (1, u16::MAX));
    sound &= ports_fit(reader, port, named, fields.icmp);
    sound &= icmp_fits(reader, icmp, named);
    if !sound {
        return None;
    }

    let direction = direction.map_or(Direction::Ingress, |direction| direction.value);
    let sameness = (
        (direction, ethertype),
        (named.map(|named| named.value), every),
        port.map(|port| port.value),
        icmp.map(|icmp| icmp.value),
        remote.map(|remote| remote.value).filter(|remote| remote.network.length() > 0),
        group.as_ref().map(|group| group.value.clone()),
    );
    let rule = Rule {
        span: node.span,
        id,
        direction,
        ethertype,
        protocol: named,
        every,
        port,
        icmp,
        remote_ip_prefix: remote.map(|remote| remote.map(|remote| remote.network)),
        remote_group: group,
    };
    Some((rule, sameness))
}

/// `22` or `8000-8100`.
fn ports(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<PortRange>> {
    const FORM: &str = "write `port: 22` or `port: 8000-8100`";
    if let Value::List(_) = node.value {
        reader.wrong_type(node, "a port or a range of ports", format!("{FORM}, and one rule for each"));
        return None;
    }
    let text = reader.scalar(node, "a port or a range of ports")?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| if is_decimal(text) { text.parse::<u16>().ok().filter(|port| *port > 0) } else { None };
    let colon = text.split_once(':').and_then(|(first, last)| Some((number(first.trim())?, number(last.trim())?)));
    let (help, applicability, meant) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => return Some(Spanned::new(PortRange { first, last }, node.span)),
        (Some(first), Some(last)) => (None, Applicability::Unsafe, Some((last, first))),
        _ if text.contains(',') => (Some(", and one rule for each"), Applicability::Unsafe, None),
        // As the command line of OpenStack has it.
        _ => match colon {
            Some((first, last)) if first <= last => (None, Applicability::Safe, Some((first, last))),
            Some((first, last)) => (None, Applicability::Unsafe, Some((last, first))),
            None => (Some("; ports go from 1 to 65535"), Applicability::Unsafe, None),
        },
    };
    let meant = meant.map(|(first, last)| format!("{first}-{last}"));
    let edit = meant.as_deref().and_then(|meant| node.rewritten(meant));
    let help = match meant {
        Some(meant) => format!("write `port: {meant}`"),
        None => format!("{FORM}{}", help.unwrap_or_default()),
    };
    let message = format!("{} is no port or range of ports", quoted(text));
    reader.report_fix(&codes::PORTS, node.place(), message, help, (applicability, edit));
    None
}

/// `{type: 8, code: 0}`.
fn icmp(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<Icmp>> {
    let fields = shapes::Icmp::read(reader, Some(node))?;
    let mut octet = |node: Option<Node<'_>>| {
        let node = node?;
        let text = reader.scalar(node, "a number from 0 to 255")?;
        let number = if is_decimal(text) { text.parse::<u8>().ok() } else { None };
        if number.is_none() {
            let message = format!("ICMP `{}` goes from 0 to 255, and {} is not in there", node.name, quoted(text));
            let help = "write the number, as in `icmp: {type: 8, code: 0}`".to_owned();
            reader.report(&codes::ICMP, node.place(), message, help);
        }
        number
    };
    let code = octet(fields.code);
    let kind = octet(fields.r#type)?;
    if fields.code.is_some() && code.is_none() {
        return None;
    }
    Some(Spanned::new(Icmp { kind, code }, node.span))
}

/// Whether the rule's protocol has ports, where it names some.
fn ports_fit(
    reader: &mut Reader<'_>,
    port: Option<Spanned<PortRange>>,
    protocol: Option<Spanned<Protocol>>,
    icmp: Option<Node<'_>>,
) -> bool {
    let Some(port) = port else { return true };
    let (message, help) = match protocol {
        Some(protocol) if protocol::has_ports(protocol.value) => return true,
        Some(Spanned { value: Protocol(protocol::ICMP | protocol::ICMPV6), .. }) => {
            let help = if icmp.is_some() {
                "delete `port`; the type and code stand under `icmp`".to_owned()
            } else {
                format!("write `icmp: {{type: {}}}`, with `code` where it matters", port.first)
            };
            ("ICMP has a type and a code, and no ports".to_owned(), help)
        }
        Some(protocol) => {
            let help = "delete `port`; only tcp, udp, sctp, dccp and udplite have ports".to_owned();
            (format!("protocol {} has no ports", protocol.value.0), help)
        }
        None => {
            ("ports in a rule without a protocol".to_owned(), "write `protocol: tcp` (or udp) beside it".to_owned())
        }
    };
    let finding = Diagnostic::at(&codes::PORTS_WITHOUT_PROTOCOL, port.span, message).help(help);
    reader.push(match protocol {
        Some(protocol) => finding.label(protocol.span, "the protocol"),
        None => finding,
    });
    false
}

/// Whether the rule is about ICMP, where it names a type.
fn icmp_fits(reader: &mut Reader<'_>, icmp: Option<Spanned<Icmp>>, protocol: Option<Spanned<Protocol>>) -> bool {
    let Some(icmp) = icmp else { return true };
    let (message, help) = match protocol {
        Some(Spanned { value: Protocol(protocol::ICMP | protocol::ICMPV6), .. }) => return true,
        Some(protocol) => (format!("protocol {} has no ICMP type", protocol.value.0), "delete `icmp`"),
        None => {
            ("an ICMP type in a rule without a protocol".to_owned(), "write `protocol: icmp` (or icmpv6) beside it")
        }
    };
    reader.report(&codes::ICMP, icmp.span, message, help.to_owned());
    false
}

fn shown(family: EtherType) -> &'static str {
    match family {
        EtherType::IPv4 => "IPv4",
        EtherType::IPv6 => "IPv6",
    }
}
