//! Prefixes that must not share addresses: within a VRF, with the fabric's TEP pool, with what hosts use themselves.

mod between;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::scalar::Prefix;

use super::context::{Context, place};
use super::network::Sources;
use crate::allocate::cidr::{bits, free_like, merge, overlaps};
use crate::model::{Id, NetworkId, NetworkKind, SubnetId, VrfId};
use crate::{codes, defaults};

/// A prefix in a VRF, and what it is there.
#[derive(Clone, Debug)]
struct Claim {
    /// In the form that is compared.
    prefix: Prefix,
    span: Span,
    what: String,
    network: NetworkId,
    pool: bool,
    /// The pool's gateway, which is written with it.
    gateway: Option<IpAddr>,
    /// Whether it is a prefix of an external network.
    outside: bool,
}

/// Checks every subnet and SNAT pool.
pub(crate) fn check(cx: &mut Context<'_>, sources: &Sources<'_>) {
    let mut claims: BTreeMap<Option<VrfId>, Vec<Claim>> = BTreeMap::new();
    for (id, subnet) in cx.fabric.subnets.entries() {
        let network = &cx.fabric.networks[subnet.network];
        let owner = match network.kind {
            NetworkKind::Internal => format!("{}/{}", network.project, network.handle),
            NetworkKind::External(_) => network.handle.clone(),
        };
        claims.entry(vrf(cx, subnet.network)).or_default().push(Claim {
            prefix: subnet.prefix.unmapped(),
            span: sources.subnets[SubnetId::index(id)].cidr.span,
            what: format!("subnet `{owner}/{}`", subnet.handle),
            network: subnet.network,
            pool: false,
            gateway: None,
            outside: network.kind != NetworkKind::Internal,
        });
    }
    for external in &sources.externals {
        let Some(pool) = &external.section.host_pool_cidr else { continue };
        claims.entry(vrf(cx, external.network)).or_default().push(Claim {
            prefix: pool.value.network.unmapped(),
            span: pool.span,
            what: format!("the SNAT pool of `{}`", external.handle),
            network: external.network,
            pool: true,
            gateway: Some(pool.value.address.to_canonical()),
            outside: true,
        });
    }
    let taken = Taken::new(cx, &claims);
    for list in claims.values() {
        for claim in list {
            reserved(cx, &taken, claim);
        }
    }
    for (vrf, list) in &claims {
        // Without a VRF the object was refused already.
        if vrf.is_none() {
            continue;
        }
        for list in together(cx, list) {
            let prefixes: Vec<Prefix> = list.iter().map(|claim| claim.prefix).collect();
            for (outer, inner) in overlaps(&prefixes) {
                shared(cx, &taken, list[outer], list[inner]);
            }
        }
    }
    between::check(cx, &taken, &claims);
}

/// Everything that has addresses, to say which are free.
struct Taken {
    all: Vec<Prefix>,
    merged: OnceCell<Vec<Prefix>>,
}

impl Taken {
    fn new(cx: &Context<'_>, claims: &BTreeMap<Option<VrfId>, Vec<Claim>>) -> Self {
        let own = claims.values().flatten().map(|claim| claim.prefix);
        let ranges = defaults::reserved().into_iter().map(|(range, _)| range);
        Self { all: own.chain(ranges).chain(cx.fabric.system.tep_pool).collect(), merged: OnceCell::new() }
    }

    /// What to write in place of a claim, where that can be said.
    fn instead(&self, claim: &Claim) -> Option<String> {
        let merged = self.merged.get_or_init(|| merge(self.all.iter().copied()));
        let free = free_like(claim.prefix, merged)?;
        Some(match claim.gateway.and_then(|gateway| offset(claim.prefix, gateway, free)) {
            Some(gateway) => format!("`{gateway}/{}`", free.length()),
            None => format!("`{free}`"),
        })
    }

    /// Advice, and a free prefix with it.
    fn advice(&self, claim: &Claim, advice: &str) -> String {
        match self.instead(claim) {
            Some(free) => format!("{advice}; {free} is free"),
            None => advice.to_owned(),
        }
    }
}

/// The address that stands in `free` where another stands in `prefix`.
fn offset(prefix: Prefix, address: IpAddr, free: Prefix) -> Option<IpAddr> {
    free.nth(bits(address).checked_sub(bits(prefix.network()))?)
}

fn vrf(cx: &Context<'_>, network: NetworkId) -> Option<VrfId> {
    cx.fabric.networks[network].bridge_domain.map(|bd| cx.fabric.bridge_domains[bd].vrf)
}

/// The claims of a VRF, in the groups that are certain to share it. Where routers have VRFs of their own the model has
/// one for all of them, so that of the networks of tenants each is by itself.
fn together<'c>(cx: &Context<'_>, list: &'c [Claim]) -> Vec<Vec<&'c Claim>> {
    let per_router = !cx.config.ml2.vrf_per_router_tenants.value.is_empty();
    let mut groups: BTreeMap<Option<NetworkId>, Vec<&Claim>> = BTreeMap::new();
    for claim in list {
        let apart = (per_router && !claim.outside).then_some(claim.network);
        groups.entry(apart).or_default().push(claim);
    }
    groups.into_values().collect()
}

/// Reports two prefixes of one VRF that share addresses.
fn shared(cx: &mut Context<'_>, taken: &Taken, outer: &Claim, inner: &Claim) {
    let code = match (outer.pool, inner.pool) {
        (true, true) => &codes::POOLS_OVERLAP,
        (true, false) | (false, true) if outer.network == inner.network => &codes::POOL_VS_FLOATING,
        (true, false) | (false, true) | (false, false) => &codes::OVERLAP,
    };
    let message = if outer.prefix == inner.prefix {
        format!("{} and {} are both {} in one VRF", outer.what, inner.what, inner.prefix)
    } else {
        format!("{} ({}) lies within {} ({}) in one VRF", inner.what, inner.prefix, outer.what, outer.prefix)
    };
    let finding = Diagnostic::at(code, inner.span, message).label(outer.span, "the other prefix");
    cx.report(finding.help(taken.advice(inner, "choose prefixes that share no address")));
}

/// Reports a prefix that hosts cannot route, because they use its addresses themselves.
fn reserved(cx: &mut Context<'_>, taken: &Taken, claim: &Claim) {
    let facts = &cx.intent.fabric;
    if let Some(pool) = cx.fabric.system.tep_pool.filter(|pool| pool.unmapped().overlaps(claim.prefix)) {
        let message = format!("{} ({}) shares addresses with the TEP pool {pool}", claim.what, claim.prefix);
        let mut finding = Diagnostic::at(&codes::INFRA_OVERLAP, claim.span, message);
        if let Some(written) = &facts.tep_pool {
            finding = finding.label(place(Some(written), claim.span), "the TEP pool");
        }
        let place = taken.instead(claim).map_or_else(String::new, |free| format!(" to {free}"));
        let help = format!(
            "move the prefix{place}, or write the fabric's real pool as `fabric: {{tep_pool: ...}}`: hosts reach their leaf there"
        );
        cx.report(finding.help(help));
    }
    if let Some((range, why)) = defaults::reserved().into_iter().find(|(range, _)| range.overlaps(claim.prefix)) {
        let message = format!("{} ({}) shares addresses with {range}", claim.what, claim.prefix);
        let finding = Diagnostic::at(&codes::RESERVED_RANGE, claim.span, message);
        cx.report(finding.help(format!("choose another prefix: {why}")));
    }
}
