//! Packets that a flow set has something to say about, found in its own matches and actions: everybody who sends, everybody and
//! everything that is sent to, and for each flow packets of the kind that it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::mutate::Flow;
use crate::ovs::{Arp, Ingress, Packet, Payload};

const ROUTER: &str = "00:22:bd:f8:19:ff";
const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";
const STRANGER: &str = "fa:16:3e:ee:ee:01";
const OUTSIDE: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9)), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 9))];

/// Who sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sender {
    /// The port, or the network id of the tunnel.
    from: std::result::Result<u32, u32>,
    mac: String,
    ip: IpAddr,
}

/// Whom or what is sent to.
type Target = (String, IpAddr);

/// What a flow set speaks of.
pub(super) struct Probes {
    flows: Vec<Fields>,
    senders: BTreeSet<Sender>,
    targets: BTreeSet<Target>,
    tunnel: Option<u32>,
}

/// The matches of a flow, by field; keywords as `arp` have no value.
type Fields = BTreeMap<String, String>;

fn fields(line: &str) -> Option<(Fields, Flow)> {
    let flow = Flow::read(line)?;
    let part = |part: &String| match part.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.split('/').next().unwrap_or(value).to_owned()),
        None => (part.clone(), String::new()),
    };
    Some((flow.matches.iter().map(part).collect(), flow))
}

fn number(text: &str) -> Option<u32> {
    text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())
}

/// The address that a flow is about, as source or destination. Of a prefix it is the last address but one.
fn address(fields: &Fields, keys: &[&str]) -> Option<IpAddr> {
    keys.iter().find_map(|key| fields.get(*key)?.parse().ok())
}

const DESTINATIONS: [&str; 4] = ["nw_dst", "ipv6_dst", "arp_tpa", "nd_target"];
const SOURCES: [&str; 3] = ["nw_src", "ipv6_src", "arp_spa"];

