//! What every pool of a site holds: how large it is, what of it is reserved and used, and when it runs out.
//!
//! A pool is anything of which there is a certain number: addresses of a SNAT pool or a subnet, VLANs of an edge network,
//! objects that APIC takes. Figures are counted once from the resolved model, so that the rules and the table agree.

mod external;
mod internal;
mod limits;
mod planned;
mod subnets;

use std::cmp::Ordering;

use aciform_diagnostics::Span;
use aciform_fabric::model::Fabric;
use aciform_intent::ini::Config;
use aciform_intent::model::{Growth, Intent};
use schemars::JsonSchema;
use serde::Serialize;

pub use limits::Limit;

pub(super) use limits::all as limits;
pub(super) use planned::all as planned;
pub(super) use subnets::{Counts, all as subnets, written};

/// A pool with more addresses than this is left out: nobody fills it.
const ENDLESS: u128 = 1 << 32;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// The ini files.
    pub config: &'a Config,
    /// The intent, as written.
    pub intent: &'a Intent,
    /// The resolved model.
    pub fabric: &'a Fabric,
    /// What to plan for.
    pub growth: &'a Growth,
}

/// Every pool of a site.
#[derive(Clone, Debug)]
pub struct Pools {
    /// The pools, what runs out first in front.
    pub rows: Vec<Row>,
    /// Compute hosts that are declared.
    pub hosts: usize,
    /// Compute hosts that are planned for.
    pub planned: usize,
    /// IPv6 pools and subnets that nobody fills.
    pub endless: usize,
}

/// One pool.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is handed out.
    pub kind: Kind,
    /// What people call it.
    pub name: String,
    /// Its prefix or ranges; of a limit, where the figure is from.
    pub range: String,
    /// Where it is written.
    pub span: Option<Span>,
    /// How many there are.
    pub size: u64,
    /// How many of them are never handed out.
    pub reserved: u64,
    /// What uses the others.
    pub uses: Vec<Use>,
    /// Whether every new compute host takes one.
    pub grows: bool,
    /// How many more the growth takes.
    pub growth: u64,
    /// The longest prefix that holds what is used after growth.
    pub smallest: Option<u8>,
    /// The longest prefix that leaves a quarter of that free besides.
    pub recommended: Option<u8>,
}

/// Kinds of pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// `host_pool_cidr`: one address for each host.
    Snat,
    /// A subnet of an external network.
    Floating,
    /// A subnet of a project's network.
    Subnet,
    /// `vlan_range` of an edge network: one VLAN for each VRF.
    EdgeVlans,
    /// `internal_floating_ip_pool`: one address for each translation on a host.
    InternalNat,
    /// Objects that a fabric takes by what Cisco publishes.
    Limit,
}

/// Some of a pool that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// By what.
    pub by: User,
    /// How many.
    pub count: u64,
}

/// What uses a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum User {
    /// Hosts.
    Hosts,
    /// Hosts that are gone, whose addresses the lock keeps.
    RemovedHosts,
    /// Floating IPs, reserved ones too.
    FloatingIps,
    /// Gateways of routers.
    RouterGateways,
    /// Interfaces of routers that are not the subnet's gateway.
    RouterInterfaces,
    /// Ports.
    Ports,
    /// DHCP servers.
    DhcpPorts,
    /// VRFs.
    Vrfs,
    /// Translations of the host that has most.
    Translations,
    /// Objects on APIC.
    Objects,
}

/// Measures every pool.
#[must_use]
pub fn measure(site: Measured<'_>) -> Pools {
    let hosts = declared(site.fabric);
    let planned = site.growth.compute_hosts.as_ref().map_or(hosts, |growth| growth.value.of(hosts));
    let (mut rows, mut endless) = external::snat(site, planned, hosts);
    let new_hosts = rows.iter().fold(0, |sum: u64, row| sum.saturating_add(row.growth));
    for counts in self::planned(site) {
        match counts.row(site) {
            Some(row) => rows.push(row),
            None => endless += 1,
        }
    }
    rows.extend(external::vlans(site));
    rows.extend(internal::fullest(site));
    rows.extend(limits(site.fabric).iter().map(|limit| {
        let more = if limit.class == limits::ENDPOINT { limits::endpoints(site, new_hosts) } else { 0 };
        limit.row(more)
    }));
    rows.sort_by(Row::worse);
    Pools { rows, hosts, planned, endless }
}

/// How many compute hosts a site has.
fn declared(fabric: &Fabric) -> usize {
    fabric.hosts.iter().filter(|host| host.compute).count()
}

impl Pools {
    /// The SNAT pool that is full first when hosts are added.
    #[must_use]
    pub fn first(&self) -> Option<&Row> {
        self.rows.iter().filter(|row| row.grows).min_by_key(|row| (row.free(), &row.name))
    }

    /// The pools that do not hold what is planned.
    pub fn short(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.after() < 0)
    }
}

impl Row {
    /// How many can be handed out.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        self.size.saturating_sub(self.reserved)
    }

    /// How many are handed out or wanted; more than there are where a pool is too small.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.uses.iter().map(|one| one.count).sum()
    }

    /// How many are left.
    #[must_use]
    pub fn free(&self) -> u64 {
        self.capacity().saturating_sub(self.used())
    }

    /// How many are handed out or wanted when the site has grown.
    #[must_use]
    pub fn planned(&self) -> u64 {
        self.used().saturating_add(self.growth)
    }

    /// How many are left after growth; what is missing is negative.
    #[must_use]
    pub fn after(&self) -> i64 {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        signed(self.capacity()).saturating_sub(signed(self.planned()))
    }

    /// Orders by the share that is left after growth, the smallest first.
    fn worse(a: &Self, b: &Self) -> Ordering {
        let share = |left: &Self, right: &Self| i128::from(left.after()) * i128::from(right.capacity().max(1));
        share(a, b).cmp(&share(b, a)).then_with(|| (a.kind, &a.name).cmp(&(b.kind, &b.name)))
    }
}

/// A count; no site has more than 2^64 of anything.
fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// A quarter more, rounded up: hosts come, and addresses of hosts that go are kept.
fn with_room(number: u64) -> u64 {
    number.saturating_add(number.div_ceil(4))
}

impl Kind {
    /// One more of what uses it, and several.
    #[must_use]
    pub fn nouns(self) -> (&'static str, &'static str) {
        match self {
            Self::Snat => ("host", "hosts"),
            Self::Floating => ("address", "addresses"),
            Self::Subnet => ("port", "ports"),
            Self::EdgeVlans => ("VRF", "VRFs"),
            Self::InternalNat => ("translation", "translations"),
            Self::Limit => ("object", "objects"),
        }
    }
}
