//! Builds fabrics by hand, in the few terms that flows depend on.

use std::net::{IpAddr, Ipv4Addr};

use aciform_bundle::frame::Frames;
use aciform_bundle::target::openflow::OpenFlow;
use aciform_bundle::target::{Target as _, gather};
use aciform_diagnostics::{Diagnostics, FileId, Span};
use aciform_fabric::model::Id as _;
use aciform_fabric::model::{
    BdId, BridgeDomain, Contract, ContractId, ContractKind, Dhcp4, Dhcp6, Endpoint, EndpointKind, Epg, EpgId, EpgKind,
    ExtNetId, ExternalNetwork, Fabric, Filter, FilterId, GatewaySubnet, Host, HostId, L3Out, L3OutId, L3OutKind,
    Mapping, MappingKind, MetadataService, Network, NetworkKind, OfPort, PortId, Snat, Tenant, TenantId, VirtualIp,
    Vrf, VrfId, VrfRoute,
};
use aciform_intent::scalar::{Interface, MacAddr, Prefix};
use uuid::Uuid;

/// The tunnel's port on every host here.
pub(crate) const TUNNEL: u32 = 1;

/// A site with one host.
pub(crate) struct Site {
    pub(crate) fabric: Fabric,
    tenant: TenantId,
    filter: FilterId,
    pub(crate) host: HostId,
}

/// What a host gets.
pub(crate) struct Files {
    pub(crate) flows: String,
    pub(crate) groups: String,
    pub(crate) ports: String,
}

pub(crate) fn mac(text: &str) -> MacAddr {
    MacAddr::parse(text).unwrap()
}

pub(crate) fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).unwrap()
}

pub(crate) fn route(to: &str, external: u32, nat: Option<EpgId>) -> VrfRoute {
    VrfRoute { prefix: prefix(to), external, nat }
}

impl Site {
    pub(crate) fn new(host: &str) -> Self {
        let mut fabric = Fabric::default();
        let tenant =
            fabric.tenants.push(Tenant { name: "common".into(), name_alias: None, owned: false, source: None });
        let filter = fabric.filters.push(Filter { tenant, name: "any".into(), entry: "any".into(), source: None });
        let host = fabric.hosts.push(Host {
            name: host.into(),
            compute: true,
            uplinks: Vec::new(),
            tunnel: TUNNEL,
            ofports: vec![OfPort { name: "br-int_vxlan0".into(), number: TUNNEL }],
            endpoints: Vec::new(),
            snats: Vec::new(),
            services: Vec::new(),
            routing_domains: Vec::new(),
            epgs: Vec::new(),
            ports: Vec::new(),
            source: None,
        });
        Self { fabric, tenant, filter, host }
    }

    pub(crate) fn host(&mut self) -> &mut Host {
        &mut self.fabric.hosts[self.host]
    }

    pub(crate) fn vrf(&mut self, name: &str, inside: &[&str]) -> VrfId {
        let number = u32::try_from(self.fabric.vrfs.len()).unwrap() + 1;
        self.fabric.vrfs.push(Vrf {
            tenant: self.tenant,
            name: name.into(),
            owned: true,
            marked: true,
            routing_domain: number,
            internal_subnets: inside.iter().map(|text| prefix(text)).collect(),
            routes: Vec::new(),
            routing_domain_subnets: Vec::new(),
            routing_domain_file: name.into(),
            source: None,
        })
    }

    /// A network with its bridge domain; numbers follow from how many there are. The host knows it.
    pub(crate) fn network(&mut self, vrf: VrfId, name: &str, mcast: Option<&str>, gateways: &[&str]) -> EpgId {
        let local = u32::try_from(self.fabric.bridge_domains.len()).unwrap() + 1;
        let bridge_domain = self.fabric.bridge_domains.push(BridgeDomain {
            tenant: self.tenant,
            name: name.into(),
            name_alias: None,
            vrf,
            local,
            flood_domain: local,
            unicast_route: true,
            arp_flood: true,
            unknown_mac_unicast: "proxy".into(),
            ep_move_detect: "garp".into(),
            limit_ip_learn: false,
            gateways: gateways
                .iter()
                .map(|text| {
                    let interface = Interface::parse(text).unwrap();
                    GatewaySubnet {
                        gateway: interface.address,
                        prefix: interface.network,
                        scope: "private".into(),
                        source: None,
                    }
                })
                .collect(),
            l3outs: Vec::new(),
            source: None,
        });
        let epg = self.group(bridge_domain, name, mcast);
        self.host().epgs.push(epg);
        epg
    }

    fn group(&mut self, bridge_domain: BdId, name: &str, mcast: Option<&str>) -> EpgId {
        let vnid = 0x80_0001 + u32::try_from(self.fabric.epgs.len()).unwrap();
        self.fabric.epgs.push(Epg {
            tenant: self.tenant,
            app_profile: "OpenStack".into(),
            name: name.into(),
            name_alias: None,
            bridge_domain,
            kind: EpgKind::Network,
            vnid,
            mcast: mcast.map(|text| text.parse::<Ipv4Addr>().unwrap()),
            contracts: Vec::new(),
            source: None,
        })
    }

    pub(crate) fn contract(&mut self, kind: ContractKind, groups: &[EpgId], externals: &[u32]) -> ContractId {
        let rule = match kind {
            ContractKind::Router => u32::try_from(self.fabric.contracts.len()).unwrap() + 1,
            ContractKind::AllowAll => 0,
        };
        let id = self.fabric.contracts.push(Contract {
            tenant: self.tenant,
            name: format!("router-{rule}"),
            name_alias: None,
            kind,
            subject: "any".into(),
            filter: self.filter,
            active: true,
            rule,
            groups: groups.to_vec(),
            externals: externals.to_vec(),
            source: None,
        });
        for group in groups {
            self.fabric.epgs[*group].contracts.push(id);
        }
        id
    }

