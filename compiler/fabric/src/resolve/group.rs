//! ACI's side: tenants, VRFs, bridge domains, endpoint groups, contracts and L3Outs, each with its number.
//!
//! Everything is first drafted in maps keyed by final name, because tables are in the order of names;
//! the position in the map is then the index in the table.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::scalar::Prefix;

use super::context::{Context, wanted};
use super::naming::{Claims, Mapping};
use super::network::Sources;
use super::reference::Catalogue;
use super::router::Routing;
use crate::allocate::cidr;
use crate::lock::{Kind, Wanted};
use crate::model::{
    BdId, BridgeDomain, Contract, ContractId, ContractKind, Epg, EpgId, EpgKind, ExtNetId, ExternalEpg,
    ExternalNetwork, Filter, FilterId, GatewaySubnet, Id, L3Out, L3OutId, L3OutKind, NetworkId, NetworkKind, RouterId,
    Tenant, TenantId, Vrf, VrfId, VrfRoute,
};
use crate::profile::{apic, ml2};
use crate::{codes, defaults};

/// Tenant and name.
type Key = (String, String);

#[derive(Debug)]
struct VrfDraft {
    owned: bool,
    file: String,
    inner: Vec<Prefix>,
    source: Option<Span>,
}

#[derive(Debug)]
struct GroupDraft {
    network: NetworkId,
    vrf: Key,
    app_profile: String,
    epg: String,
    kind: EpgKind,
    contracts: BTreeSet<Key>,
    l3out: Option<Key>,
    gateways: Vec<GatewaySubnet>,
    alias: Option<String>,
    source: Span,
}

#[derive(Debug)]
struct ContractDraft {
    kind: ContractKind,
    subject: String,
    filter: String,
    entry: &'static str,
    alias: Option<String>,
    active: bool,
    groups: BTreeSet<Key>,
    l3outs: BTreeSet<Key>,
    source: Span,
}

#[derive(Debug)]
struct L3OutDraft {
    kind: L3OutKind,
    vrf: Key,
    epg: String,
    subnets: Vec<Prefix>,
    contracts: BTreeSet<Key>,
    /// The bridge domain beside the NAT group, which identifies both.
    nat: Option<Key>,
    source: Span,
}

#[derive(Debug, Default)]
struct Drafts {
    tenants: BTreeMap<String, Tenant>,
    vrfs: BTreeMap<Key, VrfDraft>,
    /// By tenant and bridge domain.
    groups: BTreeMap<Key, GroupDraft>,
    contracts: BTreeMap<Key, ContractDraft>,
    l3outs: BTreeMap<Key, L3OutDraft>,
    claims: Claims,
    /// Projects whose tenant is another's: what they hold would only collide once more.
    refused: BTreeSet<String>,
}

/// Makes the tables of ACI objects and ties networks, routers and external networks to them.
pub(crate) fn resolve<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    routing: &Routing<'a>,
    mapping: &Mapping<'a>,
) {
    let mut drafts = Drafts::default();
    projects(cx, catalogue, sources, mapping, &mut drafts);
    networks(cx, mapping, &mut drafts);
    let nat = externals(cx, sources, mapping, &mut drafts);
    routers(cx, sources, routing, mapping, &nat, &mut drafts);
    emit(cx, sources, &nat, drafts);
}

/// The VRF of a project's networks.
fn vrf_key(cx: &Context<'_>, mapping: &Mapping<'_>, project: &str) -> Key {
    let tenant = if cx.config.ml2.per_tenant_context.value { mapping.tenants.get(project).cloned() } else { None };
    (tenant.unwrap_or_else(|| "common".to_owned()), cx.names.vrf())
}

fn foreign_tenant(name: &str) -> Tenant {
    Tenant { name: name.to_owned(), name_alias: None, owned: false, source: None }
}

