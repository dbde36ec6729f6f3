//! The tables of the integration bridge in agent-ovs 2.7, by the names its source and its logs use.

/// A table. `goto_table` only leads to a greater one; going back takes a resubmit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Table {
    /// `DROP_LOG`: where packets come in; would switch drop logging.
    Entry = 0,
    /// `SEC`: who may send what from which port.
    PortSecurity = 1,
    /// `SRC`: the source group and its domains, into registers.
    Source = 2,
    /// `SNAT_REV`: of translation in the switch itself; only its drop is made.
    SnatReverse = 3,
    /// `SERVICE_REV`: of load-balanced services; passed through.
    ServiceReverse = 4,
    /// `BRIDGE`: MAC lookup, answers to ARP and ND, flooding, ways into services.
    Bridge = 5,
    /// `SERVICE_NEXTHOP`: from a service's address to its next hop.
    ServiceNextHop = 6,
    /// `ROUTE`: from a destination address to an endpoint, a subnet or an external group.
    Route = 7,
    /// `SNAT`: of translation in the switch itself; only its drop is made.
    Snat = 8,
    /// `NAT_IN`: the external group of what comes in through a translation.
    NatIn = 9,
    /// `LEARN`: of nested domains; only its drop is made.
    Learn = 10,
    /// `SERVICE_DST`: from a service's interface to the endpoint.
    ServiceDestination = 11,
    /// `POL`: contracts.
    Policy = 12,
    /// `STATS`: counters; passed through.
    Statistics = 13,
    /// `OUT`: does what the low byte of the metadata says.
    Output = 14,
}

impl Table {
    /// Every table but [`Table::Entry`]: each ends in a counted drop.
    pub(super) const WITH_MISS: [Self; 14] = [
        Self::PortSecurity,
        Self::Source,
        Self::SnatReverse,
        Self::ServiceReverse,
        Self::Bridge,
        Self::ServiceNextHop,
        Self::Route,
        Self::Snat,
        Self::NatIn,
        Self::Learn,
        Self::ServiceDestination,
        Self::Policy,
        Self::Statistics,
        Self::Output,
    ];

    /// The number on the wire.
    pub(super) fn number(self) -> u8 {
        self as u8
    }
}
