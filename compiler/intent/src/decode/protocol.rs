//! IP protocols by name and number, as Neutron's security group API knows them.

use aciform_diagnostics::{Applicability, Diagnostic, Fix, Spanned};

use super::node::{Node, quoted};
use super::reader::Reader;
use super::scalars::is_decimal;
use super::unknown::nearest;
use crate::codes;
use crate::model::{EtherType, Every, Protocol};

/// The names of Neutron's API, compared without case; `any` and the zero of IPv6's hop-by-hop options match everything.
static NAMES: &[(&str, u8)] = &[
    ("ah", 51),
    ("any", 0),
    ("dccp", 33),
    ("egp", 8),
    ("esp", 50),
    ("gre", 47),
    ("hopopt", 0),
    ("icmp", 1),
    ("icmpv6", 58),
    ("igmp", 2),
    ("ip", 0),
    ("ipip", 4),
    ("ipv6-encap", 41),
    ("ipv6-frag", 44),
    ("ipv6-icmp", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("ipv6-route", 43),
    ("ospf", 89),
    ("pgm", 113),
    ("rsvp", 46),
    ("sctp", 132),
    ("tcp", 6),
    ("udp", 17),
    ("udplite", 136),
    ("vrrp", 112),
];

pub(super) const ICMP: u8 = 1;
pub(super) const ICMPV6: u8 = 58;

/// The names, in order.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(|(name, _)| *name)
}

/// What stands under `protocol`.
#[derive(Clone, Copy)]
pub(super) enum Written {
    /// Absent, `any`, `0` or a name for it.
    Any(Every),
    /// This one.
    Is(Spanned<Protocol>),
    /// Something else, which was reported.
    Unknown,
}

/// Reads a name or a number.
pub(super) fn protocol(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Written {
    const EXPECTED: &str = "a protocol's name or number";
    let Some(node) = node else { return Written::Any(Every::Any) };
    let Some(text) = reader.scalar(node, EXPECTED) else { return Written::Unknown };
    let lower = text.to_ascii_lowercase();
    let number = match NAMES.iter().find(|(name, _)| *name == lower) {
        Some((_, number)) => Some(*number),
        None if is_decimal(text) => text.parse().ok(),
        None => None,
    };
    match number {
        Some(0) => Written::Any(match &*lower {
            "any" if text == lower => Every::Any,
            "any" => Every::Capital,
            "hopopt" => Every::HopByHop,
            _ => Every::Ip,
        }),
        Some(number) => Written::Is(Spanned::new(Protocol(number), node.span)),
        None => {
            let message = format!("{} is no protocol that Neutron knows", quoted(text));
            let near = nearest(text, NAMES.iter().map(|(name, _)| *name));
            let (help, applicability, meant) = match (&*lower, near) {
                ("all" | "none" | "*" | "-1", _) => (
                    "write `any`, or delete the key: a rule without `protocol` matches any".to_owned(),
                    Applicability::Unsafe,
                    Some("any"),
                ),
                ("icmp6", _) => ("write `icmpv6`".to_owned(), Applicability::Safe, Some("icmpv6")),
                ("udp-lite", _) => ("write `udplite`".to_owned(), Applicability::Safe, Some("udplite")),
                (_, Some(name)) => {
                    let help = format!("did you mean `{name}`? a number from 0 to 255 is taken too");
                    (help, Applicability::Unsafe, Some(name))
                }
                (_, None) => {
                    ("write a name as `tcp`, or a number from 0 to 255".to_owned(), Applicability::Unsafe, None)
                }
            };
            let edit = meant.and_then(|meant| node.rewritten(meant));
            let fix = edit.map(|edit| Fix {
                title: format!("write `{}`", meant.unwrap_or_default()),
                applicability,
                edits: vec![edit],
            });
            reader.push(Diagnostic::at(&codes::PROTOCOL, node.place(), message).help(help).maybe_fix(fix));
            Written::Unknown
        }
    }
}

/// Whether a protocol exists only under IPv6; Neutron refuses these in IPv4 rules.
pub(super) fn is_ipv6_only(protocol: Protocol) -> bool {
    matches!(protocol.0, 41 | 43 | 44 | 58 | 59 | 60)
}

/// Whether a protocol has ports that Neutron filters on: TCP, UDP, DCCP, SCTP and UDP-Lite.
pub(super) fn has_ports(protocol: Protocol) -> bool {
    matches!(protocol.0, 6 | 17 | 33 | 132 | 136)
}

/// ICMP under IPv6 is ICMPv6, whatever it was called.
pub(super) fn under(protocol: Protocol, family: EtherType) -> Protocol {
    match family {
        EtherType::IPv6 if protocol.0 == ICMP => Protocol(ICMPV6),
        EtherType::IPv4 | EtherType::IPv6 => protocol,
    }
}
