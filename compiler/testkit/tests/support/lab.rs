//! The lab of the worked examples as a fabric built by hand: what the resolver has to arrive at, with the examples' own values.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::net::{IpAddr, Ipv4Addr};

use aciform_diagnostics::{FileId, Span};
use aciform_fabric::model::{
    BdId, BridgeDomain, Contract, ContractId, ContractKind, Dhcp4, Encapsulation, Endpoint, EndpointKind, Epg, EpgId,
    EpgKind, ExtNetId, ExternalEpg, ExternalNetwork, Fabric, Filter, FixedIp, GatewaySubnet, Host, HostId, Id as _,
    L3Out, L3OutId, L3OutKind, Mapping, MappingKind, MetadataService, Network, NetworkKind, Port, PortId, PortOwner,
    Route4, RoutingDomain, Snat, Subnet, Tenant, VmmDomain, Vrf, VrfId,
};
use aciform_intent::scalar::{Interface, MacAddr, Prefix};
use uuid::Uuid;

/// The router's contract.
pub(crate) const ROUTER: &str = "contract-77777777-aaaa-bbbb-cccc-dddddddddddd";
/// The external network's contract and filter.
pub(crate) const ALLOW_ALL: &str = "EXT-e0e0e0e0-1111-2222-3333-444455556666-allow-all";
/// The mark on what is ours.
pub(crate) const MARK: &str = "orchestrator:aciform:RDO-ML2";