    /// A port of an instance; more is set on what is returned.
    pub(crate) fn instance(&mut self, epg: EpgId, ofport: u32, own: &str, addresses: &[&str]) -> &mut Endpoint {
        let port = PortId::from_index(self.host().endpoints.len());
        let interface = format!("qvo{ofport}");
        let host = self.host();
        if !host.ofports.iter().any(|port| port.number == ofport) {
            host.ofports.push(OfPort { name: interface.clone(), number: ofport });
        }
        host.endpoints.push(Endpoint {
            port,
            kind: EndpointKind::Instance,
            mac: mac(own),
            primary: true,
            interface,
            ofport,
            epg,
            addresses: addresses.iter().map(|text| address(text)).collect(),
            virtual_ips: Vec::new(),
            promiscuous: false,
            vm_name: String::new(),
            network: Uuid::nil(),
            metadata_optimization: true,
            dhcp4: None,
            dhcp6: None,
            mappings: Vec::new(),
            source: None,
        });
        host.endpoints.last_mut().unwrap()
    }

    /// A SNAT interface in a NAT group; its position on the host.
    pub(crate) fn snat(&mut self, epg: EpgId, ofport: u32, own: &str, at: &str, gateway: &str) -> usize {
        let external_network = self.external_network(epg);
        let host = self.host();
        host.ofports.push(OfPort { name: format!("of-snat{ofport}"), number: ofport });
        host.snats.push(Snat {
            external_network,
            interface: format!("of-snat{ofport}"),
            ofport,
            mac: mac(own),
            address: Interface::parse(at).unwrap(),
            gateway: address(gateway),
            epg,
            vm_name: String::new(),
            uuid: Uuid::nil(),
            mtu: None,
        });
        host.snats.len() - 1
    }

    fn external_network(&mut self, epg: EpgId) -> ExtNetId {
        let bridge_domain = self.fabric.epgs[epg].bridge_domain;
        let vrf = self.fabric.bridge_domains[bridge_domain].vrf;
        let at = ExtNetId::from_index(self.fabric.external_networks.len());
        let network = self.fabric.networks.push(Network {
            project: "admin".into(),
            handle: "out".into(),
            name: "out".into(),
            id: Uuid::nil(),
            epg: Some(epg),
            bridge_domain: Some(bridge_domain),
            kind: NetworkKind::External(at),
            mtu: None,
            dns_domain: None,
            subnets: Vec::new(),
            source: Span::start_of(FileId(0)),
        });
        let l3out: L3OutId = self.fabric.l3outs.push(L3Out {
            tenant: self.tenant,
            name: "out".into(),
            kind: L3OutKind::Preexisting,
            vrf,
            external_epgs: Vec::new(),
            source: None,
        });
        self.fabric.external_networks.push(ExternalNetwork {
            network,
            handle: "out".into(),
            mapped_name: "out".into(),
            l3out,
            nat_epg: epg,
            host_pool: None,
            snat_demand: Default::default(),
            allow_all: ContractId::from_index(0),
            snat_addresses: Vec::new(),
        })
    }

    pub(crate) fn metadata(&mut self, vrf: VrfId, ofport: u32, own: &str, next_hop: &str) {
        let host = self.host();
        if !host.ofports.iter().any(|port| port.number == ofport) {
            host.ofports.push(OfPort { name: "of-svc-ovsport".into(), number: ofport });
        }
        host.services.push(MetadataService {
            vrf,
            uuid: Uuid::nil(),
            ofport,
            mac: mac(own),
            next_hop: next_hop.parse().unwrap(),
        });
    }

    /// What the target makes of the host, with what it has to say.
    pub(crate) fn lower(&self) -> (Files, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let artifacts =
            gather(|emit| OpenFlow.host(&self.fabric, self.host, &Frames::default(), emit, &mut diagnostics));
        let content = |file: &str| {
            let path = format!("hosts/{}/{file}", self.fabric.hosts[self.host].name);
            artifacts.iter().find(|artifact| artifact.path == path).unwrap().content.to_string()
        };
        let files =
            Files { flows: content("br-int.flows"), groups: content("br-int.groups"), ports: content("br-int.ports") };
        (files, diagnostics)
    }

    /// The files, of a site that nothing is wrong with.
    pub(crate) fn files(&self) -> Files {
        let (files, diagnostics) = self.lower();
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        files
    }
}

pub(crate) fn dhcp4(offered: &str, server: Option<&str>) -> Dhcp4 {
    Dhcp4 {
        address: offered.parse().unwrap(),
        prefix_length: 24,
        router: None,
        dns_servers: Vec::new(),
        domain: "openstacklocal".into(),
        server: server.map(|text| text.parse().unwrap()),
        static_routes: Vec::new(),
        mtu: None,
        lease_time: None,
    }
}

pub(crate) fn dhcp6() -> Dhcp6 {
    Dhcp6 { dns_servers: vec![address("2001:db8::53")], mtu: None }
}

pub(crate) fn mapping(mapped: &str, outer: &str, nat_epg: EpgId, kind: MappingKind) -> Mapping {
    Mapping { uuid: Uuid::nil(), mapped: address(mapped), outer: address(outer), nat_epg, kind }
}

pub(crate) fn pair(to: &str, own: &str) -> VirtualIp {
    VirtualIp { prefix: prefix(to), mac: mac(own) }
}
