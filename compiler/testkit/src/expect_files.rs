//! The agent's files of a host as a [`World`] says they must be, whole: which there are, and every key of each.
//!
//! Identities that the agents draw at random (of translations through SNAT and of SNAT interfaces) are left out on both sides.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use md5::{Digest, Md5};
use serde_json::{Map, Value, json};

use crate::expect::{SERVICE, interface, snat_interface};
use crate::world::{Floating, Name, Net, Port, Subnet, World};

/// File below the host's folder to what it must say.
pub type Files = BTreeMap<String, Value>;

/// A port of an instance or of a DHCP server.
struct Endpoint<'a> {
    id: &'a str,
    mac: &'a str,
    key: String,
    interface: String,
    vm_name: String,
    network: &'a Name,
    addresses: &'a [IpAddr],
    pairs: &'a [(String, String)],
    floating: &'a [Floating],
    promiscuous: bool,
    serves: bool,
}

/// The files of a host: endpoints, routing domains, services, and descriptions of namespaces.
#[must_use]
pub fn files(world: &World, host: &str) -> Files {
    let mut files = Files::new();
    let mut vrfs: Vec<&str> = Vec::new();
    let instances = world.ports.iter().filter(|port| port.host == host).map(|port| of_instance(world, port));
    let mut endpoints: Vec<Endpoint<'_>> = instances.collect();
    for (name, net) in &world.networks {
        for port in net.dhcp_ports.iter().filter(|port| port.host == host) {
            endpoints.push(Endpoint {
                id: &port.id,
                mac: &port.mac,
                key: format!("{}/{}/dhcp/{host}", name.0, name.1),
                interface: format!("tap{}", &port.id[..11]),
                vm_name: format!("dhcp|{}|{}", world.tenant(&name.0), world.group_path(name)),
                network: name,
                addresses: &port.addresses,
                pairs: &[],
                floating: &[],
                promiscuous: true,
                serves: true,
            });
        }
    }
    for endpoint in &endpoints {
        // One of its projects stands for a VRF that several share.
        let project = endpoint.network.0.as_str();
        if !vrfs.iter().any(|known| world.vrf(known) == world.vrf(project)) {
            vrfs.push(project);
        }
        port_files(world, host, endpoint, &mut files);
    }
    for vrf in vrfs {
        routing_domain(world, vrf, &mut files);
        if world.metadata {
            service(world, host, vrf, &mut files);
        }
    }
    for external in world.snats(host) {
        if let Some(address) = world.externals[&external].snat.get(host) {
            snat(world, host, &external, *address, &mut files);
        }
    }
    files
}

/// Takes out of a file what the agents draw at random.
pub fn forget_random(name: &str, file: &mut Value) {
    let Some(object) = file.as_object_mut() else { return };
    if name.ends_with(".ep") && !object.contains_key("neutron-network") {
        object.remove("uuid");
    }
    for mapping in object.get_mut("ip-address-mapping").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(mapping) = mapping.as_object_mut().filter(|mapping| mapping.contains_key("next-hop-if")) {
            mapping.remove("uuid");
        }
    }
}

fn of_instance<'a>(world: &'a World, port: &'a Port) -> Endpoint<'a> {
    let instance = port.path.split('/').next().unwrap_or_default();
    let _ = world;
    Endpoint {
        id: &port.id,
        mac: &port.mac,
        key: format!("{}/{}", port.project, port.path),
        interface: interface(port),
        vm_name: instance.to_owned(),
        network: &port.network,
        addresses: &port.addresses,
        pairs: &port.pairs,
        floating: &port.floating,
        promiscuous: !port.port_security,
        serves: false,
    }
}

