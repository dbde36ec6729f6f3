//! What each row of the fabric says, as a number: rows of two fabrics with the same number say the same.
//!
//! Rows name each other by position, and a row that comes or goes moves those behind it. So a name counts as the
//! key of what it names (a port's id, a host's name), and a row is found again in another fabric by its key.
//! Places in files do not count: a line that is put in moves all below it and changes nothing.
//!
//! Every field is listed below, as what counts or behind `;` as what does not; one that is forgotten does not compile.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};

use aciform_intent::model::{Direction, EtherType, Icmp, PortRange, Protocol};
use aciform_intent::scalar::{AddressRange, Interface, MacAddr, Prefix};
use foldhash::fast::FixedState;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use uuid::Uuid;

use super::table::TABLES;
use super::trace::Reads;
use super::*;

/// What the rows of a fabric say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// By table and row.
    keys: Keys,
    rows: Vec<Vec<u64>>,
    /// By table: its rows in their order.
    whole: Vec<u64>,
    /// Everything that stands in no table.
    rest: u64,
}

/// The keys of all rows, by table.
type Keys = Vec<Vec<u64>>;

/// Where the rows of one fabric stand in another.
#[derive(Debug)]
pub struct Moves<'a> {
    old: &'a Fingerprints,
    new: &'a Fingerprints,
    /// By table and old row; none where there is no row of that key any more.
    to: Vec<Vec<Option<u32>>>,
}

/// Takes a fabric's fingerprints: one pass over all of it.
#[must_use]
pub fn take(fabric: &Fabric) -> Fingerprints {
    let keys = keys(fabric);
    let rows = rows(fabric, &keys);
    let whole = rows.iter().map(|rows| number(|state| rows.hash(state))).collect();
    let rest = number(|state| {
        let Fabric { system, unserved, .. } = fabric;
        system.feed(state, &keys);
        unserved.feed(state, &keys);
    });
    Fingerprints { keys, rows, whole, rest }
}

impl Fingerprints {
    /// Compares with a later fabric.
    #[must_use]
    pub fn moves<'a>(&'a self, new: &'a Self) -> Moves<'a> {
        let to = self.keys.iter().zip(&new.keys).map(|(old, new)| {
            if old == new {
                return (0u32..).take(old.len()).map(Some).collect();
            }
            let places: HashMap<u64, u32, FixedState> = new.iter().copied().zip(0..).collect();
            old.iter().map(|key| places.get(key).copied()).collect()
        });
        Moves { old: self, new, to: to.collect() }
    }
}

impl Moves<'_> {
    /// The place in the new fabric of what was read of the old one; `None` where any of it says something else now.
    #[must_use]
    pub fn follow(&self, reads: &Reads) -> Option<Reads> {
        let same = |table: &u8| self.old.whole[usize::from(*table)] == self.new.whole[usize::from(*table)];
        if self.old.rest != self.new.rest || !reads.whole.iter().all(same) {
            return None;
        }
        let row = |(table, row): &(u8, u32)| {
            let (at, old) = (usize::from(*table), *row as usize);
            let new = self.to.get(at)?.get(old).copied()??;
            (self.old.rows[at][old] == self.new.rows[at][new as usize]).then_some((*table, new))
        };
        let rows = reads.rows.iter().map(row).collect::<Option<Vec<_>>>()?;
        Some(Reads { rows, whole: reads.whole.clone() })
    }
}

/// A number for what is fed; the same in every run.
fn number(feed: impl FnOnce(&mut State)) -> u64 {
    use std::hash::BuildHasher as _;
    let mut state = FixedState::with_seed(0).build_hasher();
    feed(&mut state);
    state.finish()
}

type State = foldhash::fast::FoldHasher<'static>;

fn key(of: impl Hash) -> u64 {
    number(|state| of.hash(state))
}

/// Fewer rows than these are not worth another thread.
const ROWS_OF_A_THREAD: usize = 16;

