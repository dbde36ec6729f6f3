//! Sites from a seed: other names, prefixes and topologies than the examples have, with every address, id and number
//! written out, so that what must happen to a packet can be worked out from the YAML alone.
//!
//! The same seed gives the same bytes. Sizes are bounded: a site has at most 5 hosts and some 25 ports.

mod cloud;
mod filtered;
mod labs;
mod network;
mod project;
mod security;
mod six;

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use aciform_generate::Dice;
pub use cloud::cloud;
pub use filtered::filtered;
pub use labs::labs;

/// What Neutron draws at random.
trait Draws {
    fn uuid(&mut self) -> String;
    fn mac(&mut self) -> String;
}

impl Draws for Dice {
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

/// Names as people give them, and some that only the language allows.
const WORDS: &[&str] = &[
    "web",
    "db",
    "cache",
    "Front-End",
    "app_tier",
    "lab.7",
    "DMZ",
    "storage",
    "edge",
    "xl-1",
    "9lives",
    "two--dashes",
    "_under",
    "..dots",
    "a-name-that-is-longer-than-what-a-mapped-name-may-be",
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
    site.names = (0..projects).map(|at| format!("{at}-{}", dice.pick(WORDS))).collect();
    for at in 0..site.names.len() {
        let text = project::project(&mut site, &mut dice, at);
        site.projects.push(text);
    }
    site.files(&mut dice)
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

impl External {
    /// The next address of its floating subnet.
    fn address(&mut self) -> String {
        self.next += 1;
        format!("100.{}.{}.{}", self.floating, self.next >> 8, self.next & 255)
    }
}

#[derive(Debug, Default)]
struct Site {
    system: String,
    /// Hosts with their roles as written.
    hosts: Vec<(String, &'static str)>,
    metadata: bool,
    /// Further options, of `[DEFAULT]`, `[ml2_cisco_apic]` and `[OPFLEX]`.
    options: [String; 3],
    /// Whether all projects are in one VRF.
    one_vrf: bool,
    ini_sections: String,
    externals: Vec<External>,
    external_yaml: String,
    /// The names of the projects, known before any of them is made.
    names: Vec<String>,
    /// The text of each project.
    projects: Vec<String>,
    /// Networks that other projects may use.
    shared: Vec<network::Network>,
    vnid: u32,
}

impl Site {
    fn new(dice: &mut Dice) -> Self {
        let system = format!("{}-{}", dice.pick(&["cloud", "DC2", "st_ack", "os.prod"]), dice.below(90));
        let style = *dice.pick(&["compute-{}", "node{}.example.net", "rack1-u{}", "KVM_{}"]);
        // The first host runs the DHCP servers; now and then it does nothing else.
        let first = if dice.once_in(4) { "dhcp" } else { "compute, dhcp" };
        let mut hosts = vec![(style.replace("{}", "1"), first)];
        for at in 1..3 + dice.below(3) {
            let roles = if dice.once_in(5) { "compute, dhcp" } else { "" };
            hosts.push((style.replace("{}", &(at * 9 + 1).to_string()), roles));
        }
        let one_vrf = dice.once_in(5);
        let options = options(dice, one_vrf);
        Self { system, hosts, metadata: !dice.once_in(4), options, one_vrf, vnid: 0x81_0000, ..Self::default() }
    }

    /// A host that instances may run on.
    fn compute(&self, dice: &mut Dice) -> String {
        let hosts: Vec<&String> =
            self.hosts.iter().filter(|(_, roles)| *roles != "dhcp").map(|(name, _)| name).collect();
        (*dice.pick(&hosts)).clone()
    }

    /// A host that runs DHCP servers.
    fn serving(&self, dice: &mut Dice) -> String {
        let hosts: Vec<&String> =
            self.hosts.iter().filter(|(_, roles)| roles.contains("dhcp")).map(|(name, _)| name).collect();
        (*dice.pick(&hosts)).clone()
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
                24 + dice.below(5)
            );
            self.vnid += 1;
            let gateway = if dice.once_in(3) { format!(", gateway_ip: 100.{floating}.15.254") } else { String::new() };
            let _ = write!(
                self.external_yaml,
                "  {name}:\n    id: {}\n    project: admin\n    shared: true\n    l3out: {{tenant: common, vrf: {}}}\n    subnets:\n      fip: {{cidr: 100.{floating}.0.0/20{gateway}}}\n",
                dice.uuid(),
                if at == 0 { "default" } else { "outside" },
            );
            if dice.once_in(3) {
                let _ = writeln!(self.external_yaml, "      more: {{cidr: 100.{floating}.32.0/24}}");
            }
            // Without a group of its own everything is sent to the fabric's anycast address.
            let mcast = if dice.once_in(4) { String::new() } else { format!(", mcast: 225.3.{at}.9") };
            let _ = writeln!(self.external_yaml, "    facts: {{vnid: {:#x}{mcast}}}", self.vnid);
            self.externals.push(External { name, floating, next: 0x205 });
        }
    }

    fn files(self, dice: &mut Dice) -> SiteFiles {
        let mut fabric = "hosts:\n".to_owned();
        for (host, roles) in &self.hosts {
            let mut said = Vec::new();
            if !roles.is_empty() {
                said.push(format!("roles: [{roles}]"));
            }
            if dice.once_in(3) {
                said.push(format!("facts: {{macs: {{of-svc-nsport: \"{}\"}}}}", dice.mac()));
            }
            let _ = writeln!(fabric, "  {host}: {{{}}}", said.join(", "));
        }
        let ini = format!(
            "[DEFAULT]\napic_system_id = {}\n{}\n[ml2_cisco_apic]\napic_hosts = 192.0.2.7\napic_username = svc\napic_password = generated-{}\nverify_ssl_certificate = /etc/neutron/apic-ca.pem\nencap_mode = vxlan\nenable_optimized_metadata = {}\n{}\n[OPFLEX]\n{}{}",
            self.system,
            self.options[0],
            self.vnid,
            if self.metadata { "True" } else { "False" },
            self.options[1],
            self.options[2],
            self.ini_sections
        );
        let infra = if dice.once_in(3) { "fabric: {tep_pool: 10.3.0.0/16, anycast_tep: 10.3.0.32}\n" } else { "" };
        let fabric = format!("{infra}{fabric}external_networks:\n{}projects:\n  admin: {{}}\n", self.external_yaml);
        let mut files = SiteFiles::from([
            ("aciform.yaml".to_owned(), "aciform: 1\n".to_owned()),
            ("ml2_conf_cisco_apic.ini".to_owned(), ini),
        ]);
        if dice.once_in(2) {
            files.insert("intent.yaml".to_owned(), fabric + &self.projects.concat());
        } else {
            files.insert("intent/fabric.yaml".to_owned(), fabric);
            for (at, project) in self.projects.iter().enumerate() {
                files.insert(format!("intent/projects/{at}.yml"), format!("projects:\n{project}"));
            }
        }
        files
    }
}

/// Options off their defaults, some of them.
fn options(dice: &mut Dice, one_vrf: bool) -> [String; 3] {
    let mut options = [String::new(), String::new(), String::new()];
    let mut set = |section: usize, line: &str| {
        options[section].push_str(line);
        options[section].push('\n');
    };
    // The default maps names to names with the beginning of the id.
    if !dice.once_in(3) {
        set(1, "apic_name_mapping = use_name");
    } else if dice.once_in(2) {
        set(1, "min_id_suffix_size = 7");
    }
    if one_vrf {
        set(1, "per_tenant_context = False");
    }
    for (section, line) in [
        (0, "dhcp_domain = cloud.example.net"),
        (0, "advertise_mtu = True"),
        (1, "enable_optimized_dhcp = False"),
        (1, "apic_optimized_dhcp_lease_time = 3600"),
        (1, "scope_names = False"),
        (1, "shared_context_name = theirs"),
        (1, "mcast_ranges = 225.9.0.1:225.9.200.255"),
        (1, "multicast_address = 225.8.8.8"),
        (1, "openstack_user = neutron"),
        (1, "apic_multicast_ns_name = floods"),
        (2, "nat_mtu_size = 1400"),
    ] {
        if dice.once_in(8) {
            set(section, line);
        }
    }
    options
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
