//! Subnets against what has an address on them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::Span;
use aciform_fabric::model::{Fabric, Id, NetworkId, NetworkKind, PortOwner, Subnet, SubnetId, Unserved};
use aciform_fabric::size;
use aciform_intent::model::Intent;

use super::{ENDLESS, Kind, Measured, Row, Use, User, with_room};

/// A subnet with what is taken of it.
pub(in crate::pools) struct Counts<'a> {
    /// The subnet.
    pub(in crate::pools) subnet: &'a Subnet,
    /// Whether it is one of an external network.
    pub(in crate::pools) outside: bool,
    /// What has an address that would else be handed out, or wants one and finds none.
    pub(in crate::pools) taken: BTreeMap<User, u64>,
    /// Written addresses beside the allocation pools, which nobody is handed.
    beside: u64,
    /// Addresses that ports have on it, wherever.
    pub(super) ports: usize,
    /// How many more are planned for.
    pub(in crate::pools) planned: u64,
}

/// Every subnet, in table order.
pub(in crate::pools) fn all(fabric: &Fabric) -> Vec<Counts<'_>> {
    let mut subnets: Vec<Counts<'_>> = fabric
        .subnets
        .iter()
        .map(|subnet| {
            let outside = fabric.networks[subnet.network].kind != NetworkKind::Internal;
            Counts { subnet, outside, taken: BTreeMap::new(), beside: 0, ports: 0, planned: 0 }
        })
        .collect();
    for port in fabric.ports.iter() {
        let user = if port.owner == PortOwner::Dhcp { User::DhcpPorts } else { User::Ports };
        for fixed in &port.fixed_ips {
            let counts = &mut subnets[fixed.subnet.index()];
            counts.ports += usize::from(user == User::Ports);
            counts.take(fixed.address, user);
        }
    }
    for (subnet, address) in fabric.routers.iter().flat_map(|router| &router.interfaces) {
        subnets[subnet.index()].take(*address, User::RouterInterfaces);
    }
    let holders = Holders::new(fabric);
    let gateways = fabric.routers.iter().filter_map(|router| router.gateway.as_ref());
    let gateways = gateways.filter_map(|way| Some((way.external_network, way.address?, User::RouterGateways)));
    let floating = fabric.floating_ips.iter().map(|ip| (ip.external_network, ip.address, User::FloatingIps));
    for (external, address, user) in gateways.chain(floating) {
        let network = fabric.external_networks[external].network;
        if let Some(subnet) = holders.find(network, address) {
            subnets[subnet.index()].take(address, user);
        }
    }
    for (subnet, what) in &fabric.unserved {
        let user = match what {
            Unserved::FloatingIp(_) => User::FloatingIps,
            Unserved::RouterGateway => User::RouterGateways,
        };
        *subnets[subnet.index()].taken.entry(user).or_default() += 1;
    }
    subnets
}

/// Finds subnets by address.
struct Holders<'a> {
    fabric: &'a Fabric,
    by_first: BTreeMap<(NetworkId, IpAddr), SubnetId>,
}

impl<'a> Holders<'a> {
    fn new(fabric: &'a Fabric) -> Self {
        let by_first =
            fabric.subnets.entries().map(|(id, subnet)| ((subnet.network, subnet.prefix.network()), id)).collect();
        Self { fabric, by_first }
    }

    fn find(&self, network: NetworkId, address: IpAddr) -> Option<SubnetId> {
        let ((holder, _), subnet) = self.by_first.range(..=(network, address)).next_back()?;
        (*holder == network && self.fabric.subnets[*subnet].prefix.contains(address)).then_some(*subnet)
    }
}

