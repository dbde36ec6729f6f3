//! The free-form sections for `show ini`: raw, and as their readers take them.

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{SourceMap, Span, Spanned};
use aciform_syntax::ini::IniFile;

use super::report::{
    DomainReport, ExternalNetworkReport, ExternalSegmentReport, HostLinkReport, PhysicalNetworkReport, Report,
    StopReport, SwitchLinkReport, SwitchReport, TextOrList,
};
use super::{MASK, ShownKey, ShownSection};
use crate::ini::driver::{
    self, Domain, DomainValue, Driver, HostLink, RawSection, Stop, Switch, SwitchLink, VpcPairs, host_links,
    raw_sections, segment_sections,
};
use crate::ini::effective::Values;
use crate::ini::named::PREFIXES;
use crate::ini::options::group;
use crate::ini::secret::{is_swallowed, items_without_secrets, names_secret, without_secrets};
use crate::ini::value::Value;

/// The readers' results for some files.
#[derive(Debug)]
pub(super) struct Named {
    driver: Driver,
    /// `None`: `apic_vpc_pairs` cannot be read.
    pairs: Option<VpcPairs>,
    /// `None`: an option that it depends on cannot be read, or the reader of the switches stops.
    links: Option<Result<Vec<HostLink>, Stop>>,
}

impl Named {
    pub(super) fn read(files: &[&IniFile], values: &mut Values<'_>) -> Self {
        let driver = driver::read(files);
        let options = Options::read(values);
        let links = match (&driver.switches, &options) {
            (Ok(switches), Options { pairs: Some(pairs), provision: Some(provision) }) => {
                Some(host_links(switches, pairs, *provision))
            }
            _ => None,
        };
        Self { driver, pairs: options.pairs, links }
    }

    /// Where readers stop.
    pub(super) fn stops(&self, sources: &SourceMap) -> Vec<StopReport> {
        let driver = &self.driver;
        let stops = [
            ("apic_external_network", driver.external_networks.as_ref().err()),
            ("apic_vmdom", driver.vmm_domains.as_ref().err()),
            ("apic_physdom", driver.physical_domains.as_ref().err()),
            ("apic_switch", driver.switches.as_ref().err()),
            ("apic_physical_network", driver.physical_networks.as_ref().err()),
            ("host_links", self.links.as_ref().and_then(|links| links.as_ref().err())),
        ];
        let stop = |(reader, stop): (&str, Option<&Stop>)| {
            let stop = stop?;
            let (reader, reason) = (reader.to_owned(), stop.reason.text().to_owned());
            Some(StopReport { reader, reason, place: sources.place(stop.span) })
        };
        stops.into_iter().filter_map(stop).collect()
    }

    /// Fills in everything but options and raw sections.
    pub(super) fn report(&self, sources: &SourceMap, report: &mut Report) {
        let Self { driver, pairs, links } = self;
        report.stops = self.stops(sources);
        report.external_networks = all(&driver.external_networks, |network| ExternalNetworkReport {
            name: network.name.value.clone(),
            place: sources.place(network.name.span),
            preexisting: network.preexisting,
            enable_nat: network.enable_nat,
            edge_nat: network.edge_nat,
            keys: network
                .keys
                .iter()
                .map(|(key, value)| (key.value.clone(), masked(&key.value, &value.value)))
                .collect(),
        });
        report.vmm_domains = all(&driver.vmm_domains, |domain| domain_report(sources, domain));
        report.physical_domains = all(&driver.physical_domains, |domain| domain_report(sources, domain));
        report.physical_networks = all(&driver.physical_networks, |network| PhysicalNetworkReport {
            name: network.name.value.clone(),
            place: sources.place(network.name.span),
            hosts: all_masked(network.hosts.iter().map(|host| &host.value)),
            segment_type: masked("segment_type", network.segment_type.as_ref().map_or("vlan", |kind| &kind.value)),
        });
        let hidden = hidden_hosts(driver.switches.as_deref().unwrap_or_default());
        report.switches = all(&driver.switches, |switch| switch_report(sources, switch, &hidden));
        report.vpc_pairs =
            pairs.as_ref().map(|pairs| pairs.iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect());
        report.host_links = links.as_ref().and_then(|links| all(links, |link| link_report(sources, link, &hidden)));
        report.external_segments = driver
            .external_segments
            .iter()
            .map(|segment| {
                let text = |part: &Option<Spanned<String>>| part.as_ref().map(|part| masked("", &part.value));
                ExternalSegmentReport {
                    name: segment.name.value.clone(),
                    place: sources.place(segment.name.span),
                    ip_start: text(&segment.ip.start),
                    ip_end: text(&segment.ip.end),
                    ip_gateway: text(&segment.ip.gateway),
                    ip6_start: text(&segment.ip6.start),
                    ip6_end: text(&segment.ip6.end),
                    ip6_gateway: text(&segment.ip6.gateway),
                }
            })
            .collect();
    }
}

