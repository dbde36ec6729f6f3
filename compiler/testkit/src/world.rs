//! A site as its YAML and ini say it, read by a few lines of test code that share nothing with the compiler.
//!
//! Only what the examples and the generated sites write is understood: addresses, ids and VNIDs are written out there.
//! What is left to the compiler and matters to a packet is worked out again by its documented rule:
//! SNAT addresses go lowest first to compute hosts in natural order of name.

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use serde_json::Value;

/// What can be expected of packets.
#[derive(Debug)]
pub struct World {
    /// Hosts in natural order.
    pub hosts: Vec<String>,
    /// Whether metadata is answered on the hosts.
    pub metadata: bool,
    /// External networks by handle.
    pub externals: BTreeMap<String, External>,
    /// Networks by project and handle.
    pub networks: BTreeMap<(String, String), Net>,
    /// Ports of instances.
    pub ports: Vec<Port>,
    /// Routers: the networks each joins, and its external network.
    pub routers: Vec<Router>,
    /// Where the fabric takes tunnelled packets.
    pub anycast_tep: Ipv4Addr,
}

/// An external network.
#[derive(Debug, Clone)]
pub struct External {
    /// VNID of its NAT group.
    pub vnid: u32,
    /// Multicast group of its NAT group.
    pub mcast: Option<Ipv4Addr>,
    /// Host name to SNAT address.
    pub snat: BTreeMap<String, Ipv4Addr>,
    /// The pool's gateway.
    pub gateway: Ipv4Addr,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Net {
    /// VNID of its group.
    pub vnid: u32,
    /// Multicast group of its group.
    pub mcast: Option<Ipv4Addr>,
    /// Subnets: network address, length, gateway, whether DHCP serves it.
    pub subnets: Vec<Subnet>,
    /// Host and written address of its DHCP port.
    pub dhcp: Option<(String, IpAddr)>,
    /// Host and written id of its DHCP port.
    pub dhcp_port: Option<(String, String)>,
}

/// A subnet.
#[derive(Debug, Clone, Copy)]
pub struct Subnet {
    /// Its network address.
    pub network: IpAddr,
    /// Its length.
    pub length: u8,
    /// Its gateway.
    pub gateway: Option<IpAddr>,
    /// Whether DHCP serves it.
    pub dhcp: bool,
}

/// A port of an instance.
#[derive(Debug, Clone)]
pub struct Port {
    /// Its project.
    pub project: String,
    /// `instance/port`.
    pub path: String,
    /// Its id; empty where it is not written.
    pub id: String,
    /// Its MAC; empty where it is not written.
    pub mac: String,
    /// Its host.
    pub host: String,
    /// Its network: project and handle.
    pub network: (String, String),
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// Whether it is filtered.
    pub port_security: bool,
    /// Floating IP: external network, public and private address.
    pub floating: Option<(String, Ipv4Addr, Ipv4Addr)>,
}

/// A router.
#[derive(Debug, Clone)]
pub struct Router {
    /// The networks it joins.
    pub networks: Vec<(String, String)>,
    /// Its way out.
    pub external: Option<String>,
}

impl World {
    /// Reads a site's folder.
    ///
    /// # Panics
    /// The site holds something that the tests' reader does not understand.
    #[must_use]
    pub fn read(site: &Path) -> Self {
        let mut world = Self {
            hosts: Vec::new(),
            metadata: false,
            externals: BTreeMap::new(),
            networks: BTreeMap::new(),
            ports: Vec::new(),
            routers: Vec::new(),
            anycast_tep: Ipv4Addr::new(10, 0, 0, 32),
        };
        let mut files = Vec::new();
        if site.join("intent").is_dir() {
            let entries = walkdir::WalkDir::new(site.join("intent")).sort_by_file_name();
            files.extend(
                entries.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path).filter(|p| p.is_file()),
            );
        } else {
            files.push(site.join("intent.yaml"));
        }
        let documents: Vec<Value> = files
            .iter()
            .map(|file| {
                let text = fs::read_to_string(file).expect("the site's files can be read");
                serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
            })
            .collect();
        let ini = fs::read_to_string(site.join("ml2_conf_cisco_apic.ini")).expect("the site has an ini file");
        world.metadata = ini.contains("enable_optimized_metadata = True");
        for document in &documents {
            for (name, host) in entries(document, "hosts") {
                if host.get("roles").is_none_or(|roles| roles.to_string().contains("compute")) {
                    world.hosts.push(name.clone());
                }
            }
        }
        world.hosts.sort_by_key(|name| natural_key(name));
        for document in &documents {
            for (name, external) in entries(document, "external_networks") {
                world.externals.insert(name.clone(), read_external(name, external, &ini, &world.hosts));
            }
            for (project, body) in entries(document, "projects") {
                for (name, network) in entries(body, "networks") {
                    world.networks.insert((project.clone(), name.clone()), read_network(network));
                }
                world.routers.extend(entries(body, "routers").map(|(_, router)| read_router(project, router)));
                for (name, instance) in entries(body, "instances") {
                    let ports = entries(instance, "ports");
                    world.ports.extend(ports.map(|(port, body)| read_port(project, name, instance, port, body)));
                }
            }
        }
        for document in &documents {
            for (project, body) in entries(document, "projects") {
                for (_, floating) in entries(body, "floating_ips") {
                    world.associate(project, floating);
                }
            }
        }
        world
    }