fn port_files(world: &World, host: &str, endpoint: &Endpoint<'_>, files: &mut Files) {
    let net = &world.networks[endpoint.network];
    let common = |mac: &str| -> Map<String, Value> {
        let common = json!({
            "policy-space-name": world.tenant(&endpoint.network.0),
            "endpoint-group-name": world.group_path(endpoint.network),
            "interface-name": endpoint.interface,
            "uuid": format!("{}|{}", endpoint.id, mac.replace(':', "-")),
            "neutron-network": net.id,
            "attributes": {"vm-name": endpoint.vm_name},
            "domain-policy-space": world.vrf_tenant(&endpoint.network.0),
            "domain-name": world.vrf_name(),
        });
        common.as_object().cloned().unwrap_or_default()
    };
    let mut add = |mac: &str, file: Map<String, Value>| {
        files.insert(format!("endpoints/{}_{mac}.ep", endpoint.id), Value::Object(file));
    };
    let virtual_ips = |mac: &str| -> Vec<Value> {
        let mut pairs: Vec<&str> =
            endpoint.pairs.iter().filter(|pair| pair.1 == mac).map(|pair| pair.0.as_str()).collect();
        pairs.sort_unstable();
        pairs.iter().map(|ip| json!({"ip": ip, "mac": mac})).collect()
    };

    let mut file = common(endpoint.mac);
    file.insert("promiscuous-mode".into(), endpoint.promiscuous.into());
    file.insert("neutron-metadata-optimization".into(), world.metadata.into());
    let mut addresses: Vec<String> = endpoint.addresses.iter().map(ToString::to_string).collect();
    addresses.sort();
    if !addresses.is_empty() {
        file.insert("ip".into(), addresses.clone().into());
        file.insert("mac".into(), endpoint.mac.into());
        file.insert("anycast-return-ip".into(), addresses.into());
    }
    if !virtual_ips(endpoint.mac).is_empty() {
        file.insert("virtual-ip".into(), virtual_ips(endpoint.mac).into());
    }
    if !endpoint.serves && world.is_on("enable_optimized_dhcp", true) {
        file.extend(lease(world, net, endpoint.addresses).map(|lease| ("dhcp4".to_owned(), lease)));
        file.extend(lease6(world, net, endpoint.addresses).map(|lease| ("dhcp6".to_owned(), lease)));
    }
    let mappings = mappings(world, host, endpoint);
    if !mappings.is_empty() {
        file.insert("ip-address-mapping".into(), mappings.into());
    }
    add(endpoint.mac, file);

    let mut others: Vec<&str> =
        endpoint.pairs.iter().map(|pair| pair.1.as_str()).filter(|mac| *mac != endpoint.mac).collect();
    others.sort_unstable();
    others.dedup();
    for mac in others {
        let mut file = common(mac);
        file.insert("promiscuous-mode".into(), false.into());
        file.insert("neutron-metadata-optimization".into(), true.into());
        file.insert("virtual-ip".into(), virtual_ips(mac).into());
        add(mac, file);
    }
}

/// The DHCP answer, from the first address on an IPv4 subnet with DHCP.
fn lease(world: &World, net: &Net, addresses: &[IpAddr]) -> Option<Value> {
    let served = |address: IpAddr| net.subnets.iter().find(|subnet| subnet.dhcp && subnet.holds(address));
    let mut v4 = addresses.iter().copied().filter(IpAddr::is_ipv4);
    let (address, subnet) = v4.find_map(|address| Some((address, served(address)?)))?;
    let mut servers: Vec<IpAddr> =
        net.dhcp_ports.iter().flat_map(|port| &port.addresses).copied().filter(|it| subnet.holds(*it)).collect();
    servers.sort_unstable();
    let mut routes: Vec<Value> = Vec::new();
    for (destination, next_hop) in &subnet.routes {
        let (base, length) = destination.split_once('/')?;
        routes.push(json!({"dest": base, "dest-prefix": length.parse::<u8>().ok()?, "next-hop": next_hop}));
    }
    let default = subnet.routes.iter().any(|(destination, _)| destination == "0.0.0.0/0");
    if let Some(gateway) = subnet.gateway.filter(|_| !default) {
        routes.push(json!({"dest": "0.0.0.0", "dest-prefix": 0, "next-hop": gateway}));
    }
    if let Some(server) = servers.first().filter(|_| !world.metadata) {
        routes.push(json!({"dest": "169.254.0.0", "dest-prefix": 16, "next-hop": server}));
    }
    let dns: Vec<&IpAddr> = subnet.dns.iter().filter(|it| it.is_ipv4()).collect();
    let dns = if dns.is_empty() { servers.iter().collect() } else { dns };
    let mut lease = json!({
        "ip": address,
        "prefix-len": subnet.length,
        "routers": subnet.gateway.into_iter().collect::<Vec<_>>(),
        "dns-servers": dns,
        "domain": world.option("dhcp_domain").unwrap_or("openstacklocal"),
        "static-routes": routes,
    });
    if let Some(server) = servers.first() {
        lease["server-ip"] = json!(server);
    }
    if let Some(mtu) = net.mtu.filter(|_| world.is_on("advertise_mtu", false)) {
        lease["interface-mtu"] = mtu.into();
    }
    if world.number("apic_optimized_dhcp_lease_time") > 0 {
        lease["lease-time"] = world.number("apic_optimized_dhcp_lease_time").into();
    }
    Some(lease)
}

