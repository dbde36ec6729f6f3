//! A site as its YAML and ini say it, read by a few lines of test code that share nothing with the compiler.
//!
//! Only what the examples and the generated sites write is understood. What they leave to the compiler and is handed out
//! once (ids, MACs, the host of a DHCP server) is looked up in the lock, which is where it was handed out;
//! SNAT addresses are worked out again by their documented rule: lowest first, to compute hosts in natural order of name.

mod leaf;
mod names;
mod read;
mod walk;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

pub use read::document;
pub use walk::{Arrival, Place, Walk};

/// A project and a handle in it.
pub type Name = (String, String);

/// What can be expected of a site.
#[derive(Debug)]
pub struct World {
    /// `apic_system_id`
    pub system: String,
    /// Compute hosts in natural order.
    pub hosts: Vec<String>,
    /// Every host.
    pub all_hosts: BTreeMap<String, Host>,
    /// Whether metadata is answered on the hosts.
    pub metadata: bool,
    /// The options of the ini, of all its common sections.
    pub options: BTreeMap<String, String>,
    /// External networks by handle.
    pub externals: BTreeMap<String, External>,
    /// Project to its id, where it is written.
    pub projects: BTreeMap<String, Option<String>>,
    /// Networks by project and handle.
    pub networks: BTreeMap<Name, Net>,
    /// Ports of instances.
    pub ports: Vec<Port>,
    /// Ports on no instance.
    pub loose: Vec<Port>,
    /// Routers.
    pub routers: Vec<Router>,
    /// Security groups that are written out.
    pub groups: BTreeMap<Name, Group>,
    /// Where the fabric takes tunnelled packets.
    pub anycast_tep: Ipv4Addr,
    lock: Value,
}

/// A host.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// Whether instances may run there.
    pub compute: bool,
    /// Interface to the MAC that it was seen with.
    pub macs: BTreeMap<String, String>,
}

/// An external network: pre-existing and translated, as all of the tests are.
#[derive(Debug, Clone)]
pub struct External {
    /// Its id.
    pub id: String,
    /// The tenant of its NAT group.
    pub home: String,
    /// The tenant of its L3Out, and of the L3Out's VRF.
    pub tenant: String,
    /// The VRF of its L3Out.
    pub vrf: String,
    /// The group of the L3Out.
    pub external_epg: String,
    /// VNID of its NAT group.
    pub vnid: u32,
    /// Multicast group of its NAT group.
    pub mcast: Option<Ipv4Addr>,
    /// The SNAT pool as written: gateway and length.
    pub pool: String,
    /// Host name to SNAT address.
    pub snat: BTreeMap<String, Ipv4Addr>,
    /// The pool's gateway.
    pub gateway: Ipv4Addr,
    /// Its subnets for floating IPs.
    pub subnets: Vec<Subnet>,
}

/// A network.
#[derive(Debug, Clone)]
pub struct Net {
    /// Its id.
    pub id: String,
    /// VNID of its group, as written or as it was handed out.
    pub vnid: u32,
    /// Multicast group of its group.
    pub mcast: Option<Ipv4Addr>,
    /// Its subnets in order of handle.
    pub subnets: Vec<Subnet>,
    /// The MTU that it is written with.
    pub mtu: Option<u64>,
    /// Its DHCP ports.
    pub dhcp_ports: Vec<DhcpPort>,
    /// Whether its ports are filtered when they do not say.
    pub port_security: bool,
}

/// A DHCP port.
#[derive(Debug, Clone)]
pub struct DhcpPort {
    /// Its host.
    pub host: String,
    /// Its id.
    pub id: String,
    /// Its MAC.
    pub mac: String,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// A subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// Its handle.
    pub handle: String,
    /// Its network address.
    pub network: IpAddr,
    /// Its length.
    pub length: u8,
    /// Its gateway.
    pub gateway: Option<IpAddr>,
    /// Whether DHCP serves it.
    pub dhcp: bool,
    /// Whether its addresses are made from MACs.
    pub slaac: bool,
    /// Its name servers.
    pub dns: Vec<IpAddr>,
    /// Its host routes: destination and next hop.
    pub routes: Vec<(String, IpAddr)>,
}

