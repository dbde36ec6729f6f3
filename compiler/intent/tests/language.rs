//! The example of the language, whole: it decodes without a finding into what it says.

use std::path::Path;

use aciform_diagnostics::{Diagnostics, SourceMap, Span};
use aciform_intent::decode;
use aciform_intent::model::{
    ApicPassword, Direction, EtherType, FixedIp, FloatingGrowth, Gateway, Icmp, Increase, Intent, Ipv6Mode, PortRange,
    Protocol, Role, SharedWith, Site,
};
use aciform_syntax::yaml;

fn read() -> (Site, Intent, SourceMap) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/language");
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut tree = |name: &str| {
        let file = sources.add(name, std::fs::read_to_string(folder.join(name)).expect("a file of the example"));
        (file, yaml::parse(file, &sources.file(file).text, &mut diagnostics))
    };
    let (file, site) = tree("aciform.yaml");
    let (_, intent) = tree("intent.yaml");
    let site = decode::site(&site, Span::start_of(file), &mut diagnostics).expect("a site");
    let intent = decode::intent(&[&intent], &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert!(intent.incomplete.is_empty());
    (site, intent, sources)
}

#[test]
fn the_site_file_says_what_it_reads_and_how_it_is_compiled() {
    let (site, _, _) = read();
    assert_eq!(site.ini.iter().map(|ini| ini.as_str()).collect::<Vec<_>>(), ["ml2_conf_cisco_apic.ini"]);
    assert_eq!(site.intent.expect("written").iter().map(|path| path.as_str()).collect::<Vec<_>>(), ["intent/"]);
    assert_eq!(site.golden.expect("written").value, "golden/");
    assert_eq!(site.releases.agent_ovs, "2.7");
    assert_eq!(site.growth.compute_hosts.expect("written").value, Increase::Total(40));
    let Some(FloatingGrowth::Each(each)) = site.growth.floating_ips else { panic!("a map is written") };
    let each: Vec<_> = each.values().map(|(name, increase)| (name.as_str(), increase.value)).collect();
    assert_eq!(each, [("OS_L3Out", Increase::Plus(40)), ("other", Increase::Percent(25))]);
    assert_eq!(site.growth.ports.expect("written").value, 25);
    assert_eq!(site.allow[0].code.value, "ACI706");
    assert_eq!(site.allow[0].reason.value, "lab account");
    assert_eq!(site.apic_password.expect("written").value, ApicPassword::Env("APIC_PASSWORD".to_owned()));
}

#[test]
fn hosts_and_fabric_have_their_facts() {
    let (_, intent, _) = read();
    assert_eq!(intent.fabric.infra_vlan.expect("written").value, 4093);
    assert_eq!(intent.fabric.tep_pool.expect("written").to_string(), "10.0.0.0/16");
    assert_eq!(intent.fabric.anycast_tep.expect("written").to_string(), "10.0.0.32");
    let roles = intent.hosts["centos-01"].roles.as_ref().expect("written");
    assert_eq!(roles.iter().map(|role| role.value).collect::<Vec<_>>(), [Role::Compute, Role::Dhcp]);
    let second = &intent.hosts["centos-02"];
    assert!(second.roles.is_none(), "an absent key stays absent");
    assert_eq!(second.uplinks.len(), 2);
    assert_eq!(second.facts.ofports["qvo43591b4f-86"].value, 37);
    assert_eq!(second.facts.macs["of-svc-nsport"].to_string(), "fa:16:3e:5c:00:06");
}

#[test]
fn the_external_network_names_its_l3out_and_its_floating_subnet() {
    let (_, intent, sources) = read();
    let network = &intent.external_networks["OS_L3Out"];
    assert_eq!(sources.slice(network.handle.span), "OS_L3Out");
    assert_eq!(network.project.as_ref().expect("written").value, "admin");
    assert!(network.shared.expect("written").value);
    assert_eq!(network.l3out.tenant.as_ref().expect("written").value, "common");
    assert_eq!(sources.slice(network.l3out.span), "l3out");
    assert_eq!(network.subnets["fip"].cidr.to_string(), "172.16.20.0/24");
    assert!(network.subnets["fip"].project.is_none());
}

