//! Prefixes of external networks: SNAT pools, floating IP subnets, and the links of L3Outs that the driver makes.
//!
//! Prefixes overlap only by nesting, and one sorts by network and then length: in sorted order, what holds a prefix is
//! still open when it comes.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt;

use aciform_diagnostics::Span;
use aciform_intent::scalar::Prefix;

use crate::Input;
use crate::input::SiteInput;

/// A prefix of an external network.
#[derive(Clone, Debug)]
pub(super) struct Claim<'a> {
    /// In the form that is compared.
    pub(super) prefix: Prefix,
    pub(super) span: Span,
    /// As messages call it.
    pub(super) what: String,
    /// The name of the network.
    pub(super) network: &'a str,
    pub(super) kind: Kind,
    /// The VRF that it lies in: tenant and name, or that of an L3Out of the driver's own.
    pub(super) vrf: (&'a str, &'a str),
    /// Whether resolving knows it, and has compared it within its VRF and with tenants, the infra space and reserved ranges.
    pub(super) lowered: bool,
    /// Whether the network translates, so that tenants lie in other VRFs.
    pub(super) nat: bool,
}

/// What a prefix is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pool,
    Floating,
    Link,
}

/// The prefixes of every external network that both the ini and the intent have, in order.
pub(super) fn external<'a>(input: &Input<'a>, site: &SiteInput<'a>) -> Vec<Claim<'a>> {
    let rows: BTreeSet<&str> = site.fabric.external_networks.iter().map(|network| network.handle.as_str()).collect();
    let mut claims = Vec::new();
    for (name, network) in &site.intent.external_networks {
        let Some(section) = input.config.external_networks.get(name) else { continue };
        let lowered = rows.contains(name.as_str());
        let tenant = network.l3out.tenant.as_ref().map_or("common", |tenant| tenant.value.as_str());
        let vrf = network.l3out.vrf.as_ref().map_or("default", |vrf| vrf.value.as_str());
        // An L3Out of the driver's own has a VRF of its own.
        let (Some(exists), Some(nat)) = (section.exists(), section.asks_for_nat()) else { continue };
        let vrf = if exists { (tenant, vrf) } else { ("", name.as_str()) };
        let claim = |prefix: Prefix, span, what, kind| {
            let prefix = prefix.unmapped();
            Claim { prefix, span, what, network: name, kind, vrf, lowered, nat }
        };
        if let Some(pool) = section.host_pool_cidr.as_ref().filter(|_| section.translates_on_hosts()) {
            claims.push(claim(pool.value.network, pool.span, format!("the SNAT pool of `{name}`"), Kind::Pool));
        }
        if let Some(link) = section.cidr_exposed.as_ref().filter(|_| !exists) {
            claims.push(claim(link.value.network, link.span, format!("`cidr_exposed` of `{name}`"), Kind::Link));
        }
        for (handle, subnet) in &network.subnets {
            let what = format!("subnet `{name}/{handle}`");
            claims.push(claim(subnet.cidr.value, subnet.cidr.span, what, Kind::Floating));
        }
    }
    claims.sort_by_key(|claim| (claim.prefix, claim.span));
    claims
}

/// Every prefix with the widest one before it that holds it and that it may not share addresses with. `group` puts
/// those together that may.
pub(super) fn nested<'c, 'a, G: PartialEq>(
    sorted: &'c [Claim<'a>],
    group: impl Fn(&Claim<'a>) -> G,
) -> Vec<(&'c Claim<'a>, &'c Claim<'a>)> {
    let mut found = Vec::new();
    // Of each that is still open: the widest one around it, and the widest of another group than that.
    let mut open: Vec<(&Claim<'_>, &Claim<'a>, Option<&Claim<'a>>)> = Vec::new();
    for claim in sorted {
        while open.last().is_some_and(|(inner, ..)| !inner.prefix.covers(claim.prefix)) {
            open.pop();
        }
        let own = group(claim);
        let (first, second) = match open.last() {
            None => (claim, None),
            Some((_, first, second)) => {
                let other = Some(*first).filter(|outer| group(outer) != own).or(*second);
                found.extend(other.filter(|outer| group(outer) != own).map(|outer| (outer, claim)));
                (*first, second.or(Some(claim).filter(|claim| group(claim) != group(first))))
            }
        };
        open.push((claim, first, second));
    }
    found
}

/// A subnet of a project, by the handles on the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Inside<'a> {
    pub(super) project: &'a str,
    network: &'a str,
    subnet: &'a str,
}

impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "subnet `{}/{}/{}`", self.project, self.network, self.subnet)
    }
}

