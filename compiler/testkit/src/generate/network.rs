//! Networks: one or two IPv4 subnets of many sizes, gateways anywhere or nowhere, IPv6 in each of Neutron's modes.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use super::six::{V6, v6};
use super::{Dice, Draws as _, Site};

/// A network that instances can be put on.
#[derive(Clone, Debug)]
pub(super) struct Network {
    /// As its own project calls it.
    pub(super) handle: String,
    /// Its owner.
    pub(super) project: String,
    pub(super) subnets: Vec<Subnet>,
    /// Its IPv6 subnets; those whose addresses are made from MACs come last, as Neutron adds them.
    v6: Vec<V6>,
    /// Who may use it besides its owner.
    pub(super) shared_with: String,
}

/// An IPv4 subnet.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    pub(super) handle: &'static str,
    base: u32,
    size: u32,
    pub(super) gateway: Option<u32>,
    dhcp: bool,
    next: u32,
}

impl Subnet {
    /// A free address, if there is one: none is given out twice, and never the gateway's or the DHCP server's.
    pub(super) fn free(&mut self) -> Option<Ipv4Addr> {
        loop {
            self.next += 1;
            let address = self.base + self.next;
            if self.next + 1 >= self.size {
                return None;
            }
            let is_server = self.dhcp && (0..2).any(|number| address == self.server(number));
            if Some(address) != self.gateway && !is_server {
                return Some(address.into());
            }
        }
    }

    /// The address of the first or second DHCP server; gateways stand elsewhere where there is DHCP.
    fn server(&self, number: u32) -> u32 {
        self.base + 2 + number
    }
}

impl Network {
    /// The addresses of a port with this MAC, as they are written; nothing when the network is full.
    pub(super) fn addresses(&mut self, dice: &mut Dice, mac: &str) -> Option<Vec<String>> {
        let mut addresses: Vec<String> = Vec::new();
        if dice.once_in(15) && !self.v6.iter().any(|v6| v6.automatic) {
            return Some(addresses);
        }
        let only_v6 = !self.v6.is_empty() && dice.once_in(8);
        if !only_v6 {
            let at = if self.subnets.len() > 1 { dice.index(self.subnets.len()) } else { 0 };
            addresses.push(self.subnets[at].free()?.to_string());
            if at == 0 && self.subnets.len() > 1 && dice.once_in(4) {
                addresses.push(self.subnets[1].free()?.to_string());
            }
        }
        for v6 in &mut self.v6 {
            v6.next += 1 + u32::try_from(dice.below(9)).unwrap_or(0);
            if v6.automatic {
                // Every port of the network has it, asked for or not.
                addresses.push(v6.automatic(mac));
            } else if only_v6 || !dice.once_in(3) {
                addresses.push(format!("{}::{:x}", v6.prefix, 0x100 + v6.next));
            }
        }
        Some(addresses)
    }

    /// Allowed address pairs as they are written: addresses and prefixes of both families near its ports' that no port has,
    /// the gateway's, and all there are; with the port's MAC or with one of their own.
    pub(super) fn pairs(&self, dice: &mut Dice) -> Vec<String> {
        let other = dice.mac();
        let mut pairs: Vec<String> = Vec::new();
        for _ in 0..1 + dice.below(3) {
            let Some(ip) = self.pair(dice) else { continue };
            let pair =
                if dice.once_in(3) { format!("{{ip: \"{ip}\", mac: \"{other}\"}}") } else { format!("\"{ip}\"") };
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        pairs
    }

    fn pair(&self, dice: &mut Dice) -> Option<String> {
        let number = u32::try_from(dice.below(3)).unwrap_or(0);
        if let Some(v6) = self.v6.first().filter(|_| dice.once_in(2)) {
            return Some(match dice.below(6) {
                0 => "::/0".to_owned(),
                1 => format!("{}/112", v6.at("f:0")),
                2 => "fe80::/64".to_owned(),
                _ => v6.at(&format!("e:{}", number + 1)),
            });
        }
        let subnet = self.subnets.first().filter(|subnet| subnet.size >= 128)?;
        let high = subnet.base + subnet.size / 2 + 16 * number;
        Some(match dice.below(8) {
            0 => "0.0.0.0/0".to_owned(),
            1 => Ipv4Addr::from_bits(subnet.gateway?).to_string(),
            2 | 3 => format!("{}/28", Ipv4Addr::from_bits(high)),
            _ => Ipv4Addr::from_bits(high + 3).to_string(),
        })
    }

    /// The handle of the subnet that an address is in.
    pub(super) fn subnet_of(&self, address: Ipv4Addr) -> Option<&'static str> {
        let holds = |subnet: &&Subnet| address.to_bits().wrapping_sub(subnet.base) < subnet.size;
        self.subnets.iter().find(holds).map(|subnet| subnet.handle)
    }

    /// Whether a router can take its subnets as they are.
    pub(super) fn is_routable(&self) -> bool {
        self.subnets.iter().all(|subnet| subnet.gateway.is_some())
    }
}