/// The keys by table. Tables whose rows are named below others come behind those.
fn keys(fabric: &Fabric) -> Keys {
    let mut keys: Keys = vec![Vec::new(); TABLES];
    fn fill<I: Id, T>(keys: &mut Keys, table: &Table<I, T>, of: impl Fn(&Keys, &T) -> u64) {
        keys[I::TABLE] = table.iter().map(|row| of(keys, row)).collect();
    }
    let in_tenant = |keys: &Keys, tenant: TenantId, name: &str| key((keys[TenantId::TABLE][tenant.index()], name));
    fill(&mut keys, &fabric.tenants, |_, row| key(&row.name));
    fill(&mut keys, &fabric.vrfs, |keys, row| in_tenant(keys, row.tenant, &row.name));
    fill(&mut keys, &fabric.bridge_domains, |keys, row| in_tenant(keys, row.tenant, &row.name));
    fill(&mut keys, &fabric.epgs, |keys, row| key((in_tenant(keys, row.tenant, &row.name), &row.app_profile)));
    fill(&mut keys, &fabric.filters, |keys, row| in_tenant(keys, row.tenant, &row.name));
    fill(&mut keys, &fabric.contracts, |keys, row| in_tenant(keys, row.tenant, &row.name));
    fill(&mut keys, &fabric.l3outs, |keys, row| in_tenant(keys, row.tenant, &row.name));
    fill(&mut keys, &fabric.networks, |_, row| key(row.id));
    fill(&mut keys, &fabric.subnets, |_, row| key(row.id));
    fill(&mut keys, &fabric.external_networks, |_, row| key(&row.handle));
    fill(&mut keys, &fabric.routers, |_, row| key(row.id));
    fill(&mut keys, &fabric.security_groups, |_, row| key(row.id));
    keys[MembersId::TABLE] = keys[GroupId::TABLE].clone();
    keys[NamingId::TABLE] = keys[GroupId::TABLE].clone();
    fill(&mut keys, &fabric.ports, |_, row| key(row.id));
    fill(&mut keys, &fabric.floating_ips, |_, row| key(row.id));
    fill(&mut keys, &fabric.hosts, |_, row| key(&row.name));
    keys
}

fn rows(fabric: &Fabric, keys: &Keys) -> Vec<Vec<u64>> {
    let mut rows = vec![Vec::new(); TABLES];
    fn fill<I: Id, T: Feed + Sync>(rows: &mut [Vec<u64>], table: &Table<I, T>, keys: &Keys) {
        let of = keys[I::TABLE].par_iter().zip(table.as_slice()).with_min_len(ROWS_OF_A_THREAD);
        rows[I::TABLE] = of
            .map(|(key, row)| {
                number(|state| {
                    key.hash(state);
                    row.feed(state, keys);
                })
            })
            .collect();
    }
    let Fabric {
        system: _,
        tenants,
        vrfs,
        bridge_domains,
        epgs,
        filters,
        contracts,
        l3outs,
        networks,
        subnets,
        external_networks,
        routers,
        security_groups,
        members,
        namings,
        ports,
        floating_ips,
        unserved: _,
        hosts,
    } = fabric;
    fill(&mut rows, tenants, keys);
    fill(&mut rows, vrfs, keys);
    fill(&mut rows, bridge_domains, keys);
    fill(&mut rows, epgs, keys);
    fill(&mut rows, filters, keys);
    fill(&mut rows, contracts, keys);
    fill(&mut rows, l3outs, keys);
    fill(&mut rows, networks, keys);
    fill(&mut rows, subnets, keys);
    fill(&mut rows, external_networks, keys);
    fill(&mut rows, routers, keys);
    fill(&mut rows, security_groups, keys);
    fill(&mut rows, members, keys);
    fill(&mut rows, namings, keys);
    fill(&mut rows, ports, keys);
    fill(&mut rows, floating_ips, keys);
    fill(&mut rows, hosts, keys);
    rows
}

/// Gives all that a value says to a hasher.
trait Feed {
    fn feed(&self, state: &mut State, keys: &Keys);
}

/// Values that say all by themselves.
macro_rules! plain {
    ($($name:ty),* $(,)?) => {$(
        impl Feed for $name {
            fn feed(&self, state: &mut State, _: &Keys) {
                self.hash(state);
            }
        }
    )*};
}

plain!(
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    String,
    Uuid,
    IpAddr,
    Ipv4Addr,
    MacAddr,
    Prefix,
    Interface,
    AddressRange,
    Direction,
    EtherType,
    Protocol,
    PortRange,
    Icmp,
    EpgKind,
    ContractKind,
    L3OutKind,
    EndpointKind,
    MappingKind,
);

/// Names of rows.
macro_rules! names {
    ($($name:ident),* $(,)?) => {$(
        impl Feed for $name {
            fn feed(&self, state: &mut State, keys: &Keys) {
                keys[Self::TABLE].get(self.index()).hash(state);
            }
        }
    )*};
}

names!(
    TenantId, VrfId, BdId, EpgId, FilterId, ContractId, L3OutId, NetworkId, SubnetId, ExtNetId, RouterId, GroupId,
    PortId, HostId,
);

/// Structs: the fields that count, and behind `;` those that do not.
macro_rules! fields {
    ($($name:ident { $($field:ident),* $(; $($silent:ident),*)? })*) => {$(
        impl Feed for $name {
            fn feed(&self, state: &mut State, keys: &Keys) {
                let Self { $($field,)* $($($silent: _,)*)? } = self;
                $($field.feed(state, keys);)*
            }
        }
    )*};
}