    fn associate(&mut self, project: &str, floating: &Value) {
        let (Some(path), Some(address)) = (text(floating, "port"), text(floating, "address")) else { return };
        let network = text(floating, "network").expect("a floating IP has a network");
        let port = self.ports.iter_mut().find(|port| port.project == project && port.path == path);
        let port = port.expect("a floating IP's port stands in its project");
        let fixed = text(floating, "fixed_ip").map_or(port.addresses[0], |fixed| fixed.parse().expect("an address"));
        let IpAddr::V4(fixed) = fixed else { panic!("floating IPs of the tests are IPv4") };
        port.floating = Some((network, address.parse().expect("an address"), fixed));
    }

    /// The external network behind a port's router, if it has one.
    #[must_use]
    pub fn external_of(&self, port: &Port) -> Option<&str> {
        let router = self.routers.iter().find(|router| router.networks.contains(&port.network))?;
        router.external.as_deref()
    }

    /// Whether two networks hang on one router.
    #[must_use]
    pub fn routed(&self, a: &(String, String), b: &(String, String)) -> bool {
        a == b || self.routers.iter().any(|router| router.networks.contains(a) && router.networks.contains(b))
    }

    /// Whether an address lies in a subnet of the project's networks: inside its VRF.
    #[must_use]
    pub fn inside(&self, project: &str, address: IpAddr) -> bool {
        let nets = self.networks.iter().filter(|((owner, _), _)| owner == project);
        nets.flat_map(|(_, net)| &net.subnets).any(|subnet| subnet.holds(address))
    }
}

impl Subnet {
    /// Whether an address lies in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => (32u32, u128::from(v4.to_bits())),
            IpAddr::V6(v6) => (128, v6.to_bits()),
        };
        let ((width, a), (other, b)) = (bits(self.network), bits(address));
        let host = width - u32::from(self.length);
        width == other && (host >= 128 || a >> host == b >> host)
    }
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn number(value: &Value, key: &str) -> Option<u32> {
    let value = value.get(key)?;
    value.as_u64().and_then(|number| u32::try_from(number).ok()).or_else(|| {
        let digits = value.as_str()?.strip_prefix("0x")?;
        u32::from_str_radix(digits, 16).ok()
    })
}