/// Makes a network and writes it. Networks of one number have the same addresses in projects of the same octet.
pub(super) fn network(
    site: &mut Site,
    dice: &mut Dice,
    text: &mut String,
    (project, octet, number): (&str, u32, u32),
) -> Network {
    let handle = format!("{number}{}", dice.pick(super::WORDS));
    let region = Ipv4Addr::new(10, u8::try_from(octet).unwrap_or(0), 0, 0).to_bits() + number * 0x1000;
    let dhcp = !dice.once_in(4);
    let (base, length, dhcp) = match dice.below(10) {
        0 => (region + 4, 30, false),
        1 => (Ipv4Addr::new(172, u8::try_from(16 + (octet - 50) * 4 + number).unwrap_or(16), 0, 0).to_bits(), 16, dhcp),
        2 => (region, 29, false),
        _ => (region, 21 + u32::try_from(dice.below(6)).unwrap_or(0), dhcp),
    };
    let mut subnets = vec![subnet(dice, "s4", base, length, dhcp)];
    if length < 29 && dice.once_in(4) {
        let length = 24 + u32::try_from(dice.below(3)).unwrap_or(0);
        let dhcp = !dice.once_in(3);
        subnets.push(subnet(dice, "more", region + 0x800, length, dhcp));
    }
    site.vnid += 1;
    let mcast = if dice.once_in(5) {
        String::new()
    } else {
        format!(", mcast: 225.4.{}.{}", site.vnid >> 8 & 255, site.vnid & 255)
    };
    let shared_with = match dice.below(8) {
        0 => "\"*\"".to_owned(),
        1 => site.names.iter().find(|name| *name != project).map_or_else(String::new, |name| format!("[{name}]")),
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "      {handle}:\n        id: {}\n        facts: {{vnid: {:#x}{mcast}}}",
        dice.uuid(),
        site.vnid
    );
    if !shared_with.is_empty() {
        let _ = writeln!(text, "        shared_with: {shared_with}");
    }
    if dice.once_in(6) {
        text.push_str("        mtu: 1450\n");
    }
    if dice.once_in(10) {
        text.push_str("        port_security_enabled: false\n");
    }
    text.push_str("        subnets:\n");
    for subnet in &subnets {
        write_subnet(dice, text, subnet);
    }
    let mut six = Vec::new();
    if dice.once_in(3) {
        six.push(v6(dice, text, "s6", format!("2001:db8:{octet:x}:{number:x}")));
        if dice.once_in(3) {
            six.push(v6(dice, text, "s6-more", format!("2001:db8:{octet:x}:1{number:x}")));
        }
        six.sort_by_key(|v6| v6.automatic);
    }
    if subnets.iter().any(|subnet| subnet.dhcp) || six.iter().any(|v6| v6.served) {
        dhcp_ports(site, dice, text, &subnets, &six);
    }
    Network { handle, project: project.to_owned(), subnets, v6: six, shared_with }
}

fn subnet(dice: &mut Dice, handle: &'static str, base: u32, length: u32, dhcp: bool) -> Subnet {
    let size = 1 << (32 - length);
    let gateway = match dice.below(12) {
        0 => None,
        1 | 2 => Some(base + size - 2),
        3 if size > 8 => Some(base + 5),
        _ => Some(base + 1),
    };
    let next = if size > 16 { 9 } else { 0 };
    Subnet { handle, base, size, gateway, dhcp, next }
}

fn write_subnet(dice: &mut Dice, text: &mut String, subnet: &Subnet) {
    let at = |address: u32| Ipv4Addr::from_bits(address);
    let length = 32 - subnet.size.trailing_zeros();
    let _ = write!(text, "          {}: {{cidr: {}/{length}", subnet.handle, at(subnet.base));
    match subnet.gateway {
        None => text.push_str(", gateway_ip: null"),
        Some(gateway) if gateway != subnet.base + 1 || dice.once_in(6) => {
            let _ = write!(text, ", gateway_ip: {}", at(gateway));
        }
        Some(_) => {}
    }
    if !subnet.dhcp {
        text.push_str(", enable_dhcp: false");
    }
    if dice.once_in(2) {
        text.push_str(", dns_nameservers: [9.9.9.9, 149.112.112.112]");
    }
    if dice.once_in(5) {
        let _ = write!(text, ", host_routes: [{{destination: 10.200.0.0/16, nexthop: {}}}]", at(subnet.base + 7));
    }
    text.push_str("}\n");
}

/// A DHCP port, or two on two hosts, with an address on every subnet that is served.
fn dhcp_ports(site: &Site, dice: &mut Dice, text: &mut String, subnets: &[Subnet], v6: &[V6]) {
    text.push_str("        dhcp_ports:\n");
    let first = site.serving(dice);
    dhcp_port(dice, text, &first, 0, subnets, v6);
    let second = site.serving(dice);
    if second != first {
        dhcp_port(dice, text, &second, 1, subnets, v6);
    }
}

fn dhcp_port(dice: &mut Dice, text: &mut String, host: &str, number: u32, subnets: &[Subnet], v6: &[V6]) {
    let mac = dice.mac();
    let mut addresses: Vec<String> = subnets
        .iter()
        .filter(|subnet| subnet.dhcp)
        .map(|subnet| Ipv4Addr::from_bits(subnet.server(number)).to_string())
        .collect();
    for v6 in v6.iter().filter(|v6| v6.served) {
        let address = if v6.automatic { v6.automatic(&mac) } else { format!("{}::{}", v6.prefix, 2 + number) };
        addresses.push(format!("\"{address}\""));
    }
    let (id, addresses) = (dice.uuid(), addresses.join(", "));
    let _ = writeln!(text, "          {host}: {{id: {id}, mac_address: \"{mac}\", fixed_ips: [{addresses}]}}");
}
