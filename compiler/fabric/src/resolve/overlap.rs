//! Prefixes that must not share addresses: within a VRF, with the fabric's TEP pool, with what hosts use themselves.

mod between;

use std::collections::BTreeMap;

use aciform_diagnostics::{Diagnostic, Span};
use aciform_intent::scalar::Prefix;

use super::context::{Context, place};
use super::network::Sources;
use crate::allocate::cidr::overlaps;
use crate::model::{Id, NetworkId, NetworkKind, SubnetId, VrfId};
use crate::{codes, defaults};

/// A prefix in a VRF, and what it is there.
#[derive(Clone, Debug)]
struct Claim {
    prefix: Prefix,
    span: Span,
    what: String,
    network: NetworkId,
    pool: bool,
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
            prefix: subnet.prefix,
            span: sources.subnets[SubnetId::index(id)].cidr.span,
            what: format!("subnet `{owner}/{}`", subnet.handle),
            network: subnet.network,
            pool: false,
            outside: network.kind != NetworkKind::Internal,
        });
    }
    for external in &sources.externals {
        let Some(pool) = &external.section.host_pool_cidr else { continue };
        claims.entry(vrf(cx, external.network)).or_default().push(Claim {
            prefix: pool.value.network,
            span: pool.span,
            what: format!("the SNAT pool of `{}`", external.handle),
            network: external.network,
            pool: true,
            outside: true,
        });
    }
    for list in claims.values() {
        for claim in list {
            reserved(cx, claim);
        }
    }
    for (vrf, list) in &claims {
        // Without a VRF the object was refused already.
        if vrf.is_none() {
            continue;
        }
        let prefixes: Vec<Prefix> = list.iter().map(|claim| claim.prefix).collect();
        for (outer, inner) in overlaps(&prefixes) {
            shared(cx, &list[outer], &list[inner]);
        }
    }
    between::check(cx, &claims);
}

fn vrf(cx: &Context<'_>, network: NetworkId) -> Option<VrfId> {
    cx.fabric.networks[network].bridge_domain.map(|bd| cx.fabric.bridge_domains[bd].vrf)
}

/// Reports two prefixes of one VRF that share addresses.
fn shared(cx: &mut Context<'_>, outer: &Claim, inner: &Claim) {
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
    cx.report(finding.help("choose prefixes that share no address"));
}

/// Reports a prefix that hosts cannot route, because they use its addresses themselves.
fn reserved(cx: &mut Context<'_>, claim: &Claim) {
    let facts = &cx.intent.fabric;
    if let Some(pool) = cx.fabric.system.tep_pool.filter(|pool| pool.overlaps(claim.prefix)) {
        let message = format!("{} ({}) shares addresses with the TEP pool {pool}", claim.what, claim.prefix);
        let mut finding = Diagnostic::at(&codes::INFRA_OVERLAP, claim.span, message);
        if let Some(written) = &facts.tep_pool {
            finding = finding.label(place(Some(written), claim.span), "the TEP pool");
        }
        let help = "move the prefix, or write the fabric's real pool as `fabric: {tep_pool: ...}`: hosts reach their leaf there";
        cx.report(finding.help(help));
    }
    if let Some((range, why)) = defaults::reserved().into_iter().find(|(range, _)| range.overlaps(claim.prefix)) {
        let message = format!("{} ({}) shares addresses with {range}", claim.what, claim.prefix);
        let finding = Diagnostic::at(&codes::RESERVED_RANGE, claim.span, message);
        cx.report(finding.help(format!("choose another prefix: {why}")));
    }
}
