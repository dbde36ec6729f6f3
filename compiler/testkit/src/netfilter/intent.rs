//! Security groups as a site's YAML says them, read by a few lines that share nothing with the compiler.
//!
//! Ids, MACs and addresses that are not written are what [`World`] finds handed out; anything that this reader does not
//! understand is a panic.

use std::net::IpAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::world::{Port, World, document};

use super::hypervisor::Way;
use super::packet::{ICMP, ICMPV6, Mac, TCP, UDP};
use super::snat::read_mac;

/// What may pass a port.
#[derive(Clone, Debug)]
pub struct PortPolicy {
    /// The port's id in Neutron.
    pub id: String,
    /// The host that its instance runs on.
    pub host: String,
    /// Its MAC.
    pub mac: Mac,
    /// Its fixed addresses.
    pub addresses: Vec<IpAddr>,
    /// Its allowed address pairs.
    pub pairs: Vec<(Net, Mac)>,
    /// Whether anything is filtered at all.
    pub port_security: bool,
    /// Whether answers of known connections pass.
    pub tracked: bool,
    /// The rules of its groups.
    pub rules: Vec<Rule>,
}

/// A network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    /// An address in it.
    pub address: IpAddr,
    /// Its length.
    pub length: u8,
}

impl Net {
    /// Whether it holds an address.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        let (width, mine, other) = match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => (32, u128::from(mine.to_bits()), u128::from(other.to_bits())),
            (IpAddr::V6(mine), IpAddr::V6(other)) => (128, mine.to_bits(), other.to_bits()),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        let host = width - u32::from(self.length);
        // Shifting by the whole width is no shift at all.
        host >= 128 || mine >> host == other >> host
    }

    fn read(text: &str) -> Self {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().unwrap_or_else(|_| panic!("`{text}` is no address"));
        let whole = if address.is_ipv4() { 32 } else { 128 };
        Self { address, length: length.map_or(whole, |length| length.parse().expect("a length")) }
    }
}

/// One thing that is allowed.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Which way.
    pub way: Way,
    /// The family.
    pub ipv4: bool,
    /// The protocol; absent: any.
    pub protocol: Option<u8>,
    /// First and last destination port; absent: any.
    pub ports: Option<(u16, u16)>,
    /// ICMP type and code; absent: any.
    pub icmp: Option<(u8, Option<u8>)>,
    /// The networks that the other side may be in; absent: any.
    pub remotes: Option<Vec<Net>>,
}

/// A group's place in the YAML.
type GroupName = (String, String);

/// The ports of instances of a site.
///
/// # Panics
/// The site holds something that the tests' reader does not understand.
#[must_use]
pub fn read(site: &Path) -> Vec<PortPolicy> {
    let mut document = document(site);
    let world = World::read(site);
    for port in world.ports.iter().chain(&world.loose) {
        write_out(&mut document, port);
    }
    let reader = Reader { document: &document };
    let ports: Vec<(String, &Value, &Value)> = reader.ports();
    // A port of nobody holds its groups like any other.
    let loose =
        reader.projects().flat_map(|(name, body)| entries(body, "ports").map(|(_, port)| (name.clone(), port, port)));
    let all: Vec<(String, &Value, &Value)> = ports.iter().cloned().chain(loose).collect();
    ports.iter().map(|(project, instance, port)| reader.policy(project, instance, port, &all)).collect()
}

/// Writes what was handed out to a port into its YAML.
fn write_out(document: &mut Value, port: &Port) {
    let project = &mut document["projects"][&port.project];
    let place = match port.path.split_once('/') {
        Some((instance, name)) => &mut project["instances"][instance]["ports"][name],
        None => &mut project["ports"][&port.path],
    };
    place["id"] = json!(port.id);
    place["mac_address"] = json!(port.mac);
    place["fixed_ips"] = json!(port.addresses);
}

struct Reader<'a> {
    document: &'a Value,
}

impl<'a> Reader<'a> {
    fn projects(&self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        entries(self.document, "projects")
    }

    fn ports(&self) -> Vec<(String, &'a Value, &'a Value)> {
        let mut ports = Vec::new();
        for (project, body) in self.projects() {
            for (_, instance) in entries(body, "instances") {
                ports.extend(entries(instance, "ports").map(|(_, port)| (project.clone(), instance, port)));
            }
        }
        ports
    }

    fn policy(&self, project: &str, instance: &Value, port: &Value, all: &[(String, &Value, &Value)]) -> PortPolicy {
        let held = if self.is_filtered(project, port) { groups(project, port) } else { Vec::new() };
        let rules: Vec<Vec<Rule>> = held.iter().map(|group| self.rules(group, all)).collect();
        let stateless = held.first().is_some_and(|group| self.group(group)["stateful"] == false);
        PortPolicy {
            id: text(port, "id").expect("a port's id is written"),
            host: text(instance, "host").expect("an instance has a host"),
            mac: mac(port),
            addresses: addresses(port),
            pairs: pairs(port),
            port_security: self.is_filtered(project, port),
            tracked: !(stateless && rules.first().is_some_and(|rules| !rules.is_empty())),
            rules: rules.concat(),
        }
    }

    /// The port's own setting, else that of its network.
    fn is_filtered(&self, project: &str, port: &Value) -> bool {
        let own = port["port_security_enabled"].as_bool();
        own.or_else(|| {
            let network = text(port, "network")?;
            let (project, network) = network.split_once('/').unwrap_or((project, &network));
            let owner = self.projects().filter(|(name, _)| name.as_str() == project);
            owner.into_iter().find_map(|(_, body)| body["networks"][network]["port_security_enabled"].as_bool())
        })
        .unwrap_or(true)
    }

