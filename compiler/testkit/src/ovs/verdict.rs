//! What the switch does with a packet, read from the "Datapath actions" of a trace.
//!
//! The "Final flow" of a trace is not read: it leaves out the tunnel's id and shows one end where there may be several.
//! Actions are walked in order with the headers as they are at that point, so each delivery knows what left there.

use std::net::{IpAddr, Ipv4Addr};

use super::failure::{Failure, Result};
use super::packet::{Arp, Ingress, Packet, Payload};

/// What happens to a packet. No delivery means that it is dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where it goes, in order.
    pub deliveries: Vec<Delivery>,
    /// The trace, to show when a verdict is not the expected one.
    pub trace: String,
}

/// One copy of the packet on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where to.
    pub to: To,
    /// The headers it leaves with.
    pub headers: Headers,
}

/// Where a packet goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// Out of another port than it came in by.
    Port {
        /// Its OpenFlow number.
        number: u32,
        /// Its name.
        name: String,
    },
    /// Back out of the port it came in by.
    InPort,
    /// Into the tunnel.
    Tunnel {
        /// The network id.
        vni: u32,
        /// The outer destination.
        to: Ipv4Addr,
    },
    /// To the agent.
    Controller {
        /// The cookie of the flow, by which the agent knows what it is about; 0 when the switch itself sends it because its hops ran out.
        cookie: u64,
    },
}

/// The headers that flows change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// Ethernet source.
    pub dl_src: String,
    /// Ethernet destination.
    pub dl_dst: String,
    /// What the frame carries.
    pub payload: Payload,
    /// The mark for a namespace on this host; 0 for none.
    pub mark: u32,
}

impl Headers {
    /// IP source.
    #[must_use]
    pub fn nw_src(&self) -> Option<IpAddr> {
        self.payload.ip().map(|(src, _, _)| src)
    }

    /// IP destination.
    #[must_use]
    pub fn nw_dst(&self) -> Option<IpAddr> {
        self.payload.ip().map(|(_, dst, _)| dst)
    }

    /// Hops left.
    #[must_use]
    pub fn ttl(&self) -> Option<u8> {
        self.payload.ip().map(|(_, _, ttl)| ttl)
    }
}

impl Verdict {
    /// Whether nothing leaves.
    #[must_use]
    pub fn is_drop(&self) -> bool {
        self.deliveries.is_empty()
    }

    /// The one delivery, where there is exactly one.
    #[must_use]
    pub fn only(&self) -> Option<&Delivery> {
        match self.deliveries.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// Phrases of a trace that mean that this set-up, and not a flow, stopped the packet.
const NOT_THE_FLOWS: [&str; 4] = [
    "native tunnel routing failed",
    "Not tunneling to our own address",
    "Nonexistent output port",
    "recursion too deep",
];

/// Reads a trace. `port` gives number and name of a port by the datapath's number.
pub(super) fn parse(trace: &str, packet: &Packet, port: impl Fn(u32) -> Option<(u32, String)>) -> Result<Verdict> {
    let odd = |what: String| Failure::Trace { what, trace: trace.to_owned() };
    if let Some(phrase) = NOT_THE_FLOWS.iter().find(|phrase| trace.contains(**phrase)) {
        return Err(odd(format!("the trace says `{phrase}`")));
    }
    let mut actions = trace.lines().filter_map(|line| line.strip_prefix("Datapath actions: "));
    let (Some(actions), None) = (actions.next(), actions.next()) else {
        return Err(odd("the trace does not have exactly one line of datapath actions".to_owned()));
    };
    let headers = Headers {
        dl_src: packet.dl_src.clone(),
        dl_dst: packet.dl_dst.clone(),
        payload: packet.payload.clone(),
        mark: packet.mark,
    };
    let mut walk = Walk { ingress: packet.ingress, port: &port, deliveries: Vec::new() };
    walk.actions(actions, headers).map_err(odd)?;
    Ok(Verdict { deliveries: walk.deliveries, trace: trace.to_owned() })
}

struct Walk<'a> {
    ingress: Ingress,
    port: &'a dyn Fn(u32) -> Option<(u32, String)>,
    deliveries: Vec<Delivery>,
}

impl Walk<'_> {
    fn actions(&mut self, text: &str, mut headers: Headers) -> std::result::Result<(), String> {
        // A tunnel header is pushed first and put out of the uplink next; the two are one delivery.
        let mut encapsulated = false;
        for action in split(text) {
            let (name, inside) = call(action);
            match name {
                "drop" => {}
                "set" => set(&mut headers, inside)?,
                "clone" => self.actions(inside, headers.clone())?,
                "tnl_push" => {
                    self.deliveries.push(Delivery { to: tunnel(inside)?, headers: headers.clone() });
                    encapsulated = true;
                }
                "userspace" => {
                    let cookie = find(inside, "rule_cookie").and_then(number).ok_or("a packet to nobody's agent")?;
                    self.deliveries.push(Delivery { to: To::Controller { cookie }, headers: headers.clone() });
                }
                _ if std::mem::take(&mut encapsulated) => {}
                _ => {
                    let datapath = action.parse().map_err(|_| format!("no verdict has words for `{action}`"))?;
                    let (number, name) = (self.port)(datapath).ok_or(format!("there is no port {datapath}"))?;
                    let back = self.ingress == Ingress::Port(number);
                    let to = if back { To::InPort } else { To::Port { number, name } };
                    self.deliveries.push(Delivery { to, headers: headers.clone() });
                }
            }
        }
        Ok(())
    }
}

