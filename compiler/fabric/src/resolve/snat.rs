//! SNAT: one address of each external network's pool for every compute host, and which ports of a host use it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Span, Spanned};
use aciform_intent::model::Increase;
use aciform_intent::scalar::{AddressRange, Interface};

use super::context::{Context, wanted};
use super::network::{External, Sources};
use super::reference::Catalogue;
use super::router::Routing;
use crate::allocate::pool::{default_pools, room, smallest};
use crate::lock::Kind;
use crate::model::{ExtNetId, HostId, Id, PortId, PortOwner, SnatDemand, SubnetId};
use crate::{codes, defaults};

/// An address of a port that leaves through the host's SNAT interface, with the internal address it wears on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    pub(crate) external: ExtNetId,
    pub(crate) port: PortId,
    pub(crate) mapped: IpAddr,
    pub(crate) internal: IpAddr,
}

/// What has to leave by SNAT, host by host, before it has an address for the way.
type Needs = BTreeMap<HostId, Vec<(ExtNetId, PortId, IpAddr)>>;

/// What leaves by SNAT, host by host; each list by external network, port and address.
pub(crate) type Uses = BTreeMap<HostId, Vec<Use>>;

/// Allocates pool addresses and internal addresses.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    routing: &Routing<'a>,
    growth: Option<&Spanned<Increase>>,
) -> Uses {
    let needs = needs(cx, sources, routing);
    // For each network, the hosts that need an address there, each with one port for its reason.
    let mut reasons: BTreeMap<ExtNetId, BTreeMap<HostId, PortId>> = BTreeMap::new();
    for (host, list) in &needs {
        for (external, port, _) in list {
            reasons.entry(*external).or_default().entry(*host).or_insert(*port);
        }
    }
    for (at, external) in sources.externals.iter().enumerate() {
        let id = ExtNetId::from_index(at);
        let Some(pool) = external.section.host_pool_cidr.as_ref() else { continue };
        let hosts = hosts(cx, catalogue, external, reasons.remove(&id).unwrap_or_default());
        let every = cx.fabric.hosts.entries().filter(|(_, host)| host.compute).all(|(host, _)| hosts.contains(&host));
        let mut demand = SnatDemand { hosts: hosts.len(), grows: every, removed: 0 };
        cx.fabric.external_networks[id].snat_demand = demand;
        if !fits(cx, external, pool.value, pool.span, hosts.len()) {
            continue;
        }
        let ranges = default_pools(pool.value.network, Some(pool.value.address));
        let names: Vec<String> = hosts.iter().map(|host| cx.fabric.hosts[*host].name.clone()).collect();
        let wants: Vec<_> = names.iter().map(|name| wanted(name.as_str(), Some(pool.span))).collect();
        let taken = [pool.value.address];
        let served =
            cx.ledger.addresses_in_order(Kind::Snat, external.handle, &wants, &ranges, &taken, &mut cx.diagnostics);
        cx.fabric.external_networks[id].snat_addresses =
            hosts.into_iter().zip(served).filter_map(|(host, address)| Some((host, address?))).collect();
        demand.removed = cx.ledger.tombstones(Kind::Snat, external.handle, &ranges);
        cx.fabric.external_networks[id].snat_demand = demand;
        if let Some(growth) = growth {
            grows(cx, external, pool, growth, demand);
        }
    }
    internal(cx, sources, needs)
}

/// What leaves one host by SNAT, after a change of its ports that changes nothing about who gets pool addresses.
pub(crate) fn of_host(cx: &mut Context<'_>, sources: &Sources<'_>, routing: &Routing<'_>, host: HostId) -> Uses {
    let ports: Vec<PortId> = cx.fabric.hosts[host].ports.clone();
    let needs = needs_of(cx, sources, ports.into_iter(), |cx, subnet| routing.way_out(cx, subnet));
    let name = cx.fabric.hosts[host].name.clone();
    cx.ledger.rewind_scope(Kind::InternalNat, &name);
    internal(cx, sources, needs)
}

/// Addresses that leave by SNAT: IPv4, on a router that does it, of a port without floating IP on that network.
fn needs(cx: &Context<'_>, sources: &Sources<'_>, routing: &Routing<'_>) -> Needs {
    let ways_out = cx.fabric.subnets.entries().map(|(subnet, _)| routing.way_out(cx, subnet));
    let ways_out: Vec<Option<(ExtNetId, bool)>> = ways_out.collect();
    let ports = cx.fabric.ports.entries().map(|(port, _)| port);
    needs_of(cx, sources, ports, |_, subnet| ways_out[subnet.index()])
}

