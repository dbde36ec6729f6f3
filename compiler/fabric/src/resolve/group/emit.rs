//! From drafts to tables: positions become indices, names become DNs, and DNs get their numbers.

use std::collections::BTreeMap;

use aciform_diagnostics::Span;

use super::{Drafts, Key};
use crate::allocate::cidr;
use crate::defaults;
use crate::lock::{Kind, Wanted};
use crate::model::{
    BdId, BridgeDomain, Contract, ContractId, ContractKind, Epg, EpgId, EpgKind, ExtNetId, ExternalEpg,
    ExternalNetwork, Filter, FilterId, Id, L3Out, L3OutId, NetworkId, NetworkKind, RouterId, TenantId, Vrf, VrfId,
    VrfRoute,
};
use crate::profile::ml2;
use crate::resolve::context::{Context, wanted};
use crate::resolve::network::Sources;

/// The index of each object, known before its table is made because tables are in the order of names.
struct Positions<'d> {
    tenants: BTreeMap<&'d String, TenantId>,
    vrfs: BTreeMap<&'d Key, VrfId>,
    bridge_domains: BTreeMap<&'d Key, BdId>,
    /// By bridge domain.
    epgs: BTreeMap<&'d Key, EpgId>,
    contracts: BTreeMap<&'d Key, ContractId>,
    l3outs: BTreeMap<&'d Key, L3OutId>,
    /// Bridge domains in the order of their endpoint groups, whose names differ behind an L3Out.
    by_epg: Vec<&'d Key>,
}

/// Makes every table of ACI objects, with numbers, and ties networks, routers and external networks to them.
/// `mapped` are the mapped names of networks.
pub(super) fn tables(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    mapped: &[String],
    nat: &[Option<(Key, Key)>],
    drafts: &Drafts,
) {
    let mut by_epg: Vec<&Key> = drafts.groups.keys().collect();
    by_epg.sort_by_key(|key| {
        let draft = &drafts.groups[*key];
        (&key.0, &draft.app_profile, &draft.epg)
    });
    let at = Positions {
        tenants: positions(&drafts.tenants),
        vrfs: positions(&drafts.vrfs),
        bridge_domains: positions(&drafts.groups),
        epgs: by_epg.iter().enumerate().map(|(at, key)| (*key, EpgId::from_index(at))).collect(),
        contracts: positions(&drafts.contracts),
        l3outs: positions(&drafts.l3outs),
        by_epg,
    };
    cx.fabric.tenants = drafts.tenants.values().cloned().collect::<Vec<_>>().into();
    vrfs(cx, drafts, &at);
    bridge_domains(cx, drafts, &at);
    epgs(cx, sources, drafts, &at);
    let externals = external_numbers(cx, drafts);
    contracts(cx, drafts, &at, &externals);
    l3outs(cx, drafts, &at, &externals);
    tie(cx, sources, mapped, nat, drafts, &at);
}

/// The position of each key in its map, as the index of the table made from it.
fn positions<K: Ord, V, I: Id>(map: &BTreeMap<K, V>) -> BTreeMap<&K, I> {
    map.keys().enumerate().map(|(at, key)| (key, I::from_index(at))).collect()
}

fn vrfs(cx: &mut Context<'_>, drafts: &Drafts, at: &Positions<'_>) {
    let dns = drafts.vrfs.iter().map(|((tenant, name), vrf)| wanted(format!("uni/tn-{tenant}/ctx-{name}"), vrf.source));
    let numbers = cx.numbers(Kind::Vrf, 1, dns.collect());
    let mut table: Vec<Vrf> = Vec::new();
    for (((tenant, name), draft), number) in drafts.vrfs.iter().zip(numbers) {
        let mut internal_subnets = draft.inner.clone();
        let mut routing_domain_subnets = Vec::new();
        if draft.owned {
            internal_subnets.push(defaults::link_local());
            routing_domain_subnets = cidr::merge(draft.inner.iter().copied());
            routing_domain_subnets.push(defaults::link_local());
            routing_domain_subnets.sort_by_cached_key(ToString::to_string);
            routing_domain_subnets.dedup();
        }
        internal_subnets.sort_unstable();
        internal_subnets.dedup();
        table.push(Vrf {
            tenant: at.tenants[tenant],
            name: name.clone(),
            owned: draft.owned,
            marked: draft.owned && cx.config.ml2.shared_context_name.value.is_empty(),
            routing_domain: number,
            internal_subnets,
            routes: Vec::new(),
            routing_domain_subnets,
            routing_domain_file: draft.file.clone(),
            source: draft.source,
        });
    }
    cx.fabric.vrfs = table.into();
}

