//! Sites out of text: an ini, an intent and a lock, read by the real readers.

use aciform_diagnostics::{Code, Diagnostics, Severity, SourceMap, Span};
use aciform_fabric::lock::Ledger;
use aciform_fabric::model::{EndpointKind, Fabric, Host, Id, Port};
use aciform_intent::{decode, ini};
use aciform_syntax::{ini as ini_syntax, yaml};

/// The options of most tests: names alone, one external network `out`.
pub(crate) const INI: &str = "\
[DEFAULT]
apic_system_id = lab
[ml2_cisco_apic]
apic_hosts = apic1.example.net
apic_username = openstack-svc
apic_name_mapping = use_name
encap_mode = vxlan
enable_optimized_metadata = True
";

/// The section of that external network.
pub(crate) const OUT: &str = "\
[apic_external_network:out]
preexisting = True
external_epg = Internet
host_pool_cidr = 172.16.10.1/24
";

/// What came of a site.
pub(crate) struct Resolved {
    pub(crate) fabric: Fabric,
    pub(crate) ledger: Ledger,
    sources: SourceMap,
    diagnostics: Diagnostics,
}

/// Resolves an intent under the usual options, without a lock.
pub(crate) fn resolve(intent: &str) -> Resolved {
    site(&format!("{INI}{OUT}"), &[intent], "")
}

/// Resolves a site.
pub(crate) fn site(ini: &str, intents: &[&str], lock: &str) -> Resolved {
    site_with("aciform: 1\n", ini, intents, lock)
}

/// Resolves a site with a site file of its own.
pub(crate) fn site_with(settings: &str, ini: &str, intents: &[&str], lock: &str) -> Resolved {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let file = sources.add("ml2.ini", ini);
    let read = ini_syntax::parse(file, ini, &mut diagnostics);
    let config = ini::load(&[(file, &read)], &mut diagnostics);
    let trees: Vec<yaml::Tree> = intents
        .iter()
        .map(|text| {
            let file = sources.add("intent.yaml", *text);
            yaml::parse(file, text, &mut diagnostics)
        })
        .collect();
    let intent = decode::intent(&trees.iter().collect::<Vec<_>>(), &mut diagnostics);
    let file = sources.add("aciform.yaml", settings);
    let tree = yaml::parse(file, settings, &mut diagnostics);
    let settings = decode::site(&tree, Span::start_of(file), &mut diagnostics).expect("a site file");
    let lock_file = sources.add("aciform.lock", lock);
    let mut ledger = if lock.is_empty() { Ledger::default() } else { Ledger::parse(lock_file, lock, &mut diagnostics) };
    let name = |span: Span| sources.file(span.file).name.clone();
    let fabric = aciform_fabric::resolve(&settings, &config, &intent, &mut ledger, &name, &mut diagnostics);
    Resolved { fabric, ledger, sources, diagnostics }
}

impl Resolved {
    /// The findings, `file:line:column severity[code] message`, with labels and help below.
    pub(crate) fn findings(&self) -> String {
        let mut out = String::new();
        for finding in self.diagnostics.clone().into_sorted() {
            let place = finding.primary().map_or_else(|| "-".to_owned(), |span| self.sources.place(span));
            out += &format!("{place} {}[{}] {}\n", finding.severity.word(), finding.code.id, finding.message);
            for label in finding.labels.iter().filter(|label| !label.text.is_empty()) {
                out += &format!("  {}: {}\n", self.sources.place(label.span), label.text);
            }
            if let Some(help) = &finding.help {
                out += &format!("  = {help}\n");
            }
        }
        out
    }

    /// What a person reads of the findings of a code.
    pub(crate) fn rendered(&self, code: &Code) -> String {
        aciform_testkit::pages::rendered(code, &self.sources, &self.diagnostics.clone().into_sorted())
    }

    /// Codes of the findings of a severity, in order.
    pub(crate) fn codes(&self, severity: Severity) -> Vec<&'static str> {
        let sorted = self.diagnostics.clone().into_sorted();
        sorted.iter().filter(|finding| finding.severity == severity).map(|finding| finding.code.id).collect()
    }

    /// This, with nothing found but hints about the ini.
    pub(crate) fn clean(self) -> Self {
        assert_eq!(self.codes(Severity::Error), Vec::<&str>::new(), "{}", self.findings());
        self
    }

    pub(crate) fn dump(&self) -> String {
        aciform_fabric::dump(&self.fabric)
    }

    pub(crate) fn host(&self, name: &str) -> &Host {
        self.fabric.hosts.iter().find(|host| host.name == name).expect("a host of the site")
    }

    pub(crate) fn port(&self, path: &str) -> &Port {
        self.fabric.ports.iter().find(|port| port.path == path).expect("a port of the site")
    }

    /// The addresses of a port, in order.
    pub(crate) fn addresses(&self, path: &str) -> Vec<String> {
        self.port(path).fixed_ips.iter().map(|fixed| fixed.address.to_string()).collect()
    }

    /// `mapped outer` of every translation of an instance's port.
    pub(crate) fn mappings(&self, path: &str) -> Vec<String> {
        let endpoints = self.fabric.hosts.iter().flat_map(|host| &host.endpoints);
        let own = endpoints.filter(|e| e.kind == EndpointKind::Instance && self.fabric.ports[e.port].path == path);
        own.flat_map(|e| &e.mappings).map(|mapping| format!("{} {}", mapping.mapped, mapping.outer)).collect()
    }

    /// `host address` of the SNAT pool of an external network.
    pub(crate) fn snat(&self, external: &str) -> Vec<String> {
        let row = self.fabric.external_networks.iter().find(|row| row.handle == external).expect("an external network");
        row.snat_addresses.iter().map(|(at, ip)| format!("{} {ip}", self.fabric.hosts[*at].name)).collect()
    }

    /// The OpenFlow port of an interface of a host.
    pub(crate) fn ofport(&self, host: &str, name: &str) -> Option<u32> {
        self.host(host).ofports.iter().find(|port| port.name == name).map(|port| port.number)
    }

    /// The number of hosts.
    pub(crate) fn hosts(&self) -> usize {
        self.fabric.hosts.entries().map(|(id, _)| id.index() + 1).max().unwrap_or(0)
    }
}
