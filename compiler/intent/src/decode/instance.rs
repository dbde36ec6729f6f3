//! Instances, ports, address pairs and floating IPs.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use aciform_diagnostics::{Applicability, Diagnostic, Span, Spanned};

use super::node::{Node, Value, quoted};
use super::reader::{Path, Reader};
use super::scalars::{HANDLE, PORT, QUALIFIED};
use super::shapes;
use crate::codes;
use crate::model::{AddressPair, FixedIp, FloatingIp, Instance, Port};
use crate::scalar::{Interface, MacAddr};

/// `max_allowed_address_pair` of Neutron.
const MOST_PAIRS: usize = 10;

pub(super) fn instance(
    reader: &mut Reader<'_>,
    handle: Spanned<String>,
    node: Node<'_>,
    path: &Path<'_>,
) -> Option<Instance> {
    let fields = shapes::Instance::read(reader, Some(node))?;
    let host = reader.reference(fields.host, HANDLE);
    // A node of the map has room for eleven ports, and nearly every instance has one.
    let ports = reader.handles(fields.ports, "ports", path, |reader, handle, node, path| {
        port(reader, handle, node, path).map(Box::new)
    });
    let id = reader.id(fields.id);
    let name = reader.some_text(fields.name);
    Some(Instance { handle, id, name, host: host?, ports })
}

/// A port, of an instance or of nobody.
pub(super) fn port(reader: &mut Reader<'_>, handle: Spanned<String>, node: Node<'_>, path: &Path<'_>) -> Option<Port> {
    let fields = shapes::Port::read(reader, Some(node))?;
    let (mut fixed_ips, lost) = reader.whole_list(fields.fixed_ips, fixed_ip);
    let addresses: Vec<Spanned<IpAddr>> = fixed_ips.iter().flatten().filter_map(written_address).collect();
    reader.repeated(&addresses, "address");
    // A repeat is reported; the port has the address once.
    let mut seen = HashSet::new();
    if let Some(entries) = &mut fixed_ips {
        entries.retain(|entry| written_address(entry).is_none_or(|address| seen.insert(address.value)));
    }
    if lost {
        reader.incomplete.insert_value(format!("ports/{path}/fixed_ips"));
    }
    let security_groups = reader.list(fields.security_groups, |reader, node| reader.reference(Some(node), QUALIFIED));
    reader.repeated_entries("security_groups", security_groups.as_deref().unwrap_or_default());
    let allowed_address_pairs = address_pairs(reader, fields.allowed_address_pairs);
    let port_security_enabled = reader.boolean(fields.port_security_enabled);
    if let Some(off) = port_security_enabled.filter(|enabled| !enabled.value) {
        let groups =
            fields.security_groups.filter(|_| security_groups.as_ref().is_some_and(|groups| !groups.is_empty()));
        let pairs = fields.allowed_address_pairs.filter(|_| !allowed_address_pairs.is_empty());
        for filter in [groups, pairs].into_iter().flatten() {
            let message = format!("`{}` needs port security, which is off here", filter.name);
            let help = format!("delete `{}`, or the `port_security_enabled: false`", filter.name);
            let finding = Diagnostic::at(&codes::NO_PORT_SECURITY, filter.at(), message);
            reader.push(finding.label(off.span, "switched off here").help(help));
        }
    }
    let id = reader.id(fields.id);
    let name = reader.some_text(fields.name);
    let mac_address = reader.mac(fields.mac_address);
    let network = reader.reference(fields.network, QUALIFIED)?;
    Some(Port {
        handle,
        id,
        name,
        mac_address,
        network,
        fixed_ips,
        security_groups,
        allowed_address_pairs,
        port_security_enabled,
    })
}

/// An address, a subnet's handle or id, or either in its long form.
fn fixed_ip(reader: &mut Reader<'_>, node: Node<'_>) -> Option<Spanned<FixedIp>> {
    match node.value {
        Value::Scalar(..) => {
            let text = node.text();
            if text.is_some_and(looks_like_an_address) {
                return reader.address(Some(node)).map(|address| address.map(FixedIp::Address));
            }
            reader.reference(Some(node), HANDLE).map(|subnet| subnet.map(FixedIp::Subnet))
        }
        Value::List(_) | Value::Map(_) | Value::Gone => {
            let unknown_keys = reader.unknown_keys;
            let fields = shapes::FixedIp::read(reader, Some(node))?;
            match (fields.ip_address, fields.subnet) {
                (Some(address), None) => Some(reader.address(Some(address))?.map(FixedIp::Address)),
                (None, Some(subnet)) => Some(reader.reference(Some(subnet), HANDLE)?.map(FixedIp::Subnet)),
                (Some(_), Some(subnet)) => {
                    let message = "`subnet` beside `ip_address`, which lies in one subnet only".to_owned();
                    let help = "write the address alone, or the subnet alone to have one allocated".to_owned();
                    reader.report(&codes::CONFLICTING_KEYS, subnet.at(), message, help);
                    None
                }
                // A key that is not known is what was meant.
                (None, None) if reader.unknown_keys > unknown_keys => None,
                (None, None) => {
                    let message = "an entry of `fixed_ips` has neither an address nor a subnet".to_owned();
                    let help = "write an address, or a subnet to have one allocated".to_owned();
                    reader.report(&codes::MISSING_KEY, node.at(), message, help);
                    None
                }
            }
        }
    }
}