impl Probes {
    pub(super) fn new(flows: &str, ports: &BTreeMap<u32, String>) -> Self {
        let tunnel = ports.iter().find(|(_, name)| name.contains("vxlan")).map(|(number, _)| *number);
        let mut probes = Self { flows: Vec::new(), senders: BTreeSet::new(), targets: BTreeSet::new(), tunnel };
        let mut seen = BTreeSet::new();
        for (fields, flow) in flows.lines().filter(|line| seen.insert(*line)).filter_map(fields) {
            probes.learn(&fields, &flow);
            probes.flows.push(fields);
        }
        for number in ports.keys().filter(|number| Some(**number) != tunnel) {
            probes.senders.extend(OUTSIDE.map(|ip| Sender { from: Ok(*number), mac: STRANGER.to_owned(), ip }));
        }
        for ip in OUTSIDE.into_iter().chain([IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254))]) {
            probes.targets.insert((ROUTER.to_owned(), ip));
            probes.targets.insert((STRANGER.to_owned(), ip));
            probes.targets.insert((BROADCAST.to_owned(), ip));
        }
        probes
    }

    fn learn(&mut self, fields: &Fields, flow: &Flow) {
        let port = fields.get("in_port").and_then(|port| number(port)).filter(|port| Some(*port) != self.tunnel);
        let mac = fields.get("dl_src").cloned();
        if let (Some(port), Some(mac)) = (port, mac) {
            let ips = address(fields, &SOURCES).map_or(OUTSIDE.to_vec(), |ip| vec![ip]);
            self.senders.extend(ips.into_iter().map(|ip| Sender { from: Ok(port), mac: mac.clone(), ip }));
        }
        if let Some(vni) = fields.get("tun_id").and_then(|id| number(id)) {
            for (mac, ip) in [ROUTER, STRANGER].into_iter().flat_map(|mac| OUTSIDE.map(|ip| (mac, ip))) {
                self.senders.insert(Sender { from: Err(vni), mac: mac.to_owned(), ip });
            }
        }
        let loaded = |register: &str| {
            let action =
                |action: &String| number(action.strip_prefix("load:")?.strip_suffix(register)?.strip_suffix("->")?);
            flow.actions.iter().find_map(action)
        };
        let set = |field: &str| {
            flow.actions.iter().find_map(|it| it.strip_prefix("set_field:")?.strip_suffix(field)?.strip_suffix("->"))
        };
        if let Some(ip) = address(fields, &DESTINATIONS) {
            let prefix = fields.get("nw_dst").is_some_and(|ip| ip.ends_with(".0"));
            let ip = match ip {
                IpAddr::V4(v4) if prefix => IpAddr::V4(Ipv4Addr::from(u32::from(v4) + 250)),
                IpAddr::V4(_) | IpAddr::V6(_) => ip,
            };
            self.targets.insert((ROUTER.to_owned(), ip));
            self.targets.insert((fields.get("dl_dst").map_or(BROADCAST, String::as_str).to_owned(), ip));
            if let Some(mac) = set("eth_dst") {
                self.targets.insert((mac.to_owned(), ip));
                // Who is sent to also sends; what a number leads to is a port, or it is none and nothing sends there.
                if let Some(port) = loaded("NXM_NX_REG7[]").filter(|port| *port < 0x1_0000) {
                    self.senders.insert(Sender { from: Ok(port), mac: mac.to_owned(), ip });
                }
            }
        } else if let Some(mac) = fields.get("dl_dst") {
            self.targets.extend(OUTSIDE.map(|ip| (mac.clone(), ip)));
        }
    }

    /// Everybody to everything, and packets for every flow.
    pub(super) fn all(&self) -> Vec<Packet> {
        let mut packets = Vec::new();
        let nothing = Fields::new();
        for (at, sender) in self.senders.iter().enumerate() {
            for target in &self.targets {
                packets.extend(self.packet(&nothing, sender, target));
            }
            // Of the kinds of packets each sender tries every seventh, beginning elsewhere than the one before.
            for fields in self.flows.iter().skip(at % 7).step_by(7) {
                packets
                    .extend(self.targets.iter().skip(at % 5).take(1).filter_map(|to| self.packet(fields, sender, to)));
            }
        }
        for fields in &self.flows {
            packets.extend(self.for_flow(fields, 2));
        }
        distinct(packets)
    }

    /// Packets that meet a flow's matches, from those who may send them; of targets that it leaves open, so many.
    fn for_flow(&self, fields: &Fields, open: usize) -> Vec<Packet> {
        let port = fields.get("in_port").and_then(|port| number(port));
        let (mac, vni) = (fields.get("dl_src"), fields.get("tun_id").and_then(|id| number(id)));
        let fits = |sender: &&Sender| {
            mac.is_none_or(|mac| *mac == sender.mac)
                && vni.is_none_or(|vni| sender.from == Err(vni))
                && port.is_none_or(|port| {
                    if Some(port) == self.tunnel { sender.from.is_err() } else { sender.from == Ok(port) }
                })
        };
        let own: Vec<&Sender> = self.senders.iter().filter(fits).collect();
        let all: Vec<&Sender> = if own.is_empty() { self.senders.iter().collect() } else { own };
        let ip = address(fields, &DESTINATIONS);
        let named = |target: &&Target| {
            ip.is_none_or(|ip| ip == target.1) && fields.get("dl_dst").is_none_or(|mac| *mac == target.0)
        };
        let (fit, rest): (Vec<&Target>, Vec<&Target>) = self.targets.iter().partition(named);
        let targets: Vec<&Target> = fit.into_iter().chain(rest).take(open.max(1)).collect();
        all.into_iter().flat_map(|from| targets.iter().filter_map(|to| self.packet(fields, from, to))).collect()
    }

    /// A packet of a sender to a target, as far as a flow leaves that open.
    fn packet(&self, fields: &Fields, sender: &Sender, (mac, ip): &Target) -> Option<Packet> {
        let has = |key: &str| fields.contains_key(key);
        let value = |key: &str| fields.get(key).and_then(|value| number(value));
        let small = |key: &str| value(key).and_then(|value| u16::try_from(value).ok());
        let ingress = match (value("tun_id"), value("in_port"), &sender.from) {
            (Some(vni), _, _) => Ingress::Tunnel(vni),
            (None, Some(port), Err(vni)) if Some(port) == self.tunnel => Ingress::Tunnel(*vni),
            (None, Some(port), _) if Some(port) != self.tunnel => Ingress::Port(port),
            (None, _, Ok(port)) => Ingress::Port(*port),
            (None, _, Err(vni)) => Ingress::Tunnel(*vni),
        };
        let dl_src = fields.get("dl_src").unwrap_or(&sender.mac);
        let src = address(fields, &SOURCES).unwrap_or(sender.ip);
        let dst = address(fields, &["nw_dst", "ipv6_dst", "arp_tpa"]).unwrap_or(*ip);
        let target = address(fields, &["nd_target"]);
        let is_arp = has("arp") || !has("ip") && mac == BROADCAST && fields.is_empty();
        let payload = match (src, dst) {
            (IpAddr::V4(spa), IpAddr::V4(tpa)) if is_arp => {
                let op = small("arp_op").and_then(|op| u8::try_from(op).ok()).unwrap_or(1);
                Payload::Arp(Arp { op, sha: dl_src.clone(), spa, tha: "00:00:00:00:00:00".to_owned(), tpa })
            }
            _ if has("arp") || src.is_ipv4() != dst.is_ipv4() && target.is_none() => return None,
            _ if has("udp") || has("udp6") => Payload::Udp {
                src,
                dst,
                ttl: 64,
                ports: (small("tp_src").unwrap_or(5353), small("tp_dst").unwrap_or(53)),
            },
            _ if has("tcp") || has("tcp6") => Payload::Tcp {
                src,
                dst,
                ttl: 64,
                ports: (small("tp_src").unwrap_or(40000), small("tp_dst").unwrap_or(80)),
            },
            _ if has("icmp") || has("icmp6") => {
                let first = if src.is_ipv4() { 8 } else { 128 };
                let byte = |key: &str, or: u8| small(key).map_or(or, |value| u8::try_from(value).unwrap_or(or));
                let target = target.and_then(|it| if let IpAddr::V6(it) = it { Some(it) } else { None });
                let is_discovery = matches!(small("icmp_type"), Some(135 | 136));
                let target =
                    target.or_else(|| if let IpAddr::V6(it) = ip { is_discovery.then_some(*it) } else { None });
                let (src, dst) = match (src, dst, target) {
                    (IpAddr::V4(_), _, Some(it)) => (OUTSIDE[1], IpAddr::V6(it)),
                    (_, IpAddr::V4(_), Some(it)) => (src, IpAddr::V6(it)),
                    _ => (src, dst),
                };
                Payload::Icmp { src, dst, ttl: 64, kind: (byte("icmp_type", first), byte("icmp_code", 0)), target }
            }
            _ if src.is_ipv4() != dst.is_ipv4() => return None,
            _ => Payload::ping(src, dst, 64),
        };
        // A match for groups takes every address with the group bit.
        let group = fields.get("dl_dst").is_some_and(|mac| mac == "01:00:00:00:00:00");
        let dl_dst = if group { "33:33:ff:00:00:01" } else { fields.get("dl_dst").unwrap_or(mac) };
        let (dl_src, mark) = (dl_src.clone(), value("pkt_mark").unwrap_or(0));
        Some(Packet { ingress, dl_src, dl_dst: dl_dst.to_owned(), payload, mark })
    }
}

/// Packets that are aimed at one flow, given as its line.
pub(super) fn of_flow(probes: &Probes, line: &str) -> Vec<Packet> {
    let Some((mut fields, _)) = fields(line) else { return Vec::new() };
    let mut packets = probes.for_flow(&fields, 40);
    // The same from elsewhere, which another flow may have kept out.
    for key in ["in_port", "dl_src", "tun_id"] {
        let _ = fields.remove(key);
    }
    packets.extend(probes.for_flow(&fields, 12));
    distinct(packets)
}

fn distinct(packets: Vec<Packet>) -> Vec<Packet> {
    let mut seen = BTreeSet::new();
    packets.into_iter().filter(|packet| seen.insert(format!("{packet:?}"))).collect()
}