#[test]
fn networks_have_subnets_of_both_families_and_a_pinned_dhcp_port() {
    let (_, intent, sources) = read();
    let network = &intent.projects["NewWebApps"].networks["MyWebApp"];
    assert_eq!(network.id.expect("written").to_string(), "6fccd59e-76e0-49de-9434-020fef1c22d9");
    assert_eq!(network.facts.vnid.expect("written").value, 0x80_0001);
    assert_eq!(network.facts.mcast.expect("written").to_string(), "225.1.1.1");
    assert!(matches!(network.shared_with, SharedWith::Nobody));
    let web = &network.subnets["web"];
    assert_eq!(sources.slice(web.cidr.span), "10.100.100.0/24");
    assert!(matches!(web.gateway_ip, Gateway::First));
    assert!(web.enable_dhcp.expect("written").value);
    let pools = web.allocation_pools.as_ref().expect("written");
    assert_eq!(pools[0].to_string(), "10.100.100.2-10.100.100.254");
    assert_eq!(web.host_routes[0].nexthop.to_string(), "10.100.100.5");
    assert_eq!(network.subnets["web6"].ipv6_ra_mode.expect("written").value, Ipv6Mode::Slaac);
    let dhcp = &network.dhcp_ports.as_ref().expect("written")["centos-01"];
    assert_eq!(dhcp.host.value, "centos-01");
    assert_eq!(dhcp.fixed_ips[0].to_string(), "10.100.100.2");
}

#[test]
fn the_router_has_its_gateway_interfaces_and_routes() {
    let (_, intent, _) = read();
    let router = &intent.projects["NewWebApps"].routers["NewWebApps-router"];
    assert_eq!(router.external_gateway.as_ref().expect("written").network.value, "OS_L3Out");
    let references: Vec<_> = router.interfaces.iter().map(|interface| interface.reference.as_str()).collect();
    assert_eq!(references, ["MyWebApp", "MyWebData/data"]);
    assert_eq!(router.routes[0].destination.to_string(), "192.0.2.0/24");
}

#[test]
fn rules_have_the_family_and_protocol_that_neutron_gives_them() {
    let (_, intent, _) = read();
    let groups = &intent.projects["NewWebApps"].security_groups;
    let open = &groups["AllowPublicAccess"].rules;
    assert_eq!(open[0].protocol.expect("written").value, Protocol(1));
    assert_eq!(open[0].ethertype, EtherType::IPv4);
    assert_eq!(open[1].port.expect("written").value, PortRange { first: 22, last: 22 });
    let servers = &groups["MyWebservers"];
    assert!(servers.stateful.expect("written").value && servers.default_egress.expect("written").value);
    assert_eq!(servers.rules[0].port.expect("written").value, PortRange { first: 8000, last: 8100 });
    assert_eq!(servers.rules[0].remote_ip_prefix.expect("written").to_string(), "198.51.100.0/24");
    assert_eq!(servers.rules[1].icmp.expect("written").value, Icmp { kind: 8, code: Some(0) });
    let last = &servers.rules[2];
    assert_eq!((last.direction, last.ethertype), (Direction::Egress, EtherType::IPv6));
    assert_eq!(last.protocol.expect("written").value, Protocol(58));
    assert_eq!(last.remote_group.as_ref().expect("written").value, "admin/default");
}

#[test]
fn the_port_has_addresses_groups_and_pairs() {
    let (_, intent, sources) = read();
    let project = &intent.projects["NewWebApps"];
    let instance = &project.instances["test-instance"];
    assert_eq!(instance.host.value, "centos-02");
    let port = &instance.ports["eth0"];
    assert_eq!(port.mac_address.expect("written").to_string(), "fa:16:3e:10:00:17");
    let fixed = port.fixed_ips.as_ref().expect("written");
    assert_eq!(fixed[0].value, FixedIp::Address("10.100.100.17".parse().expect("an address")));
    assert_eq!(fixed[1].value, FixedIp::Subnet("web6".to_owned()));
    assert_eq!(sources.slice(fixed[1].span), "web6");
    assert_eq!(port.security_groups.as_ref().expect("written").len(), 2);
    assert_eq!(port.allowed_address_pairs[0].ip.to_string(), "10.100.100.250/32");
    assert_eq!(port.allowed_address_pairs[1].ip.to_string(), "10.100.100.0/28");
    assert_eq!(port.allowed_address_pairs[1].mac.expect("written").to_string(), "fa:16:3e:aa:00:01");
    assert_eq!(project.ports["vip"].network.value, "MyWebApp");
    let floating = &project.floating_ips["web"];
    assert_eq!(floating.port.as_ref().expect("written").value, "test-instance/eth0");
    assert_eq!(floating.fixed_ip.expect("written").to_string(), "10.100.100.17");
    assert_eq!(intent.renamed.kinds["networks"][0].from.value, "NewWebApps/OldWebApp");
    assert_eq!(intent.renamed.kinds["networks"][0].to.value, "NewWebApps/MyWebApp");
}
