//! Prefixes merged to the fewest, and overlaps found by one sweep.

use std::net::IpAddr;

use aciform_intent::scalar::Prefix;

/// The fewest prefixes that hold the same addresses, by family and network: what `netaddr.cidr_merge` gives.
pub(crate) fn merge(prefixes: impl IntoIterator<Item = Prefix>) -> Vec<Prefix> {
    let mut sorted: Vec<Prefix> = prefixes.into_iter().collect();
    sorted.sort_unstable();
    let mut merged: Vec<Prefix> = Vec::new();
    for prefix in sorted {
        if merged.last().is_some_and(|last| last.covers(prefix)) {
            continue;
        }
        merged.push(prefix);
        // Two halves of one prefix fold, and the fold may be a half again.
        while let [.., low, high] = merged[..]
            && let Some(whole) = join(low, high)
        {
            merged.truncate(merged.len() - 2);
            merged.push(whole);
        }
    }
    merged
}

/// The prefix that two neighbours of one length make up.
fn join(low: Prefix, high: Prefix) -> Option<Prefix> {
    if low.length() != high.length() || low.length() == 0 || low.is_ipv4() != high.is_ipv4() {
        return None;
    }
    let whole = Prefix::containing(low.network(), low.length() - 1);
    (low != high && whole.network() == low.network() && whole.contains(high.network())).then_some(whole)
}

/// Pairs of positions whose prefixes share addresses: each prefix with the widest earlier one that holds it.
/// Prefixes overlap only by nesting, so one pass over the sorted list with the enclosing ones on a stack finds them.
pub(crate) fn overlaps(prefixes: &[Prefix]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..prefixes.len()).collect();
    order.sort_by_key(|at| (prefixes[*at], *at));
    let mut found = Vec::new();
    let mut widest: Option<usize> = None;
    for at in order {
        match widest {
            Some(outer) if prefixes[outer].covers(prefixes[at]) => found.push((outer, at)),
            Some(_) | None => widest = Some(at),
        }
    }
    found
}

/// The number behind an address.
pub(crate) fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// How far an address lies from a prefix; `None` across families.
pub(crate) fn distance(prefix: Prefix, address: IpAddr) -> Option<u128> {
    (prefix.is_ipv4() == address.is_ipv4()).then(|| {
        let (first, last, at) = (bits(prefix.network()), bits(prefix.last()), bits(address));
        if at < first { first - at } else { at.saturating_sub(last) }
    })
}

#[cfg(test)]
mod tests {
    use aciform_intent::scalar::Prefix;
    use proptest::prelude::*;

    use super::{merge, overlaps};

    fn p(text: &str) -> Prefix {
        Prefix::parse(text).expect("a prefix")
    }

    #[test]
    fn neighbours_fold_and_nested_ones_vanish() {
        let merged = merge(["10.0.1.0/24", "10.0.0.0/24", "10.0.1.128/25", "10.0.2.0/24", "2001:db8::/64"].map(p));
        assert_eq!(merged, ["10.0.0.0/23", "10.0.2.0/24", "2001:db8::/64"].map(p));
        assert_eq!(merge(["0.0.0.0/1", "128.0.0.0/1"].map(p)), [p("0.0.0.0/0")]);
    }

    #[test]
    fn an_overlap_names_the_widest_that_holds_it() {
        let list = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "11.0.0.0/8"].map(p);
        assert_eq!(overlaps(&list), [(0, 1), (0, 2)]);
    }

    proptest! {
        #[test]
        fn merging_keeps_every_address_and_invents_none(
            list in prop::collection::vec((0u32..64, 26u8..=32), 0..12), probe in 0u32..256,
        ) {
            let list: Vec<Prefix> =
                list.into_iter().map(|(at, len)| Prefix::containing(std::net::Ipv4Addr::from(at * 4).into(), len)).collect();
            let merged = merge(list.clone());
            let address = std::net::Ipv4Addr::from(probe).into();
            prop_assert_eq!(list.iter().any(|p| p.contains(address)), merged.iter().any(|p| p.contains(address)));
            prop_assert!(overlaps(&merged).is_empty());
            prop_assert!(merged.windows(2).all(|pair| super::join(pair[0], pair[1]).is_none()));
        }
    }
}