/// The raw sections of every reader that does not stop.
pub(super) fn sections(sources: &SourceMap, files: &[&IniFile]) -> Vec<ShownSection> {
    let raw = PREFIXES.iter().flat_map(|prefix| {
        let sections = raw_sections(files, prefix).unwrap_or_default();
        sections.into_iter().map(|section| (*prefix, section))
    });
    let segments = segment_sections(files).into_iter().map(|section| ("opflex_external_segment", section));
    raw.chain(segments).map(|(prefix, section)| shown_section(sources, prefix, section)).collect()
}

fn shown_section(sources: &SourceMap, prefix: &'static str, section: RawSection<'_>) -> ShownSection {
    let keys = section.entries.iter().map(|entry| {
        let (name, span) = (entry.key.value.clone(), entry.value.span);
        let value = Spanned::new(masked(&name, &entry.value.value), span);
        ShownKey { name, value, place: sources.place(span) }
    });
    ShownSection { prefix, keys: keys.collect(), place: sources.place(section.name.span), name: section.name }
}

/// The options that host links depend on, from the group that the driver reads.
struct Options {
    pairs: Option<VpcPairs>,
    provision: Option<bool>,
}

impl Options {
    fn read(values: &mut Values<'_>) -> Self {
        let mut get = |name: &str, option: &str| {
            let group = group(name)?;
            values.get(group, group.row(option)?).ok().map(|found| found.value)
        };
        let group = match get("apic", "apic_username") {
            None => return Self { pairs: None, provision: None },
            Some(Value::Null) => "ml2_cisco_apic",
            Some(_) => "apic",
        };
        let pairs = match get(group, "apic_vpc_pairs") {
            Some(Value::List(items)) => Some(VpcPairs::new(items.iter().map(String::as_str))),
            _ => None,
        };
        let provision = match get(group, "apic_provision_hostlinks") {
            Some(Value::Bool(provision)) => Some(provision),
            _ => None,
        };
        Self { pairs, provision }
    }
}

fn all<T, R>(found: &Result<Vec<T>, Stop>, report: impl Fn(&T) -> R) -> Option<Vec<R>> {
    found.as_ref().ok().map(|found| found.iter().map(report).collect())
}

fn masked(key: &str, text: &str) -> String {
    if names_secret(key) || is_swallowed(text) { MASK.to_owned() } else { without_secrets(text) }
}

/// A list of one value: where it swallowed a secret, the secret may go on in the items behind.
fn all_masked<'t>(items: impl Iterator<Item = &'t String>) -> Vec<String> {
    let items: Vec<String> = items.cloned().collect();
    if items.iter().any(|item| is_swallowed(item)) { vec![MASK.to_owned()] } else { items_without_secrets(&items) }
}

fn domain_report(sources: &SourceMap, domain: &Domain) -> DomainReport {
    let options: BTreeMap<String, TextOrList> = domain
        .options
        .iter()
        .map(|option| {
            let name = option.name.value.clone();
            let value = match &option.value.value {
                DomainValue::Text(text) => TextOrList::Text(masked(&name, text)),
                DomainValue::List(items) => TextOrList::List(all_masked(items.iter())),
            };
            (name, value)
        })
        .collect();
    DomainReport { name: domain.name.value.clone(), place: sources.place(domain.name.span), options }
}

/// The places of the hosts whose port is not shown. A password under a switch is read as a host with a port, and all
/// hosts in front of one separator have the same.
fn hidden_hosts(switches: &[Switch]) -> BTreeSet<Span> {
    let links = || switches.iter().flat_map(|switch| &switch.links);
    let is_named = |link: &&SwitchLink| names_secret(&link.host.value) || is_swallowed(&link.port_text.value);
    let ports: BTreeSet<Span> = links().filter(is_named).map(|link| link.port_text.span).collect();
    links().filter(|link| ports.contains(&link.port_text.span)).map(|link| link.host.span).collect()
}

fn switch_report(sources: &SourceMap, switch: &Switch, hidden: &BTreeSet<Span>) -> SwitchReport {
    let link = |link: &SwitchLink| {
        let (module, port) = match &link.module_and_port {
            Some((module, port)) => (Some(module.value.clone()), port.value.clone()),
            None => (None, link.port_text.value.clone()),
        };
        let hidden = hidden.contains(&link.host.span);
        let unlocked = |text: String| without_secrets(&text);
        let (module, port) = (module.map(unlocked), unlocked(port));
        let (module, port) = if hidden { (None, MASK.to_owned()) } else { (module, port) };
        let (host, interface) = (link.host.value.clone(), link.interface.clone());
        SwitchLinkReport { host, interface, module, port, place: sources.place(link.host.span) }
    };
    SwitchReport {
        id: switch.id.value.clone(),
        place: sources.place(switch.id.span),
        pod_id: masked("pod_id", switch.pod()),
        links: switch.links.iter().map(link).collect(),
    }
}

fn link_report(sources: &SourceMap, link: &HostLink, hidden: &BTreeSet<Span>) -> HostLinkReport {
    let hidden = hidden.contains(&link.span);
    let text = |text: &str| if hidden { MASK.to_owned() } else { masked(&link.host, text) };
    HostLinkReport {
        host: link.host.clone(),
        interface: link.interface.clone(),
        switch: link.switch.clone(),
        module: text(&link.module),
        port: text(&link.port),
        pod_id: text(&link.pod_id),
        path: link.path.as_deref().map(text),
        place: sources.place(link.span),
    }
}
