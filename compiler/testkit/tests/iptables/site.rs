//! A small fabric made by hand: hosts, groups and ports of one network, nothing else.

use std::net::IpAddr;

use aciform_bundle::artifact::Artifact;
use aciform_bundle::frame::Frames;
use aciform_bundle::target::iptables::Iptables;
use aciform_bundle::target::{Target as _, gather};
use aciform_diagnostics::{Diagnostics, FileId, Span};
use aciform_fabric::model::{
    Fabric, FixedIp, GroupId, Host, HostId, Id, Members, Naming, Network, NetworkId, NetworkKind, Pair, Port,
    PortOwner, Remote, SecurityGroup, SecurityRule, Snat, SubnetId, Table,
};
use aciform_intent::model::{Direction, EtherType, Icmp, PortRange, Protocol};
use aciform_intent::scalar::{Interface, MacAddr, Prefix};
use uuid::Uuid;

pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
pub(crate) const ICMP: u8 = 1;
pub(crate) const ICMPV6: u8 = 58;

/// Collects what a test needs and makes a fabric of it.
#[derive(Default)]
pub(crate) struct Site {
    hosts: Vec<Host>,
    groups: Vec<SecurityGroup>,
    ports: Vec<Port>,
}

impl Site {
    pub(crate) fn new(hosts: &[&str]) -> Self {
        Self { hosts: hosts.iter().map(|name| host(name)).collect(), ..Self::default() }
    }

    /// Adds a group with Neutron's two rules that let everything out in front.
    pub(crate) fn group(&mut self, id: &str, rules: &[SecurityRule]) -> GroupId {
        let mut all = vec![egress(EtherType::IPv4), egress(EtherType::IPv6)];
        all.extend(rules);
        self.bare_group(id, &all)
    }

    /// Adds a group with these rules alone.
    pub(crate) fn bare_group(&mut self, id: &str, rules: &[SecurityRule]) -> GroupId {
        self.groups.push(SecurityGroup {
            project: "p".into(),
            handle: format!("g{}", self.groups.len()),
            id: uuid(id),
            stateful: true,
            rules: rules.to_vec(),
            source: None,
        });
        GroupId::from_index(self.groups.len() - 1)
    }

    /// Adds rules that name groups made later, or the group itself.
    pub(crate) fn add_rules(&mut self, group: GroupId, rules: &[SecurityRule]) {
        self.groups[group.index()].rules.extend(rules);
    }

    pub(crate) fn stateless(&mut self, group: GroupId) {
        self.groups[group.index()].stateful = false;
    }

    /// Adds a filtered port on a host by its position; change it through [`Site::last`].
    pub(crate) fn port(
        &mut self,
        host: usize,
        id: &str,
        mac: &str,
        addresses: &[&str],
        groups: &[GroupId],
    ) -> &mut Port {
        let fixed =
            |text: &&str| FixedIp { subnet: SubnetId::from_index(0), address: text.parse().expect("an address") };
        self.ports.push(Port {
            project: "p".into(),
            path: format!("i{}/eth0", self.ports.len()),
            id: uuid(id),
            mac: MacAddr::parse(mac).expect("a MAC"),
            network: NetworkId::from_index(0),
            fixed_ips: addresses.iter().map(fixed).collect(),
            owner: PortOwner::Instance(format!("i{}", self.ports.len())),
            host: Some(HostId::from_index(host)),
            port_security: true,
            security_groups: groups.to_vec(),
            pairs: Vec::new(),
            zone: None,
            source: Span::start_of(FileId(0)),
        });
        self.ports.last_mut().expect("a port was added")
    }

    /// Gives a host a SNAT interface.
    pub(crate) fn snat(&mut self, host: usize, interface: &str, address: &str, gateway: &str) -> &mut Snat {
        let snats = &mut self.hosts[host].snats;
        snats.push(Snat {
            external_network: Id::from_index(0),
            interface: interface.into(),
            ofport: 5,
            mac: MacAddr([0xfa, 0x16, 0x3e, 0x5a, 0, 3]),
            address: Interface::parse(address).expect("an address with a length"),
            gateway: gateway.parse().expect("an address"),
            epg: Id::from_index(0),
            vm_name: "snat|h|x".into(),
            uuid: Uuid::nil(),
            mtu: None,
        });
        snats.last_mut().expect("an interface was added")
    }

    /// Numbers zones, gathers members and sorts ports as the fabric promises to.
    pub(crate) fn fabric(mut self) -> Fabric {
        self.ports.sort_by_key(|port| port.id);
        let mut zones = vec![4097; self.hosts.len()];
        let mut members = vec![Members::default(); self.groups.len()];
        for (at, port) in self.ports.iter_mut().enumerate() {
            let Some(host) = port.host else { continue };
            self.hosts[host.index()].ports.push(Id::from_index(at));
            if port.port_security && port.owner != PortOwner::Dhcp {
                port.zone = Some(zones[host.index()]);
                zones[host.index()] += 1;
                // A port without addresses gives a group nothing, not even its pairs.
                let held: &[GroupId] = if port.fixed_ips.is_empty() { &[] } else { &port.security_groups };
                for group in held {
                    let members = &mut members[group.index()];
                    let fixed = port.fixed_ips.iter().map(|fixed| Prefix::host(fixed.address));
                    let pairs = port.pairs.iter().map(|pair| pair.prefix);
                    for member in fixed.chain(pairs) {
                        if member.is_ipv4() { &mut members.v4 } else { &mut members.v6 }.push(member);
                    }
                }
            }
        }
        for members in &mut members {
            for members in [&mut members.v4, &mut members.v6] {
                members.sort();
                members.dedup();
            }
        }
        let namings: Vec<Naming> = self.groups.iter().map(naming).collect();
        Fabric {
            networks: Table::from(vec![network()]),
            security_groups: Table::from(self.groups),
            members: Table::from(members),
            namings: Table::from(namings),
            ports: Table::from(self.ports),
            hosts: Table::from(self.hosts),
            ..Fabric::default()
        }
    }
}

