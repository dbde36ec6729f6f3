//! The two hosts that the situations are about, made by hand, and a switch that carries one.

use std::net::{IpAddr, Ipv4Addr};

use aciform_fabric::model::{ContractKind, EpgId, MappingKind};
use aciform_testkit::ovs::{HostFiles, Switch};

use crate::site::{Site, dhcp4, dhcp6, mapping, pair, route};

pub(crate) const ROUTER: &str = "00:22:bd:f8:19:ff";
pub(crate) const BROADCAST: &str = "ff:ff:ff:ff:ff:ff";

/// Instances of the first host, by port; the same MAC scheme everywhere.
pub(crate) const WEB_1: u32 = 11;
pub(crate) const WEB_2: u32 = 12;
pub(crate) const DATA_1: u32 = 13;
pub(crate) const OTHER_1: u32 = 14;
pub(crate) const LONELY_1: u32 = 15;
pub(crate) const LONELY_2: u32 = 16;
pub(crate) const OPEN: u32 = 17;
pub(crate) const PUBLIC_1: u32 = 18;
/// Of the second host.
pub(crate) const WEB_3: u32 = 21;
pub(crate) const DATA_3: u32 = 22;

pub(crate) const SNAT_MAC: &str = "fa:16:3e:5a:00:03";
pub(crate) const SERVICE_MAC: &str = "fa:16:3e:5c:00:06";
pub(crate) const VIRTUAL_MAC: &str = "fa:16:3e:aa:00:01";

pub(crate) fn mac(port: u32) -> String {
    format!("fa:16:3e:00:00:{port:02x}")
}

pub(crate) fn link_local(port: u32) -> String {
    format!("fe80::f816:3eff:fe00:{port:x}")
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn v4(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

/// Numbers come from the order in which things are made, so both hosts are made by the same steps and differ in what is on them.
pub(crate) struct Groups {
    web: EpgId,
    data: EpgId,
    other: EpgId,
    lonely: EpgId,
    nat: EpgId,
    public: EpgId,
}

pub(crate) const WEB: u32 = 0x80_0001;
pub(crate) const DATA: u32 = 0x80_0002;
pub(crate) const OTHER: u32 = 0x80_0003;
pub(crate) const LONELY: u32 = 0x80_0004;
pub(crate) const NAT: u32 = 0x80_0005;
pub(crate) const PUBLIC: u32 = 0x80_0006;

pub(crate) fn site(host: &str) -> (Site, Groups) {
    let mut site = Site::new(host);
    let project =
        site.vrf("project", &["10.1.0.0/24", "10.2.0.0/24", "2001:db8:1::/64", "2001:db8:2::/64", "169.254.0.0/16"]);
    let elsewhere = site.vrf("elsewhere", &["10.1.0.0/24", "169.254.0.0/16"]);
    let common = site.vrf("common", &["172.16.10.0/24", "172.16.20.0/24"]);
    let groups = Groups {
        web: site.network(project, "web", Some("225.1.1.1"), &["10.1.0.1/24", "2001:db8:1::1/64"]),
        data: site.network(project, "data", Some("225.1.1.2"), &["10.2.0.1/24", "2001:db8:2::1/64"]),
        other: site.network(elsewhere, "other", Some("225.1.1.3"), &["10.1.0.1/24"]),
        lonely: site.network(project, "lonely", Some("225.1.1.4"), &["10.3.0.1/24"]),
        nat: site.network(common, "nat", Some("225.1.1.5"), &["172.16.10.1/24", "172.16.20.1/24", "2001:db8:f::1/64"]),
        public: site.network(common, "public", Some("225.1.1.6"), &["172.16.30.1/24"]),
    };
    site.fabric.vrfs[project].routes =
        vec![route("0.0.0.0/0", 1, Some(groups.nat)), route("::/0", 1, Some(groups.nat))];
    site.fabric.vrfs[common].routes = vec![route("0.0.0.0/0", 2, None), route("::/0", 2, None)];
    site.contract(ContractKind::Router, &[groups.web, groups.data], &[1]);
    // A network in the external VRF that may use what is translated into it.
    site.contract(ContractKind::Router, &[groups.nat, groups.public], &[]);
    site.metadata(project, 6, SERVICE_MAC, "169.254.240.3");
    site.metadata(elsewhere, 6, SERVICE_MAC, "169.254.240.4");
    (site, groups)
}

pub(crate) fn first_host() -> Site {
    let (mut site, groups) = site("h1");
    let snat = site.snat(groups.nat, 5, SNAT_MAC, "172.16.10.3/24", "172.16.10.1");
    let web = site.instance(groups.web, WEB_1, &mac(WEB_1), &["10.1.0.11", "2001:db8:1::11"]);
    web.dhcp4 = Some(dhcp4("10.1.0.11", None));
    web.dhcp6 = Some(dhcp6());
    web.mappings = vec![
        mapping("10.1.0.11", "172.16.20.11", groups.nat, MappingKind::FloatingIp),
        mapping("2001:db8:1::11", "2001:db8:f::11", groups.nat, MappingKind::FloatingIp),
    ];
    site.instance(groups.web, WEB_2, &mac(WEB_2), &["10.1.0.12"]).mappings =
        vec![mapping("10.1.0.12", "172.16.20.12", groups.nat, MappingKind::FloatingIp)];
    let data = site.instance(groups.data, DATA_1, &mac(DATA_1), &["10.2.0.13", "2001:db8:2::13"]);
    data.mappings = vec![mapping("10.2.0.13", "169.254.0.0", groups.nat, MappingKind::Snat(snat))];
    data.virtual_ips = vec![pair("10.2.0.250/32", &mac(DATA_1)), pair("2001:db8:2::/112", &mac(DATA_1))];
    let second = site.instance(groups.data, DATA_1, VIRTUAL_MAC, &[]);
    second.primary = false;
    second.virtual_ips = vec![pair("10.2.0.240/28", VIRTUAL_MAC), pair("2001:db8:2::fa/128", VIRTUAL_MAC)];
    site.instance(groups.other, OTHER_1, &mac(OTHER_1), &["10.1.0.11"]);
    site.instance(groups.lonely, LONELY_1, &mac(LONELY_1), &["10.3.0.15"]);
    site.instance(groups.lonely, LONELY_2, &mac(LONELY_2), &["10.3.0.16"]);
    site.instance(groups.public, PUBLIC_1, &mac(PUBLIC_1), &["172.16.30.18"]);
    site.instance(groups.web, OPEN, &mac(OPEN), &["10.1.0.17"]).promiscuous = true;
    site
}

pub(crate) fn second_host() -> Site {
    let (mut site, groups) = site("h2");
    site.instance(groups.web, WEB_3, &mac(WEB_3), &["10.1.0.21"]);
    site.instance(groups.data, DATA_3, &mac(DATA_3), &["10.2.0.22"]);
    site.host().epgs.retain(|epg| *epg == groups.web || *epg == groups.data || *epg == groups.nat);
    site
}

/// A switch that has taken the host's files and given them back unchanged.
pub(crate) fn switch(site: &Site) -> Switch {
    let files = site.files();
    let mut switch = Switch::start().unwrap_or_else(|failure| panic!("{failure}"));
    let files = HostFiles { flows: files.flows, groups: files.groups, ports: files.ports };
    switch.load(&files).unwrap_or_else(|failure| panic!("{failure}"));
    switch
}
