//! IP prefixes, interface addresses and address ranges.
//!
//! `ipnetwork` parses at the edge; what it lets through and we do not (netmasks, `/024`, `/+24`, a missing length) is refused here.

use std::cmp::Ordering;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;

/// A network: no host bits. Orders by family, then network, then length.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    network: IpAddr,
    length: u8,
}

/// An address with the length of its network, as on an interface: `172.16.10.1/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interface {
    /// The address itself.
    pub address: IpAddr,
    /// The network it lies in.
    pub network: Prefix,
}

/// An inclusive range of addresses of one family, first at most last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressRange {
    /// The lowest address.
    pub first: IpAddr,
    /// The highest address.
    pub last: IpAddr,
}

/// Why a text is not a prefix or an interface address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrefixError {
    /// No address in front of the slash, or not one at all.
    Address,
    /// No slash.
    NoLength,
    /// The length is no plain decimal number, or longer than the family allows.
    Length,
    /// Host bits are set; holds the network that would be meant.
    HostBits(Prefix),
}

impl Prefix {
    /// Reads `network/length` in the family's plain form; host bits are an error that carries the network.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        let interface = Interface::parse(text)?;
        if interface.address == interface.network.network {
            Ok(interface.network)
        } else {
            Err(PrefixError::HostBits(interface.network))
        }
    }

    /// The network of an address; a length over the family's maximum is taken as that maximum.
    #[must_use]
    pub fn containing(address: IpAddr, length: u8) -> Self {
        let length = length.min(width(address));
        let host = width(address) - length;
        let bits = bits(address);
        let masked = if host >= 128 { 0 } else { bits >> host << host };
        Self { network: from_bits(address, masked), length }
    }

    /// The prefix that holds one address alone.
    #[must_use]
    pub fn host(address: IpAddr) -> Self {
        Self { network: address, length: width(address) }
    }

    /// The IPv4 prefix that an IPv4-mapped one (`::ffff:10.0.0.0/120`) stands for; any other is itself. Prefixes are
    /// compared in this form.
    #[must_use]
    pub fn unmapped(self) -> Self {
        let IpAddr::V6(network) = self.network else { return self };
        match (network.to_ipv4_mapped(), self.length.checked_sub(96)) {
            (Some(network), Some(length)) => Self { network: network.into(), length },
            _ => self,
        }
    }

    /// The first address.
    #[must_use]
    pub fn network(self) -> IpAddr {
        self.network
    }

    /// The last address.
    #[must_use]
    pub fn last(self) -> IpAddr {
        from_bits(self.network, bits(self.network) | self.host_mask())
    }

    /// The length in bits.
    #[must_use]
    pub fn length(self) -> u8 {
        self.length
    }

    /// Whether this is an IPv4 prefix.
    #[must_use]
    pub fn is_ipv4(self) -> bool {
        self.network.is_ipv4()
    }

    /// Whether the prefix holds a single address.
    #[must_use]
    pub fn is_host(self) -> bool {
        self.length == width(self.network)
    }

    /// Whether an address of the same family lies inside.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.is_ipv4() && bits(address) & !self.host_mask() == bits(self.network)
    }

    /// Whether another prefix lies wholly inside (or is the same).
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.length <= other.length && self.contains(other.network)
    }

    /// Whether two prefixes share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    /// The address `offset` above the network; `None` behind the end.
    #[must_use]
    pub fn nth(self, offset: u128) -> Option<IpAddr> {
        (offset <= self.host_mask()).then(|| from_bits(self.network, bits(self.network) + offset))
    }

    fn host_mask(self) -> u128 {
        let host = u32::from(width(self.network) - self.length);
        if host == 128 { u128::MAX } else { (1u128 << host) - 1 }
    }
}

impl Interface {
    /// Reads `address/length`.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        let Some((address, length)) = text.split_once('/') else {
            return Err(if text.parse::<IpAddr>().is_ok() { PrefixError::NoLength } else { PrefixError::Address });
        };
        let address: IpAddr = address.parse().map_err(|_| PrefixError::Address)?;
        let plain = !length.is_empty()
            && length.bytes().all(|b| b.is_ascii_digit())
            && (length.len() == 1 || !length.starts_with('0'));
        if !plain {
            return Err(PrefixError::Length);
        }
        let length: u8 = length.parse().map_err(|_| PrefixError::Length)?;
        IpNetwork::new(address, length).map_err(|_| PrefixError::Length)?;
        Ok(Self { address, network: Prefix::containing(address, length) })
    }
}