fn bridge_domains(cx: &mut Context<'_>, drafts: &Drafts, at: &Positions<'_>) {
    let dns = drafts.groups.iter();
    let dns = dns.map(|((tenant, name), bd)| wanted(format!("uni/tn-{tenant}/BD-{name}"), Some(bd.source)));
    let dns: Vec<Wanted<u32>> = dns.collect();
    let locals = cx.numbers(Kind::BridgeDomain, 1, dns.clone());
    let flood_domains = cx.numbers(Kind::FloodDomain, 1, dns);
    let ml2 = &cx.config.ml2;
    let mut table: Vec<BridgeDomain> = Vec::new();
    for (((tenant, name), draft), (local, flood_domain)) in
        drafts.groups.iter().zip(locals.into_iter().zip(flood_domains))
    {
        table.push(BridgeDomain {
            tenant: at.tenants[tenant],
            name: name.clone(),
            name_alias: draft.alias.clone(),
            vrf: at.vrfs[&draft.vrf],
            local,
            flood_domain,
            // Who routes between networks does not change that the NAT group's side of the L3Out is routed.
            unicast_route: ml2.enable_aci_routing.value || draft.kind != EpgKind::Network,
            arp_flood: ml2.default_arp_flooding.value,
            unknown_mac_unicast: ml2.default_l2_unknown_unicast.value.clone(),
            ep_move_detect: ml2.default_ep_move_detect.value.clone(),
            limit_ip_learn: ml2.default_enforce_subnet_check.value,
            gateways: draft.gateways.clone(),
            l3outs: draft.l3out.iter().filter_map(|key| at.l3outs.get(key).copied()).collect(),
            source: Some(draft.source),
        });
    }
    cx.fabric.bridge_domains = table.into();
}

fn epgs(cx: &mut Context<'_>, sources: &Sources<'_>, drafts: &Drafts, at: &Positions<'_>) {
    let facts = |network: NetworkId| match (sources.networks[network.index()], cx.fabric.networks[network].kind) {
        (Some(network), _) => Some(&network.facts),
        (None, NetworkKind::External(external)) => Some(&sources.externals[external.index()].intent.facts),
        (None, NetworkKind::Internal) => None,
    };
    let facts: Vec<_> = at.by_epg.iter().map(|key| facts(drafts.groups[*key].network)).collect();
    let dns = at.by_epg.iter().zip(&facts).map(|(key, facts)| {
        let draft = &drafts.groups[*key];
        let dn = format!("uni/tn-{}/ap-{}/epg-{}", key.0, draft.app_profile, draft.epg);
        Wanted { key: dn, fixed: facts.and_then(|facts| facts.vnid), span: Some(draft.source) }
    });
    let vnids = cx.numbers(Kind::Vnid, defaults::FIRST_VNID, dns.collect());
    let mut table: Vec<Epg> = Vec::new();
    for ((key, facts), vnid) in at.by_epg.iter().zip(facts).zip(vnids) {
        let draft = &drafts.groups[*key];
        table.push(Epg {
            tenant: at.tenants[&key.0],
            app_profile: draft.app_profile.clone(),
            name: draft.epg.clone(),
            name_alias: draft.alias.clone(),
            bridge_domain: at.bridge_domains[*key],
            kind: draft.kind,
            vnid,
            mcast: facts.and_then(|facts| facts.mcast.as_ref()).map(|mcast| mcast.value),
            contracts: draft.contracts.iter().filter_map(|key| at.contracts.get(key).copied()).collect(),
            source: Some(draft.source),
        });
    }
    cx.fabric.epgs = table.into();
}

/// The number of each L3Out's external group, in table order.
fn external_numbers(cx: &mut Context<'_>, drafts: &Drafts) -> Vec<u32> {
    let dns = drafts.l3outs.iter().map(|((tenant, name), draft)| {
        wanted(format!("uni/tn-{tenant}/out-{name}/instP-{}", draft.epg), Some(draft.source))
    });
    cx.numbers(Kind::ExternalNetwork, 1, dns.collect())
}

