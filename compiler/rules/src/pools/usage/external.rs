//! SNAT pools against hosts, and VLANs of edge networks against VRFs.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::Spanned;
use aciform_fabric::model::SnatDemand;
use aciform_fabric::{room, smallest};
use aciform_intent::ini::ExternalNetworkSection;
use aciform_intent::model::{ExternalNetwork, Intent, Role};

use super::{ENDLESS, Kind, Measured, Row, Use, User, count, with_room};

/// The SNAT pool of every network of the intent that translates on its hosts, and how many nobody fills.
pub(super) fn snat(site: Measured<'_>, planned: usize, declared: usize) -> (Vec<Row>, usize) {
    let (mut rows, mut endless) = (Vec::new(), 0);
    let demands: BTreeMap<&str, SnatDemand> =
        site.fabric.external_networks.iter().map(|row| (row.handle.as_str(), row.snat_demand)).collect();
    for (section, network) in networks(site) {
        let Some(pool) = section.host_pool_cidr.as_ref().filter(|_| section.enable_nat.value) else { continue };
        if section.edge_nat.value {
            continue;
        }
        let (gateway, prefix) = (pool.value.address, pool.value.network);
        let width = if prefix.is_ipv4() { 32 } else { 128 };
        let size = 1u128.checked_shl(width - u32::from(prefix.length())).unwrap_or(u128::MAX);
        if size > ENDLESS {
            endless += 1;
            continue;
        }
        let demand = demands.get(section.name.value.as_str()).copied();
        let demand = demand.unwrap_or_else(|| by_intent(site.intent, network));
        let (now, then) = (demand.planned(declared, declared), demand.planned(planned, declared));
        let (size, capacity) = (narrow(size), narrow(room(gateway, prefix.length())));
        let need = count(then);
        rows.push(Row {
            kind: Kind::Snat,
            name: format!("SNAT {}", section.name.value),
            range: pool.value.to_string(),
            span: Some(pool.span),
            size,
            reserved: size - capacity,
            uses: uses(demand),
            grows: demand.grows,
            growth: count(then - now),
            smallest: smallest(gateway, need.into()),
            recommended: smallest(gateway, with_room(need).into()),
        });
    }
    (rows, endless)
}

fn uses(demand: SnatDemand) -> Vec<Use> {
    let uses = [
        Use { by: User::Hosts, count: count(demand.hosts) },
        Use { by: User::RemovedHosts, count: count(demand.removed) },
    ];
    uses.into_iter().filter(|one| one.count > 0).collect()
}

/// What a network that is not lowered yet needs: its hosts as they are written.
fn by_intent(intent: &Intent, network: &ExternalNetwork) -> SnatDemand {
    let computes = || {
        let compute = |roles: &Vec<Spanned<Role>>| roles.iter().any(|role| role.value == Role::Compute);
        let hosts = intent.hosts.iter().filter(move |(_, host)| host.roles.as_ref().is_none_or(compute));
        hosts.map(|(name, _)| name.as_str())
    };
    match &network.hosts {
        None => SnatDemand { hosts: computes().count(), grows: true, removed: 0 },
        Some(listed) => {
            let listed: BTreeSet<&str> = listed.iter().map(|host| host.value.as_str()).collect();
            let grows = computes().all(|host| listed.contains(host));
            SnatDemand { hosts: listed.len(), grows, removed: 0 }
        }
    }
}

/// The VLANs of every edge network against the VRFs that lead out by it.
pub(super) fn vlans(site: Measured<'_>) -> Vec<Row> {
    let ways = ways_out(site.intent);
    let vrfs = |network: &ExternalNetwork| {
        let id = network.id.as_ref().map(|id| id.value.to_string());
        let names = std::iter::once(&network.handle.value).chain(&id);
        let projects: BTreeSet<&str> = names.filter_map(|name| ways.get(name)).flatten().copied().collect();
        if site.config.ml2.per_tenant_context.value { projects.len() } else { projects.len().min(1) }
    };
    let edge = networks(site).into_iter().filter(|(section, _)| section.edge_nat.value);
    let rows = edge.filter_map(|(section, network)| {
        let ranges = section.vlan_range.as_ref()?;
        let vlans: BTreeSet<u16> = ranges.value.iter().flat_map(|(first, last)| *first..=*last).collect();
        let list: Vec<String> = ranges.value.iter().map(|(first, last)| format!("{first}:{last}")).collect();
        Some(Row {
            kind: Kind::EdgeVlans,
            name: format!("VLANs {}", section.name.value),
            range: list.join(","),
            span: Some(ranges.span),
            size: count(vlans.len()),
            reserved: 0,
            uses: vec![Use { by: User::Vrfs, count: count(vrfs(network)) }],
            grows: false,
            growth: 0,
            smallest: None,
            recommended: None,
        })
    });
    rows.collect()
}

/// What routers call their way out, with the projects whose routers do.
fn ways_out(intent: &Intent) -> BTreeMap<String, BTreeSet<&str>> {
    let mut ways: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (name, project) in &intent.projects {
        for out in project.routers.values().filter_map(|router| router.external_gateway.as_ref()) {
            ways.entry(out.network.value.clone()).or_default().insert(name);
        }
    }
    ways
}

/// The external networks that both the intent and the ini have.
fn networks(site: Measured<'_>) -> Vec<(&ExternalNetworkSection, &ExternalNetwork)> {
    let sections = site.config.external_networks.iter();
    sections.filter_map(|(name, section)| Some((section, site.intent.external_networks.get(name)?))).collect()
}

/// A number that is known to be small.
fn narrow(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
