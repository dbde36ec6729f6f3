//! Prefixes merged to the fewest, and overlaps found by one sweep.

use std::net::{IpAddr, Ipv4Addr};

use aciform_intent::scalar::Prefix;

/// The fewest prefixes that hold the same addresses, by family and network: what `netaddr.cidr_merge` gives.
#[must_use]
pub fn merge(prefixes: impl IntoIterator<Item = Prefix>) -> Vec<Prefix> {
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

/// The private and shared ranges of IPv4, in which a free prefix is anybody's to take.
const BLOCKS: [(Ipv4Addr, u8); 4] = [
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
];

/// How far is looked for a free prefix.
const TRIES: usize = 256;

/// The next prefix of the same length and the same private range that none of `taken`, which is merged, shares addresses
/// with. Nothing for addresses of the public and of IPv6, which somebody assigns.
#[must_use]
pub fn free_like(prefix: Prefix, taken: &[Prefix]) -> Option<Prefix> {
    let blocks = BLOCKS.into_iter().map(|(network, length)| Prefix::containing(network.into(), length));
    let block = blocks.into_iter().find(|block| block.covers(prefix))?;
    let (length, first) = (prefix.length(), Prefix::containing(block.network(), prefix.length()));
    let (mut candidate, mut wrapped) = (prefix, false);
    for _ in 0..TRIES {
        let behind = taken.partition_point(|one| one.network() <= candidate.last());
        let Some(holder) = taken[..behind].last().filter(|one| one.overlaps(candidate)) else { return Some(candidate) };
        let end = bits(holder.last().max(candidate.last()));
        let next = u32::try_from(end).ok().and_then(|end| end.checked_add(1)).map(Ipv4Addr::from_bits);
        let next = next.map(|next| Prefix::containing(next.into(), length)).filter(|next| block.covers(*next));
        candidate = match next {
            Some(next) => next,
            None if !wrapped => {
                wrapped = true;
                first
            }
            None => return None,
        };
    }
    None
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

    use super::{free_like, merge, overlaps};

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

    #[test]
    fn a_free_prefix_is_the_next_one_of_its_range() {
        let taken = merge(["10.1.0.0/24", "10.1.1.0/25", "10.1.2.0/24"].map(p));
        assert_eq!(free_like(p("10.1.0.0/24"), &taken), Some(p("10.1.3.0/24")));
        assert_eq!(free_like(p("10.1.0.0/25"), &taken), Some(p("10.1.1.128/25")));
        assert_eq!(free_like(p("10.1.0.0/22"), &taken), Some(p("10.1.4.0/22")));
        assert_eq!(free_like(p("192.168.255.0/24"), &[p("192.168.255.0/24")]), Some(p("192.168.0.0/24")));
        assert_eq!(free_like(p("192.168.0.0/16"), &[p("192.168.0.0/24")]), None);
        assert_eq!(free_like(p("203.0.113.0/24"), &[p("203.0.113.0/24")]), None);
        assert_eq!(free_like(p("2001:db8::/64"), &[p("2001:db8::/64")]), None);
    }

    proptest! {
        #[test]
        fn a_free_prefix_shares_no_address(list in prop::collection::vec((0u32..64, 24u8..=32), 1..12)) {
            let base = 0x0a00_0000;
            let list: Vec<Prefix> =
                list.into_iter().map(|(at, len)| Prefix::containing(std::net::Ipv4Addr::from(base + at * 64).into(), len)).collect();
            let taken = merge(list.clone());
            for prefix in &list {
                let free = free_like(*prefix, &taken).expect("there is room in 10.0.0.0/8");
                prop_assert_eq!(free.length(), prefix.length());
                prop_assert!(list.iter().all(|one| !one.overlaps(free)));
            }
        }

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