impl Net {
    /// What DHCP names for a subnet: the written name servers, or else the addresses of the DHCP ports on it.
    #[must_use]
    pub fn name_servers(&self, subnet: &Subnet) -> Vec<IpAddr> {
        if !subnet.dns.is_empty() {
            return subnet.dns.clone();
        }
        let ports = self.dhcp_ports.iter().flat_map(|port| &port.addresses).copied();
        let mut servers: Vec<IpAddr> = ports.filter(|address| subnet.holds(*address)).collect();
        servers.sort_unstable();
        servers
    }
}

/// A port.
#[derive(Debug, Clone)]
pub struct Port {
    /// Its project.
    pub project: String,
    /// `instance/port`, or the handle of a port on no instance.
    pub path: String,
    /// Its id.
    pub id: String,
    /// Its MAC.
    pub mac: String,
    /// Its host; empty for a port on no instance.
    pub host: String,
    /// Its network.
    pub network: Name,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
    /// What else it may send as: address or prefix, and the MAC.
    pub pairs: Vec<(String, String)>,
    /// Whether it is filtered.
    pub port_security: bool,
    /// Its security groups.
    pub groups: Vec<Name>,
    /// Its floating IPs.
    pub floating: Vec<Floating>,
}

/// A floating IP of a port.
#[derive(Debug, Clone)]
pub struct Floating {
    /// Its id.
    pub id: String,
    /// The external network.
    pub external: String,
    /// The address outside.
    pub public: Ipv4Addr,
    /// The port's address.
    pub private: Ipv4Addr,
}

/// A router.
#[derive(Debug, Clone)]
pub struct Router {
    /// Its project and handle.
    pub name: Name,
    /// Its id.
    pub id: String,
    /// The networks it joins, and the handles of their subnets.
    pub interfaces: Vec<(Name, Vec<String>)>,
    /// Its way out.
    pub external: Option<String>,
    /// Whether that way is open to ports without a floating IP.
    pub snat: bool,
    /// Whether it is administratively up: down, its contract lets nothing through.
    pub up: bool,
}

/// A security group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its id, where it is written.
    pub id: Option<String>,
    /// Whether connections are tracked.
    pub stateful: bool,
    /// Whether everything may leave.
    pub default_egress: bool,
    /// Its rules as written.
    pub rules: Vec<Value>,
}

impl Router {
    /// Whether it joins a network.
    #[must_use]
    pub fn joins(&self, network: &Name) -> bool {
        self.interfaces.iter().any(|(name, _)| name == network)
    }

    fn joins_subnet(&self, network: &Name, subnet: &str) -> bool {
        self.interfaces.iter().any(|(name, subnets)| name == network && subnets.iter().any(|it| it == subnet))
    }
}

impl World {
    /// A port of an instance, by `instance/port`.
    ///
    /// # Panics
    /// There is none.
    #[must_use]
    pub fn port(&self, project: &str, path: &str) -> &Port {
        let mut ports = self.ports.iter();
        let found = ports.find(|port| port.project == project && port.path == path);
        found.unwrap_or_else(|| panic!("there is no port {project}/{path}"))
    }

    /// The network of a port.
    #[must_use]
    pub fn net(&self, port: &Port) -> &Net {
        &self.networks[&port.network]
    }

    /// The subnet of a port's address.
    #[must_use]
    pub fn subnet(&self, port: &Port, address: IpAddr) -> Option<&Subnet> {
        self.net(port).subnets.iter().find(|subnet| subnet.holds(address))
    }

    /// The router that an address of a network goes out by, with the external network and whether it is open to
    /// addresses without a floating IP.
    #[must_use]
    pub fn way_out(&self, network: &Name, address: IpAddr) -> Option<(&str, bool)> {
        let subnet = self.networks[network].subnets.iter().find(|subnet| subnet.holds(address))?;
        let of_it = self.routers.iter().filter(|router| router.joins_subnet(network, &subnet.handle));
        let outs = of_it.filter_map(|router| Some((router.external.as_deref()?, router.snat)));
        outs.reduce(|a, b| (a.0, a.1 || b.1))
    }

    /// External networks that the routers of a VRF lead to: its ways out.
    #[must_use]
    pub fn ways_out(&self, vrf: &str) -> Vec<&str> {
        let of_vrf = self.routers.iter().filter(|router| self.vrf(&router.name.0) == vrf);
        let mut ways: Vec<&str> = of_vrf.filter_map(|router| router.external.as_deref()).collect();
        ways.sort_unstable();
        ways.dedup();
        ways
    }

