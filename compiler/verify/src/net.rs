//! Addresses, prefixes and MACs as the artifacts write them, and what the agents make of them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A MAC as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mac(pub(crate) u64);

/// What the agent answers as everybody's router and DHCP server.
pub(crate) const ROUTER: Mac = Mac(0x0022_bdf8_19ff);

impl Mac {
    /// Six octets in hex with colons, in either case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut number = 0;
        let mut count = 0;
        for part in text.split(':') {
            if part.len() != 2 || !part.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            number = number << 8 | u64::from(u8::from_str_radix(part, 16).ok()?);
            count += 1;
        }
        (count == 6).then_some(Self(number))
    }

    pub(crate) fn octets(self) -> [u8; 6] {
        let [_, _, octets @ ..] = self.0.to_be_bytes();
        octets
    }

    /// The EUI-64 address that a device gives itself.
    pub(crate) fn link_local(self) -> IpAddr {
        let [a, b, c, d, e, f] = self.octets();
        let host = u64::from_be_bytes([a ^ 2, b, c, 0xff, 0xfe, d, e, f]);
        IpAddr::V6(Ipv6Addr::from_bits(0xfe80 << 112 | u128::from(host)))
    }

    /// How a flow tells the agent which MAC to answer with: the octets backwards, and a mark above them.
    pub(crate) fn in_metadata(self) -> u64 {
        let [a, b, c, d, e, f] = self.octets();
        u64::from_be_bytes([1, 0, f, e, d, c, b, a])
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, f] = self.octets();
        write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}")
    }
}

/// A prefix; bits behind its length are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Net {
    pub(crate) v6: bool,
    bits: u128,
    pub(crate) length: u8,
}

impl Net {
    /// The prefix of a length around an address; `None` where the family has no such length.
    pub(crate) fn around(address: IpAddr, length: u8) -> Option<Self> {
        let (v6, bits) = (address.is_ipv6(), left(address));
        (length <= width(v6)).then(|| Self { v6, bits: bits & mask(length), length })
    }

    pub(crate) fn host(address: IpAddr) -> Self {
        let v6 = address.is_ipv6();
        Self { v6, bits: left(address), length: width(v6) }
    }

    /// `address/length`, or an address for itself.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.split_once('/') {
            Some((address, length)) => Self::around(address.parse().ok()?, length.parse().ok()?),
            None => Some(Self::host(text.parse().ok()?)),
        }
    }

    /// A prefix as it is usually written: with its length, without host bits.
    pub(crate) fn plain(text: &str) -> Option<Self> {
        Self::parse(text).filter(|net| net.to_string() == text)
    }

    pub(crate) fn address(self) -> IpAddr {
        if self.v6 {
            IpAddr::V6(Ipv6Addr::from_bits(self.bits))
        } else {
            IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(self.bits >> 96).unwrap_or_default()))
        }
    }

    pub(crate) fn contains(self, address: IpAddr) -> bool {
        self.covers(Self::host(address))
    }

    pub(crate) fn covers(self, other: Self) -> bool {
        self.v6 == other.v6 && self.length <= other.length && other.bits & mask(self.length) == self.bits
    }

    pub(crate) fn is_host(self) -> bool {
        self.length == width(self.v6)
    }

    /// Its two halves.
    pub(crate) fn halves(self) -> Option<[Self; 2]> {
        let length = self.length + 1;
        (!self.is_host()).then(|| {
            [Self { length, ..self }, Self { bits: self.bits | 1 << (128 - u32::from(length)), length, ..self }]
        })
    }

    fn parent(self) -> Option<Self> {
        let length = self.length.checked_sub(1)?;
        Some(Self { bits: self.bits & mask(length), length, ..self })
    }
}

impl fmt::Display for Net {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address(), self.length)
    }
}

/// An address left-aligned in 128 bits, so that both families are cut alike.
fn left(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn width(v6: bool) -> u8 {
    if v6 { 128 } else { 32 }
}

fn mask(length: u8) -> u128 {
    if length == 0 { 0 } else { u128::MAX << (128 - u32::from(length)) }
}

/// The fewest prefixes that hold the same addresses.
pub(crate) fn merge(nets: impl IntoIterator<Item = Net>) -> Vec<Net> {
    let mut sorted: Vec<Net> = nets.into_iter().collect();
    sorted.sort();
    let mut merged: Vec<Net> = Vec::new();
    for net in sorted {
        if merged.last().is_some_and(|last| last.covers(net)) {
            continue;
        }
        merged.push(net);
        // Two halves of one prefix become it, and so on upwards.
        while let [.., a, b] = merged[..]
            && a.length == b.length
            && a.parent().is_some_and(|parent| Some(parent) == b.parent())
        {
            merged.truncate(merged.len() - 2);
            merged.extend(a.parent());
        }
    }
    merged
}

/// What of some prefixes lies in none of the others.
pub(crate) fn without(nets: &[Net], others: &[Net]) -> Vec<Net> {
    let mut left = Vec::new();
    let mut open: Vec<Net> = nets.to_vec();
    while let Some(net) = open.pop() {
        if others.iter().any(|other| other.covers(net)) {
            continue;
        }
        match net.halves().filter(|_| others.iter().any(|other| net.covers(*other))) {
            Some(halves) => open.extend(halves),
            None => left.push(net),
        }
    }
    merge(left)
}

/// Whether the fabric never learns it.
pub(crate) fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Vec<Net> {
        texts.iter().map(|text| Net::parse(text).unwrap()).collect()
    }

    #[test]
    fn halves_merge_upwards_and_what_is_covered_goes() {
        let given = ["10.0.1.0/24", "10.0.0.0/24", "10.0.2.0/23", "10.0.2.7/32", "fd00::/64", "fd00:0:0:1::/64"];
        assert_eq!(merge(nets(&given)), nets(&["10.0.0.0/22", "fd00::/63"]));
    }

    #[test]
    fn what_is_left_of_a_prefix_is_the_fewest() {
        let left = without(&nets(&["10.0.0.0/22"]), &nets(&["10.0.0.0/24", "10.0.2.0/23"]));
        assert_eq!(left, nets(&["10.0.1.0/24"]));
    }

    #[test]
    fn a_mac_has_its_own_link_local_address_and_is_read_in_either_case() {
        let mac = Mac::parse("FA:16:3e:10:00:17").unwrap();
        assert_eq!(mac.to_string(), "fa:16:3e:10:00:17");
        assert_eq!(mac.link_local().to_string(), "fe80::f816:3eff:fe10:17");
        assert_eq!(Mac(0xfa16_3e5a_0003).in_metadata(), 0x100_0300_5a3e_16fa);
        assert_eq!(Mac::parse("fa:16:3e:10:00"), None);
    }
}
