//! The agents' own files beside ini files and in a site, and look-alikes that are right.

mod kit;

use kit::lint;

const INI: &str = "[DEFAULT]\napic_system_id = cloud-a\n\n[ml2_cisco_apic]\nencap_mode = vxlan\n";

fn domain(first: &str, second: &str) -> String {
    format!("{{\"opflex\": {{\"domain\": \"comp/prov-OpenStack/ctrlr-[{first}]-{second}/sw-InsiemeLSOid\"}}}}\n")
}

fn encap(body: &str) -> String {
    format!("{{\n  \"renderers\": {{\"stitched-mode\": {{\"encap\": {{{body}}}}}}}\n}}\n")
}

#[test]
fn addresses_are_compared_with_the_pool_that_is_written() {
    let agent = "{\n  \"opflex\": {\"peers\": [\n    {\"hostname\": \"10.0.0.30\", \"port\": 8009},\n    {\"hostname\": \"leaf.example.net\"}\n  ]},\n  \"renderers\": {\"openvswitch\": {\"encap\": {\"vxlan\": {\"remote-ip\": \"10.0.0.32\"}}}}\n}\n";
    let intent = "fabric: {tep_pool: 10.128.0.0/16}\n";
    assert_eq!(
        lint(&[("intent.yaml", intent), ("agent.conf", agent)], &["ACI801"]),
        [
            "agent.conf:3 ACI801 error the peer 10.0.0.30 lies outside the TEP pool 10.128.0.0/16",
            "agent.conf:6 ACI801 error the tunnel's end 10.0.0.32 lies outside the TEP pool 10.128.0.0/16",
        ]
    );
    for intent in ["fabric: {tep_pool: 10.0.0.0/16}\n", "hosts: {}\n"] {
        assert!(lint(&[("intent.yaml", intent), ("agent.conf", agent)], &["ACI801"]).is_empty(), "{intent}");
    }
}

#[test]
fn a_domain_is_compared_with_what_the_ini_says() {
    let with = |ini: &str, agent: &str| lint(&[("ml2.ini", ini), ("agent.conf", agent)], &["ACI808"]);
    assert!(with(INI, &domain("cloud-a", "cloud-a")).is_empty());
    assert_eq!(
        with(INI, &domain("cloud-b", "cloud-b")),
        ["agent.conf:1 ACI808 error the agent belongs to the domain `cloud-b`, which this cloud does not have"]
    );
    assert_eq!(with(INI, &domain("cloud-a", "cloud-b")).len(), 1);
    // Another platform, an ini that does not name the cloud, and no ini at all.
    assert!(with(INI, "{\"opflex\": {\"domain\": \"comp/prov-Kubernetes/ctrlr-[k]-k/sw-InsiemeLSOid\"}}\n").is_empty());
    assert!(with("[ml2_cisco_apic]\nencap_mode = vxlan\n", &domain("b", "b")).is_empty());
    assert!(lint(&[("agent.conf", &domain("b", "b"))], &["ACI808"]).is_empty());
    // Domains of the new style, and of the unified plugin.
    let new = "[apic]\napic_username = u\n[apic_vmdom:a]\n[apic_vmdom:b]\n";
    assert!(with(new, &domain("b", "b")).is_empty());
    assert_eq!(with(new, &domain("c", "c")).len(), 1);
}

#[test]
fn the_encapsulation_is_compared_where_the_ini_writes_it() {
    let (vlan, vxlan) = (encap("\"vlan\": {\"encap-iface\": \"eth1\"}"), encap("\"vxlan\": {}"));
    let with = |ini: &str, agent: &str| lint(&[("ml2.ini", ini), ("agent.conf", agent)], &["ACI513"]);
    assert_eq!(with(INI, &vlan), ["agent.conf:2 ACI513 error the agent sends VLAN, and the domain `cloud-a` is VXLAN"]);
    assert!(with(INI, &vxlan).is_empty());
    assert!(with(INI, &encap("\"ivxlan\": {}")).is_empty());
    assert!(with("[DEFAULT]\napic_system_id = cloud-a\n[ml2_cisco_apic]\n", &vlan).is_empty());
    let ranges = "[ml2_cisco_apic]\nencap_mode = vlan\nvlan_ranges = 100:199\n";
    assert_eq!(with(ranges, &vxlan).len(), 1);
}