/// The subnets of projects with their places, by prefix.
pub(super) fn tenants<'a>(site: &SiteInput<'a>) -> Vec<(Prefix, Span, Inside<'a>)> {
    let mut found = Vec::new();
    for (project, own) in &site.intent.projects {
        for (network, body) in &own.networks {
            for (handle, subnet) in &body.subnets {
                let inside = Inside { project, network, subnet: handle };
                found.push((subnet.cidr.value.unmapped(), subnet.cidr.span, inside));
            }
        }
    }
    found.sort();
    found
}

/// What to choose in place of a prefix: a free one, where that can be said.
pub(super) fn instead(
    taken: &OnceCell<Vec<Prefix>>,
    input: &Input<'_>,
    site: &SiteInput<'_>,
    prefix: Prefix,
) -> String {
    let taken = taken.get_or_init(|| {
        let inside = tenants(site).into_iter().map(|(prefix, ..)| prefix);
        let outside = external(input, site).into_iter().map(|claim| claim.prefix);
        aciform_fabric::merge(inside.chain(outside).chain(site.fabric.system.tep_pool))
    });
    let free = aciform_fabric::free_like(prefix, taken);
    let advice = "choose prefixes that share no address";
    free.map_or_else(|| advice.to_owned(), |free| format!("{advice}; `{free}` is free"))
}

/// The first of sorted prefixes that shares addresses with one.
pub(super) fn sharing<T>(sorted: &[(Prefix, Span, T)], prefix: Prefix) -> Option<&(Prefix, Span, T)> {
    // What holds it is one of as many prefixes as it has bits; what lies in it follows it.
    let holder = (0..=prefix.length()).find_map(|length| {
        let wide = Prefix::containing(prefix.network(), length);
        let at = sorted.partition_point(|(one, ..)| *one < wide);
        sorted.get(at).filter(|(one, ..)| *one == wide)
    });
    let within = || {
        let at = sorted.partition_point(|(one, ..)| *one < prefix);
        sorted.get(at).filter(|(one, ..)| prefix.covers(*one))
    };
    holder.or_else(within)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use aciform_diagnostics::{SourceMap, Span};
    use aciform_intent::scalar::Prefix;

    use super::{Claim, Kind, nested, sharing};

    fn prefix(at: u32, length: u8) -> Prefix {
        Prefix::containing(Ipv4Addr::from(at).into(), length)
    }

    /// Numbers that look like chance, the same each time.
    fn numbers() -> impl Iterator<Item = u32> {
        std::iter::successors(Some(12345u32), |last| Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)))
            .map(|number| number >> 16)
    }

    #[test]
    fn what_is_found_is_what_comparing_each_with_each_finds() {
        let mut sources = SourceMap::new();
        let span = Span::start_of(sources.add("a", ""));
        let mut number = numbers();
        let mut next = |below: u32| number.next().expect("endless") % below;
        let networks = ["a", "b", "c"];
        let mut pairs = 0;
        for _ in 0..500 {
            let mut claims: Vec<Claim<'_>> = (0..next(12))
                .map(|_| Claim {
                    prefix: prefix(next(32), 27 + u8::try_from(next(6)).expect("small")),
                    span,
                    what: String::new(),
                    network: networks[next(3) as usize],
                    kind: Kind::Pool,
                    vrf: ("", ""),
                    lowered: true,
                    nat: true,
                })
                .collect();
            claims.sort_by_key(|claim| claim.prefix);
            let found = nested(&claims, |claim| claim.network);
            // Each that shares addresses with an earlier one of another group, once.
            let expected = claims.iter().enumerate().filter(|(at, inner)| {
                claims[..*at].iter().any(|outer| outer.prefix.covers(inner.prefix) && outer.network != inner.network)
            });
            assert_eq!(found.len(), expected.count(), "{claims:#?}");
            assert!(
                found.iter().all(|(outer, inner)| outer.prefix.covers(inner.prefix) && outer.network != inner.network)
            );
            pairs += found.len();
            let sorted: Vec<(Prefix, Span, ())> = claims.iter().map(|claim| (claim.prefix, span, ())).collect();
            let probe = prefix(next(32), 25 + u8::try_from(next(8)).expect("small"));
            let any = claims.iter().any(|claim| claim.prefix.overlaps(probe));
            assert_eq!(sharing(&sorted, probe).is_some(), any);
            assert!(sharing(&sorted, probe).is_none_or(|(found, ..)| found.overlaps(probe)));
        }
        assert!(pairs > 300, "{pairs}");
    }
}
