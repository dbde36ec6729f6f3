//! What may be handed out of a prefix, as Neutron sees it.

use std::net::IpAddr;

use aciform_intent::scalar::{AddressRange, Prefix};

use super::cidr::bits;

/// Neutron's default allocation pools: all but the network, the IPv4 broadcast and the gateway.
/// IPv4 prefixes of 31 and 32 bits and IPv6 ones of 127 and 128 have neither network nor broadcast.
pub(crate) fn default_pools(prefix: Prefix, gateway: Option<IpAddr>) -> Vec<AddressRange> {
    let Some((first, last)) = usable(prefix) else { return Vec::new() };
    match gateway {
        Some(gateway) if first <= gateway && gateway <= last => {
            let below = before(prefix, gateway).and_then(|end| AddressRange::new(first, end));
            let above = after(prefix, gateway).and_then(|start| AddressRange::new(start, last));
            below.into_iter().chain(above).collect()
        }
        Some(_) | None => AddressRange::new(first, last).into_iter().collect(),
    }
}

/// How many hosts the SNAT pool of a gateway has addresses for if it is this long; none where the gateway would be the
/// network or broadcast address, which Neutron refuses.
#[must_use]
pub fn room(gateway: IpAddr, length: u8) -> u128 {
    let prefix = Prefix::containing(gateway, length);
    let stands = prefix.length() < if prefix.is_ipv4() { 31 } else { 127 }
        && (!prefix.is_ipv4() || gateway != prefix.network() && gateway != prefix.last());
    if stands { size(&default_pools(prefix, Some(gateway))) } else { 0 }
}

/// The longest prefix around a gateway with room for so many hosts.
#[must_use]
pub fn smallest(gateway: IpAddr, hosts: u128) -> Option<u8> {
    let longest = if gateway.is_ipv4() { 30 } else { 126 };
    (0..=longest).rev().find(|length| room(gateway, *length) >= hosts.max(1))
}

/// The lowest and highest address that a port can have.
pub(crate) fn usable(prefix: Prefix) -> Option<(IpAddr, IpAddr)> {
    let point_to_point = if prefix.is_ipv4() { prefix.length() >= 31 } else { prefix.length() >= 127 };
    if point_to_point {
        return Some((prefix.network(), prefix.last()));
    }
    let first = prefix.nth(1)?;
    let last = if prefix.is_ipv4() { before(prefix, prefix.last())? } else { prefix.last() };
    Some((first, last))
}

/// How many addresses ranges hold, capped.
#[must_use]
pub fn size(pools: &[AddressRange]) -> u128 {
    pools.iter().fold(0u128, |sum, pool| sum.saturating_add(bits(pool.last) - bits(pool.first)).saturating_add(1))
}

fn before(prefix: Prefix, address: IpAddr) -> Option<IpAddr> {
    prefix.nth((bits(address).checked_sub(bits(prefix.network()))?).checked_sub(1)?)
}

fn after(prefix: Prefix, address: IpAddr) -> Option<IpAddr> {
    prefix.nth(bits(address).checked_sub(bits(prefix.network()))? + 1)
}

#[cfg(test)]
mod tests {
    use aciform_intent::scalar::Prefix;

    use super::{default_pools, size};

    fn pools(prefix: &str, gateway: &str) -> String {
        let pools = default_pools(Prefix::parse(prefix).expect("a prefix"), gateway.parse().ok());
        pools.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_gateway_splits_the_pool_where_it_stands_inside() {
        assert_eq!(pools("10.0.0.0/24", "10.0.0.1"), "10.0.0.2-10.0.0.254");
        assert_eq!(pools("10.0.0.0/24", "10.0.0.254"), "10.0.0.1-10.0.0.253");
        assert_eq!(pools("172.16.8.0/22", "172.16.10.1"), "172.16.8.1-172.16.10.0 172.16.10.2-172.16.11.254");
        assert_eq!(pools("10.0.0.0/24", ""), "10.0.0.1-10.0.0.254");
    }

    #[test]
    fn ipv6_has_no_broadcast_and_leaves_the_first_address_out() {
        assert_eq!(pools("2001:db8::/126", "2001:db8::1"), "2001:db8::2-2001:db8::3");
        assert_eq!(pools("10.0.0.0/32", ""), "10.0.0.0-10.0.0.0");
    }

    #[test]
    fn the_sizes_are_those_of_the_pool_table() {
        for (prefix, hosts) in [("172.16.10.0/24", 253), ("172.16.10.0/28", 13), ("172.16.10.0/30", 1)] {
            let prefix = Prefix::parse(prefix).expect("a prefix");
            assert_eq!(size(&default_pools(prefix, prefix.nth(1))), hosts);
        }
    }
}
