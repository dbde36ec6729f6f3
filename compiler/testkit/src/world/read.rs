//! Reading a site's folder.

use std::collections::BTreeMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use serde_json::Value;

use super::{
    DhcpPort, External, Floating, Group, Host, Name, Net, Port, Router, Subnet, World, made_from_mac, natural_key,
};

impl World {
    /// Reads a site's folder.
    ///
    /// # Panics
    /// The site holds something that the tests' reader does not understand.
    #[must_use]
    pub fn read(site: &Path) -> Self {
        let document = document(site);
        let ini = fs::read_to_string(site.join("ml2_conf_cisco_apic.ini")).expect("the site has an ini file");
        let lock = fs::read_to_string(site.join("aciform.lock")).unwrap_or_default();
        let common = ini.lines().take_while(|line| !line.starts_with("[apic_external_network:"));
        let options = common.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
        let options: BTreeMap<String, String> =
            options.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect();
        let mut world = Self {
            system: options.get("apic_system_id").cloned().expect("the tests' sites name their system"),
            hosts: Vec::new(),
            all_hosts: BTreeMap::new(),
            metadata: options.get("enable_optimized_metadata").is_some_and(|value| value == "True"),
            options,
            externals: BTreeMap::new(),
            projects: BTreeMap::new(),
            networks: BTreeMap::new(),
            ports: Vec::new(),
            loose: Vec::new(),
            routers: Vec::new(),
            groups: BTreeMap::new(),
            anycast_tep: Ipv4Addr::new(10, 0, 0, 32),
            lock: serde_yaml::from_str(&lock).unwrap_or_default(),
        };
        if let Some(tep) = document.get("fabric").and_then(|fabric| text(fabric, "anycast_tep")) {
            world.anycast_tep = tep.parse().expect("an address");
        }
        for (name, host) in entries(&document, "hosts") {
            world.all_hosts.insert(name.clone(), read_host(host));
        }
        world.hosts = world.all_hosts.iter().filter(|(_, host)| host.compute).map(|(name, _)| name.clone()).collect();
        world.hosts.sort_by_key(|name| natural_key(name));
        for (project, body) in entries(&document, "projects") {
            let id = world.projects.entry(project.clone()).or_default();
            *id = text(body, "id");
            world.read_networks(project, body);
        }
        world.number_groups();
        for (project, body) in entries(&document, "projects") {
            world.read_project(project, body);
        }
        for (name, external) in entries(&document, "external_networks") {
            let hosts = world.with_snat(name, external);
            let home = world.home(external);
            world.externals.insert(name.clone(), read_external(name, external, &ini, &hosts, home));
        }
        for (project, body) in entries(&document, "projects") {
            for (handle, floating) in entries(body, "floating_ips") {
                world.associate(project, handle, floating);
            }
        }
        world
    }

    fn read_networks(&mut self, project: &str, body: &Value) {
        for (handle, network) in entries(body, "networks") {
            let path = format!("{project}/{handle}");
            let subnets: Vec<Subnet> = entries(network, "subnets").map(|(name, it)| read_subnet(name, it)).collect();
            let facts = network.get("facts").cloned().unwrap_or_default();
            let mut dhcp_ports = Vec::new();
            if subnets.iter().any(|subnet| subnet.dhcp) {
                let pinned: Vec<(String, Value)> = match network.get("dhcp_ports") {
                    Some(_) => entries(network, "dhcp_ports").map(|(a, b)| (a.clone(), b.clone())).collect(),
                    None => self.handed_out("dhcp_host", &path).map(|host| (host, Value::Null)).into_iter().collect(),
                };
                dhcp_ports =
                    pinned.iter().map(|(host, port)| self.read_dhcp_port(&path, host, port, &subnets)).collect();
            }
            let net = Net {
                id: text(network, "id")
                    .or_else(|| self.handed_out("id", &format!("network {path}")))
                    .unwrap_or_default(),
                vnid: number(&facts, "vnid").unwrap_or_default(),
                mcast: text(&facts, "mcast").map(|address| address.parse().expect("a group")),
                subnets,
                mtu: network.get("mtu").and_then(Value::as_u64),
                dhcp_ports,
                port_security: network.get("port_security_enabled").and_then(Value::as_bool).unwrap_or(true),
            };
            self.networks.insert((project.to_owned(), handle.clone()), net);
        }
    }