    /// Whether a network hangs on a router that leads to an external network and is up.
    #[must_use]
    pub fn leads_out(&self, network: &Name, external: &str) -> bool {
        let leads = |router: &Router| router.up && router.external.as_deref() == Some(external);
        self.routers.iter().any(|router| router.joins(network) && leads(router))
    }

    /// Whether two networks hang on one router, or are one.
    #[must_use]
    pub fn routed(&self, a: &Name, b: &Name) -> bool {
        a == b || self.routers.iter().any(|router| router.up && router.joins(a) && router.joins(b))
    }

    /// The subnets inside a VRF.
    pub fn inside<'a>(&'a self, vrf: &'a str) -> impl Iterator<Item = &'a Subnet> {
        let networks = self.networks.iter().filter(move |((owner, _), _)| self.vrf(owner) == vrf);
        networks.flat_map(|(_, net)| &net.subnets)
    }

    /// The addresses of a port on a host that go out by SNAT, with the external network: all of its IPv4 ones, as soon as
    /// one of its subnets hangs on the router. One floating IP on a network closes this way through it for the whole port.
    #[must_use]
    pub fn by_snat(&self, network: &Name, addresses: &[IpAddr], floating: &[Floating]) -> Vec<(String, Ipv4Addr)> {
        let ways = addresses.iter().filter_map(|address| self.way_out(network, *address));
        let open = |external: &str| !floating.iter().any(|it| it.external == external);
        let mut ways: Vec<&str> = ways.filter(|(out, snat)| *snat && open(out)).map(|(out, _)| out).collect();
        ways.sort_unstable();
        ways.dedup();
        let v4 = addresses.iter().filter_map(|address| match address {
            IpAddr::V4(v4) => Some(*v4),
            IpAddr::V6(_) => None,
        });
        v4.flat_map(|address| ways.iter().map(move |out| ((*out).to_owned(), address))).collect()
    }

    /// The external networks whose SNAT interface a host has: those that one of its ports goes out by.
    #[must_use]
    pub fn snats(&self, host: &str) -> Vec<String> {
        let mut used = Vec::new();
        for port in self.ports.iter().filter(|port| port.host == host) {
            used.extend(self.by_snat(&port.network, &port.addresses, &port.floating));
        }
        for (name, net) in &self.networks {
            for port in net.dhcp_ports.iter().filter(|port| port.host == host) {
                used.extend(self.by_snat(name, &port.addresses, &[]));
            }
        }
        let mut names: Vec<String> = used.into_iter().map(|(external, _)| external).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The MAC of an interface that belongs to a host and not to Neutron: as it was seen, else as it was handed out.
    #[must_use]
    pub fn host_mac(&self, host: &str, interface: &str) -> Option<String> {
        let seen = self.all_hosts.get(host).and_then(|host| host.macs.get(interface)).cloned();
        seen.or_else(|| self.handed_out("mac", &format!("{host} {interface}")))
    }

    /// Something that the lock says was handed out.
    #[must_use]
    pub fn handed_out(&self, kind: &str, key: &str) -> Option<String> {
        let value = self.lock.get(kind)?.get(key)?;
        value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
    }

    /// Every key of a kind that the lock has.
    pub fn all_handed_out(&self, kind: &str) -> impl Iterator<Item = &String> {
        self.lock.get(kind).and_then(Value::as_object).into_iter().flat_map(|map| map.keys())
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

    /// As it is written.
    #[must_use]
    pub fn cidr(&self) -> String {
        format!("{}/{}", self.network, self.length)
    }
}

/// The link-local address that a MAC gives.
///
/// # Panics
/// The text is no MAC.
#[must_use]
pub fn link_local(mac: &str) -> Ipv6Addr {
    modified(mac, 0xfe80 << 112)
}

/// The address that a MAC gives in a /64.
///
/// # Panics
/// The text is no MAC.
#[must_use]
pub fn made_from_mac(mac: &str, network: Ipv6Addr) -> Ipv6Addr {
    modified(mac, network.to_bits())
}

fn modified(mac: &str, network: u128) -> Ipv6Addr {
    let octets: Vec<u128> = mac.split(':').map(|octet| u128::from_str_radix(octet, 16).expect("a MAC")).collect();
    let [a, b, c, d, e, f] = octets[..] else { panic!("`{mac}` is no MAC") };
    let octets = [a ^ 2, b, c, 0xff, 0xfe, d, e, f];
    Ipv6Addr::from_bits(network | octets.iter().fold(0, |bits, octet| bits << 8 | octet))
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
