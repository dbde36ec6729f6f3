//! `gateway/length` as operators write it, with every way to get it wrong.

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{Applicability, Diagnostic, Spanned};
use aciform_syntax::ini::Entry;

use super::codes;
use super::judge::Judge;
use super::mend::{self, mended};
use crate::scalar::{Interface, Prefix};

/// `host_pool_cidr`: the gateway of the SNAT pool, which is an address of the fabric, and the length of its network.
///
/// A gateway that cannot be one is replaced by the nearest that can, so that what follows is still checked.
pub(super) fn host_pool(judge: &mut Judge<'_>, entry: &Entry) -> Option<Spanned<Interface>> {
    let pool = interface(judge, entry, "172.16.10.1/24")?;
    let (network, address) = (pool.network, pool.address);
    let longest = if network.is_ipv4() { 30 } else { 126 };
    let span = entry.value.span;
    if network.length() > longest {
        let message = format!("the pool {pool} has no room for a gateway and a host");
        let example = Prefix::containing(address, longest);
        let gateway = example.nth(1).unwrap_or(address);
        let finding = Diagnostic::at(&codes::POOL_TOO_LONG, span, message);
        let hosts = if network.is_ipv4() { "one host" } else { "two hosts" };
        judge.push(finding.help(format!("write at least a /{longest}, which serves {hosts}: `{gateway}/{longest}`")));
        return None;
    }
    if !network.is_ipv4() {
        return Some(Spanned::new(pool, span));
    }
    let (code, what, better) = if address == network.network() {
        (&codes::POOL_NETWORK_ADDRESS, "the network address", network.nth(1))
    } else if address == network.last() {
        (&codes::POOL_BROADCAST, "the broadcast address", before(address))
    } else {
        return Some(Spanned::new(pool, span));
    };
    let better = Interface { address: better.unwrap_or(address), network };
    let message = format!("the first part of `host_pool_cidr` must be the gateway; {address} is {what} of {network}");
    let edit = mend::value(entry, &pool.to_string(), better.to_string());
    let help = format!("write `host_pool_cidr = {better}`");
    judge.push(mended(Diagnostic::at(code, span, message), help, Applicability::Unsafe, edit));
    Some(Spanned::new(better, span))
}

/// `cidr_exposed`: the address of the leaf's interface.
pub(super) fn exposed(judge: &mut Judge<'_>, entry: &Entry) -> Option<Spanned<Interface>> {
    let found = interface(judge, entry, "192.168.34.2/30")?;
    let network = found.network;
    let span = entry.value.span;
    // In a /31 and a /32 every address can be an interface.
    let wide = network.length() < if network.is_ipv4() { 31 } else { 127 };
    if wide && found.address == network.network() {
        let better = Interface { address: network.nth(2).unwrap_or(found.address), network };
        let message = format!("`cidr_exposed` is the network {network}; the interface address of the leaf is expected");
        let finding = Diagnostic::at(&codes::EXPOSED_NOT_INTERFACE, span, message);
        let edit = mend::value(entry, &found.to_string(), better.to_string());
        judge.push(mended(finding, format!("write for example `{better}`"), Applicability::Unsafe, edit));
    }
    Some(Spanned::new(found, span))
}

/// The address below an IPv4 address.
fn before(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => v4.to_bits().checked_sub(1).map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        IpAddr::V6(_) => None,
    }
}

/// Reads `address/length`; what can be mended is mended, with its finding.
fn interface(judge: &mut Judge<'_>, entry: &Entry, example: &str) -> Option<Interface> {
    let found = judge.check(entry, &entry.value.value, |text| match Interface::parse(text) {
        Ok(interface) => Ok((interface, None)),
        Err(_) => mend(text, entry, example).map(|(interface, finding)| (interface, Some(finding))),
    });
    let (interface, finding) = found?;
    if let Some(finding) = finding {
        judge.push(finding);
    }
    Some(interface)
}