impl AddressRange {
    /// Joins two addresses of one family, first at most last.
    #[must_use]
    pub fn new(first: IpAddr, last: IpAddr) -> Option<Self> {
        (first.is_ipv4() == last.is_ipv4() && first <= last).then_some(Self { first, last })
    }

    /// Whether an address lies inside.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.first.is_ipv4() && self.first <= address && address <= self.last
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

fn from_bits(family: IpAddr, bits: u128) -> IpAddr {
    match family {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX))),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
    }
}

impl Ord for Prefix {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.network, self.length).cmp(&(other.network, other.length))
    }
}

impl PartialOrd for Prefix {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.length)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.network.length)
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

/// Compares names the way people number them: runs of digits by value, so `host-2` comes before `host-10`.
/// Names that differ only in leading zeros fall back to byte order, so the order is total.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    while let (Some(p), Some(q)) = (x.first(), y.first()) {
        if p.is_ascii_digit() && q.is_ascii_digit() {
            let (m, rest_x) = digits(x);
            let (n, rest_y) = digits(y);
            match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                Ordering::Equal => (x, y) = (rest_x, rest_y),
                unequal @ (Ordering::Less | Ordering::Greater) => return unequal,
            }
        } else if p == q {
            (x, y) = (&x[1..], &y[1..]);
        } else {
            return p.cmp(q);
        }
    }
    x.len().cmp(&y.len()).then_with(|| a.cmp(b))
}

/// Splits a leading run of digits, without its leading zeros, from the rest.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let zeros = text[..end].iter().position(|b| *b != b'0').unwrap_or(end);
    (&text[zeros..end], &text[end..])
}

#[cfg(test)]
mod tests {
    use super::{Interface, Prefix, PrefixError, natural};

    #[test]
    fn lenient_spellings_of_the_parser_below_are_refused() {
        for text in ["10.0.0.0/255.255.255.0", "10.0.0.0/024", "10.0.0.0/+24", "10.0.0.0/33", "10.0.0.0/", "::/129"] {
            assert_eq!(Prefix::parse(text), Err(PrefixError::Length), "{text}");
        }
        for text in ["", "/24", "010.0.0.1/24", "10.0.0/24", "fe80::1%eth0/64", "x"] {
            assert_eq!(Prefix::parse(text), Err(PrefixError::Address), "{text}");
        }
        assert_eq!(Prefix::parse("10.0.0.5"), Err(PrefixError::NoLength));
    }

    #[test]
    fn host_bits_name_the_network_that_is_meant() {
        let network = Prefix::parse("10.0.0.0/24").expect("a network");
        assert_eq!(Prefix::parse("10.0.0.5/24"), Err(PrefixError::HostBits(network)));
        assert_eq!(Interface::parse("10.0.0.5/24").expect("an interface").network, network);
        assert_eq!(network.last().to_string(), "10.0.0.255");
    }

    #[test]
    fn a_mapped_prefix_stands_for_one_of_ipv4() {
        let unmapped = |text: &str| Prefix::parse(text).expect("a prefix").unmapped().to_string();
        assert_eq!(unmapped("::ffff:10.0.9.0/120"), "10.0.9.0/24");
        assert_eq!(unmapped("::ffff:0:0/96"), "0.0.0.0/0");
        for text in ["::fffe:0:0/95", "2001:db8::/32", "::10.0.9.0/120", "10.0.9.0/24"] {
            assert_eq!(
                Prefix::parse(text).expect("a prefix").unmapped().to_string(),
                text.replace("::10.0.9.0", "::a00:900"),
                "{text}"
            );
        }
    }

    #[test]
    fn the_whole_space_does_not_overflow() {
        let all: Prefix = Prefix::parse("::/0").expect("all");
        assert!(all.contains("ffff::".parse().expect("an address")));
        assert_eq!(all.last().to_string(), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assert_eq!(Prefix::parse("0.0.0.0/0").expect("all").last().to_string(), "255.255.255.255");
    }

    #[test]
    fn names_sort_as_people_number_them() {
        let mut names = ["h10", "h2", "h02", "h", "h2a", "g1"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["g1", "h", "h02", "h2", "h2a", "h10"]);
    }
}