fn read_external(name: &str, external: &Value, ini: &str, hosts: &[String]) -> External {
    let facts = external.get("facts").expect("external networks of the tests have facts");
    let section = ini.split(&format!("[apic_external_network:{name}]")).nth(1).expect("it has a section");
    let pool = section.lines().find_map(|line| line.strip_prefix("host_pool_cidr = ")).expect("it has a pool");
    let (gateway, length) = pool.split_once('/').expect("a pool has a length");
    let gateway: Ipv4Addr = gateway.parse().expect("a gateway");
    let size = 1u32 << (32 - length.parse::<u32>().expect("a length"));
    let first = gateway.to_bits() / size * size + 1;
    let free = (first..).map(Ipv4Addr::from_bits).filter(|address| *address != gateway);
    External {
        vnid: number(facts, "vnid").expect("a VNID is written"),
        mcast: text(facts, "mcast").map(|address| address.parse().expect("a group")),
        snat: hosts.iter().cloned().zip(free).collect(),
        gateway,
    }
}

fn read_network(network: &Value) -> Net {
    let facts = network.get("facts").cloned().unwrap_or_default();
    let subnets = entries(network, "subnets")
        .map(|(_, subnet)| {
            let cidr = text(subnet, "cidr").expect("a subnet has a cidr");
            let (base, length) = cidr.split_once('/').expect("a cidr has a length");
            let base: IpAddr = base.parse().expect("a network");
            let gateway = match subnet.get("gateway_ip") {
                None => Some(match base {
                    IpAddr::V4(v4) => IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() + 1)),
                    IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() + 1).into()),
                }),
                Some(written) => written.as_str().map(|text| text.parse().expect("a gateway")),
            };
            let dhcp = subnet.get("enable_dhcp").and_then(Value::as_bool).unwrap_or(true);
            Subnet { network: base, length: length.parse().expect("a length"), gateway, dhcp }
        })
        .collect();
    let dhcp = entries(network, "dhcp_ports").next().and_then(|(host, port)| {
        let address = port.get("fixed_ips")?.get(0)?.as_str()?;
        Some((host.clone(), address.parse().expect("an address")))
    });
    let dhcp_port =
        entries(network, "dhcp_ports").next().and_then(|(host, port)| Some((host.clone(), text(port, "id")?)));
    Net {
        vnid: number(&facts, "vnid").unwrap_or_default(),
        mcast: text(&facts, "mcast").map(|address| address.parse().expect("a group")),
        subnets,
        dhcp,
        dhcp_port,
    }
}

fn read_router(project: &str, router: &Value) -> Router {
    let interfaces = router.get("interfaces").and_then(Value::as_array).cloned().unwrap_or_default();
    let networks = interfaces.iter().map(|interface| {
        let name = interface.as_str().expect("interfaces of the tests are names");
        (project.to_owned(), name.split('/').next().unwrap_or(name).to_owned())
    });
    let external = router.get("external_gateway").and_then(|gateway| text(gateway, "network"));
    Router { networks: networks.collect(), external }
}

fn read_port(project: &str, name: &str, instance: &Value, port: &str, body: &Value) -> Port {
    let network = text(body, "network").expect("a port has a network");
    let addresses = body.get("fixed_ips").and_then(Value::as_array).cloned().unwrap_or_default();
    Port {
        project: project.to_owned(),
        path: format!("{name}/{port}"),
        id: text(body, "id").unwrap_or_default(),
        mac: text(body, "mac_address").unwrap_or_default(),
        host: text(instance, "host").expect("an instance has a host"),
        network: (project.to_owned(), network),
        addresses: addresses.iter().filter_map(|address| address.as_str()?.parse().ok()).collect(),
        port_security: body.get("port_security_enabled").and_then(Value::as_bool).unwrap_or(true),
        floating: None,
    }
}

/// Text with its runs of digits as numbers.
fn natural_key(name: &str) -> Vec<(u8, u64, String)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            key.push((0, rest[..digits].parse().unwrap_or(u64::MAX), String::new()));
            rest = &rest[digits..];
        } else {
            let length = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            key.push((1, 0, rest[..length].to_owned()));
            rest = &rest[length..];
        }
    }
    key
}