fn projects<'a>(
    cx: &mut Context<'a>,
    catalogue: &Catalogue<'a>,
    sources: &Sources<'a>,
    mapping: &Mapping<'a>,
    drafts: &mut Drafts,
) {
    let owners: BTreeSet<&str> = sources.externals.iter().filter(|e| !e.shared).filter_map(|e| e.owner).collect();
    let intent = cx.intent;
    for (handle, project) in &intent.projects {
        let empty = project.networks.is_empty()
            && project.routers.is_empty()
            && project.security_groups.is_empty()
            && project.instances.is_empty()
            && project.ports.is_empty()
            && project.floating_ips.is_empty()
            && !owners.contains(handle.as_str());
        if empty {
            continue;
        }
        let (Some(name), span) = (mapping.tenants.get(handle.as_str()), project.handle.as_ref().map(|h| h.span)) else {
            continue;
        };
        if let Some(span) = span
            && !drafts.claims.claim(cx, format!("uni/tn-{name}"), &format!("project `{handle}`"), span)
        {
            drafts.refused.insert(handle.clone());
            continue;
        }
        let raw = project.name.as_ref().map_or(handle, |name| &name.value);
        let tenant = Tenant { name: name.clone(), name_alias: apic::alias(raw), owned: true, source: span };
        drafts.tenants.insert(name.clone(), tenant);

        let routed = project.routers.values().any(|router| router.external_gateway.is_some());
        if project.networks.is_empty() && !routed {
            continue;
        }
        let key = vrf_key(cx, mapping, handle);
        let per_tenant = cx.config.ml2.per_tenant_context.value;
        let file = match catalogue.projects.get(handle.as_str()) {
            // Keystone writes ids without dashes.
            Some(id) if per_tenant => id.as_simple().to_string(),
            Some(_) | None => format!("{}-{}", key.0, key.1),
        };
        drafts.tenants.entry(key.0.clone()).or_insert_with(|| foreign_tenant(&key.0));
        let source = if per_tenant { span } else { cx.config.ml2.per_tenant_context.span };
        drafts.vrfs.entry(key).or_insert_with(|| VrfDraft { owned: true, file, inner: Vec::new(), source });
    }
}

fn networks(cx: &mut Context<'_>, mapping: &Mapping<'_>, drafts: &mut Drafts) {
    let ml2 = &cx.config.ml2;
    for at in 0..cx.fabric.networks.len() {
        let id = NetworkId::from_index(at);
        let network = &cx.fabric.networks[id];
        if network.kind != NetworkKind::Internal {
            continue;
        }
        let Some(tenant) = mapping.tenants.get(network.project.as_str()) else { continue };
        if drafts.refused.contains(&network.project) {
            continue;
        }
        let vrf = vrf_key(cx, mapping, &network.project);
        let name = mapping.networks[at].clone();
        let inner: Vec<Prefix> = network.subnets.iter().map(|subnet| cx.fabric.subnets[*subnet].prefix).collect();
        let gateways = if ml2.enable_aci_routing.value { gateways(cx, id) } else { Vec::new() };
        let draft = GroupDraft {
            network: id,
            vrf: vrf.clone(),
            app_profile: cx.names.app_profile(),
            epg: name.clone(),
            kind: EpgKind::Network,
            contracts: BTreeSet::new(),
            l3out: None,
            gateways,
            alias: apic::alias(&network.name),
            source: network.source,
        };
        let (what, source) = (format!("network `{}`", network.handle), network.source);
        if drafts.claims.claim(cx, format!("uni/tn-{tenant}/BD-{name}"), &what, source) {
            drafts.groups.insert((tenant.clone(), name), draft);
        }
        if let Some(vrf) = drafts.vrfs.get_mut(&vrf) {
            vrf.inner.extend(inner);
        }
    }
}

/// The `fvSubnet`s of a network: one for each subnet with a gateway, by address.
fn gateways(cx: &Context<'_>, network: NetworkId) -> Vec<GatewaySubnet> {
    let subnets = cx.fabric.networks[network].subnets.iter().map(|subnet| &cx.fabric.subnets[*subnet]);
    let mut gateways: Vec<GatewaySubnet> = subnets
        .filter_map(|subnet| {
            Some(GatewaySubnet {
                gateway: subnet.gateway?,
                prefix: subnet.prefix,
                scope: cx.config.ml2.default_subnet_scope.value.clone(),
                source: Some(subnet.source),
            })
        })
        .collect();
    gateways.sort_by_key(|subnet| (subnet.gateway, subnet.prefix));
    gateways
}

