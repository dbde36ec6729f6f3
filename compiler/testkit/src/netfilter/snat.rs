//! The proof of a SNAT namespace: its description carried out, its rules loaded and printed back, and packets sent through.
//!
//! In place of the switch's internal port stands one end of a veth pair; the other end is the switch, played by the test.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::packet::{Arp, Mac, Packet, Payload, ipv4_addresses};
use super::socket::Wire;
use super::{Backend, Family, Problem, Sets, check_loading, load_rules};
use crate::netns::Namespace;

/// An instance's internal address: what the switch puts in place of its own before it hands the packet over.
const INTERNAL: Ipv4Addr = Ipv4Addr::new(169, 254, 0, 5);
/// Somebody on the Internet.
const REMOTE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 80);
/// The gateway of the pool, played by the test.
const GATEWAY_MAC: Mac = [0x02, 0x22, 0xbd, 0xf8, 0x19, 0xff];

/// Proves every namespace of a host's folder.
pub(super) fn check(bundle: &Path, folder: &str, backend: Backend) -> Vec<Problem> {
    let mut problems = Vec::new();
    let Ok(entries) = fs::read_dir(bundle.join(folder).join("netns")) else { return problems };
    let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    for name in names {
        let folder = format!("{folder}/netns/{name}");
        check_loading(bundle, &folder, backend, Sets::Absent, &mut problems);
        if let Err(what) = Stage::new(&bundle.join(&folder), backend).and_then(|stage| stage.translate()) {
            problems.push(Problem::new(format!("{folder} ({})", backend.word()), what));
        }
    }
    problems
}

/// A namespace made as its description says, with the other end of its interface.
#[derive(Debug)]
pub struct Stage {
    _inside: Namespace,
    _outside: Namespace,
    switch: Wire,
    mac: Mac,
    address: Ipv4Addr,
    gateway: Ipv4Addr,
}

impl Stage {
    /// Makes the namespace of a folder of a bundle.
    ///
    /// # Errors
    /// The description is not whole, or a tool refuses what it says.
    pub fn new(folder: &Path, backend: Backend) -> Result<Self, String> {
        let text = fs::read_to_string(folder.join("netns.json")).map_err(|error| format!("netns.json: {error}"))?;
        let description: Value = serde_json::from_str(&text).map_err(|error| format!("netns.json: {error}"))?;
        let word = |of: &Value, key: &str| {
            of[key].as_str().map(str::to_owned).ok_or_else(|| format!("netns.json: no text under `{key}`"))
        };
        let list =
            |key: &str| description[key].as_array().cloned().ok_or_else(|| format!("netns.json: no list `{key}`"));

        let (inside, outside) = (Namespace::new()?, Namespace::new()?);
        let (interface, mac) = (word(&description, "interface")?, word(&description, "mac")?);
        outside.sysctl("net.ipv6.conf.default.disable_ipv6", "1")?;
        outside.ip(&format!(
            "link add {interface} type veth peer name switch\nlink set {interface} address {mac}\nlink set switch up\n"
        ))?;
        for setting in list("sysctls")? {
            inside.sysctl(&word(&setting, "name")?, &word(&setting, "value")?)?;
        }
        outside.ip(&format!("link set {interface} netns {}\n", inside.name()))?;
        if let Some(mtu) = description["mtu"].as_u64() {
            inside.ip(&format!("link set {interface} mtu {mtu}\n"))?;
        }
        inside.ip(&format!("link set {interface} up\n"))?;
        let mut pool = None;
        for address in list("addresses")? {
            let address = address.as_str().ok_or("netns.json: an address is no text")?.to_owned();
            inside.ip(&format!("addr add {address} dev {interface}\n"))?;
            pool = pool.or_else(|| address.split('/').next()?.parse::<IpAddr>().ok());
        }
        let mut gateway = None;
        for route in list("routes")? {
            let (destination, nexthop) = (word(&route, "destination")?, word(&route, "nexthop")?);
            inside.ip(&format!("route replace {destination} via {nexthop} dev {interface}\n"))?;
            gateway = gateway.or_else(|| nexthop.parse::<IpAddr>().ok());
        }
        for family in Family::ALL {
            load_rules(&inside, folder, backend, family)?;
        }
        let (Some(IpAddr::V4(address)), Some(IpAddr::V4(gateway))) = (pool, gateway) else {
            return Err("netns.json: the packet test needs an IPv4 pool address and gateway".into());
        };
        let switch = Wire::open(&outside, "switch").map_err(|error| error.to_string())?;
        let mac = read_mac(&mac).ok_or_else(|| format!("netns.json: `{mac}` is no MAC"))?;
        Ok(Self { _inside: inside, _outside: outside, switch, mac, address, gateway })
    }

    /// A packet from an instance comes back out with the pool address as its source, and the answer to the pool address with
    /// the instance's internal address as its destination.
    fn translate(&self) -> Result<(), String> {
        for (out, answer) in [
            (Payload::Udp { from: 5000, to: 53 }, Payload::Udp { from: 53, to: 5000 }),
            (Payload::Tcp { from: 5001, to: 80, flags: 0x02 }, Payload::Tcp { from: 80, to: 5001, flags: 0x12 }),
            (Payload::Icmp { kind: 8, code: 0, id: 77 }, Payload::Icmp { kind: 0, code: 0, id: 77 }),
        ] {
            self.expect((INTERNAL, REMOTE), out, (self.address, REMOTE))?;
            self.expect((REMOTE, self.address), answer, (REMOTE, INTERNAL))?;
        }
        Ok(())
    }

    /// Sends a packet into the namespace and waits for it to come out between other addresses.
    ///
    /// # Errors
    /// It does not come out, or between other addresses than these.
    pub fn expect(
        &self,
        sent: (Ipv4Addr, Ipv4Addr),
        payload: Payload,
        expected: (Ipv4Addr, Ipv4Addr),
    ) -> Result<(), String> {
        let packet = Packet {
            source_mac: GATEWAY_MAC,
            destination_mac: self.mac,
            source: sent.0.into(),
            destination: sent.1.into(),
            payload,
        };
        let io = |error: std::io::Error| error.to_string();
        let mut seen = Vec::new();
        let attempts = 50;
        // The namespace's interface comes up a moment after the command, and asks for the gateway first: both lose packets.
        for _ in 0..attempts {
            self.switch.send(&packet.bytes()).map_err(io)?;
            while let Some(frame) = self.switch.receive(Duration::from_millis(100)).map_err(io)? {
                if let Some(arp) = Arp::read(&frame).filter(|arp| !arp.answer && arp.target.1 == self.gateway) {
                    let answer = Arp { answer: true, sender: (GATEWAY_MAC, self.gateway), target: arp.sender };
                    self.switch.send(&answer.bytes()).map_err(io)?;
                    continue;
                }
                let Some(addresses) = ipv4_addresses(&frame) else { continue };
                if addresses == expected {
                    return if frame.get(..12) == Some(&[GATEWAY_MAC, self.mac].concat()[..]) {
                        Ok(())
                    } else {
                        Err(format!("{payload:?} came out with other MACs: {:x?}", &frame[..12]))
                    };
                }
                seen.push(addresses);
            }
        }
        Err(format!("{payload:?} from {} to {} came out between {seen:?}, expected {expected:?}", sent.0, sent.1))
    }
}

pub(super) fn read_mac(text: &str) -> Option<Mac> {
    let octets: Option<Vec<u8>> = text.split(':').map(|octet| u8::from_str_radix(octet, 16).ok()).collect();
    octets?.try_into().ok()
}
