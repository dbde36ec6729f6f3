//! Appending numbers and addresses the way Open vSwitch prints them, without the formatting machinery: it is four times slower than this.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aciform_intent::scalar::MacAddr;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A decimal number.
pub(super) fn push_decimal(text: &mut String, value: u32) {
    text.push_str(itoa::Buffer::new().format(value));
}

/// `0x` and hex digits without leading zeros; zero is a bare `0`.
pub(super) fn push_hex(text: &mut String, value: u64) {
    if value == 0 {
        text.push('0');
        return;
    }
    // From the back: `0x` and the digits of a value of any size.
    let mut buffer = [b'0'; 18];
    let (mut at, mut rest) = (buffer.len(), value);
    while rest > 0 {
        at -= 1;
        buffer[at] = DIGITS[(rest & 0xf) as usize];
        rest >>= 4;
    }
    buffer[at - 1] = b'x';
    push_ascii(text, &buffer[at - 2..]);
}

/// Six groups of two digits.
pub(super) fn push_mac(text: &mut String, mac: MacAddr) {
    let mut buffer = [b':'; 17];
    for (pair, octet) in buffer.chunks_mut(3).zip(mac.0) {
        (pair[0], pair[1]) = (DIGITS[usize::from(octet >> 4)], DIGITS[usize::from(octet & 0xf)]);
    }
    push_ascii(text, &buffer);
}

/// An address of either family.
pub(super) fn push_address(text: &mut String, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => push_v4(text, v4),
        IpAddr::V6(v6) => push_v6(text, v6),
    }
}

/// A dotted quad.
pub(super) fn push_v4(text: &mut String, address: Ipv4Addr) {
    let mut buffer = itoa::Buffer::new();
    for (at, octet) in address.octets().into_iter().enumerate() {
        if at > 0 {
            text.push('.');
        }
        text.push_str(buffer.format(octet));
    }
}

/// An IPv6 address as `inet_ntop` spells it, which for `::a.b.c.d` is not how Rust does.
pub(super) fn push_v6(text: &mut String, address: Ipv6Addr) {
    let bits = address.to_bits();
    let written = match u32::try_from(bits) {
        Ok(low) if low > 0xffff => {
            text.push_str("::");
            push_v4(text, Ipv4Addr::from_bits(low));
            Ok(())
        }
        Ok(_) | Err(_) => write!(text, "{address}"),
    };
    written.expect("appending to a string always succeeds");
}

/// Appends bytes that were chosen here.
fn push_ascii(text: &mut String, bytes: &[u8]) {
    text.push_str(str::from_utf8(bytes).expect("digits and colons are ASCII"));
}

#[cfg(test)]
mod tests {
    use super::{push_hex, push_mac, push_v4, push_v6};
    use aciform_intent::scalar::MacAddr;

    fn written(push: impl FnOnce(&mut String)) -> String {
        let mut text = String::new();
        push(&mut text);
        text
    }

    #[test]
    fn hex_numbers_have_no_leading_zeros_and_zero_has_no_prefix() {
        for (value, expected) in [
            (0, "0"),
            (1, "0x1"),
            (0x10, "0x10"),
            (0x22_bdf8_19ff, "0x22bdf819ff"),
            (u64::MAX, "0xffffffffffffffff"),
            (0x80_0000_0000, "0x8000000000"),
        ] {
            assert_eq!(written(|text| push_hex(text, value)), expected);
        }
    }

    #[test]
    fn addresses_are_spelled_as_the_switch_spells_them() {
        assert_eq!(written(|text| push_v4(text, [10, 0, 255, 7].into())), "10.0.255.7");
        assert_eq!(written(|text| push_mac(text, MacAddr([0xfa, 0x16, 0x3e, 0, 0x0a, 0xff]))), "fa:16:3e:00:0a:ff");
        for (address, expected) in [
            ("fe80::f816:3eff:fe10:17", "fe80::f816:3eff:fe10:17"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
            ("::102:304", "::1.2.3.4"),
            ("::1", "::1"),
            ("::", "::"),
        ] {
            assert_eq!(written(|text| push_v6(text, address.parse().expect("an address"))), expected);
        }
    }
}