/// The pre-existing L3Outs with their NAT groups. Gives each external network's L3Out and NAT bridge domain.
fn externals(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    mapping: &Mapping<'_>,
    drafts: &mut Drafts,
) -> Vec<Option<(Key, Key)>> {
    let mut made = Vec::new();
    for external in &sources.externals {
        let home = match external.owner {
            Some(owner) if !external.shared => mapping.tenants.get(owner).cloned().unwrap_or_default(),
            Some(_) | None => "common".to_owned(),
        };
        let l3out_tenant = external.l3out_tenant();
        if l3out_tenant != "common" && l3out_tenant != home {
            let message = format!(
                "the objects of external network `{}` lie in tenant `{home}`, from where L3Out and VRF in `{l3out_tenant}` cannot be named",
                external.handle
            );
            let finding = Diagnostic::at(&codes::L3OUT_TENANT, external.l3out_place(), message);
            let homes = if home == "common" { "`common`".to_owned() } else { format!("`common` or in `{home}`") };
            cx.report(finding.help(format!("the L3Out and its VRF have to be in {homes}")));
            made.push(None);
            continue;
        }
        for tenant in [home.as_str(), l3out_tenant] {
            drafts.tenants.entry(tenant.to_owned()).or_insert_with(|| foreign_tenant(tenant));
        }
        let vrf = (l3out_tenant.to_owned(), external.l3out_vrf().to_owned());
        let span = external.section.name.span;
        let mut gateways = gateways(cx, external.network);
        if let Some(pool) = &external.section.host_pool_cidr {
            gateways.push(GatewaySubnet {
                gateway: pool.value.address,
                prefix: pool.value.network,
                scope: cx.config.ml2.default_subnet_scope.value.clone(),
                source: Some(pool.span),
            });
            gateways.sort_by_key(|subnet| (subnet.gateway, subnet.prefix));
        }
        if !cx.config.ml2.enable_aci_routing.value {
            gateways.clear();
        }
        let draft = drafts.vrfs.entry(vrf.clone()).or_insert_with(|| VrfDraft {
            owned: false,
            file: format!("{}-{}", vrf.0, vrf.1),
            inner: Vec::new(),
            source: Some(external.intent.l3out.span),
        });
        draft.inner.extend(gateways.iter().map(|subnet| subnet.prefix));

        let id = cx.fabric.networks[external.network].id.to_string();
        let allow_all = ml2::allow_all(&id);
        let contract = (l3out_tenant.to_owned(), allow_all.clone());
        let l3out = (l3out_tenant.to_owned(), external.handle.to_owned());
        let group = (home.clone(), ml2::nat_bridge_domain(external.handle));
        let what = format!("external network `{}`", external.handle);
        let free = drafts.claims.claim(cx, format!("uni/tn-{}/BD-{}", group.0, group.1), &what, span)
            && drafts.claims.claim(cx, format!("uni/tn-{}/out-{}", l3out.0, l3out.1), &what, span);
        if !free {
            made.push(None);
            continue;
        }
        drafts.contracts.insert(
            contract.clone(),
            ContractDraft {
                kind: ContractKind::AllowAll,
                subject: allow_all.clone(),
                filter: allow_all,
                entry: ml2::ALLOW_ALL_ENTRY,
                alias: None,
                active: true,
                groups: BTreeSet::from([group.clone()]),
                l3outs: BTreeSet::new(),
                source: span,
            },
        );
        drafts.l3outs.insert(
            l3out.clone(),
            L3OutDraft {
                kind: L3OutKind::Preexisting,
                vrf: vrf.clone(),
                epg: external.external_epg().to_owned(),
                subnets: Vec::new(),
                contracts: BTreeSet::from([contract.clone()]),
                nat: None,
                source: span,
            },
        );
        drafts.groups.insert(
            group.clone(),
            GroupDraft {
                network: external.network,
                vrf,
                app_profile: cx.names.app_profile(),
                epg: ml2::nat_epg(external.handle),
                kind: EpgKind::Nat,
                contracts: BTreeSet::from([contract]),
                l3out: Some(l3out.clone()),
                gateways,
                alias: None,
                source: span,
            },
        );
        made.push(Some((l3out, group)));
    }
    made
}