/// Which groups the rules of a group name.
fn naming(group: &SecurityGroup) -> Naming {
    let mut remotes: Vec<(GroupId, EtherType)> = Vec::new();
    for rule in &group.rules {
        if let Remote::Group(other) = rule.remote {
            remotes.push((other, rule.ethertype));
        }
    }
    remotes.sort();
    remotes.dedup();
    Naming { id: group.id, remotes }
}

/// Every artifact of the target.
pub(crate) fn emit(fabric: &Fabric) -> Vec<Artifact> {
    let (artifacts, diagnostics) = run(fabric);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    artifacts
}

/// What the target refuses, as code and message.
pub(crate) fn findings(fabric: &Fabric) -> Vec<String> {
    run(fabric).1.iter().map(|finding| format!("{} {}", finding.code.id, finding.message)).collect()
}

fn run(fabric: &Fabric) -> (Vec<Artifact>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let frames = Frames::default();
    let artifacts = gather(|emit| {
        Iptables.site(fabric, &frames, emit, &mut diagnostics);
        for (host, _) in fabric.hosts.entries() {
            Iptables.host(fabric, host, &frames, emit, &mut diagnostics);
        }
    });
    (artifacts, diagnostics)
}

/// The text of one artifact.
pub(crate) fn file(fabric: &Fabric, path: &str) -> String {
    let found = emit(fabric).into_iter().find(|artifact| artifact.path == path);
    found.unwrap_or_else(|| panic!("{path} is not made")).content.into_string()
}

pub(crate) fn uuid(text: &str) -> Uuid {
    Uuid::parse_str(text).expect("an id")
}

pub(crate) fn mac(text: &str) -> MacAddr {
    MacAddr::parse(text).expect("a MAC")
}

pub(crate) fn pair(prefix: &str, mac_address: &str) -> Pair {
    Pair { prefix: self::prefix(prefix), mac: mac(mac_address) }
}

/// A prefix, or an address alone.
pub(crate) fn prefix(text: &str) -> Prefix {
    text.parse::<IpAddr>().map_or_else(|_| Prefix::parse(text).expect("a prefix"), Prefix::host)
}

pub(crate) fn ingress(ethertype: EtherType) -> SecurityRule {
    any(Direction::Ingress, ethertype)
}

pub(crate) fn egress(ethertype: EtherType) -> SecurityRule {
    any(Direction::Egress, ethertype)
}

fn any(direction: Direction, ethertype: EtherType) -> SecurityRule {
    SecurityRule { direction, ethertype, protocol: None, port: None, icmp: None, remote: Remote::Any }
}

/// Narrows a rule step by step.
pub(crate) trait Narrow: Sized {
    fn protocol(self, number: u8) -> Self;
    fn ports(self, first: u16, last: u16) -> Self;
    fn icmp(self, kind: u8, code: Option<u8>) -> Self;
    fn prefix(self, text: &str) -> Self;
    fn group(self, group: GroupId) -> Self;
}

impl Narrow for SecurityRule {
    fn protocol(self, number: u8) -> Self {
        Self { protocol: Some(Protocol(number)), ..self }
    }
    fn ports(self, first: u16, last: u16) -> Self {
        Self { port: Some(PortRange { first, last }), ..self }
    }
    fn icmp(self, kind: u8, code: Option<u8>) -> Self {
        Self { icmp: Some(Icmp { kind, code }), ..self }
    }
    fn prefix(self, text: &str) -> Self {
        Self { remote: Remote::Prefix(prefix(text)), ..self }
    }
    fn group(self, group: GroupId) -> Self {
        Self { remote: Remote::Group(group), ..self }
    }
}

fn host(name: &str) -> Host {
    Host {
        name: name.into(),
        compute: true,
        uplinks: Vec::new(),
        tunnel: 0,
        ofports: Vec::new(),
        endpoints: Vec::new(),
        snats: Vec::new(),
        services: Vec::new(),
        routing_domains: Vec::new(),
        epgs: Vec::new(),
        ports: Vec::new(),
        source: None,
    }
}

fn network() -> Network {
    Network {
        project: "p".into(),
        handle: "n".into(),
        name: "n".into(),
        id: uuid("00000000-0000-4000-8000-0000000000ff"),
        epg: None,
        bridge_domain: None,
        kind: NetworkKind::Internal,
        mtu: None,
        dns_domain: None,
        subnets: Vec::new(),
        source: Span::start_of(FileId(0)),
    }
}
