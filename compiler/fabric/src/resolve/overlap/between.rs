//! Prefixes of the outside (SNAT pools, floating IP subnets) against the subnets of tenants, which lie in other VRFs.

use std::collections::BTreeMap;

use aciform_diagnostics::Diagnostic;
use aciform_intent::scalar::Prefix;

use super::{Claim, Taken};
use crate::codes;
use crate::model::VrfId;
use crate::resolve::context::Context;

/// Subnets in the order of their prefixes.
type Sorted<'c> = Vec<(Prefix, Option<VrfId>, &'c Claim)>;

/// Warns of each prefix of the outside that tenants use too; one finding for each, however many tenants there are.
pub(super) fn check(cx: &mut Context<'_>, taken: &Taken, claims: &BTreeMap<Option<VrfId>, Vec<Claim>>) {
    let mut inside: Sorted<'_> = Vec::new();
    for (vrf, list) in claims {
        inside.extend(list.iter().filter(|claim| !claim.outside).map(|claim| (claim.prefix, *vrf, claim)));
    }
    inside.sort_by_key(|(prefix, vrf, claim)| (*prefix, *vrf, claim.span));
    let mut by_vrf: BTreeMap<Option<VrfId>, Vec<Prefix>> = BTreeMap::new();
    for (prefix, vrf, _) in &inside {
        by_vrf.entry(*vrf).or_default().push(*prefix);
    }
    for (vrf, list) in claims {
        for claim in list.iter().filter(|claim| claim.outside) {
            // Those of the same VRF cannot both be there, which is reported as an error.
            let own =
                by_vrf.get(vrf).map_or(0, |list| runs(list, claim.prefix, |prefix| *prefix).map(<[_]>::len).sum());
            let total: usize = runs(&inside, claim.prefix, |(prefix, ..)| *prefix).map(<[_]>::len).sum();
            let mut sharing = runs(&inside, claim.prefix, |(prefix, ..)| *prefix).flatten();
            let Some((_, _, tenant)) = sharing.find(|(_, other, _)| other != vrf) else { continue };
            let others = match total - own {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let (what, prefix) = (&claim.what, claim.prefix);
            let message =
                format!("{what} ({prefix}) shares addresses with {} ({}){others}", tenant.what, tenant.prefix);
            let finding = Diagnostic::at(&codes::POOL_VS_TENANT, claim.span, message);
            let finding = finding.label(tenant.span, "the tenant's prefix");
            let advice = "choose prefixes that share no address: who answers an instance cannot be told";
            cx.report(finding.help(taken.advice(claim, advice)));
        }
    }
}

/// The runs of a sorted list that share addresses with a prefix: those that hold it, length by length, and those within.
fn runs<T>(sorted: &[T], prefix: Prefix, of: impl Fn(&T) -> Prefix + Copy) -> impl Iterator<Item = &[T]> {
    let equal = move |wide: Prefix| {
        let start = sorted.partition_point(|one| of(one) < wide);
        let end = sorted.partition_point(|one| of(one) <= wide);
        &sorted[start..end]
    };
    // A prefix sorts by network and then length, so what lies within one follows it up to its last address.
    let start = sorted.partition_point(|one| of(one) < prefix);
    let within = sorted[start..].partition_point(|one| prefix.covers(of(one)));
    let wider = (0..prefix.length()).map(move |length| equal(Prefix::containing(prefix.network(), length)));
    wider.chain(std::iter::once(&sorted[start..start + within]))
}

#[cfg(test)]
mod tests {
    use aciform_intent::scalar::Prefix;
    use proptest::prelude::*;

    use super::runs;

    proptest! {
        #[test]
        fn the_runs_are_what_comparing_with_every_prefix_finds(
            list in prop::collection::vec((0u32..32, 27u8..=32), 0..20), (at, length) in (0u32..32, 27u8..=32),
        ) {
            let prefix = |at: u32, length| Prefix::containing(std::net::Ipv4Addr::from(at).into(), length);
            let mut list: Vec<Prefix> = list.into_iter().map(|(at, length)| prefix(at, length)).collect();
            list.sort_unstable();
            let probe = prefix(at, length);
            let mut found: Vec<Prefix> = runs(&list, probe, |one| *one).flatten().copied().collect();
            found.sort_unstable();
            let compared: Vec<Prefix> = list.iter().copied().filter(|one| one.overlaps(probe)).collect();
            prop_assert_eq!(found, compared);
        }
    }
}