    /// Groups whose VNID is not written have the one that was handed out.
    fn number_groups(&mut self) {
        let silent = self.networks.iter().filter(|(_, net)| net.vnid == 0).map(|(name, _)| name);
        let given = silent.filter_map(|name| {
            let dn = format!("uni/tn-{}/ap-{}/epg-{}", self.tenant(&name.0), self.system, self.group_name(name));
            Some((name.clone(), self.handed_out("vnid", &dn)?.parse().ok()?))
        });
        for (name, vnid) in given.collect::<Vec<(Name, u32)>>() {
            self.networks.get_mut(&name).expect("it is one of them").vnid = vnid;
        }
    }

    /// The hosts that have an address for an external network: those that it names, or else every compute host, and others
    /// whose DHCP servers go out by it.
    fn with_snat(&self, external: &str, body: &Value) -> Vec<String> {
        if let Some(listed) = body.get("hosts").and_then(Value::as_array) {
            let mut hosts: Vec<String> = listed.iter().filter_map(|host| Some(host.as_str()?.to_owned())).collect();
            hosts.sort_by_key(|name| natural_key(name));
            return hosts;
        }
        let mut hosts = self.hosts.clone();
        for (name, net) in &self.networks {
            for port in &net.dhcp_ports {
                let out = self.by_snat(name, &port.addresses, &[]);
                if out.iter().any(|(through, _)| through == external) && !hosts.contains(&port.host) {
                    hosts.push(port.host.clone());
                }
            }
        }
        hosts.sort_by_key(|name| natural_key(name));
        hosts
    }

    /// The tenant of what stands for an external network: its owner's, unless it is shared.
    fn home(&self, external: &Value) -> String {
        let shared = external.get("shared").and_then(Value::as_bool).unwrap_or(false);
        let owner = text(external, "project").filter(|_| !shared);
        owner.map_or_else(|| "common".to_owned(), |owner| self.tenant(&owner))
    }

    fn read_dhcp_port(&self, network: &str, host: &str, port: &Value, subnets: &[Subnet]) -> DhcpPort {
        let key = format!("{network}/dhcp/{host}");
        let given = |kind: &str| self.handed_out(kind, &format!("port {key}")).unwrap_or_default();
        let mac = text(port, "mac_address").unwrap_or_else(|| given("mac"));
        let mut addresses = addresses(port, &mac, subnets);
        for subnet in subnets.iter().filter(|subnet| subnet.dhcp) {
            if addresses.iter().any(|address| subnet.holds(*address)) {
                continue;
            }
            if let IpAddr::V6(network) = subnet.network
                && subnet.slaac
            {
                addresses.push(made_from_mac(&mac, network).into());
                continue;
            }
            let given = self.handed_out("fixed_ip", &format!("{network}/{} {key}", subnet.handle));
            addresses.extend(given.map(|address| address.parse::<IpAddr>().expect("an address")));
        }
        DhcpPort { host: host.to_owned(), id: text(port, "id").unwrap_or_else(|| given("id")), mac, addresses }
    }

    fn read_project(&mut self, project: &str, body: &Value) {
        for (handle, group) in entries(body, "security_groups") {
            let flag = |key: &str| group.get(key).and_then(Value::as_bool).unwrap_or(true);
            let read = Group {
                id: text(group, "id"),
                stateful: flag("stateful"),
                default_egress: flag("default_egress"),
                rules: group.get("rules").and_then(Value::as_array).cloned().unwrap_or_default(),
            };
            self.groups.insert((project.to_owned(), handle.clone()), read);
        }
        for (handle, router) in entries(body, "routers") {
            let read = self.read_router(project, handle, router);
            self.routers.push(read);
        }
        for (name, instance) in entries(body, "instances") {
            let host = text(instance, "host").expect("an instance has a host");
            for (port, body) in entries(instance, "ports") {
                let read = self.read_port(project, &format!("{name}/{port}"), &host, body);
                self.ports.push(read);
            }
        }
        for (name, port) in entries(body, "ports") {
            let read = self.read_port(project, name, "", port);
            self.loose.push(read);
        }
    }