/// The DHCPv6 answer: only where the first IPv6 subnet with DHCP has name servers, its own or the DHCP ports.
fn lease6(world: &World, net: &Net, addresses: &[IpAddr]) -> Option<Value> {
    let served = |address: &IpAddr| net.subnets.iter().find(|subnet| subnet.dhcp && subnet.holds(*address));
    let subnet: &Subnet = addresses.iter().filter(|it| it.is_ipv6()).find_map(served)?;
    let servers = net.name_servers(subnet);
    if servers.is_empty() {
        return None;
    }
    let mut lease = json!({"dns-servers": servers});
    if let Some(mtu) = net.mtu.filter(|_| world.is_on("advertise_mtu", false)) {
        lease["interface-mtu"] = mtu.into();
    }
    Some(lease)
}

fn mappings(world: &World, host: &str, endpoint: &Endpoint<'_>) -> Vec<Value> {
    let nat = |external: &str| format!("{}|EXT-epg-{external}", world.system);
    let mut mappings: Vec<((String, String), Value)> = Vec::new();
    for it in endpoint.floating {
        let mapping = json!({
            "uuid": it.id,
            "mapped-ip": it.private,
            "floating-ip": it.public,
            "policy-space-name": world.externals[&it.external].home,
            "endpoint-group-name": nat(&it.external),
        });
        mappings.push(((it.private.to_string(), it.public.to_string()), mapping));
    }
    for (external, address) in world.by_snat(endpoint.network, endpoint.addresses, endpoint.floating) {
        if !world.externals[&external].snat.contains_key(host) {
            continue;
        }
        let interface = snat_interface(&external);
        let key = format!("{host} {external} {} {address}", endpoint.key);
        let internal =
            world.handed_out("internal_nat", &key).unwrap_or_else(|| panic!("`{key}` has no internal address"));
        let mapping = json!({
            "mapped-ip": address,
            "floating-ip": internal,
            "policy-space-name": world.externals[&external].home,
            "endpoint-group-name": nat(&external),
            "next-hop-mac": world.host_mac(host, &interface),
            "next-hop-if": interface,
        });
        mappings.push(((address.to_string(), internal), mapping));
    }
    mappings.sort_by(|a, b| a.0.cmp(&b.0));
    mappings.into_iter().map(|(_, mapping)| mapping).collect()
}

fn routing_domain(world: &World, project: &str, files: &mut Files) {
    let mut subnets = merged(world.inside(world.vrf(project)).collect());
    subnets.push("169.254.0.0/16".to_owned());
    subnets.sort();
    let file = json!({
        "domain-policy-space": world.vrf_tenant(project),
        "domain-name": world.vrf_name(),
        "internal-subnets": subnets,
    });
    // With a VRF each they are told apart by the project, as Keystone writes its id.
    let id = if world.has_vrf_each() {
        world.project_id(project).replace('-', "")
    } else {
        format!("{}-{}", world.vrf_tenant(project), world.vrf_name())
    };
    files.insert(format!("endpoints/{id}.rdconfig"), file);
}

