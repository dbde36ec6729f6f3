//! Sites from a seed: other names, prefixes and topologies than the examples have, with every address, id and number
//! written out, so that what must happen to a packet can be worked out from the YAML alone.
//!
//! The same seed gives the same bytes. Sizes are bounded: a site has at most 4 hosts and some 25 ports.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A generator of numbers (splitmix64); no quality is needed, only repeatability.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Starts a sequence.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is at least 1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        &of[at]
    }

    fn uuid(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b >> 52,
            b & 0xffff_ffff_ffff
        )
    }

    fn mac(&mut self) -> String {
        let b = self.bits().to_be_bytes();
        format!("fa:16:3e:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2])
    }
}

const WORDS: &[&str] = &[
    "web",
    "db",
    "cache",
    "queue",
    "Front-End",
    "app_tier",
    "ops",
    "lab.7",
    "build",
    "mail",
    "DMZ",
    "storage",
    "edge",
    "poc",
    "x1",
];

/// File name below the site's folder to text.
pub type SiteFiles = BTreeMap<String, String>;

/// Makes a site.
#[must_use]
pub fn site(seed: u64) -> SiteFiles {
    let mut dice = Dice::new(seed);
    let mut site = Site::new(&mut dice);
    site.external_networks(&mut dice);
    let projects = 1 + dice.below(3);
    for at in 0..projects {
        site.project(&mut dice, at);
    }
    site.files()
}

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

/// Writes a site's files into a folder.
///
/// # Errors
/// What the file system says.
pub fn write(files: &SiteFiles, folder: &std::path::Path) -> std::io::Result<()> {
    for (name, text) in files {
        let place = folder.join(name);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(place, text)?;
    }
    Ok(())
}

#[derive(Debug)]
struct External {
    name: String,
    floating: u64,
    next: u64,
}

#[derive(Debug, Default)]
struct Site {
    system: String,
    hosts: Vec<String>,
    metadata: bool,
    ini_sections: String,
    fabric: String,
    externals: Vec<External>,
    external_yaml: String,
    projects: String,
    vnid: u32,
    subnets: u64,
}

/// A network that instances can be put on: handle, host part of its /24 (or other) and what it has.
#[derive(Debug)]
struct Net {
    handle: String,
    base: String,
    next: u64,
    v6: Option<String>,
}

impl Site {
    fn new(dice: &mut Dice) -> Self {
        let system = format!("{}-{}", dice.pick(&["cloud", "DC2", "st_ack", "os.prod"]), dice.below(90));
        let style = *dice.pick(&["compute-{}", "node{}.example.net", "rack1-u{}", "KVM_{}"]);
        let hosts = (0..2 + dice.below(3)).map(|at| style.replace("{}", &(at * 9 + 1).to_string())).collect();
        Self { system, hosts, metadata: !dice.once_in(4), vnid: 0x81_0000, ..Self::default() }
    }

    fn external_networks(&mut self, dice: &mut Dice) {
        for at in 0..1 + dice.below(2) {
            let name = format!("{}{at}", dice.pick(&["inet-", "OS_L3Out", "partner.", "ext"]));
            let (pool, floating) = (64 + at * 16 + dice.below(8), 128 + at * 32 + dice.below(16));
            let _ = write!(
                self.ini_sections,
                "\n[apic_external_network:{name}]\npreexisting = True\nenable_nat = True\nexternal_epg = {}\nhost_pool_cidr = 100.{pool}.4.{}/{}\n",
                dice.pick(&["any", "InternetAccess", "out_1"]),
                1 + dice.below(3),
                24 + dice.below(4)
            );
            self.vnid += 1;
            let _ = write!(
                self.external_yaml,
                "  {name}:\n    id: {}\n    project: admin\n    shared: true\n    l3out: {{tenant: common, vrf: {}}}\n    subnets:\n      fip: {{cidr: 100.{floating}.0.0/20}}\n    facts: {{vnid: {:#x}, mcast: 225.3.{at}.9}}\n",
                dice.uuid(),
                if at == 0 { "default" } else { "outside" },
                self.vnid
            );
            self.externals.push(External { name, floating, next: 0x205 });
        }
    }