    fn read_router(&self, project: &str, handle: &str, router: &Value) -> Router {
        let written = router.get("interfaces").and_then(Value::as_array).cloned().unwrap_or_default();
        let interfaces = written.iter().map(|interface| {
            let name = interface.as_str().or_else(|| interface.get("subnet")?.as_str()).expect("a network or subnet");
            let (network, subnet) = name.split_once('/').map_or((name, None), |(a, b)| (a, Some(b.to_owned())));
            let network = (project.to_owned(), network.to_owned());
            let all = || self.networks[&network].subnets.iter().map(|subnet| subnet.handle.clone()).collect();
            let subnets = subnet.map_or_else(all, |subnet| vec![subnet]);
            (network, subnets)
        });
        let gateway = router.get("external_gateway");
        Router {
            name: (project.to_owned(), handle.to_owned()),
            id: text(router, "id")
                .or_else(|| self.handed_out("id", &format!("router {project}/{handle}")))
                .unwrap_or_default(),
            interfaces: interfaces.collect(),
            external: gateway.and_then(|gateway| text(gateway, "network")),
            up: router.get("admin_state_up").and_then(Value::as_bool).unwrap_or(true),
            snat: gateway.and_then(|gateway| gateway.get("enable_snat")?.as_bool()).unwrap_or(true),
        }
    }

    fn read_port(&self, project: &str, path: &str, host: &str, body: &Value) -> Port {
        let network = reference(project, &text(body, "network").expect("a port has a network"));
        let net = self.networks.get(&network).unwrap_or_else(|| panic!("there is no network {network:?}"));
        let given = |kind: &str| self.handed_out(kind, &format!("port {project}/{path}")).unwrap_or_default();
        let mac = text(body, "mac_address").unwrap_or_else(|| given("mac"));
        let list = |key: &str| body.get(key).and_then(Value::as_array).cloned();
        let groups = match list("security_groups") {
            Some(groups) => {
                groups.iter().map(|group| reference(project, group.as_str().expect("a group's name"))).collect()
            }
            None => vec![(project.to_owned(), "default".to_owned())],
        };
        let pairs = list("allowed_address_pairs").unwrap_or_default();
        let pairs = pairs.iter().map(|pair| match pair.as_str() {
            Some(address) => (address.to_owned(), mac.clone()),
            None => (text(pair, "ip").expect("a pair has an ip"), text(pair, "mac").unwrap_or_else(|| mac.clone())),
        });
        Port {
            project: project.to_owned(),
            path: path.to_owned(),
            id: text(body, "id").unwrap_or_else(|| given("id")),
            host: host.to_owned(),
            addresses: self.port_addresses(&format!("{project}/{path}"), body, &mac, net),
            pairs: pairs.collect(),
            port_security: body.get("port_security_enabled").and_then(Value::as_bool).unwrap_or(net.port_security),
            groups,
            floating: Vec::new(),
            mac,
            network,
        }
    }

    /// The addresses of a port: as written, else as handed out, and one on each subnet whose addresses are made from MACs.
    fn port_addresses(&self, path: &str, body: &Value, mac: &str, net: &Net) -> Vec<IpAddr> {
        let mut all = match body.get("fixed_ips") {
            Some(_) => {
                let mut all = addresses(body, mac, &net.subnets);
                let lock = self.all_given("fixed_ip", &format!(" {path}"));
                all.extend(lock.into_iter().filter(|address| !all.contains(address)).collect::<Vec<_>>());
                all
            }
            None => self.all_given("fixed_ip", &format!(" {path}")),
        };
        for subnet in net.subnets.iter().filter(|subnet| subnet.slaac) {
            if let IpAddr::V6(network) = subnet.network
                && !all.iter().any(|address| subnet.holds(*address))
            {
                all.push(made_from_mac(mac, network).into());
            }
        }
        all
    }

    /// The addresses that the lock gave to something, of all subnets.
    fn all_given(&self, kind: &str, end: &str) -> Vec<IpAddr> {
        let keys = self.all_handed_out(kind).filter(|key| key.ends_with(end));
        keys.filter_map(|key| self.handed_out(kind, key)?.parse().ok()).collect()
    }

    fn associate(&mut self, project: &str, handle: &str, floating: &Value) {
        let (Some(path), Some(address)) = (text(floating, "port"), text(floating, "address")) else { return };
        let external = text(floating, "network").expect("a floating IP has a network");
        let given = self.handed_out("id", &format!("floating_ip {project}/{handle}"));
        let mut ports = self.ports.iter_mut().chain(&mut self.loose);
        let port = ports.find(|port| port.project == project && port.path == path);
        let port = port.expect("a floating IP's port stands in its project");
        let fixed = text(floating, "fixed_ip").map_or(port.addresses[0], |fixed| fixed.parse().expect("an address"));
        let IpAddr::V4(private) = fixed else { panic!("floating IPs of the tests are IPv4") };
        let id = text(floating, "id").or(given).unwrap_or_default();
        port.floating.push(Floating { id, external, public: address.parse().expect("an address"), private });
    }
}