/// Router contracts, and the shadow L3Outs behind their gateways.
fn routers(
    cx: &mut Context<'_>,
    sources: &Sources<'_>,
    routing: &Routing<'_>,
    mapping: &Mapping<'_>,
    nat: &[Option<(Key, Key)>],
    drafts: &mut Drafts,
) {
    let group_of: BTreeMap<NetworkId, Key> =
        drafts.groups.iter().map(|(key, draft)| (draft.network, key.clone())).collect();
    for at in 0..cx.fabric.routers.len() {
        let id = RouterId::from_index(at);
        let router = &cx.fabric.routers[id];
        let intent = routing.intents[at];
        let contract = ("common".to_owned(), ml2::router_contract(&router.id.to_string()));
        drafts.tenants.entry("common".to_owned()).or_insert_with(|| foreign_tenant("common"));
        let joined = router.interfaces.iter().map(|(subnet, _)| cx.fabric.subnets[*subnet].network);
        let groups: BTreeSet<Key> = joined.filter_map(|network| group_of.get(&network).cloned()).collect();
        for group in &groups {
            if let Some(group) = drafts.groups.get_mut(group) {
                group.contracts.insert(contract.clone());
            }
        }
        let mut l3outs = BTreeSet::new();
        if let Some(gateway) = &router.gateway
            && let Some((_, group)) = &nat[gateway.external_network.index()]
        {
            let vrf = vrf_key(cx, mapping, &router.project);
            let external = &sources.externals[gateway.external_network.index()];
            let name = cx.names.scoped(&ml2::shadow(&mapping.networks[external.network.index()]));
            let key = (vrf.0.clone(), name);
            let out = drafts.l3outs.entry(key.clone()).or_insert_with(|| L3OutDraft {
                kind: L3OutKind::Shadow,
                vrf,
                epg: cx.names.scoped(&ml2::shadow(external.external_epg())),
                subnets: vec![defaults::everything()],
                contracts: BTreeSet::new(),
                nat: Some(group.clone()),
                source: intent.external_gateway.as_ref().map_or(router.source, |out| out.span),
            });
            if out.nat.as_ref() == Some(group) {
                out.contracts.insert(contract.clone());
                l3outs.insert(key);
            } else {
                let message = format!(
                    "external network `{}` and another would both be {}/out-{} on APIC",
                    external.handle, key.0, key.1
                );
                let finding = Diagnostic::at(&codes::NAME_COLLISION, external.intent.handle.span, message);
                let finding = finding.label(out.source, "the other one");
                cx.report(finding.help("rename one of them"));
                continue;
            }
        }
        let router = &cx.fabric.routers[id];
        drafts.contracts.insert(
            contract,
            ContractDraft {
                kind: ContractKind::Router,
                subject: ml2::ROUTER_SUBJECT.to_owned(),
                filter: ml2::ROUTER_FILTER.to_owned(),
                entry: ml2::ROUTER_ENTRY,
                alias: apic::alias(&router.name),
                active: intent.admin_state_up.as_ref().is_none_or(|up| up.value),
                groups,
                l3outs,
                source: router.source,
            },
        );
    }
}

/// The position of each key in its map, as the index of the table made from it.
fn positions<K: Ord, V, I: Id>(map: &BTreeMap<K, V>) -> BTreeMap<&K, I> {
    map.keys().enumerate().map(|(at, key)| (key, I::from_index(at))).collect()
}

