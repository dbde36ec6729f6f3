//! Prefixes, addresses, ranges and MACs as they are written.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Applicability, Span, Spanned};

use super::node::{Node, quoted};
use super::reader::Reader;
use crate::codes;
use crate::scalar::{AddressRange, Interface, MacAddr, Prefix, PrefixError};

impl Reader<'_> {
    /// A network without host bits.
    pub(super) fn prefix(&mut self, node: Option<Node<'_>>) -> Option<Spanned<Prefix>> {
        let node = node?;
        let text = self.scalar(node, "a prefix as `10.0.0.0/24`")?;
        match Prefix::parse(text) {
            Ok(prefix) => Some(Spanned::new(prefix, node.span)),
            Err(PrefixError::HostBits(network)) => {
                let message = format!("{} has host bits set behind its length", quoted(text));
                let fix = (Applicability::Unsafe, node.rewritten(&network.to_string()));
                self.report_fix(&codes::HOST_BITS, node.span, message, format!("write `{network}`"), fix);
                None
            }
            Err(wrong) => {
                self.no_prefix(node, text, &wrong);
                None
            }
        }
    }

    /// An address with or without a length; host bits stay in the interface.
    pub(super) fn interface(&mut self, node: Option<Node<'_>>) -> Option<Spanned<Interface>> {
        let node = node?;
        let text = self.scalar(node, "an address or a prefix as `10.0.0.0/24`")?;
        let read = match text.parse::<IpAddr>() {
            Ok(address) => Ok(Interface { address, network: Prefix::host(address) }),
            Err(_) => Interface::parse(text),
        };
        match read {
            Ok(interface) => Some(Spanned::new(interface, node.span)),
            Err(wrong) => {
                self.no_prefix(node, text, &wrong);
                None
            }
        }
    }

    /// An address of either family.
    pub(super) fn address(&mut self, node: Option<Node<'_>>) -> Option<Spanned<IpAddr>> {
        let node = node?;
        let text = self.scalar(node, "an address as `10.0.0.5`")?;
        let address = text.parse().ok();
        if address.is_none() {
            let message = format!("{} is no IP address", quoted(text));
            let (help, better) = address_help(text);
            let edit = better.and_then(|better| node.rewritten(&better));
            self.report_fix(&codes::ADDRESS, node.place(), message, help, (Applicability::Unsafe, edit));
        }
        address.map(|address| Spanned::new(address, node.span))
    }

    /// An IPv4 address.
    pub(super) fn ipv4(&mut self, node: Option<Node<'_>>) -> Option<Spanned<Ipv4Addr>> {
        match self.address(node)? {
            Spanned { value: IpAddr::V4(address), span } => Some(Spanned::new(address, span)),
            Spanned { value: IpAddr::V6(address), span } => {
                let message = format!("`{address}` is an IPv6 address, and this is an IPv4 one in every fabric");
                self.report(&codes::ADDRESS, span, message, "write the IPv4 address".to_owned());
                None
            }
        }
    }

    /// `first-last`.
    pub(super) fn range(&mut self, node: Node<'_>) -> Option<Spanned<AddressRange>> {
        let text = self.scalar(node, "a range as `10.0.0.2-10.0.0.99`")?;
        let ends = text.split_once('-').and_then(|(first, last)| {
            Some((first.trim().parse::<IpAddr>().ok()?, last.trim().parse::<IpAddr>().ok()?))
        });
        let Some((first, last)) = ends else {
            let message = format!("{} is no range of addresses", quoted(text));
            let help = "write the first and the last address: `10.0.0.2-10.0.0.99`".to_owned();
            self.report(&codes::RANGE, node.place(), message, help);
            return None;
        };
        let range = AddressRange::new(first, last);
        if range.is_none() {
            if first.is_ipv4() == last.is_ipv4() {
                let message = format!("{} ends before it begins", quoted(text));
                let better = format!("{last}-{first}");
                let fix = (Applicability::Unsafe, node.rewritten(&better));
                self.report_fix(&codes::RANGE, node.span, message, format!("write `{better}`"), fix);
            } else {
                let message = format!("{} begins in one family and ends in the other", quoted(text));
                let help = "write two addresses of the subnet's family".to_owned();
                self.report(&codes::RANGE, node.span, message, help);
            }
        }
        range.map(|range| Spanned::new(range, node.span))
    }

    /// The address of an interface: six groups, not a group address and not zero.
    pub(super) fn mac(&mut self, node: Option<Node<'_>>) -> Option<Spanned<MacAddr>> {
        let node = node?;
        // Text of digits alone is a sexagesimal number to YAML 1.1; the tree keeps it as it stands.
        let text = self.scalar(node, "a MAC as `fa:16:3e:10:00:17`")?;
        let Some(mac) = MacAddr::parse(text) else {
            let bare: String = text.chars().filter(char::is_ascii_hexdigit).collect();
            let separators = text.chars().filter(|c| !c.is_ascii_hexdigit()).all(|c| matches!(c, '-' | '.' | ':'));
            let meant = (separators && bare.len() == 12).then(|| {
                let groups: Vec<&str> = (0..6).map(|n| &bare[2 * n..2 * n + 2]).collect();
                format!("\"{}\"", groups.join(":").to_ascii_lowercase())
            });
            let message = format!("{} is no MAC address", quoted(text));
            let edit = meant.as_deref().and_then(|meant| node.unquoted(meant));
            let help = match meant {
                Some(meant) => format!("write {meant}"),
                None => "write six groups of two hex digits: \"fa:16:3e:10:00:17\"".to_owned(),
            };
            self.report_fix(&codes::MAC, node.place(), message, help, (Applicability::Safe, edit));
            return None;
        };
        if mac.is_multicast() || mac.bits() == 0 {
            let what = if mac.bits() == 0 { "all zero" } else { "a group address" };
            let message = format!("`{mac}` is {what}, which no interface has");
            let help = "write an address whose second digit is even, as \"fa:16:3e:10:00:17\"".to_owned();
            self.report(&codes::MAC, node.span, message, help);
            return None;
        }
        Some(Spanned::new(mac, node.span))
    }

    /// Reports the entries of a list that stand there twice.
    pub(super) fn repeated<T: PartialEq + Ord + Copy + std::fmt::Display>(
        &mut self,
        entries: &[Spanned<T>],
        what: &str,
    ) {
        let mut sorted: Vec<(T, Span)> = entries.iter().map(|e| (e.value, e.span)).collect();
        sorted.sort();
        for pair in sorted.windows(2) {
            let [(first, at), (second, again)] = pair else { continue };
            if first == second {
                let message = format!("{what} `{first}` stands in the list twice");
                self.report_repeat(&codes::REPEATED_ADDRESS, *again, *at, message, Applicability::Safe);
            }
        }
    }

    fn no_prefix(&mut self, node: Node<'_>, text: &str, wrong: &PrefixError) {
        let (why, help) = match wrong {
            PrefixError::NoLength => ("has no length", format!("write `{text}/24`, or the length that is meant")),
            PrefixError::Length => {
                let longest = longest(text);
                let message = format!("{} has a length that is no plain number from 0 to {longest}", quoted(text));
                let (help, better) = length_help(text);
                let edit = better.and_then(|better| node.rewritten(&better));
                self.report_fix(&codes::PREFIX, node.place(), message, help, (Applicability::Unsafe, edit));
                return;
            }
            PrefixError::Address | PrefixError::HostBits(_) => {
                ("does not begin with an address", "write it as `10.0.0.0/24` or `2001:db8::/64`".to_owned())
            }
        };
        self.report(&codes::PREFIX, node.place(), format!("{} {why}", quoted(text)), help);
    }
}