fn needs_of(
    cx: &Context<'_>,
    sources: &Sources<'_>,
    ports: impl Iterator<Item = PortId>,
    way_out: impl Fn(&Context<'_>, SubnetId) -> Option<(ExtNetId, bool)>,
) -> Needs {
    let floating = cx.fabric.floating_ips.iter().filter_map(|ip| Some((ip.port?.0, ip.external_network)));
    let floating: BTreeSet<(PortId, ExtNetId)> = floating.collect();
    let mut needs = Needs::new();
    for id in ports {
        let port = &cx.fabric.ports[id];
        let Some(host) = port.host else { continue };
        // The legacy server decides once per port, by any of its subnets; the agent then maps every address of it.
        let ways = port.fixed_ips.iter().filter_map(|fixed| way_out(cx, fixed.subnet));
        let mut ways: Vec<ExtNetId> = ways.filter(|(_, snat)| *snat).map(|(external, _)| external).collect();
        ways.sort_unstable();
        ways.dedup();
        for external in ways {
            let pool = &sources.externals[external.index()].section.host_pool_cidr;
            // It leaves SNAT out for the whole port as soon as one of its addresses has a floating IP.
            if pool.as_ref().is_some_and(|pool| pool.value.address.is_ipv4()) && !floating.contains(&(id, external)) {
                let mapped = port.fixed_ips.iter().filter(|fixed| fixed.address.is_ipv4());
                needs.entry(host).or_default().extend(mapped.map(|fixed| (external, id, fixed.address)));
            }
        }
    }
    needs
}

/// The hosts that get an address: every compute host or those listed, and DHCP hosts whose servers ask outside.
fn hosts<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    external: &External<'a>,
    needing: BTreeMap<HostId, PortId>,
) -> BTreeSet<HostId> {
    let Some(listed) = &external.intent.hosts else {
        let compute = cx.fabric.hosts.entries().filter(|(_, host)| host.compute).map(|(host, _)| host);
        return compute.chain(needing.into_keys()).collect();
    };
    let listed_hosts: BTreeSet<HostId> = listed.iter().filter_map(|host| catalogue.host(cx, host)).collect();
    for (host, port) in needing {
        let port = &cx.fabric.ports[port];
        if listed_hosts.contains(&host) || port.owner == PortOwner::Dhcp {
            continue;
        }
        let name = &cx.fabric.hosts[host].name;
        let message = format!(
            "port `{}` leaves by SNAT of `{}`, and its host `{name}` gets no address there",
            port.path, external.handle
        );
        let place = listed.first().map_or(external.intent.handle.span, |host| host.span);
        let finding = Diagnostic::at(&codes::HOST_WITHOUT_SNAT, port.source, message).label(place, "the hosts that do");
        let help =
            format!("add `{name}` to the `hosts` of `{}`, or set `enable_snat: false` on the router", external.handle);
        cx.report(finding.help(help));
    }
    listed_hosts
}

/// Refuses a pool with fewer addresses than hosts, and says which would do.
fn fits(cx: &mut Context<'_>, external: &External<'_>, pool: Interface, span: Span, hosts: usize) -> bool {
    let (have, need) = (room(pool.address, pool.network.length()), hosts as u128);
    if need <= have {
        return true;
    }
    let addresses = if have == 1 { "address" } else { "addresses" };
    let message = format!("`host_pool_cidr` {pool} of `{}` has {have} {addresses} for {need} hosts", external.handle);
    let finding = Diagnostic::at(&codes::POOL_TOO_SMALL, span, message);
    cx.report(finding.maybe_help(enough(pool, need)));
    false
}

/// The smallest pool with the same gateway that has so many addresses.
fn enough(pool: Interface, need: u128) -> Option<String> {
    let length = smallest(pool.address, need)?;
    Some(format!("write `{}/{length}`, which has {}", pool.address, room(pool.address, length)))
}

/// Warns of a pool that is too small for the compute hosts that the site plans for.
fn grows(
    cx: &mut Context<'_>,
    external: &External<'_>,
    pool: &Spanned<Interface>,
    growth: &Spanned<Increase>,
    demand: SnatDemand,
) {
    let compute = cx.fabric.hosts.iter().filter(|host| host.compute).count();
    let planned = growth.value.of(compute);
    let (need, now) = (demand.planned(planned, compute) as u128, demand.planned(compute, compute) as u128);
    let have = room(pool.value.address, pool.value.network.length());
    // What is too small for today was reported as that.
    if need <= have || now > have {
        return;
    }
    let kept = match demand.removed {
        0 => String::new(),
        removed => format!(" ({removed} kept for hosts that are gone)"),
    };
    let addresses = if have == 1 { "address" } else { "addresses" };
    let hosts = need - demand.removed as u128;
    let message = format!(
        "`host_pool_cidr` {} of `{}` has {have} {addresses}{kept}, and {hosts} hosts are planned for",
        pool.value, external.handle
    );
    let finding = Diagnostic::at(&codes::GROWTH, pool.span, message).label(growth.span, "planned here");
    cx.report(finding.maybe_help(enough(pool.value, need)));
}

/// Internal addresses, one for each mapped address of a host: the agent hands them out from the first of the pool on.
fn internal(cx: &mut Context<'_>, sources: &Sources<'_>, needs: Needs) -> Uses {
    let pools = cx.config.ml2.internal_floating_ip_pool.value.iter();
    let pools: Vec<AddressRange> = pools.filter_map(|pool| AddressRange::new(pool.network(), pool.last())).collect();
    let span = cx.config.ml2.internal_floating_ip_pool.span;
    let mut uses = Uses::new();
    for (host, mut list) in needs {
        list.retain(|(external, _, _)| {
            let row = &cx.fabric.external_networks[*external];
            row.snat_addresses.binary_search_by_key(&host, |(host, _)| *host).is_ok()
        });
        list.sort_unstable();
        let name = cx.fabric.hosts[host].name.clone();
        let wants: Vec<_> = list
            .iter()
            .map(|(external, port, mapped)| {
                let external = sources.externals[external.index()].handle;
                let port = &cx.fabric.ports[*port];
                wanted([external, " ", &port.project, "/", &port.path, " ", &mapped.to_string()].concat(), span)
            })
            .collect();
        let taken = [IpAddr::V4(defaults::METADATA_ADDRESS)];
        let served = cx.ledger.addresses(Kind::InternalNat, &name, &wants, &pools, &taken, &mut cx.diagnostics);
        let list = list.into_iter().zip(served);
        let used = list.filter_map(|((external, port, mapped), internal)| {
            Some(Use { external, port, mapped, internal: internal? })
        });
        uses.insert(host, used.collect());
    }
    uses
}