fn tunnel(inside: &str) -> std::result::Result<To, String> {
    let missing = || format!("a tunnel without id or destination: `{inside}`");
    let header = find_call(inside, "header").ok_or_else(missing)?;
    let to = find_call(header, "ipv4").and_then(|outer| find(outer, "dst")).and_then(|text| text.parse().ok());
    let vni = find_call(header, "vxlan").and_then(|inner| find(inner, "vni")).and_then(number);
    let vni = vni.and_then(|vni| u32::try_from(vni).ok());
    let (Some(vni), Some(to)) = (vni, to) else { return Err(missing()) };
    Ok(To::Tunnel { vni, to })
}

fn set(headers: &mut Headers, inside: &str) -> std::result::Result<(), String> {
    let (layer, fields) = call(inside);
    let unread = || format!("no verdict has words for `set({inside})`");
    if layer == "skb_mark" {
        headers.mark = number(fields).and_then(|mark| u32::try_from(mark).ok()).ok_or_else(unread)?;
        return Ok(());
    }
    for field in split(fields) {
        let (name, value) = field.split_once('=').ok_or_else(unread)?;
        set_field(headers, layer, name, value).ok_or_else(unread)?;
    }
    Ok(())
}

fn set_field(headers: &mut Headers, layer: &str, name: &str, value: &str) -> Option<()> {
    match (layer, name) {
        ("eth", "src") => headers.dl_src = value.to_owned(),
        ("eth", "dst") => headers.dl_dst = value.to_owned(),
        ("ipv4" | "ipv6", _) => {
            let (src, dst, ttl) = headers.payload.ip()?;
            headers.payload = match name {
                "src" => headers.payload.with_ip(value.parse().ok()?, dst, ttl),
                "dst" => headers.payload.with_ip(src, value.parse().ok()?, ttl),
                "ttl" | "hlimit" => headers.payload.with_ip(src, dst, value.parse().ok()?),
                _ => return None,
            };
        }
        ("arp", _) => {
            let Payload::Arp(Arp { op, sha, spa, tha, tpa }) = &mut headers.payload else { return None };
            match name {
                "op" => *op = value.parse().ok()?,
                "sha" => *sha = value.to_owned(),
                "tha" => *tha = value.to_owned(),
                "sip" => *spa = value.parse().ok()?,
                "tip" => *tpa = value.parse().ok()?,
                _ => return None,
            }
        }
        _ => return None,
    }
    Some(())
}

/// `name(inside)`, or a bare name with nothing inside.
fn call(action: &str) -> (&str, &str) {
    match action.split_once('(') {
        Some((name, rest)) => (name, rest.strip_suffix(')').unwrap_or(rest)),
        None => (action, ""),
    }
}