/// The longest prefix of an address's family.
fn longest(address: &str) -> u32 {
    if address.contains(':') { 128 } else { 32 }
}

/// What to write instead of a netmask or a padded length, and the prefix that it means.
fn length_help(text: &str) -> (String, Option<String>) {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let mask = length.parse::<Ipv4Addr>().ok().map(|mask| (mask.to_bits().leading_ones(), mask.to_bits()));
    let meant = match mask {
        Some((ones, bits)) if ones == bits.count_ones() => Some(ones),
        Some(_) => None,
        None => length.trim_start_matches('+').parse::<u32>().ok(),
    };
    let longest = longest(address);
    match meant.filter(|length| *length <= longest) {
        Some(length) => (format!("write `{address}/{length}`"), Some(format!("{address}/{length}"))),
        None => (format!("write a length from 0 to {longest}"), None),
    }
}

/// What to write instead of something that is no address, and the address where there is one in it.
fn address_help(text: &str) -> (String, Option<String>) {
    if let Some((address, _)) = text.split_once('/').filter(|(address, _)| address.parse::<IpAddr>().is_ok()) {
        return (format!("write `{address}`, without the length"), Some(address.to_owned()));
    }
    let unpadded: Vec<&str> = text.split('.').map(|octet| octet.trim_start_matches('0')).collect();
    let unpadded =
        unpadded.iter().map(|octet| if octet.is_empty() { "0" } else { octet }).collect::<Vec<_>>().join(".");
    if text.contains('.') && unpadded != text && unpadded.parse::<Ipv4Addr>().is_ok() {
        return (format!("write `{unpadded}`; a leading zero makes an octet ambiguous"), Some(unpadded));
    }
    if let Some((address, _)) = text.split_once('%') {
        let address = address.parse::<IpAddr>().ok().map(|_| address.to_owned());
        let help = address.as_deref().map_or("write the address".to_owned(), |address| format!("write `{address}`"));
        return (format!("{help}, without its zone"), address);
    }
    ("write it as `10.0.0.5` or `2001:db8::5`".to_owned(), None)
}
