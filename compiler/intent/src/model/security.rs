//! Security groups and their rules.

use aciform_diagnostics::{Span, Spanned};
use uuid::Uuid;

use crate::scalar::Prefix;

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// The key.
    pub handle: Spanned<String>,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Its name; default the handle.
    pub name: Option<Spanned<String>>,
    /// Default true.
    pub stateful: Option<Spanned<bool>>,
    /// Whether Neutron's two egress-any rules stand in front; default true.
    pub default_egress: Option<Spanned<bool>>,
    /// Its rules in written order.
    pub rules: Vec<Rule>,
}

/// One rule. Families and protocols are already checked against each other as Neutron's API does (`iptables.md` section 8).
#[derive(Clone, Debug)]
pub struct Rule {
    /// Of the whole entry.
    pub span: Span,
    /// Its Neutron id.
    pub id: Option<Spanned<Uuid>>,
    /// Default ingress.
    pub direction: Direction,
    /// From the key, else the prefix, else the protocol, else IPv4.
    pub ethertype: EtherType,
    /// Absent: any.
    pub protocol: Option<Spanned<Protocol>>,
    /// What stands there for any; only with an absent protocol.
    pub every: Every,
    /// Destination ports; only with TCP, UDP, SCTP, DCCP and UDP-Lite.
    pub port: Option<Spanned<PortRange>>,
    /// Type and code; only with ICMP and ICMPv6.
    pub icmp: Option<Spanned<Icmp>>,
    /// The other side, as a prefix.
    pub remote_ip_prefix: Option<Spanned<Prefix>>,
    /// The other side, as a group: handle, `project/handle` or id.
    pub remote_group: Option<Spanned<String>>,
}

/// Seen from the instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Towards the instance.
    Ingress,
    /// From the instance.
    Egress,
}

/// The family a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EtherType {
    /// IPv4.
    IPv4,
    /// IPv6.
    IPv6,
}

/// An IP protocol number, 1 to 255 (0 and `any` are an absent protocol). ICMP under IPv6 is 58.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

/// What a rule without a protocol has written instead. Neutron keeps rules apart by it, though they match the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Every {
    /// Nothing, or `any`.
    #[default]
    Any,
    /// `any` in other letters.
    Capital,
    /// `ip` or 0.
    Ip,
    /// `hopopt`.
    HopByHop,
}

/// Destination ports, first at most last, 1 to 65535. The whole range is an absent port for any protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The lowest.
    pub first: u16,
    /// The highest.
    pub last: u16,
}

/// ICMP type and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Icmp {
    /// The type.
    pub kind: u8,
    /// The code; absent: any.
    pub code: Option<u8>,
}