    fn project(&mut self, dice: &mut Dice, at: u64) {
        let name = format!("{}-{at}", dice.pick(WORDS));
        let mut text = format!("  {name}:\n    id: {}\n    networks:\n", dice.uuid());
        let mut nets = Vec::new();
        // The first two projects use the same private space.
        let octet = if at < 2 { 50 } else { 60 };
        for number in 0..1 + dice.below(4) {
            nets.push(self.network(dice, &mut text, octet, number));
        }
        let routed = usize::try_from(dice.below(nets.len() as u64 + 1)).unwrap_or(0);
        let external = if dice.once_in(5) {
            None
        } else {
            Some(usize::try_from(dice.below(self.externals.len() as u64)).unwrap_or(0))
        };
        let gateway = external.filter(|_| routed > 0);
        if routed > 0 {
            let _ = write!(text, "    routers:\n      r-{}:\n        id: {}\n", dice.below(100), dice.uuid());
            if let Some(gateway) = gateway {
                let external = &mut self.externals[gateway];
                external.next += 1;
                let _ = writeln!(
                    text,
                    "        external_gateway: {{network: {}, fixed_ip: 100.{}.{}.{}}}",
                    external.name,
                    external.floating,
                    external.next >> 8,
                    external.next & 255
                );
            }
            let handles: Vec<&str> = nets.iter().take(routed).map(|net| net.handle.as_str()).collect();
            let _ = writeln!(text, "        interfaces: [{}]", handles.join(", "));
        }
        let groups = groups(dice, &mut text);
        let mut floating = String::new();
        text.push_str("    instances:\n");
        for number in 0..2 + dice.below(6) {
            let on = usize::try_from(dice.below(nets.len() as u64)).unwrap_or(0);
            let instance = format!("{}{number}", dice.pick(&["vm-", "i.", "Srv_"]));
            let host = dice.pick(&self.hosts).clone();
            let address = port(dice, &mut text, &instance, &host, &mut nets[on], &groups);
            let wants = gateway.filter(|_| on < routed && dice.once_in(2));
            if let Some(gateway) = wants {
                let external = &mut self.externals[gateway];
                external.next += 1;
                let _ = writeln!(
                    floating,
                    "      fip{number}: {{id: {}, network: {}, address: 100.{}.{}.{}, port: {instance}/p0, fixed_ip: {address}}}",
                    dice.uuid(),
                    external.name,
                    external.floating,
                    external.next >> 8,
                    external.next & 255
                );
            }
        }
        if !floating.is_empty() {
            let _ = write!(text, "    floating_ips:\n{floating}");
        }
        self.projects.push_str(&text);
    }

    fn network(&mut self, dice: &mut Dice, text: &mut String, octet: u64, number: u64) -> Net {
        let handle = format!("{}_{number}", dice.pick(WORDS));
        let length = 22 + dice.below(5);
        let base = format!("10.{octet}.{}", number * 4);
        self.vnid += 1;
        self.subnets += 1;
        let dhcp = !dice.once_in(4);
        let dns = if dice.once_in(2) { ", dns_nameservers: [9.9.9.9]" } else { "" };
        let _ = write!(
            text,
            "      {handle}:\n        id: {}\n        facts: {{vnid: {:#x}, mcast: 225.4.{}.{}}}\n        subnets:\n          s4: {{cidr: {base}.0/{length}, enable_dhcp: {dhcp}{dns}}}\n",
            dice.uuid(),
            self.vnid,
            self.vnid >> 8 & 255,
            self.vnid & 255
        );
        let v6 = dice.once_in(3).then(|| format!("2001:db8:{octet:x}:{number:x}"));
        if let Some(v6) = &v6 {
            let _ = writeln!(text, "          s6: {{cidr: \"{v6}::/64\", enable_dhcp: false}}");
        }
        if dhcp {
            let _ = writeln!(
                text,
                "        dhcp_ports:\n          {}: {{id: {}, mac_address: \"{}\", fixed_ips: [{base}.2]}}",
                self.hosts[0],
                dice.uuid(),
                dice.mac()
            );
        }
        Net { handle, base, next: 10, v6 }
    }