/// Prefixes without those inside others, and neighbours joined where they make a whole one.
fn merged(subnets: Vec<&Subnet>) -> Vec<String> {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (false, u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (true, v6.to_bits(), 128u32),
    };
    // First address and length of the host part.
    let mut blocks: Vec<(bool, u128, u32)> = subnets
        .iter()
        .map(|subnet| {
            let (v6, base, width) = bits(subnet.network);
            (v6, base, width - u32::from(subnet.length))
        })
        .collect();
    loop {
        blocks.sort_unstable_by_key(|(v6, base, host)| (*v6, *base, std::cmp::Reverse(*host)));
        let join = (1..blocks.len()).find_map(|at| {
            let ((a6, a, an), (b6, b, bn)) = (blocks[at - 1], blocks[at]);
            let inside = a6 == b6 && an < 128 && a >> an == b >> an;
            let halves = a6 == b6 && an == bn && a >> an & 1 == 0 && a + (1 << an) == b;
            (inside || halves).then_some((at, if inside { an } else { an + 1 }))
        });
        let Some((at, length)) = join else { break };
        blocks[at - 1].2 = length;
        blocks.remove(at);
    }
    let text = |(v6, base, host): (bool, u128, u32)| {
        if v6 {
            format!("{}/{}", std::net::Ipv6Addr::from_bits(base), 128 - host)
        } else {
            let low = u32::try_from(base).expect("an IPv4 address");
            format!("{}/{}", Ipv4Addr::from_bits(low), 32 - host)
        }
    };
    blocks.into_iter().map(text).collect()
}

fn service(world: &World, host: &str, project: &str, files: &mut Files) {
    let (tenant, vrf) = (world.vrf_tenant(project), world.vrf_name());
    let digest = Md5::digest(format!("{tenant}|{vrf}").as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let uuid = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
    let at = world.handed_out("metadata_next_hop", &format!("{host} uni/tn-{tenant}/ctx-{vrf}"));
    let at: u32 = at.and_then(|at| at.parse().ok()).unwrap_or_else(|| panic!("{host} has no next hop for {tenant}"));
    let next_hop = Ipv4Addr::from_bits(Ipv4Addr::new(169, 254, 240, 3).to_bits() + at);
    let mapping = json!({"service-ip": "169.254.169.254", "gateway-ip": "169.254.1.1", "next-hop-ip": next_hop});
    let file = json!({
        "uuid": uuid,
        "interface-name": SERVICE,
        "service-mac": world.host_mac(host, "of-svc-nsport"),
        "domain-policy-space": tenant,
        "domain-name": vrf,
        "service-mapping": [mapping],
    });
    files.insert(format!("services/{uuid}.as"), file);
}

fn snat(world: &World, host: &str, external: &str, address: Ipv4Addr, files: &mut Files) {
    let interface = snat_interface(external);
    let mac = world.host_mac(host, &interface);
    let endpoint = json!({
        "attributes": {"vm-name": format!("snat|{host}|{external}")},
        "policy-space-name": world.externals[external].home,
        "endpoint-group-name": format!("{}|EXT-epg-{external}", world.system),
        "interface-name": interface,
        "ip": [address],
        "mac": mac,
        "promiscuous-mode": true,
    });
    files.insert(format!("endpoints/{external}.ep"), endpoint);
    let row = &world.externals[external];
    let length = row.pool.split('/').nth(1).unwrap_or_default();
    let setting = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut namespace = json!({
        "bridge": "br-int",
        "interface": interface,
        "type": "internal",
        "mac": mac,
        "namespace": interface,
        "sysctls": [
            setting("net.ipv4.ip_forward", "1"),
            setting("net.ipv4.conf.all.send_redirects", "0"),
            setting("net.ipv6.conf.all.forwarding", "1"),
        ],
        "addresses": [format!("{address}/{length}")],
        "routes": [{"destination": "0.0.0.0/0", "nexthop": row.gateway}],
    });
    if world.number("nat_mtu_size") > 0 {
        namespace["mtu"] = world.number("nat_mtu_size").into();
    }
    files.insert(format!("netns/{interface}/netns.json"), namespace);
}