#[test]
fn an_agent_file_by_itself_with_comments_and_templates() {
    let port = "{ // JSON of the agent has comments\n\t\"renderers\": {\"stitched-mode\": {\"encap\": {\"vxlan\": {\"remote-port\": 4789}}}}\n}\n";
    assert_eq!(lint(&[("agent.conf", port)], &["ACI802"]).len(), 1);
    let template = "{\n  \"renderers\": {\"x\": {\"encap\": {\"vxlan\": {\"remote-port\": {{ port }}}}}}\n}\n";
    assert!(lint(&[("agent.conf", template)], &["ACI802", "ACI1010"]).is_empty());
}

#[test]
fn physical_networks_are_compared_where_both_sides_say_one() {
    let with = |served: &str, wanted: &str| lint(&[("a.ini", &format!("{served}{wanted}"))], &["ACI806"]);
    let wanted = "[ml2_type_opflex]\ndefault_opflex_network = physnet1\n";
    assert_eq!(with("[OPFLEX]\nopflex_networks = physnet2\n", wanted).len(), 1);
    for served in ["[OPFLEX]\nopflex_networks = physnet2, physnet1\n", "[OPFLEX]\nopflex_networks = *\n", ""] {
        assert!(with(served, wanted).is_empty(), "{served}");
    }
    assert!(with("[OPFLEX]\nopflex_networks = physnet2\n", "").is_empty());
}

#[test]
fn the_pool_of_intermediate_addresses_is_on_no_real_network() {
    let pool = "[OPFLEX]\ninternal_floating_ip_pool = 10.50.0.0/16\n";
    let section = "[apic_external_network:o]\npreexisting = True\nexternal_epg = e\nhost_pool_cidr = 10.50.7.1/24\n";
    assert_eq!(
        lint(&[("a.ini", &format!("{pool}{section}"))], &["ACI807"]),
        ["a.ini:2 ACI807 error the pool of intermediate addresses overlaps the SNAT pool 10.50.7.0/24"]
    );
    assert!(lint(&[("a.ini", &format!("{pool}{}", section.replace("10.50", "10.51")))], &["ACI807"]).is_empty());
    let intent = "projects:\n  p: {networks: {n: {subnets: {s: {cidr: 10.50.0.0/24}}}}}\n";
    let files = [("ml2_conf_cisco_apic.ini", pool), ("intent.yaml", intent)];
    assert_eq!(lint(&files, &["ACI807"]).len(), 1);
}

#[test]
fn gateways_of_segments() {
    let with = |line: &str| lint(&[("a.ini", &format!("[opflex_external_segment:o:p]\n{line}\n"))], &["ACI809"]);
    assert_eq!(with("ip_gateway = 10.1.1.1").len(), 1);
    assert_eq!(with("ip6_gateway = 2001:db8::1").len(), 1);
    for line in ["ip_gateway = 10.1.1.1/24", "ip_gateway =", "ip_address_range = 10.1.1.2"] {
        assert!(with(line).is_empty(), "{line}");
    }
}

#[test]
fn options_of_the_host_agent() {
    let line = "apic_host_uplink_ports = eth1\n";
    let with = |text: String| lint(&[("a.ini", &text)], &["ACI810"]).len();
    assert_eq!(with(format!("[ml2_cisco_apic]\n{line}")), 1);
    assert_eq!(with(format!("[ml2_cisco_apic]\n{line}[apic_host_agent]\n{line}")), 0);
    assert_eq!(with(format!("[apic_host_agent]\n{line}")), 0);
    // The new style does not read the line at all, which is ACI113.
    assert_eq!(with(format!("[apic]\napic_username = u\n[apic_vmdom:a]\n[ml2_cisco_apic]\n{line}")), 0);
}