fn emit(cx: &mut Context<'_>, sources: &Sources<'_>, nat: &[Option<(Key, Key)>], drafts: Drafts) {
    let tenants: BTreeMap<&String, TenantId> = positions(&drafts.tenants);
    let vrfs: BTreeMap<&Key, VrfId> = positions(&drafts.vrfs);
    let bridge_domains: BTreeMap<&Key, BdId> = positions(&drafts.groups);
    let contracts: BTreeMap<&Key, ContractId> = positions(&drafts.contracts);
    let l3outs: BTreeMap<&Key, L3OutId> = positions(&drafts.l3outs);
    // Endpoint groups are ordered by their own names, which differ from the bridge domains' behind an L3Out.
    let by_epg: BTreeMap<(&String, &String, &String), &Key> =
        drafts.groups.iter().map(|(key, draft)| ((&key.0, &draft.app_profile, &draft.epg), key)).collect();
    let epgs: BTreeMap<&Key, EpgId> =
        by_epg.values().enumerate().map(|(at, key)| (*key, EpgId::from_index(at))).collect();

    let vrf_dns =
        drafts.vrfs.iter().map(|((tenant, name), draft)| wanted(format!("uni/tn-{tenant}/ctx-{name}"), draft.source));
    let vrf_numbers = cx.numbers(Kind::Vrf, 1, vrf_dns.collect());
    let bd_dns = drafts
        .groups
        .iter()
        .map(|((tenant, name), draft)| wanted(format!("uni/tn-{tenant}/BD-{name}"), Some(draft.source)));
    let bd_dns: Vec<Wanted<u32>> = bd_dns.collect();
    let bd_numbers = cx.numbers(Kind::BridgeDomain, 1, bd_dns.clone());
    let fd_numbers = cx.numbers(Kind::FloodDomain, 1, bd_dns);
    let l3out_dns = drafts.l3outs.iter().map(|((tenant, name), draft)| {
        wanted(format!("uni/tn-{tenant}/out-{name}/instP-{}", draft.epg), Some(draft.source))
    });
    let external_numbers = cx.numbers(Kind::ExternalNetwork, 1, l3out_dns.collect());
    let routers = drafts.contracts.iter().filter(|(_, draft)| draft.kind == ContractKind::Router);
    let rule_dns =
        routers.map(|((tenant, name), draft)| wanted(format!("uni/tn-{tenant}/brc-{name}"), Some(draft.source)));
    let mut rule_numbers = cx.numbers(Kind::Rule, 1, rule_dns.collect()).into_iter();
    let facts = |network: NetworkId| match sources.networks[network.index()] {
        Some(network) => Some(&network.facts),
        None => sources.externals.iter().find(|external| external.network == network).map(|e| &e.intent.facts),
    };
    let vnids = by_epg.iter().map(|((tenant, profile, epg), key)| {
        let draft = &drafts.groups[*key];
        let fixed = facts(draft.network).and_then(|facts| facts.vnid);
        Wanted { key: format!("uni/tn-{tenant}/ap-{profile}/epg-{epg}"), fixed, span: Some(draft.source) }
    });
    let vnids = cx.numbers(Kind::Vnid, defaults::FIRST_VNID, vnids.collect());

    cx.fabric.tenants = drafts.tenants.values().cloned().collect::<Vec<_>>().into();
    let mut tables: Vec<Vrf> = Vec::new();
    for (((tenant, name), draft), number) in drafts.vrfs.iter().zip(vrf_numbers) {
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
        tables.push(Vrf {
            tenant: tenants[tenant],
            name: name.clone(),
            owned: draft.owned,
            routing_domain: number,
            internal_subnets,
            routes: Vec::new(),
            routing_domain_subnets,
            routing_domain_file: draft.file.clone(),
            source: draft.source,
        });
    }
    cx.fabric.vrfs = tables.into();

    let ml2 = &cx.config.ml2;
    let mut table: Vec<BridgeDomain> = Vec::new();
    for (((tenant, name), draft), (local, flood_domain)) in
        drafts.groups.iter().zip(bd_numbers.into_iter().zip(fd_numbers))
    {
        table.push(BridgeDomain {
            tenant: tenants[tenant],
            name: name.clone(),
            name_alias: draft.alias.clone(),
            vrf: vrfs[&draft.vrf],
            local,
            flood_domain,
            unicast_route: ml2.enable_aci_routing.value,
            arp_flood: ml2.default_arp_flooding.value,
            unknown_mac_unicast: ml2.default_l2_unknown_unicast.value.clone(),
            ep_move_detect: ml2.default_ep_move_detect.value.clone(),
            limit_ip_learn: ml2.default_enforce_subnet_check.value,
            gateways: draft.gateways.clone(),
            l3outs: draft.l3out.iter().filter_map(|key| l3outs.get(key).copied()).collect(),
            source: Some(draft.source),
        });
    }
    cx.fabric.bridge_domains = table.into();

    let mut table: Vec<Epg> = Vec::new();
    for (((tenant, profile, epg), key), vnid) in by_epg.iter().zip(vnids) {
        let draft = &drafts.groups[*key];
        table.push(Epg {
            tenant: tenants[*tenant],
            app_profile: (*profile).clone(),
            name: (*epg).clone(),
            name_alias: draft.alias.clone(),
            bridge_domain: bridge_domains[*key],
            kind: draft.kind,
            vnid,
            mcast: facts(draft.network).and_then(|facts| facts.mcast.as_ref()).map(|mcast| mcast.value),
            contracts: draft.contracts.iter().filter_map(|key| contracts.get(key).copied()).collect(),
            source: Some(draft.source),
        });
    }
    cx.fabric.epgs = table.into();

    let filters: BTreeMap<Key, (&str, Span)> = drafts
        .contracts
        .iter()
        .map(|((tenant, _), draft)| ((tenant.clone(), draft.filter.clone()), (draft.entry, draft.source)))
        .rev()
        .collect();
    let filter_ids: BTreeMap<&Key, FilterId> = positions(&filters);
    let table = filters.iter().map(|((tenant, name), (entry, source))| Filter {
        tenant: tenants[tenant],
        name: name.clone(),
        entry: (*entry).to_owned(),
        source: Some(*source),
    });
    let filter_table: Vec<Filter> = table.collect();

    let mut table: Vec<Contract> = Vec::new();
    for ((tenant, name), draft) in &drafts.contracts {
        let mut groups: Vec<EpgId> = draft.groups.iter().filter_map(|key| epgs.get(key).copied()).collect();
        groups.sort_unstable();
        let outs = draft.l3outs.iter().filter_map(|key| l3outs.get(key));
        let mut externals: Vec<u32> = outs.map(|out| external_numbers[out.index()]).collect();
        externals.sort_unstable();
        let rule = match draft.kind {
            ContractKind::Router => rule_numbers.next().unwrap_or(0),
            ContractKind::AllowAll => 0,
        };
        table.push(Contract {
            tenant: tenants[tenant],
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
    cx.fabric.filters = filter_table.into();
    cx.fabric.contracts = table.into();

    let mut table: Vec<L3Out> = Vec::new();
    for (((tenant, name), draft), local) in drafts.l3outs.iter().zip(external_numbers) {
        let nat = draft.nat.as_ref().and_then(|key| epgs.get(key).copied());
        let vrf = vrfs[&draft.vrf];
        table.push(L3Out {
            tenant: tenants[tenant],
            name: name.clone(),
            kind: draft.kind,
            vrf,
            external_epgs: vec![ExternalEpg {
                name: draft.epg.clone(),
                subnets: draft.subnets.clone(),
                contracts: draft.contracts.iter().filter_map(|key| contracts.get(key).copied()).collect(),
                nat,
                local,
            }],
            source: Some(draft.source),
        });
        // Several L3Outs of one VRF all stand for everything outside; a switch knows one group for a prefix.
        let routes = &mut cx.fabric.vrfs[vrf].routes;
        let prefixes = if draft.subnets.is_empty() { vec![defaults::everything()] } else { draft.subnets.clone() };
        for prefix in prefixes {
            if routes.iter().all(|route| route.prefix != prefix) {
                routes.push(VrfRoute { prefix, external: local, nat });
            }
        }
        routes.sort_by_key(|route| route.prefix);
    }
    cx.fabric.l3outs = table.into();

    for (key, draft) in &drafts.groups {
        let network = &mut cx.fabric.networks[draft.network];
        network.epg = epgs.get(key).copied();
        network.bridge_domain = bridge_domains.get(key).copied();
    }
    for at in 0..cx.fabric.routers.len() {
        let router = &mut cx.fabric.routers[RouterId::from_index(at)];
        let key = ("common".to_owned(), ml2::router_contract(&router.id.to_string()));
        if let Some(contract) = contracts.get(&key) {
            router.contract = *contract;
        }
    }
    for (external, keys) in sources.externals.iter().zip(nat) {
        let id = cx.fabric.networks[external.network].id.to_string();
        let contract = (external.l3out_tenant().to_owned(), ml2::allow_all(&id));
        let keys = keys.as_ref().and_then(|(l3out, group)| Some((l3outs.get(l3out)?, epgs.get(group)?)));
        // Without its objects the network was reported; index 0 keeps the table whole and is never emitted.
        let (l3out, nat_epg) = keys.map_or((L3OutId::from_index(0), EpgId::from_index(0)), |(a, b)| (*a, *b));
        let made: ExtNetId = cx.fabric.external_networks.push(ExternalNetwork {
            network: external.network,
            handle: external.handle.to_owned(),
            l3out,
            nat_epg,
            host_pool: external.section.host_pool_cidr.as_ref().map(|pool| pool.value),
            allow_all: contracts.get(&contract).copied().unwrap_or(ContractId::from_index(0)),
            snat_addresses: Vec::new(),
        });
        debug_assert_eq!(cx.fabric.networks[external.network].kind, NetworkKind::External(made));
    }
}