    /// A group as written; nothing for a `default` group that is not.
    fn group(&self, (project, handle): &GroupName) -> Value {
        let mut owners = self.projects().filter(|(name, _)| *name == project);
        let found = owners.find_map(|(_, body)| body["security_groups"].get(handle)).cloned();
        assert!(found.is_some() || handle == "default", "there is no group {project}/{handle}");
        found.unwrap_or(Value::Null)
    }

    fn rules(&self, name: &GroupName, all: &[(String, &Value, &Value)]) -> Vec<Rule> {
        let group = self.group(name);
        let any = |way, ipv4| Rule { way, ipv4, protocol: None, ports: None, icmp: None, remotes: None };
        let mut rules = Vec::new();
        if group["default_egress"] != false {
            rules.extend([any(Way::Out, true), any(Way::Out, false)]);
        }
        if name.1 == "default" {
            for ipv4 in [true, false] {
                rules.push(Rule { remotes: Some(self.members(name, ipv4, all)), ..any(Way::In, ipv4) });
            }
        }
        for rule in group["rules"].as_array().into_iter().flatten() {
            rules.push(self.rule(&name.0, rule, all));
        }
        rules
    }

    fn rule(&self, project: &str, rule: &Value, all: &[(String, &Value, &Value)]) -> Rule {
        let prefix = text(rule, "remote_ip_prefix").map(|prefix| Net::read(&prefix));
        let name = rule["protocol"].as_u64().map(|number| number.to_string()).or_else(|| text(rule, "protocol"));
        let ipv4 = match (text(rule, "ethertype").as_deref(), prefix, name.as_deref()) {
            (Some(family), _, _) => family.eq_ignore_ascii_case("ipv4"),
            (None, Some(prefix), _) => prefix.address.is_ipv4(),
            (None, None, name) => !matches!(name, Some("icmpv6" | "ipv6-icmp" | "58")),
        };
        let protocol = name.and_then(|name| match name.as_str() {
            "any" | "0" => None,
            "tcp" => Some(TCP),
            "udp" => Some(UDP),
            "sctp" => Some(132),
            "dccp" => Some(33),
            "udplite" => Some(136),
            "gre" => Some(47),
            "vrrp" => Some(112),
            "icmp" | "1" if ipv4 => Some(ICMP),
            "icmp" | "1" | "icmpv6" | "ipv6-icmp" => Some(ICMPV6),
            number => Some(number.parse().unwrap_or_else(|_| panic!("the tests do not know protocol `{number}`"))),
        });
        let port = rule["port"].as_u64().map(|number| number.to_string()).or_else(|| text(rule, "port"));
        let ports = port.map(|port| {
            let (first, last) = port.split_once('-').unwrap_or((&port, &port));
            (first.trim().parse().expect("a port"), last.trim().parse().expect("a port"))
        });
        let number = |key: &str| rule["icmp"][key].as_u64().map(|number| u8::try_from(number).expect("a byte"));
        let group = text(rule, "remote_group").map(|group| self.members(&reference(project, &group), ipv4, all));
        Rule {
            way: if rule["direction"] == "egress" { Way::Out } else { Way::In },
            ipv4,
            protocol,
            ports: ports.filter(|ports| *ports != (1, 65535)),
            icmp: number("type").map(|kind| (kind, number("code"))),
            remotes: group.or_else(|| prefix.filter(|prefix| prefix.length > 0).map(|prefix| vec![prefix])),
        }
    }

    /// Addresses and pairs of every filtered port that holds a group; without an address of its own a port adds nothing.
    fn members(&self, group: &GroupName, ipv4: bool, all: &[(String, &Value, &Value)]) -> Vec<Net> {
        let mut members = Vec::new();
        for (project, _, port) in all {
            if !self.is_filtered(project, port) || !groups(project, port).contains(group) || addresses(port).is_empty()
            {
                continue;
            }
            let own = addresses(port).into_iter().map(|address| Net::read(&address.to_string()));
            members.extend(own.chain(pairs(port).into_iter().map(|(net, _)| net)));
        }
        members.retain(|member| member.address.is_ipv4() == ipv4);
        members
    }
}

fn groups(project: &str, port: &Value) -> Vec<GroupName> {
    match port.get("security_groups").and_then(Value::as_array) {
        Some(groups) => groups.iter().map(|group| reference(project, group.as_str().expect("a name"))).collect(),
        None => vec![(project.to_owned(), "default".to_owned())],
    }
}

fn reference(project: &str, written: &str) -> GroupName {
    let (project, handle) = written.split_once('/').unwrap_or((project, written));
    (project.to_owned(), handle.to_owned())
}

fn addresses(port: &Value) -> Vec<IpAddr> {
    let written = port["fixed_ips"].as_array().into_iter().flatten();
    written
        .map(|address| {
            let text = address.as_str().expect("an address is a text");
            text.parse().unwrap_or_else(|_| panic!("the tests need addresses written out, not `{text}`"))
        })
        .collect()
}

fn pairs(port: &Value) -> Vec<(Net, Mac)> {
    let written = port["allowed_address_pairs"].as_array().into_iter().flatten();
    written
        .map(|pair| match pair.as_str() {
            Some(net) => (Net::read(net), mac(port)),
            None => {
                let own = || mac(port);
                let other = |text: String| read_mac(&text).expect("a MAC");
                (Net::read(&text(pair, "ip").expect("a pair has an ip")), text(pair, "mac").map_or_else(own, other))
            }
        })
        .collect()
}

fn mac(port: &Value) -> Mac {
    let written = text(port, "mac_address").expect("a port's MAC is written");
    read_mac(&written).unwrap_or_else(|| panic!("`{written}` is no MAC"))
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}
