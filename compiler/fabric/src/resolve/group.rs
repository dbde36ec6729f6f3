//! ACI's side: tenants, VRFs, bridge domains, endpoint groups, contracts and L3Outs, each with its number.
//!
//! Everything is first drafted in maps keyed by final name, because tables are in the order of names;
//! the position in the map is then the index in the table.

mod emit;

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::scalar::Prefix;

use super::context::Context;
use super::naming::{Claims, Mapping};
use super::network::Sources;
use super::reference::Catalogue;
use super::router::Routing;
use crate::model::{ContractKind, EpgKind, GatewaySubnet, Id, L3OutKind, NetworkId, NetworkKind, RouterId, Tenant};
use crate::profile::{apic, ml2};
use crate::{codes, defaults};

/// Tenant and name.
pub(super) type Key = (String, String);

#[derive(Debug)]
pub(super) struct VrfDraft {
    pub(super) owned: bool,
    pub(super) file: String,
    pub(super) inner: Vec<Prefix>,
    pub(super) source: Option<Span>,
}

#[derive(Debug)]
pub(super) struct GroupDraft {
    pub(super) network: NetworkId,
    pub(super) vrf: Key,
    pub(super) app_profile: String,
    pub(super) epg: String,
    pub(super) kind: EpgKind,
    pub(super) contracts: BTreeSet<Key>,
    pub(super) l3out: Option<Key>,
    pub(super) gateways: Vec<GatewaySubnet>,
    pub(super) alias: Option<String>,
    pub(super) source: Span,
}

#[derive(Debug)]
pub(super) struct ContractDraft {
    pub(super) kind: ContractKind,
    pub(super) subject: String,
    pub(super) filter: String,
    pub(super) entry: &'static str,
    pub(super) alias: Option<String>,
    pub(super) active: bool,
    pub(super) groups: BTreeSet<Key>,
    pub(super) l3outs: BTreeSet<Key>,
    pub(super) source: Span,
}

#[derive(Debug)]
pub(super) struct L3OutDraft {
    pub(super) kind: L3OutKind,
    pub(super) vrf: Key,
    pub(super) epg: String,
    pub(super) subnets: Vec<Prefix>,
    pub(super) contracts: BTreeSet<Key>,
    /// The bridge domain beside the NAT group, which identifies both.
    pub(super) nat: Option<Key>,
    pub(super) source: Span,
}

#[derive(Debug, Default)]
pub(super) struct Drafts {
    pub(super) tenants: BTreeMap<String, Tenant>,
    pub(super) vrfs: BTreeMap<Key, VrfDraft>,
    /// By tenant and bridge domain.
    pub(super) groups: BTreeMap<Key, GroupDraft>,
    pub(super) contracts: BTreeMap<Key, ContractDraft>,
    pub(super) l3outs: BTreeMap<Key, L3OutDraft>,
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
    emit::tables(cx, sources, &mapping.networks, &nat, &drafts);
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
        let epg = format!("uni/tn-{tenant}/ap-{}/epg-{name}", draft.app_profile);
        if drafts.claims.claim(cx, format!("uni/tn-{tenant}/BD-{name}"), &what, source)
            && drafts.claims.claim(cx, epg, &what, source)
        {
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
        let nat_epg = format!("uni/tn-{home}/ap-{}/epg-{}", cx.names.app_profile(), ml2::nat_epg(external.handle));
        let free = drafts.claims.claim(cx, format!("uni/tn-{}/BD-{}", group.0, group.1), &what, span)
            && drafts.claims.claim(cx, format!("uni/tn-{}/out-{}", l3out.0, l3out.1), &what, span)
            && drafts.claims.claim(cx, nat_epg, &what, span);
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
            && !drafts.refused.contains(&router.project)
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