/// Whether a text is meant as an address, right or wrong; what is not is a subnet's handle.
fn looks_like_an_address(text: &str) -> bool {
    let digits_and_dots = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.contains('.');
    let with_length = text.split_once('/').is_some_and(|(address, _)| address.parse::<IpAddr>().is_ok());
    digits_and_dots || with_length || text.contains(':')
}

fn written_address(entry: &Spanned<FixedIp>) -> Option<Spanned<IpAddr>> {
    match entry.value {
        FixedIp::Address(address) => Some(Spanned::new(address, entry.span)),
        FixedIp::Subnet(_) => None,
    }
}

fn address_pairs(reader: &mut Reader<'_>, node: Option<Node<'_>>) -> Vec<AddressPair> {
    let mut seen: HashMap<(Interface, Option<MacAddr>), Span> = HashMap::new();
    let pairs = reader.list(node, |reader, entry| {
        let (ip, mac) = if matches!(entry.value, Value::Scalar(..)) {
            (reader.interface(Some(entry)), None)
        } else {
            let fields = shapes::AddressPair::read(reader, Some(entry))?;
            let ip = reader.interface(fields.ip);
            // A pair whose MAC cannot be read must not become one with the port's MAC.
            let mac = reader.mac(fields.mac);
            (ip.filter(|_| fields.mac.is_none() || mac.is_some()), mac)
        };
        let ip = ip?;
        let network = ip.value.network;
        if network.network().is_multicast() {
            let message = format!("`{}` is multicast, which nobody sends from", shown(ip.value));
            reader.report(&codes::PAIR_MULTICAST, ip.span, message, "write a unicast address or prefix".to_owned());
            return None;
        }
        if ip.value.address != network.network() {
            let message = format!("{} lets the port send from all of `{network}`", quoted(&ip.value.to_string()));
            let help = format!("write `{network}` if that is meant, or `{}` for the address alone", ip.value.address);
            reader.report(&codes::PAIR_HOST_BITS, ip.span, message, help);
        }
        if let Some(first) = seen.insert((ip.value, mac.map(|mac| mac.value)), ip.span) {
            let message = format!("address pair {} stands in the list twice", quoted(&shown(ip.value)));
            reader.report_repeat(&codes::REPEATED_ADDRESS, ip.span, first, message, Applicability::Safe);
            return None;
        }
        Some(AddressPair { span: entry.span, ip: ip.map(|ip| ip.network), mac })
    });
    let pairs = pairs.unwrap_or_default();
    if let Some(node) = node.filter(|_| pairs.len() > MOST_PAIRS) {
        let message = format!("{} address pairs, and Neutron takes {MOST_PAIRS} on a port", pairs.len());
        let help = "write a prefix that covers several, or spread them over ports".to_owned();
        reader.report(&codes::TOO_MANY_PAIRS, node.at(), message, help);
    }
    pairs
}

fn shown(ip: Interface) -> String {
    if ip.network.is_host() { ip.address.to_string() } else { ip.to_string() }
}

pub(super) fn floating_ip(reader: &mut Reader<'_>, handle: Spanned<String>, node: Node<'_>) -> Option<FloatingIp> {
    let unknown_keys = reader.unknown_keys;
    let fields = shapes::FloatingIp::read(reader, Some(node))?;
    // A key that is spelled otherwise may be the port.
    if let (Some(fixed_ip), None) = (fields.fixed_ip, fields.port)
        && reader.unknown_keys == unknown_keys
    {
        let message = "`fixed_ip` without the `port` whose address it is".to_owned();
        let help = "add `port: INSTANCE/PORT`, or delete `fixed_ip`".to_owned();
        reader.report(&codes::MISSING_KEY, fixed_ip.at(), message, help);
    }
    let id = reader.id(fields.id);
    let address = reader.address(fields.address);
    let port = reader.reference(fields.port, PORT);
    let fixed_ip = reader.address(fields.fixed_ip);
    // A floating IP whose port cannot be read must not become a reserved one.
    let whole = fields.port.is_none() || port.is_some();
    let network = reader.reference(fields.network, QUALIFIED).filter(|_| whole)?;
    Some(FloatingIp { handle, id, network, address, port, fixed_ip })
}
