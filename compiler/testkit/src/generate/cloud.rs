//! A cloud of a stated size in one site, to measure by: many ports on few words, as a real one has.

use std::fmt::Write as _;

use super::SiteFiles;

/// Ports of a project.
const PORTS: u32 = 100;

/// Networks of a project.
const NETWORKS: u32 = 4;

/// A cloud of `ports` ports (in whole projects of 100, each with 4 networks, a router, 3 security groups and 4 floating
/// IPs) on `hosts` compute hosts, with one external network. Addresses are left to the lock for half of the ports.
#[must_use]
pub fn cloud(hosts: u32, ports: u32) -> SiteFiles {
    let ini = "[DEFAULT]\napic_system_id = cloud\n\n[ml2_cisco_apic]\napic_hosts = 172.31.0.7\napic_username = svc\ncertificate_name = svc\nprivate_key_file = /etc/neutron/apic.key\nopenstack_password = generated-1\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\napic_name_mapping = use_name\nencap_mode = vxlan\n\n[apic_external_network:inet]\npreexisting = True\nexternal_epg = any\nhost_pool_cidr = 100.64.0.1/16\n";
    let mut intent = "hosts:\n".to_owned();
    for host in 0..hosts {
        let roles = if host < 2 { "{roles: [compute, dhcp]}" } else { "{}" };
        let _ = writeln!(intent, "  node-{host:04}: {roles}");
    }
    intent += "external_networks:\n  inet:\n    project: admin\n    shared: true\n    subnets: {fip: {cidr: 100.80.0.0/16}}\nprojects:\n  admin: {}\n";
    for project in 0..ports.div_ceil(PORTS) {
        one(&mut intent, project, hosts.max(1));
    }
    SiteFiles::from([
        ("aciform.yaml".to_owned(), "aciform: 1\n".to_owned()),
        ("ml2_conf_cisco_apic.ini".to_owned(), ini.to_owned()),
        ("intent.yaml".to_owned(), intent),
    ])
}

fn one(intent: &mut String, project: u32, hosts: u32) {
    let _ = writeln!(intent, "  team-{project:04}:\n    networks:");
    for network in 0..NETWORKS {
        let _ = writeln!(
            intent,
            "      tier-{network}:\n        subnets: {{v4: {{cidr: 10.{}.{network}.0/24}}}}",
            project % 200 + 20
        );
    }
    let tiers: Vec<String> = (0..NETWORKS).map(|network| format!("tier-{network}")).collect();
    let _ = writeln!(
        intent,
        "    routers:\n      out: {{external_gateway: {{network: inet}}, interfaces: [{}]}}\n    security_groups:\n      web: {{rules: [{{protocol: tcp, port: 443, remote_ip_prefix: 198.18.0.0/15}}, {{protocol: icmp}}]}}\n      app: {{rules: [{{protocol: tcp, port: 8000-8100, remote_group: web}}]}}\n      data: {{rules: [{{protocol: tcp, port: 5432, remote_group: app}}]}}\n    instances:",
        tiers.join(", ")
    );
    for port in 0..PORTS {
        let (network, host) = (port % NETWORKS, (project * 37 + port) % hosts);
        let group = ["web", "app", "data"][(port % 3) as usize];
        let fixed = if port % 2 == 0 {
            format!(", fixed_ips: [10.{}.{network}.{}]", project % 200 + 20, port + 20)
        } else {
            String::new()
        };
        let _ = writeln!(
            intent,
            "      vm-{port:03}: {{host: node-{host:04}, ports: {{eth0: {{network: tier-{network}{fixed}, security_groups: [{group}]}}}}}}"
        );
    }
    intent.push_str("    floating_ips:\n");
    for port in 0..4 {
        let _ = writeln!(intent, "      public-{port}: {{network: inet, port: vm-{port:03}/eth0}}");
    }
}