    fn files(mut self) -> SiteFiles {
        for (at, host) in self.hosts.iter().enumerate() {
            let roles = if at == 0 { " {roles: [compute, dhcp]}" } else { " {}" };
            let _ = writeln!(self.fabric, "  {host}:{roles}");
        }
        let ini = format!(
            "[DEFAULT]\napic_system_id = {}\n\n[ml2_cisco_apic]\napic_hosts = 192.0.2.7\napic_username = svc\napic_password = generated-{}\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\napic_name_mapping = use_name\nencap_mode = vxlan\nenable_optimized_metadata = {}\n{}",
            self.system,
            self.vnid,
            if self.metadata { "True" } else { "False" },
            self.ini_sections
        );
        let intent = format!(
            "hosts:\n{}external_networks:\n{}projects:\n  admin: {{}}\n{}",
            self.fabric, self.external_yaml, self.projects
        );
        SiteFiles::from([
            ("aciform.yaml".to_owned(), "aciform: 1\n".to_owned()),
            ("ml2_conf_cisco_apic.ini".to_owned(), ini),
            ("intent.yaml".to_owned(), intent),
        ])
    }
}

/// Some groups of a project; returns the lists that its ports choose from.
fn groups(dice: &mut Dice, text: &mut String) -> Vec<String> {
    let mut lists = vec!["[default]".to_owned(), "[]".to_owned()];
    text.push_str("    security_groups:\n");
    for number in 0..1 + dice.below(3) {
        let handle = format!("g{number}");
        let _ = writeln!(text, "      {handle}:\n        id: {}\n        rules:", dice.uuid());
        for _ in 0..1 + dice.below(4) {
            let first = 20 + dice.below(8000);
            let rule = match dice.below(8) {
                0 => "{protocol: icmp}".to_owned(),
                1 => "{protocol: icmp, icmp: {type: 8, code: 0}}".to_owned(),
                2 => format!("{{protocol: tcp, port: {first}}}"),
                3 => format!("{{protocol: udp, port: {first}-{}}}", first + 1 + dice.below(100)),
                4 => format!(
                    "{{protocol: tcp, port: {first}, remote_ip_prefix: 198.51.100.{}/{}}}",
                    dice.below(4) * 64,
                    26
                ),
                5 => format!("{{protocol: tcp, port: {first}, remote_group: default}}"),
                6 => format!("{{direction: egress, protocol: sctp, port: {first}}}"),
                _ => format!("{{ethertype: IPv6, protocol: tcp, port: {first}}}"),
            };
            // The same rule twice is refused; a repeated draw is left out by a marker that differs.
            if !text.rsplit("rules:").next().unwrap_or_default().contains(&rule) {
                let _ = writeln!(text, "          - {rule}");
            }
        }
        lists.push(format!("[{handle}]"));
        lists.push(format!("[{handle}, default]"));
    }
    lists
}

/// One instance with one port; returns the port's IPv4 address.
fn port(dice: &mut Dice, text: &mut String, instance: &str, host: &str, net: &mut Net, groups: &[String]) -> String {
    net.next += 1 + dice.below(3);
    let address = format!("{}.{}", net.base, net.next);
    let mut addresses = address.clone();
    if let Some(v6) = net.v6.as_ref().filter(|_| !dice.once_in(3)) {
        let _ = write!(addresses, ", \"{v6}::{:x}\"", 0x100 + net.next);
    }
    let _ = write!(
        text,
        "      {instance}:\n        host: {host}\n        ports:\n          p0:\n            id: {}\n            mac_address: \"{}\"\n            network: {}\n            fixed_ips: [{addresses}]\n",
        dice.uuid(),
        dice.mac(),
        net.handle
    );
    if dice.once_in(8) {
        text.push_str("            port_security_enabled: false\n");
    } else {
        let _ = writeln!(text, "            security_groups: {}", dice.pick(groups));
        if dice.once_in(5) {
            let _ = writeln!(text, "            allowed_address_pairs: [{}.{}]", net.base, 60 - net.next % 8);
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::site;

    #[test]
    fn a_seed_gives_the_same_bytes_and_another_seed_others() {
        assert_eq!(site(7), site(7));
        assert_ne!(site(7), site(8));
    }
}