/// A prefix.
pub(crate) fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// An interface address.
pub(crate) fn interface(text: &str) -> Interface {
    Interface::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// An address.
pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An IPv4 address.
pub(crate) fn v4(text: &str) -> Ipv4Addr {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A MAC.
pub(crate) fn mac(text: &str) -> MacAddr {
    MacAddr::parse(text).unwrap_or_else(|| panic!("{text} is no MAC"))
}

/// An id.
pub(crate) fn uuid(text: &str) -> Uuid {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A gateway with a public scope.
pub(crate) fn gateway(text: &str) -> GatewaySubnet {
    let at = interface(text);
    GatewaySubnet { gateway: at.address, prefix: at.network, scope: "public".into(), source: None }
}

/// A place in the input; hand-built fabrics have no text behind them.
pub(crate) fn nowhere() -> Span {
    Span::start_of(FileId(0))
}

/// The lab: project NewWebApps with one network and one router behind OS_L3Out; test-instance and the SNAT interface on centos-02.
pub(crate) fn fabric() -> Fabric {
    let mut fabric = Fabric::default();
    site(&mut fabric);
    let bd = policy(&mut fabric);
    neutron(&mut fabric, bd);
    hosts(&mut fabric);
    fabric
}

fn site(fabric: &mut Fabric) {
    fabric.system.id = "RDO-ML2".into();
    fabric.system.annotation = MARK.into();
    fabric.system.domains = vec![VmmDomain {
        name: "RDO-ML2".into(),
        multicast_address: v4("225.1.2.3"),
        encapsulation: Encapsulation::Vxlan {
            pool: "RDO-ML2_mcast_ns".into(),
            first: v4("225.2.1.1"),
            last: v4("225.2.255.255"),
        },
        controller_host: "openstack".into(),
        user: "admin".into(),
        password_from: "ml2_conf_cisco_apic.ini:[ml2_cisco_apic] openstack_password".into(),
        source: None,
    }];
}

/// ACI's side; gives the bridge domain of MyWebApp.
fn policy(fabric: &mut Fabric) -> BdId {
    let tenant = |name: &str, alias: Option<&str>, owned| Tenant {
        name: name.into(),
        name_alias: alias.map(Into::into),
        owned,
        source: None,
    };
    let project = fabric.tenants.push(tenant("_RDO-ML2_NewWebApps", Some("NewWebApps"), true));
    let common = fabric.tenants.push(tenant("common", None, false));

    let shared = fabric.vrfs.push(Vrf {
        tenant: project,
        name: "_RDO-ML2_shared".into(),
        owned: true,
        marked: true,
        routing_domain: 1,
        internal_subnets: vec![prefix("10.100.100.0/24"), prefix("169.254.0.0/16")],
        routes: Vec::new(),
        routing_domain_subnets: vec![prefix("10.100.100.0/24"), prefix("169.254.0.0/16")],
        routing_domain_file: "0c2b1a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d".into(),
        source: None,
    });
    let default = fabric.vrfs.push(Vrf {
        tenant: common,
        name: "default".into(),
        owned: false,
        marked: false,
        routing_domain: 2,
        internal_subnets: Vec::new(),
        routes: Vec::new(),
        routing_domain_subnets: Vec::new(),
        routing_domain_file: "common-default".into(),
        source: None,
    });

    let bridge_domain = |tenant, name: &str, alias: Option<&str>, vrf, local, gateways, l3outs| BridgeDomain {
        tenant,
        name: name.into(),
        name_alias: alias.map(Into::into),
        vrf,
        local,
        flood_domain: local,
        unicast_route: true,
        arp_flood: true,
        unknown_mac_unicast: "proxy".into(),
        ep_move_detect: "garp".into(),
        limit_ip_learn: false,
        gateways,
        l3outs,
        source: None,
    };
    let out = L3OutId::from_index(1);
    let web = fabric.bridge_domains.push(bridge_domain(
        project,
        "MyWebApp",
        Some("MyWebApp"),
        shared,
        1,
        vec![gateway("10.100.100.1/24")],
        Vec::new(),
    ));
    let ext = fabric.bridge_domains.push(bridge_domain(
        common,
        "EXT-bd-OS_L3Out",
        None,
        default,
        2,
        vec![gateway("172.16.10.1/24"), gateway("172.16.20.1/24")],
        vec![out],
    ));

    let filter =
        |name: &str, entry: &str| Filter { tenant: common, name: name.into(), entry: entry.into(), source: None };
    let allow_filter = fabric.filters.push(filter(ALLOW_ALL, "allow-all"));
    let os_filter = fabric.filters.push(filter("os-filter", "os-entry"));
    let contract = |name: &str, alias: Option<&str>, kind, subject: &str, filter| Contract {
        tenant: common,
        name: name.into(),
        name_alias: alias.map(Into::into),
        kind,
        subject: subject.into(),
        filter,
        active: true,
        rule: 1,
        groups: Vec::new(),
        externals: Vec::new(),
        source: None,
    };
    let allow = fabric.contracts.push(contract(ALLOW_ALL, None, ContractKind::AllowAll, ALLOW_ALL, allow_filter));
    let router = fabric.contracts.push(contract(
        ROUTER,
        Some("NewWebApps-router"),
        ContractKind::Router,
        "os-subject",
        os_filter,
    ));

    let epg = |tenant, name: &str, alias: Option<&str>, bridge_domain, kind, vnid, contract| Epg {
        tenant,
        app_profile: "RDO-ML2".into(),
        name: name.into(),
        name_alias: alias.map(Into::into),
        bridge_domain,
        kind,
        vnid,
        mcast: None,
        contracts: vec![contract],
        source: None,
    };
    fabric.epgs.push(epg(project, "MyWebApp", Some("MyWebApp"), web, EpgKind::Network, 0x80_0001, router));
    let nat = fabric.epgs.push(epg(common, "EXT-epg-OS_L3Out", None, ext, EpgKind::Nat, 0x80_0002, allow));

    let external = |name: &str, subnets, contract, nat, local| ExternalEpg {
        name: name.into(),
        subnets,
        contracts: vec![contract],
        nat,
        local,
    };
    fabric.l3outs.push(L3Out {
        tenant: project,
        name: "_RDO-ML2_Shd-OS_L3Out".into(),
        kind: L3OutKind::Shadow,
        vrf: shared,
        external_epgs: vec![external("_RDO-ML2_Shd-InternetAccess", vec![prefix("0.0.0.0/0")], router, Some(nat), 1)],
        source: None,
    });
    fabric.l3outs.push(L3Out {
        tenant: common,
        name: "OS_L3Out".into(),
        kind: L3OutKind::Preexisting,
        vrf: default,
        external_epgs: vec![external("InternetAccess", Vec::new(), allow, None, 2)],
        source: None,
    });
    web
}

fn neutron(fabric: &mut Fabric, web: BdId) {
    let (group, nat) = (EpgId::from_index(0), EpgId::from_index(1));
    let network = fabric.networks.push(Network {
        project: "NewWebApps".into(),
        handle: "MyWebApp".into(),
        name: "MyWebApp".into(),
        id: uuid("6fccd59e-76e0-49de-9434-020fef1c22d9"),
        epg: Some(group),
        bridge_domain: Some(web),
        kind: NetworkKind::Internal,
        mtu: None,
        dns_domain: None,
        subnets: Vec::new(),
        source: nowhere(),
    });
    let subnet = fabric.subnets.push(Subnet {
        network,
        handle: "web".into(),
        id: uuid("5f0e2a11-0000-4000-8000-000000000001"),
        prefix: prefix("10.100.100.0/24"),
        gateway: Some(ip("10.100.100.1")),
        enable_dhcp: true,
        dns_nameservers: Vec::new(),
        pools: Vec::new(),
        host_routes: Vec::new(),
        dhcp_servers: vec![ip("10.100.100.2")],
        slaac: false,
        source: nowhere(),
    });
    fabric.external_networks.push(ExternalNetwork {
        network,
        handle: "OS_L3Out".into(),
        mapped_name: "OS_L3Out".into(),
        l3out: L3OutId::from_index(1),
        nat_epg: nat,
        host_pool: Some(interface("172.16.10.1/24")),
        snat_demand: Default::default(),
        allow_all: ContractId::from_index(0),
        snat_addresses: vec![(HostId::from_index(0), ip("172.16.10.2")), (HostId::from_index(1), ip("172.16.10.3"))],
    });
    let port = |id: &str, mac_: &str, address: &str, owner, path: &str| Port {
        project: "NewWebApps".into(),
        path: path.into(),
        id: uuid(id),
        mac: mac(mac_),
        network,
        fixed_ips: vec![FixedIp { subnet, address: ip(address) }],
        owner,
        host: None,
        port_security: true,
        security_groups: Vec::new(),
        pairs: Vec::new(),
        zone: None,
        source: nowhere(),
    };
    fabric.ports.push(port(
        "43591b4f-8635-4ad6-b8d7-c6510dd618ee",
        "fa:16:3e:a1:b2:c3",
        "10.100.100.17",
        PortOwner::Instance("test-instance".into()),
        "test-instance/eth0",
    ));
    fabric.ports.push(port(
        "6ebbc085-b4aa-4bbb-8ccc-1234567890ab",
        "fa:16:3e:00:00:02",
        "10.100.100.2",
        PortOwner::Dhcp,
        "dhcp",
    ));
}

fn hosts(fabric: &mut Fabric) {
    let (group, nat) = (EpgId::from_index(0), EpgId::from_index(1));
    let vrf = VrfId::from_index(0);
    let external_network = ExtNetId::from_index(0);
    let network = uuid("6fccd59e-76e0-49de-9434-020fef1c22d9");
    let host = |name: &str| Host {
        name: name.into(),
        compute: true,
        uplinks: Vec::new(),
        tunnel: 1,
        ofports: Vec::new(),
        endpoints: Vec::new(),
        snats: Vec::new(),
        services: Vec::new(),
        routing_domains: vec![RoutingDomain { vrf }],
        epgs: vec![group, nat],
        ports: Vec::new(),
        source: None,
    };
    let snat = |host: &str, address: &str, mac_: &str, id: &str| Snat {
        external_network,
        interface: "of-c5c3ee166c7b".into(),
        ofport: 5,
        mac: mac(mac_),
        address: interface(address),
        gateway: ip("172.16.10.1"),
        epg: nat,
        vm_name: format!("snat|{host}|OS_L3Out"),
        uuid: uuid(id),
        mtu: None,
    };
    let mapping = |id: &str, mapped: &str| Mapping {
        uuid: uuid(id),
        mapped: ip(mapped),
        outer: ip("169.254.0.0"),
        nat_epg: nat,
        kind: MappingKind::Snat(0),
    };

    let mut first = host("centos-01");
    first.snats.push(snat("centos-01", "172.16.10.2/24", "aa:bb:cc:dd:ee:00", "11111111-41c3-4a55-8e0c-5a1d2f3b4c55"));
    first.endpoints.push(Endpoint {
        port: PortId::from_index(1),
        kind: EndpointKind::Dhcp,
        mac: mac("fa:16:3e:00:00:02"),
        primary: true,
        interface: "tap6ebbc085-b4".into(),
        ofport: 3,
        epg: group,
        addresses: vec![ip("10.100.100.2")],
        virtual_ips: Vec::new(),
        promiscuous: true,
        vm_name: "dhcp|_RDO-ML2_NewWebApps|RDO-ML2|MyWebApp".into(),
        network,
        metadata_optimization: true,
        dhcp4: None,
        dhcp6: None,
        mappings: vec![mapping("22222222-6c0e-4d0e-9d59-3f0f5c7a1e11", "10.100.100.2")],
        source: None,
    });
    fabric.hosts.push(first);

    let mut second = host("centos-02");
    second.snats.push(snat("centos-02", "172.16.10.3/24", "aa:bb:cc:dd:ee:01", "7c9d5b0a-41c3-4a55-8e0c-5a1d2f3b4c55"));
    second.services.push(MetadataService {
        vrf,
        uuid: uuid("3b52a6ec-944d-c96a-f2f0-673da81191b7"),
        ofport: 6,
        mac: mac("fa:16:3e:5c:00:06"),
        next_hop: v4("169.254.240.3"),
    });
    second.endpoints.push(Endpoint {
        port: PortId::from_index(0),
        kind: EndpointKind::Instance,
        mac: mac("fa:16:3e:a1:b2:c3"),
        primary: true,
        interface: "qvo43591b4f-86".into(),
        ofport: 37,
        epg: group,
        addresses: vec![ip("10.100.100.17")],
        virtual_ips: Vec::new(),
        promiscuous: false,
        vm_name: "test-instance".into(),
        network,
        metadata_optimization: true,
        dhcp4: Some(Dhcp4 {
            address: v4("10.100.100.17"),
            prefix_length: 24,
            router: Some(v4("10.100.100.1")),
            dns_servers: vec![v4("10.100.100.2")],
            domain: "openstacklocal".into(),
            server: Some(v4("10.100.100.2")),
            static_routes: vec![Route4 { destination: prefix("0.0.0.0/0"), next_hop: v4("10.100.100.1") }],
            mtu: None,
            lease_time: None,
        }),
        dhcp6: None,
        mappings: vec![mapping("0b8a1f52-6c0e-4d0e-9d59-3f0f5c7a1e11", "10.100.100.17")],
        source: None,
    });
    fabric.hosts.push(second);
}
