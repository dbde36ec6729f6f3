//! IPv6 subnets in each of Neutron's modes.

use std::fmt::Write as _;
use std::net::Ipv6Addr;

use super::Dice;
use crate::world::made_from_mac;

/// An IPv6 subnet.
#[derive(Clone, Debug)]
pub(super) struct V6 {
    /// Its first four groups.
    pub(super) prefix: String,
    /// Whether its addresses are made from MACs.
    pub(super) automatic: bool,
    /// Whether DHCP serves it.
    pub(super) served: bool,
    /// The last address given out.
    pub(super) next: u32,
}

/// Makes a subnet of a /64 and writes it.
pub(super) fn v6(dice: &mut Dice, text: &mut String, handle: &str, prefix: String) -> V6 {
    let mode = *dice.pick(&["", "", "slaac", "dhcpv6-stateless", "dhcpv6-stateful"]);
    let _ = match mode {
        "" => writeln!(text, "          {handle}: {{cidr: \"{prefix}::/64\", enable_dhcp: false}}"),
        mode => {
            let dns = if dice.once_in(2) { ", dns_nameservers: [\"2001:db8::53\"]" } else { "" };
            writeln!(
                text,
                "          {handle}: {{cidr: \"{prefix}::/64\", ipv6_address_mode: {mode}, ipv6_ra_mode: {mode}{dns}}}"
            )
        }
    };
    V6 { prefix, automatic: mode == "slaac" || mode == "dhcpv6-stateless", served: !mode.is_empty(), next: 0 }
}

impl V6 {
    /// An address of it in the usual spelling.
    pub(super) fn at(&self, end: &str) -> String {
        let address: Ipv6Addr =
            format!("{}::{end}", self.prefix).parse().expect("the generator's addresses are addresses");
        address.to_string()
    }

    /// The address that a MAC gives.
    pub(super) fn automatic(&self, mac: &str) -> String {
        let prefix: Ipv6Addr = format!("{}::", self.prefix).parse().expect("the generator's prefixes are addresses");
        made_from_mac(mac, prefix).to_string()
    }
}
