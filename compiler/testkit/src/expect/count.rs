//! How many flows a host has, by what each owner makes: no packet misses a flow that is too many.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::world::{Name, Router, World};

use super::station::{self, Station};
use super::v6::leased;

/// Table-miss drops, what DHCP and ARP need everywhere, and what the tunnel brings.
const BASE: usize = 38;
/// Source by tunnel id, flooding, inside the group, two ways into the tunnel, and going on as the group.
const GROUP: usize = 6;
/// A SNAT interface: a promiscuous endpoint with one address and its link-local one.
const SNAT_INTERFACE: usize = 12;
const FLOATING: usize = 5;
const SNAT: usize = 7;
/// A service with one next hop and a gateway.
const SERVICE: usize = 6;

/// The flows of a host.
#[must_use]
pub fn flow_count(world: &World, host: &str) -> usize {
    let all = station::all(world);
    let here: Vec<&Station> = all.iter().filter(|it| it.host == host).collect();
    let speaking: Vec<&Station> = here.iter().copied().filter(|it| !it.addresses.is_empty()).collect();
    let networks: BTreeSet<&Name> = here.iter().map(|it| &it.network).collect();
    let vrfs: BTreeSet<&str> = here.iter().map(|it| it.vrf.as_str()).collect();
    let externals: BTreeSet<&str> = vrfs.iter().flat_map(|vrf| world.ways_out(vrf)).collect();
    let interfaces = world.snats(host).into_iter().filter(|it| world.externals[it].snat.contains_key(host)).count();

    let groups = networks.len() + externals.len();
    // Each group's bridge domain routes, and floods where a port of it is.
    let domains = groups + networks.len() + interfaces;
    let gateways: usize = networks.iter().map(|name| gateways(world, name)).sum();
    let outer: usize = externals.iter().map(|name| 2 * outer_subnets(world, name)).sum();
    let inner_routes: usize =
        vrfs.iter().map(|vrf| world.inside(vrf).count() + 1 + 2 * world.ways_out(vrf).len() + 1).sum();
    let outer_routes: usize = externals.iter().map(|name| outer_subnets(world, name) + 2 + 1).sum();
    let endpoints: usize = here.iter().map(|it| endpoint(it)).sum();
    let pairs: usize = here.iter().map(|it| virtual_ips(it)).sum();
    let translations: usize = here.iter().map(|it| translations(world, it)).sum();
    let services = if world.metadata { vrfs.len() } else { 0 };
    BASE + GROUP * groups
        + domains
        + gateways
        + outer
        + inner_routes
        + outer_routes
        + endpoints
        + SNAT_INTERFACE * interfaces
        + leases(world, &speaking)
        + pairs
        + translations
        + contracts(world, &networks, &vrfs)
        + SERVICE * services
}

/// Two flows for each IPv4 gateway, and two for all of IPv6: those name the router's own link-local address.
fn gateways(world: &World, network: &Name) -> usize {
    let gateways = world.networks[network].subnets.iter().filter_map(|subnet| subnet.gateway);
    let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = gateways.partition(IpAddr::is_ipv4);
    2 * v4.len() + 2 * v6.len().min(1)
}

/// The subnets of an external network's bridge domain: the pool, and those with a gateway.
fn outer_subnets(world: &World, external: &str) -> usize {
    1 + world.externals[external].subnets.iter().filter(|subnet| subnet.gateway.is_some()).count()
}

/// An endpoint with its addresses and the link-local one. Without an address the agent is not told its MAC, and all it has is
/// the way back by the port that a packet came in by.
fn endpoint(it: &Station) -> usize {
    if it.addresses.is_empty() {
        return 2 + usize::from(!it.secured);
    }
    let routed = it.addresses.len();
    let known = routed + usize::from(!it.addresses.contains(&it.link_local().into()));
    let claims = if it.secured { 3 * known } else { known };
    5 + claims + routed + 2 * routed
}

/// Requests to the agent, ARP for each DHCP server that was given out, and neighbour discovery once a network.
fn leases(world: &World, speaking: &[&Station]) -> usize {
    let v4: Vec<&&Station> = speaking.iter().filter(|it| it.lease(world).is_some()).collect();
    let servers: BTreeSet<_> = v4.iter().map(|it| (&it.network, it.server(world))).collect();
    let v6: Vec<&&Station> = speaking.iter().filter(|it| !it.serves && leased(world, it)).collect();
    let networks: BTreeSet<&Name> = v6.iter().map(|it| &it.network).collect();
    v4.len() + 2 * servers.len() + v6.len() + networks.len()
}

/// A flow for each pair, and one for each of the port's own addresses that a pair with its MAC covers.
fn virtual_ips(it: &Station) -> usize {
    let own = it.addresses.iter().copied().chain([it.link_local().into()]).collect::<BTreeSet<IpAddr>>();
    let covered =
        |address: &&IpAddr| it.pairs.iter().any(|(pair, mac)| *mac == it.mac && station::covers(pair, **address));
    it.pairs.len() + if it.addresses.is_empty() { 0 } else { own.iter().filter(covered).count() }
}

fn translations(world: &World, it: &Station) -> usize {
    let by_snat = world.by_snat(&it.network, &it.addresses, &it.floating);
    let by_snat = by_snat.iter().filter(|(external, _)| world.externals[external].snat.contains_key(&it.host));
    FLOATING * it.floating.len() + SNAT * by_snat.count()
}

/// A flow for each ordered pair of those on the host that a router joins: networks, and its way out.
fn contracts(world: &World, networks: &BTreeSet<&Name>, vrfs: &BTreeSet<&str>) -> usize {
    let mut pairs = BTreeSet::new();
    for router in world.routers.iter().filter(|router| router.up) {
        let members = members(world, router, networks, vrfs);
        for a in &members {
            pairs.extend(members.iter().filter(|b| *b != a).map(|b| (a.clone(), b.clone())));
        }
    }
    pairs.len()
}

fn members(world: &World, router: &Router, networks: &BTreeSet<&Name>, vrfs: &BTreeSet<&str>) -> BTreeSet<String> {
    let joined =
        networks.iter().filter(|name| router.joins(name)).map(|(project, handle)| format!("{project}/{handle}"));
    let vrf = world.vrf(&router.name.0);
    let out = router.external.iter().filter(|_| vrfs.contains(vrf)).map(|external| format!("{external} of {vrf}"));
    joined.chain(out).collect()
}
