//! Ethernet addresses.

use std::fmt;
use std::net::Ipv6Addr;

/// An Ethernet address; prints in lower case with colons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr(pub [u8; 6]);

impl MacAddr {
    /// Reads six colon-separated groups of two hex digits, any case; nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut octets = [0u8; 6];
        let mut groups = text.split(':');
        for octet in &mut octets {
            let group = groups.next()?;
            if group.len() != 2 || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
                return None;
            }
            *octet = u8::from_str_radix(group, 16).ok()?;
        }
        groups.next().is_none().then_some(Self(octets))
    }

    /// The 48 bits as a number, first octet highest: the form of `load:0x...->NXM_OF_ETH_SRC[]`.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet))
    }

    /// Whether the group bit is set (multicast and broadcast).
    #[must_use]
    pub fn is_multicast(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// The EUI-64 link-local address of this MAC (RFC 4291, appendix A).
    #[must_use]
    pub fn link_local(self) -> Ipv6Addr {
        self.eui64(u128::from(0xfe80u16) << 112)
    }

    /// The EUI-64 (SLAAC) address of this MAC in a /64 network, given as its first address.
    #[must_use]
    pub fn eui64(self, network: u128) -> Ipv6Addr {
        let m = self.0;
        let id = u64::from_be_bytes([m[0] ^ 2, m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]]);
        Ipv6Addr::from_bits(network & !u128::from(u64::MAX) | u128::from(id))
    }

    /// Upper-case spelling, as Neutron writes MACs into iptables rules.
    #[must_use]
    pub fn upper(self) -> String {
        self.to_string().to_ascii_uppercase()
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b':'; 17];
        for (octet, place) in self.0.iter().zip(text.chunks_mut(3)) {
            place[0] = DIGITS[usize::from(octet >> 4)];
            place[1] = DIGITS[usize::from(octet & 15)];
        }
        f.write_str(std::str::from_utf8(&text).expect("digits and colons are ASCII"))
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::MacAddr;

    #[test]
    fn the_link_local_of_the_reference_mac_is_the_reference_address() {
        let mac = MacAddr::parse("FA:16:3e:10:00:17").expect("a MAC");
        assert_eq!(mac.link_local().to_string(), "fe80::f816:3eff:fe10:17");
        assert_eq!(format!("{:x}", mac.bits()), "fa163e100017");
        assert_eq!(mac.to_string(), "fa:16:3e:10:00:17");
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            "",
            "fa:16:3e:10:00",
            "fa:16:3e:10:00:17:18",
            "fa-16-3e-10-00-17",
            "fa:16:3e:10:0:17",
            "g0:16:3e:10:00:17",
            "+a:16:3e:10:00:17",
        ] {
            assert_eq!(MacAddr::parse(text), None, "{text}");
        }
    }
}
