//! Addresses, prefixes and MACs as iptables-save prints them.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv6Addr};

use aciform_intent::scalar::{MacAddr, Prefix};

/// Appends a number.
pub(super) fn push_number(out: &mut String, number: impl itoa::Integer) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// Appends an address.
pub(super) fn push_address(out: &mut String, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            for (at, octet) in v4.octets().into_iter().enumerate() {
                if at > 0 {
                    out.push('.');
                }
                push_number(out, octet);
            }
        }
        IpAddr::V6(v6) => push_v6(out, v6),
    }
}

/// Appends a prefix with its length, `/32` and `/128` too: the tools keep them.
pub(super) fn push_prefix(out: &mut String, prefix: Prefix) {
    push_address(out, prefix.network());
    out.push('/');
    push_number(out, prefix.length());
}

/// Appends a MAC in upper case, as Neutron hands it to iptables.
pub(super) fn push_mac(out: &mut String, mac: MacAddr) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for (at, octet) in mac.0.into_iter().enumerate() {
        if at > 0 {
            out.push(':');
        }
        out.push(char::from(DIGITS[usize::from(octet >> 4)]));
        out.push(char::from(DIGITS[usize::from(octet & 15)]));
    }
}

/// The C library's `inet_ntop` prints the last 32 bits of a `::/96` address dotted (`::1.2.3.4`, `::0.1.0.2`) unless its
/// seventh group is zero as well; Rust does so for `::ffff:0:0/96` only.
fn push_v6(out: &mut String, address: Ipv6Addr) {
    let segments = address.segments();
    if segments[..6] == [0; 6] && segments[6] != 0 {
        let [.., a, b, c, d] = address.octets();
        out.push_str("::");
        push_address(out, IpAddr::from([a, b, c, d]));
    } else {
        write!(out, "{address}").expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use aciform_intent::scalar::MacAddr;

    use super::{push_address, push_mac};

    #[test]
    fn addresses_are_spelled_by_the_c_library() {
        for (written, printed) in [
            ("10.0.0.5", "10.0.0.5"),
            ("255.255.255.255", "255.255.255.255"),
            ("::", "::"),
            ("::1", "::1"),
            ("::102:304", "::1.2.3.4"),
            ("::1:2", "::0.1.0.2"),
            ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ] {
            let mut out = String::new();
            push_address(&mut out, written.parse::<IpAddr>().expect("an address"));
            assert_eq!(out, printed, "{written}");
        }
    }

    #[test]
    fn a_mac_is_in_upper_case() {
        let mut out = String::new();
        push_mac(&mut out, MacAddr([0xfa, 0x16, 0x3e, 0x5a, 0x1c, 0x0d]));
        assert_eq!(out, "FA:16:3E:5A:1C:0D");
    }
}