/// The interface that a wrong text means, and the finding; or the finding alone.
fn mend(text: &str, entry: &Entry, example: &str) -> Result<(Interface, Diagnostic), Diagnostic> {
    let key = entry.key.value.as_str();
    let at = |code, message: String| Diagnostic::at(code, entry.value.span, message);
    let write = |finding: Diagnostic, interface: &Interface, applicability: Applicability| {
        let edit = mend::value(entry, text, interface.to_string());
        mended(finding, format!("write `{key} = {interface}`"), applicability, edit)
    };
    if text.is_empty() {
        let message = format!("`{key}` is empty; creating the external network crashes");
        return Err(at(&codes::POOL_NOT_CIDR, message)
            .help(format!("write `address/length`, as in `{example}`, or delete the line")));
    }
    let dense: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if dense != text {
        let finding = at(
            &codes::BLANK_IN_CIDR,
            format!("`{}` holds a blank, which is no part of a CIDR", text.replace('\n', "\\n")),
        );
        return match Interface::parse(&dense) {
            Ok(interface) => Ok((interface, write(finding, &interface, Applicability::Safe))),
            Err(_) => Err(finding.help(format!("write `{key} = {example}`"))),
        };
    }
    let Some((address, length)) = text.split_once('/') else {
        let finding = at(&codes::POOL_NOT_CIDR, format!("`{text}` has no length; `{key}` is `address/length`"));
        return Err(match plain_address(text) {
            Some(address) => {
                let length = if address.is_ipv4() { 24 } else { 64 };
                let whole = format!("{address}/{length}");
                let help = format!("add the length of its network, as in `{whole}`");
                mended(finding, help, Applicability::Unsafe, mend::value(entry, text, whole))
            }
            None => finding.help(format!("write for example `{example}`")),
        });
    };
    if address.is_empty() || length.is_empty() {
        let message = format!("`{text}` is half a CIDR, which silently means none");
        let whole = if address.is_empty() {
            format!("{}/{length}", example.split('/').next().unwrap_or_default())
        } else {
            format!("{address}/24")
        };
        return Err(at(&codes::HALF_CIDR, message).help(format!("complete it, as in `{whole}`")));
    }
    let Some(plain) = plain_address(address) else {
        let message = format!("`{address}` in `{key}` is no IP address");
        let octets = address.split('.').filter(|octet| octet.parse::<u8>().is_ok()).count();
        let short = octets < 4 && octets == address.split('.').count();
        let help = if short {
            format!(
                "write all four numbers of the address, as in `{}{}/{length}`",
                address,
                ".0".repeat(3 - octets) + ".1"
            )
        } else {
            format!("write for example `{example}`")
        };
        return Err(at(&codes::POOL_NOT_CIDR, message).help(help));
    };
    // What is certain of a netmask is not of octets with zeros in front.
    let exact = address.parse::<IpAddr>().is_ok();
    let (found, finding, applicability) = if let Some(bits) = mask_length(length).filter(|_| plain.is_ipv4()) {
        let finding = at(&codes::NETMASK_FORM, format!("`{length}` is a netmask; it goes to APIC as it is written"));
        let applicability = if exact { Applicability::Safe } else { Applicability::Unsafe };
        (Interface { address: plain, network: Prefix::containing(plain, bits) }, finding, applicability)
    } else {
        let width = if plain.is_ipv4() { 32 } else { 128 };
        let bits =
            length.parse::<u8>().ok().filter(|bits| *bits <= width && length.bytes().all(|b| b.is_ascii_digit()));
        let Some(bits) = bits else {
            let message = format!("`/{length}` in `{key}` is no length from 0 to {width}");
            let finding = at(&codes::POOL_NOT_CIDR, message);
            return Err(finding.help(format!("write for example `{plain}/{}`", if width == 32 { 24 } else { 64 })));
        };
        let message = if exact {
            format!("the length `{length}` in `{key}` has a leading zero or a sign")
        } else {
            format!("an octet of `{address}` in `{key}` has a leading zero, which some releases read as octal")
        };
        let found = Interface { address: plain, network: Prefix::containing(plain, bits) };
        (found, at(&codes::LEADING_ZERO, message), Applicability::Unsafe)
    };
    Ok((found, write(finding, &found, applicability)))
}

/// The address of a text; octets with leading zeros are read as decimal.
fn plain_address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let octets: Vec<u8> = text
        .split('.')
        .map(|octet| (octet.bytes().all(|b| b.is_ascii_digit())).then(|| octet.parse().ok()).flatten())
        .collect::<Option<_>>()?;
    <[u8; 4]>::try_from(octets).ok().map(IpAddr::from)
}

/// The length that a netmask or a hostmask stands for.
fn mask_length(text: &str) -> Option<u8> {
    let bits = text.parse::<Ipv4Addr>().ok()?.to_bits();
    let (ones, zeros) = (bits.leading_ones(), bits.leading_zeros());
    if ones + bits.trailing_zeros() == 32 {
        u8::try_from(ones).ok()
    } else if zeros + bits.trailing_ones() == 32 {
        u8::try_from(zeros).ok()
    } else {
        None
    }
}

/// The finding for an address that is none.
pub(super) fn address_finding(entry: &Entry, text: &str, key: &str) -> Diagnostic {
    let span = entry.value.span;
    if let Some(address) = plain_address(text) {
        let message = format!("an octet of `{text}` in `{key}` has a leading zero, which some releases read as octal");
        let edit = mend::value(entry, text, address.to_string());
        let finding = Diagnostic::at(&codes::LEADING_ZERO, span, message);
        return mended(finding, format!("write `{key} = {address}`"), Applicability::Unsafe, edit);
    }
    let message = format!("`{}` in `{key}` is no IP address", text.replace('\n', "\\n"));
    let finding = Diagnostic::at(&codes::GATEWAY_OUTSIDE, span, message);
    match text.split_once('/') {
        Some((address, _)) if address.parse::<IpAddr>().is_ok() => {
            let help = format!("write `{key} = {address}`, without a length");
            mended(finding, help, Applicability::Unsafe, mend::value(entry, text, address))
        }
        _ => finding.help("write the address of the router behind the leaf, as in `192.168.34.1`"),
    }
}