/// Splits at the commas that are in no parentheses.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut depth = 0usize;
        let end = rest.bytes().position(|byte| {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            byte == b',' && depth == 0
        });
        let (part, behind) = end.map_or((rest, ""), |end| (&rest[..end], &rest[end + 1..]));
        rest = behind;
        Some(part)
    })
}

/// The inside of a call among these actions.
fn find_call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    split(text).map(call).find(|(known, _)| *known == name).map(|(_, inside)| inside)
}

/// The value of `name=value`, at any depth.
fn find<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    split(text).find_map(|part| {
        let (outer, inside) = call(part);
        match part.split_once('=') {
            Some((known, value)) if known == name => Some(value),
            _ if outer != part => find(inside, name),
            _ => None,
        }
    })
}

/// A number, maybe in hex.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Delivery, Headers, To, parse};
    use crate::ovs::{Packet, Payload};

    fn ping() -> Packet {
        let at = |text: &str| text.parse().expect("an address");
        Packet::from_port(
            37,
            "fa:16:3e:10:00:17",
            "00:22:bd:f8:19:ff",
            Payload::ping(at("10.0.0.1"), at("10.0.0.2"), 64),
        )
    }

    fn deliveries(actions: &str) -> Vec<Delivery> {
        let trace = format!("bridge(\"br-int\")\nDatapath actions: {actions}");
        parse(&trace, &ping(), |port| Some((port, format!("p{port}")))).expect("a verdict").deliveries
    }

    fn destination(headers: &Headers) -> String {
        headers.nw_dst().expect("an IP packet").to_string()
    }

    #[test]
    fn a_drop_delivers_nothing() {
        assert_eq!(deliveries("drop"), []);
    }

    #[test]
    fn each_delivery_has_the_headers_of_its_moment() {
        let made = deliveries("5,set(ipv4(dst=10.0.0.9,ttl=63)),set(skb_mark(0x1)),6");
        assert_eq!(made[0].to, To::Port { number: 5, name: "p5".into() });
        assert_eq!((destination(&made[0].headers), made[0].headers.ttl()), ("10.0.0.2".into(), Some(64)));
        assert_eq!((destination(&made[1].headers), made[1].headers.ttl()), ("10.0.0.9".into(), Some(63)));
        assert_eq!(made[1].headers.mark, 1);
    }

    #[test]
    fn a_tunnel_and_its_uplink_are_one_delivery_also_inside_a_clone() {
        let push = "tnl_push(tnl_port(8472),header(size=50,type=4,eth(dst=aa:aa:aa:00:00:01,src=86:de:07:db:34:47,dl_type=0x0800),\
                    ipv4(src=198.18.0.1,dst=225.1.1.1,proto=17,tos=0,ttl=64,frag=0x4000),udp(src=0,dst=8472,csum=0x0),\
                    vxlan(flags=0x8000000,vni=0x800001)),out_port(2)),3";
        let tunnel = To::Tunnel { vni: 0x80_0001, to: [225, 1, 1, 1].into() };
        assert!(matches!(deliveries(push).as_slice(), [one] if one.to == tunnel));
        let made: Vec<To> = deliveries(&format!("clone({push}),5")).into_iter().map(|it| it.to).collect();
        assert_eq!(made, [tunnel, To::Port { number: 5, name: "p5".into() }]);
    }

    #[test]
    fn the_port_it_came_from_and_the_agent_are_told_apart() {
        let made = deliveries(
            "37,userspace(pid=0,controller(reason=1,dont_send=1,continuation=0,recirc_id=1,rule_cookie=0x8000000000000004,controller_id=0,max_len=65535))",
        );
        assert_eq!(made[0].to, To::InPort);
        assert_eq!(made[1].to, To::Controller { cookie: 0x8000_0000_0000_0004 });
    }

    #[test]
    fn what_has_no_words_is_refused_and_not_taken_for_a_drop() {
        for trace in [
            "Datapath actions: ct(commit),recirc(0x1)",
            "Datapath actions: drop\nDatapath actions: drop",
            "no actions at all",
            " >> native tunnel routing failed\nDatapath actions: drop",
        ] {
            assert!(parse(trace, &ping(), |_| None).is_err(), "{trace}");
        }
    }
}