/// The intent of a site as one document: what stands in several files is joined.
///
/// # Panics
/// A file cannot be read.
#[must_use]
pub fn document(site: &Path) -> Value {
    let mut files = Vec::new();
    if site.join("intent").is_dir() {
        let entries = walkdir::WalkDir::new(site.join("intent")).sort_by_file_name();
        files.extend(
            entries.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path).filter(|p| p.is_file()),
        );
    } else {
        files.push(site.join("intent.yaml"));
    }
    let mut whole = Value::Null;
    for file in &files {
        let text = fs::read_to_string(file).expect("the site's files can be read");
        let read = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        join(&mut whole, read);
    }
    whole
}

fn join(whole: &mut Value, part: Value) {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                join(whole.entry(key).or_insert(Value::Null), value);
            }
        }
        (whole, part) => *whole = part,
    }
}

fn reference(project: &str, written: &str) -> Name {
    let (project, handle) = written.split_once('/').unwrap_or((project, written));
    (project.to_owned(), handle.to_owned())
}

/// The addresses under `fixed_ips`; the name of a subnet without DHCP server stands for the one that the MAC gives.
fn addresses(body: &Value, mac: &str, subnets: &[Subnet]) -> Vec<IpAddr> {
    let written = body.get("fixed_ips").and_then(Value::as_array).cloned().unwrap_or_default();
    let read = written.iter().filter_map(|address| {
        let text = address.as_str()?;
        text.parse().ok().or_else(|| {
            let subnet = subnets.iter().find(|subnet| subnet.handle == text && subnet.slaac)?;
            let IpAddr::V6(network) = subnet.network else { return None };
            Some(made_from_mac(mac, network).into())
        })
    });
    read.collect()
}

fn read_host(host: &Value) -> Host {
    let macs = host.get("facts").into_iter().flat_map(|facts| entries(facts, "macs"));
    Host {
        compute: host.get("roles").is_none_or(|roles| roles.to_string().contains("compute")),
        macs: macs.filter_map(|(name, mac)| Some((name.clone(), mac.as_str()?.to_owned()))).collect(),
    }
}

fn read_external(name: &str, external: &Value, ini: &str, hosts: &[String], home: String) -> External {
    let l3out = |key: &str| external.get("l3out").and_then(|l3out| text(l3out, key));
    let facts = external.get("facts").expect("external networks of the tests have facts");
    let section = ini.split(&format!("[apic_external_network:{name}]")).nth(1).expect("it has a section");
    let section = section.split("\n[").next().unwrap_or(section);
    let key = |key: &str| section.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")).map(str::to_owned));
    let pool = key("host_pool_cidr").expect("it has a pool");
    let (gateway, length) = pool.split_once('/').expect("a pool has a length");
    let gateway: Ipv4Addr = gateway.parse().expect("a gateway");
    let size = 1u32 << (32 - length.parse::<u32>().expect("a length"));
    let first = gateway.to_bits() / size * size + 1;
    let free = (first..).map(Ipv4Addr::from_bits).filter(|address| *address != gateway);
    External {
        id: text(external, "id").expect("external networks of the tests have ids"),
        home,
        tenant: l3out("tenant").unwrap_or_else(|| "common".to_owned()),
        vrf: l3out("vrf").unwrap_or_else(|| "default".to_owned()),
        external_epg: key("external_epg").expect("it has an external group"),
        vnid: number(facts, "vnid").expect("a VNID is written"),
        mcast: text(facts, "mcast").map(|address| address.parse().expect("a group")),
        snat: hosts.iter().cloned().zip(free).collect(),
        gateway,
        subnets: entries(external, "subnets").map(|(name, subnet)| read_subnet(name, subnet)).collect(),
        pool,
    }
}

fn read_subnet(handle: &str, subnet: &Value) -> Subnet {
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
    let list = |key: &str| subnet.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let route = |route: &Value| {
        let destination = text(route, "destination").expect("a destination");
        (destination, text(route, "nexthop").expect("a next hop").parse().expect("an address"))
    };
    let mode = text(subnet, "ipv6_address_mode");
    Subnet {
        handle: handle.to_owned(),
        network: base,
        length: length.parse().expect("a length"),
        gateway,
        dhcp: subnet.get("enable_dhcp").and_then(Value::as_bool).unwrap_or(true),
        slaac: mode.is_some_and(|mode| mode != "dhcpv6-stateful"),
        dns: list("dns_nameservers").iter().map(|it| it.as_str().expect("text").parse().expect("an address")).collect(),
        routes: list("host_routes").iter().map(route).collect(),
    }
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
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
