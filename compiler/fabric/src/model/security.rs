//! Security groups with their members, computed once for all hosts.

use aciform_diagnostics::Span;
use aciform_intent::model::{Direction, EtherType, Icmp, PortRange, Protocol};
use aciform_intent::scalar::Prefix;
use uuid::Uuid;

use super::table::{GroupId, Id as _, MembersId, NamingId};

impl GroupId {
    /// Where it stands which groups its rules name.
    #[must_use]
    pub fn naming(self) -> NamingId {
        NamingId::from_index(self.index())
    }

    /// Where the members of the group stand.
    #[must_use]
    pub fn members(self) -> MembersId {
        MembersId::from_index(self.index())
    }
}

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// The owner's handle.
    pub project: String,
    /// The handle.
    pub handle: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// Whether connections are tracked.
    pub stateful: bool,
    /// Its rules: Neutron's two egress-any rules first unless they were dropped, then the `default` group's two from itself, then as listed.
    pub rules: Vec<SecurityRule>,
    /// The cause in the input; of a `default` group that is not written out, its project.
    pub source: Option<Span>,
}

/// Who is in a security group. It stands in a table of its own, for it changes with every port and is looked at by few.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// Addresses and pairs of every filtered port that holds the group, on any host, IPv4: sorted by address and length, no repeats.
    pub v4: Vec<Prefix>,
    /// The same, IPv6.
    pub v6: Vec<Prefix>,
}

/// What of a security group decides which sets a host has, and what they are called.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// The id in Neutron.
    pub id: Uuid,
    /// The groups whose members its rules let in, with the families of those rules: sorted, no repeats.
    pub remotes: Vec<(GroupId, EtherType)>,
}

/// One rule: what it allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecurityRule {
    /// Seen from the instance.
    pub direction: Direction,
    /// The family.
    pub ethertype: EtherType,
    /// `None`: any.
    pub protocol: Option<Protocol>,
    /// Destination ports.
    pub port: Option<PortRange>,
    /// ICMP type and code.
    pub icmp: Option<Icmp>,
    /// The other side.
    pub remote: Remote,
}

/// The other side of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remote {
    /// Anybody.
    Any,
    /// A prefix; never of length 0.
    Prefix(Prefix),
    /// The members of a group.
    Group(GroupId),
}