impl Counts<'_> {
    fn take(&mut self, address: IpAddr, user: User) {
        if self.subnet.gateway == Some(address) {
            return;
        }
        // The pools are in order and apart from each other.
        let behind = self.subnet.pools.partition_point(|pool| pool.first <= address);
        let given = self.subnet.pools[..behind].last().is_some_and(|pool| pool.contains(address));
        // The subnet's own address stands in for one that was not to be had.
        if given || address == self.subnet.prefix.network() {
            *self.taken.entry(user).or_default() += 1;
        } else {
            self.beside += 1;
        }
    }

    /// How many addresses can be handed out; `None` where nobody could take them all.
    pub(in crate::pools) fn capacity(&self) -> Option<u64> {
        u64::try_from(size(&self.subnet.pools)).ok().filter(|size| u128::from(*size) <= ENDLESS)
    }

    /// How many of them are taken.
    pub(in crate::pools) fn used(&self) -> u64 {
        self.taken.values().sum()
    }

    /// Whether it was made for what is in it.
    pub(in crate::pools) fn is_small(&self) -> bool {
        self.capacity().is_some_and(|capacity| capacity < 5)
    }

    /// Whether more is wanted today than there is, which is an error of its own.
    pub(in crate::pools) fn is_over(&self) -> bool {
        self.capacity().is_some_and(|capacity| self.used() > capacity)
    }

    /// How many it has too few for what is planned.
    pub(in crate::pools) fn missing(&self) -> u64 {
        let wanted = self.used().saturating_add(self.planned);
        self.capacity().map_or(0, |capacity| wanted.saturating_sub(capacity))
    }

    /// How many a prefix has to hold for what is planned.
    pub(in crate::pools) fn needed(&self) -> u64 {
        self.used().saturating_add(self.beside).saturating_add(self.planned)
    }

    /// The project that a subnet of an external network is reserved for.
    pub(in crate::pools) fn reserved<'i>(&self, fabric: &Fabric, intent: &'i Intent) -> Option<&'i str> {
        let network = intent.external_networks.get(&fabric.networks[self.subnet.network].handle)?;
        network.subnets.get(&self.subnet.handle)?.project.as_ref().map(|project| project.value.as_str())
    }

    /// The longest prefix that holds so many of the addresses that are in use, and the gateway.
    pub(in crate::pools) fn length_for(&self, addresses: u64) -> Option<u8> {
        self.length(u128::from(addresses) + u128::from(self.subnet.gateway.is_some()))
    }

    /// The longest prefix of one more subnet for so many addresses, which has a gateway as it should.
    pub(in crate::pools) fn length_of_new(&self, addresses: u64) -> Option<u8> {
        self.length(u128::from(addresses) + 1)
    }

    fn length(&self, all: u128) -> Option<u8> {
        let (width, lost) = if self.subnet.prefix.is_ipv4() { (32u8, 2) } else { (128, 1) };
        (0..=width - 2).rev().find(|length| {
            let size = 1u128.checked_shl(u32::from(width - length)).unwrap_or(u128::MAX);
            size - lost >= all.max(1)
        })
    }

    /// As [`Counts::length_for`], and the prefix that it has where that has so many: a /32 holds one.
    fn enough(&self, addresses: u64) -> Option<u8> {
        let own = Some(self.subnet.prefix.length());
        let fits = self.capacity().is_some_and(|capacity| addresses <= capacity);
        self.length_for(addresses).max(own.filter(|_| fits))
    }

    /// As a row of the table; `None` where nobody fills it.
    pub(super) fn row(&self, site: Measured<'_>) -> Option<Row> {
        let prefix = self.subnet.prefix;
        let width = if prefix.is_ipv4() { 32 } else { 128 };
        let size = 1u64.checked_shl(width - u32::from(prefix.length())).filter(|size| u128::from(*size) <= ENDLESS)?;
        let capacity = self.capacity()?;
        let network = &site.fabric.networks[self.subnet.network];
        let (kind, name) = if self.outside {
            (Kind::Floating, format!("floating {}/{}", network.handle, self.subnet.handle))
        } else {
            (Kind::Subnet, format!("subnet {}/{}/{}", network.project, network.handle, self.subnet.handle))
        };
        let needed = self.needed();
        Some(Row {
            kind,
            name,
            range: prefix.to_string(),
            span: Some(written(site.intent, site.fabric, self.subnet).unwrap_or(self.subnet.source)),
            size,
            reserved: size.saturating_sub(capacity),
            uses: self.taken.iter().map(|(by, count)| Use { by: *by, count: *count }).collect(),
            grows: false,
            growth: self.planned,
            smallest: self.enough(needed),
            recommended: self.enough(with_room(needed)),
        })
    }
}

/// Where the prefix of a subnet is written.
pub(in crate::pools) fn written(intent: &Intent, fabric: &Fabric, subnet: &Subnet) -> Option<Span> {
    let network = &fabric.networks[subnet.network];
    let subnets = match network.kind {
        NetworkKind::External(_) => &intent.external_networks.get(&network.handle)?.subnets,
        NetworkKind::Internal => &intent.projects.get(&network.project)?.networks.get(&network.handle)?.subnets,
    };
    Some(subnets.get(&subnet.handle)?.cidr.span)
}