fields! {
    System {
        id, annotation, releases, parity, router_mac, dhcp_mac, anycast_tep, infra_vlan, tep_pool, domains, entity_profile,
        agents
    }
    AgentOptions { dhcp_domain, dhcp_lease_time, advertise_mtu, nat_mtu }
    Releases { opflex_agent, agent_ovs, neutron, apic }
    VmmDomain { name, multicast_address, encapsulation, controller_host, user, password_from; source }
    Tenant { name, name_alias, owned; source }
    Vrf { tenant, name, owned, marked, routing_domain, internal_subnets, routes, routing_domain_subnets, routing_domain_file; source }
    VrfRoute { prefix, external, nat }
    BridgeDomain {
        tenant, name, name_alias, vrf, local, flood_domain, unicast_route, arp_flood, unknown_mac_unicast, ep_move_detect,
        limit_ip_learn, gateways, l3outs; source
    }
    GatewaySubnet { gateway, prefix, scope; source }
    Epg { tenant, app_profile, name, name_alias, bridge_domain, kind, vnid, mcast, contracts; source }
    Filter { tenant, name, entry; source }
    Contract { tenant, name, name_alias, kind, subject, filter, active, rule, groups, externals; source }
    L3Out { tenant, name, kind, vrf, external_epgs; source }
    ExternalEpg { name, subnets, contracts, nat, local }
    Network { project, handle, name, id, epg, bridge_domain, kind, mtu, dns_domain, subnets; source }
    Subnet {
        network, handle, id, prefix, gateway, enable_dhcp, dns_nameservers, pools, host_routes, dhcp_servers, slaac; source
    }
    ExternalNetwork { network, handle, mapped_name, l3out, nat_epg, host_pool, allow_all, snat_addresses, snat_demand }
    SnatDemand { hosts, grows, removed }
    Router { project, handle, name, id, contract, gateway, interfaces; source }
    RouterGateway { external_network, address, mac, enable_snat }
    SecurityGroup { project, handle, id, stateful, rules; source }
    Members { v4, v6 }
    Naming { id, remotes }
    SecurityRule { direction, ethertype, protocol, port, icmp, remote }
    Port { project, path, id, mac, network, fixed_ips, owner, host, port_security, security_groups, pairs, zone; source }
    FixedIp { subnet, address }
    Pair { prefix, mac }
    FloatingIp { project, handle, id, external_network, address, port; source }
    Host { name, compute, uplinks, tunnel, ofports, endpoints, snats, services, routing_domains, epgs, ports; source }
    OfPort { name, number }
    Endpoint {
        port, kind, mac, primary, interface, ofport, epg, addresses, virtual_ips, promiscuous, vm_name, network,
        metadata_optimization, dhcp4, dhcp6, mappings; source
    }
    VirtualIp { prefix, mac }
    Dhcp4 { address, prefix_length, router, dns_servers, domain, server, static_routes, mtu, lease_time }
    Route4 { destination, next_hop }
    Dhcp6 { dns_servers, mtu }
    Mapping { uuid, mapped, outer, nat_epg, kind }
    Snat { external_network, interface, ofport, mac, address, gateway, epg, vm_name, uuid, mtu }
    MetadataService { vrf, uuid, ofport, mac, next_hop }
    RoutingDomain { vrf }
}

/// Enums: a number for the form, then what it holds.
macro_rules! forms {
    ($($name:ident { $($number:literal: $form:pat => [$($held:ident),*]),* $(,)? })*) => {$(
        impl Feed for $name {
            fn feed(&self, state: &mut State, keys: &Keys) {
                let _ = keys;
                match self {
                    $($form => {
                        state.write_u8($number);
                        $($held.feed(state, keys);)*
                    })*
                }
            }
        }
    )*};
}

forms! {
    Encapsulation {
        0: Self::Vxlan { pool, first, last } => [pool, first, last],
        1: Self::Vlan { pool, blocks } => [pool, blocks],
    }
    NetworkKind { 0: Self::Internal => [], 1: Self::External(network) => [network] }
    Remote { 0: Self::Any => [], 1: Self::Prefix(prefix) => [prefix], 2: Self::Group(group) => [group] }
    PortOwner { 0: Self::Instance(name) => [name], 1: Self::Dhcp => [], 2: Self::Unbound => [] }
    Unserved { 0: Self::FloatingIp(network) => [network], 1: Self::RouterGateway => [] }
}

impl<T: Feed> Feed for Option<T> {
    fn feed(&self, state: &mut State, keys: &Keys) {
        state.write_u8(u8::from(self.is_some()));
        if let Some(value) = self {
            value.feed(state, keys);
        }
    }
}

impl<T: Feed> Feed for Vec<T> {
    fn feed(&self, state: &mut State, keys: &Keys) {
        state.write_usize(self.len());
        self.iter().for_each(|value| value.feed(state, keys));
    }
}

impl<A: Feed, B: Feed> Feed for (A, B) {
    fn feed(&self, state: &mut State, keys: &Keys) {
        self.0.feed(state, keys);
        self.1.feed(state, keys);
    }
}