/// Contracts with their filters: one filter serves all routers.
fn contracts(cx: &mut Context<'_>, drafts: &Drafts, at: &Positions<'_>, external_numbers: &[u32]) {
    let mut filters: BTreeMap<Key, (&str, Span)> = BTreeMap::new();
    for ((tenant, _), draft) in &drafts.contracts {
        filters.entry((tenant.clone(), draft.filter.clone())).or_insert((draft.entry, draft.source));
    }
    let filter_ids: BTreeMap<&Key, FilterId> = positions(&filters);
    let rows = filters.iter().map(|((tenant, name), (entry, source))| Filter {
        tenant: at.tenants[tenant],
        name: name.clone(),
        entry: (*entry).to_owned(),
        source: Some(*source),
    });
    cx.fabric.filters = rows.collect::<Vec<_>>().into();

    let routers = drafts.contracts.iter().filter(|(_, draft)| draft.kind == ContractKind::Router);
    let dns = routers.map(|((tenant, name), draft)| wanted(format!("uni/tn-{tenant}/brc-{name}"), Some(draft.source)));
    let mut rules = cx.numbers(Kind::Rule, 1, dns.collect()).into_iter();
    let mut table: Vec<Contract> = Vec::new();
    for ((tenant, name), draft) in &drafts.contracts {
        let mut groups: Vec<EpgId> = draft.groups.iter().filter_map(|key| at.epgs.get(key).copied()).collect();
        groups.sort_unstable();
        let outs = draft.l3outs.iter().filter_map(|key| at.l3outs.get(key));
        let mut externals: Vec<u32> = outs.map(|out| external_numbers[out.index()]).collect();
        externals.sort_unstable();
        let rule = match draft.kind {
            ContractKind::Router => rules.next().unwrap_or(0),
            ContractKind::AllowAll => 0,
        };
        table.push(Contract {
            tenant: at.tenants[tenant],
            name: name.clone(),
            name_alias: draft.alias.clone(),
            kind: draft.kind,
            subject: draft.subject.clone(),
            filter: filter_ids[&(tenant.clone(), draft.filter.clone())],
            active: draft.active,
            rule,
            groups,
            externals,
            source: Some(draft.source),
        });
    }
    cx.fabric.contracts = table.into();
}

/// L3Outs, and the routes of their VRFs.
fn l3outs(cx: &mut Context<'_>, drafts: &Drafts, at: &Positions<'_>, external_numbers: &[u32]) {
    let mut table: Vec<L3Out> = Vec::new();
    for (((tenant, name), draft), local) in drafts.l3outs.iter().zip(external_numbers) {
        let nat = draft.nat.as_ref().and_then(|key| at.epgs.get(key).copied());
        let vrf = at.vrfs[&draft.vrf];
        table.push(L3Out {
            tenant: at.tenants[tenant],
            name: name.clone(),
            kind: draft.kind,
            vrf,
            external_epgs: vec![ExternalEpg {
                name: draft.epg.clone(),
                subnets: draft.subnets.clone(),
                contracts: draft.contracts.iter().filter_map(|key| at.contracts.get(key).copied()).collect(),
                nat,
                local: *local,
            }],
            source: Some(draft.source),
        });
        // Several L3Outs of one VRF all stand for everything outside; a switch knows one group for a prefix.
        let routes = &mut cx.fabric.vrfs[vrf].routes;
        let prefixes = if draft.subnets.is_empty() { vec![defaults::everything()] } else { draft.subnets.clone() };
        for prefix in prefixes {
            if routes.iter().all(|route| route.prefix != prefix) {
                routes.push(VrfRoute { prefix, external: *local, nat });
            }
        }
        routes.sort_by_key(|route| route.prefix);
    }
    cx.fabric.l3outs = table.into();
}

/// Ties Neutron's objects to ACI's.
fn tie(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    mapped: &[String],
    nat: &[Option<(Key, Key)>],
    drafts: &Drafts,
    at: &Positions<'_>,
) {
    for (key, draft) in &drafts.groups {
        let network = &mut cx.fabric.networks[draft.network];
        network.epg = at.epgs.get(key).copied();
        network.bridge_domain = at.bridge_domains.get(key).copied();
    }
    for index in 0..cx.fabric.routers.len() {
        let router = &mut cx.fabric.routers[RouterId::from_index(index)];
        let key = ("common".to_owned(), ml2::router_contract(&router.id.to_string()));
        if let Some(contract) = at.contracts.get(&key) {
            router.contract = *contract;
        }
    }
    for (external, keys) in sources.externals.iter().zip(nat) {
        let id = cx.fabric.networks[external.network].id.to_string();
        let contract = (external.l3out_tenant().to_owned(), ml2::allow_all(&id));
        let keys = keys.as_ref().and_then(|(l3out, group)| Some((at.l3outs.get(l3out)?, at.epgs.get(group)?)));
        // Without its objects the network was reported; index 0 keeps the table whole and is never emitted.
        let (l3out, nat_epg) = keys.map_or((L3OutId::from_index(0), EpgId::from_index(0)), |(a, b)| (*a, *b));
        let made: ExtNetId = cx.fabric.external_networks.push(ExternalNetwork {
            network: external.network,
            handle: external.handle.to_owned(),
            mapped_name: mapped[external.network.index()].clone(),
            l3out,
            nat_epg,
            host_pool: external.section.host_pool_cidr.as_ref().map(|pool| pool.value),
            snat_demand: Default::default(),
            allow_all: at.contracts.get(&contract).copied().unwrap_or(ContractId::from_index(0)),
            snat_addresses: Vec::new(),
        });
        debug_assert_eq!(cx.fabric.networks[external.network].kind, NetworkKind::External(made));
    }
}
