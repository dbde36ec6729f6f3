//! Many labs in one site, to measure by.

use std::fmt::Write as _;

use super::SiteFiles;

/// So many labs in one site, each with a project, two hosts, an external network, and pools of its own.
/// An external network serves its lab's hosts only; otherwise every host would need an address of every pool.
#[must_use]
pub fn labs(count: u32) -> SiteFiles {
    let mut ini = "[DEFAULT]\napic_system_id = labs\n\n[ml2_cisco_apic]\napic_hosts = 192.0.2.7\napic_username = svc\napic_password = generated-1\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\napic_name_mapping = use_name\nencap_mode = vxlan\nenable_optimized_metadata = True\n".to_owned();
    let (mut hosts, mut externals, mut projects) =
        ("hosts:\n".to_owned(), "external_networks:\n".to_owned(), "projects:\n  admin: {}\n".to_owned());
    for lab in 0..count {
        let net = |at: u32| {
            let base = 0x6440_0000 + (2 * lab + at) * 256;
            format!("{}.{}.{}", base >> 24, base >> 16 & 255, base >> 8 & 255)
        };
        let (pool, floating) = (net(0), net(1));
        let _ = write!(
            ini,
            "\n[apic_external_network:out-{lab}]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = {pool}.1/24\n"
        );
        let _ = write!(hosts, "  lab{lab}-a: {{roles: [compute, dhcp]}}\n  lab{lab}-b: {{}}\n");
        let _ = write!(
            externals,
            "  out-{lab}:\n    project: admin\n    shared: true\n    hosts: [lab{lab}-a, lab{lab}-b]\n    l3out: {{vrf: vrf-{lab}}}\n    subnets: {{fip: {{cidr: {floating}.0/24}}}}\n"
        );
        let _ = write!(
            projects,
            "  lab-{lab}:\n    networks:\n      web:\n        subnets: {{v4: {{cidr: 10.100.100.0/24}}}}\n        dhcp_ports: {{lab{lab}-a: {{fixed_ips: [10.100.100.2]}}}}\n      data:\n        subnets: {{v4: {{cidr: 10.100.101.0/24}}}}\n        dhcp_ports: {{lab{lab}-a: {{fixed_ips: [10.100.101.2]}}}}\n    routers:\n      out: {{external_gateway: {{network: out-{lab}}}, interfaces: [web, data]}}\n    security_groups:\n      public: {{rules: [{{protocol: icmp}}, {{protocol: tcp, port: 22}}]}}\n    instances:\n      one: {{host: lab{lab}-b, ports: {{eth0: {{network: web, fixed_ips: [10.100.100.17], security_groups: [public]}}}}}}\n      two: {{host: lab{lab}-b, ports: {{eth0: {{network: web, security_groups: [public]}}}}}}\n      three: {{host: lab{lab}-a, ports: {{eth0: {{network: web, security_groups: [public, default]}}}}}}\n    floating_ips:\n      web: {{network: out-{lab}, port: one/eth0}}\n"
        );
    }
    SiteFiles::from([
        ("aciform.yaml".to_owned(), "aciform: 1\n".to_owned()),
        ("ml2_conf_cisco_apic.ini".to_owned(), ini),
        ("intent.yaml".to_owned(), format!("{hosts}{externals}{projects}")),
    ])
}
