//! The hosts of `[apic_switch:ID]` as the rules of this family look at them.
//!
//! The driver stops at the first line it cannot take; here every line counts for what it says, and what was reported of
//! it is not said again.

use std::collections::BTreeMap;

use aciform_diagnostics::{Span, Spanned};
use aciform_intent::ini::driver::{self, VpcPairs};
use aciform_intent::ini::{NamedSection, OptionInForce, is_hidden, is_placeholder_name};
use aciform_syntax::ini::Entry;

use crate::Input;

/// A leaf's section.
pub(super) struct Switch<'a> {
    /// Its node id, or whatever stands in its place.
    pub(super) id: &'a Spanned<String>,
    /// The lines that count.
    pub(super) lines: &'a NamedSection<'a>,
    /// Whether the driver finds it: a header in other case or with blanks does not count, which is reported.
    pub(super) is_read: bool,
    /// Its hosts.
    pub(super) links: Vec<Link<'a>>,
}

/// A host on a port.
pub(super) struct Link<'a> {
    /// The host without blanks around it, escapes decoded; never empty and no placeholder.
    pub(super) host: String,
    /// Its place, without the blanks and the interface.
    pub(super) span: Span,
    /// What stands behind `|`.
    pub(super) interface: Option<String>,
    /// The switch.
    pub(super) switch: &'a str,
    /// The whole line.
    pub(super) entry: &'a Entry,
}

impl<'a> Link<'a> {
    /// The port as it is written.
    pub(super) fn port(&self) -> &'a str {
        &self.entry.value.value
    }

    /// Whether the port can be one. What cannot was reported: no slash, a comma, a second assignment, a second line.
    pub(super) fn has_port(&self) -> bool {
        let port = self.port();
        port.contains('/') && !port.contains([',', '=', '\n'])
    }
}

/// Every switch in the order of the files.
pub(super) fn switches<'a>(input: &Input<'a>) -> Vec<Switch<'a>> {
    let sections = input.ini.named("apic_switch").iter();
    sections
        .map(|section| {
            // A password that strayed here is no host, and no finding about ports may quote it.
            let is_host = |entry: &&&Entry| !is_pod(&entry.key.value) && !is_hidden(entry);
            let hosts = section.entries.iter().filter(is_host);
            let links = hosts.flat_map(|entry| links(&section.name.value, entry)).collect();
            Switch { id: &section.name, lines: section, is_read: is_read(input, section), links }
        })
        .collect()
}

/// Whether a key is `pod_id`, spelt right or wrong.
pub(super) fn is_pod(key: &str) -> bool {
    key.to_lowercase().replace('-', "_") == "pod_id"
}

fn is_read(input: &Input<'_>, section: &NamedSection<'_>) -> bool {
    let text = &input.sources.file(section.name.span.file).text;
    let before = &text[..section.name.span.range().start];
    before.trim_end().ends_with("[apic_switch:") && !section.name.value.contains(':')
}

fn links<'a>(switch: &'a str, entry: &'a Entry) -> Vec<Link<'a>> {
    // An escape that Python cannot decode stops the driver; nothing is known of the line then.
    let Ok(read) = driver::links(entry) else { return Vec::new() };
    let found = read.into_iter().filter_map(|link| {
        let host = link.host.value.trim().to_owned();
        let range = link.host.span.range();
        let written = entry.key.value.get(range.start - entry.key.span.range().start..)?.get(..range.len())?;
        let name = written.split('|').next().unwrap_or(written);
        let start = range.start + (name.len() - name.trim_start().len());
        let span = Span::new(link.host.span.file, start, start + name.trim().len());
        let interface = link.interface.filter(|interface| interface != "static");
        (!host.is_empty() && !is_placeholder_name(&host)).then_some(Link { host, span, interface, switch, entry })
    });
    found.collect()
}

/// An option of apicapi from the group where it is written; files of the unified plugin have it in `[apic]` in any case.
pub(super) fn option<'r, 'a>(input: &Input<'a>, name: &str) -> Option<OptionInForce<'r, 'a>>
where
    'a: 'r,
{
    let own = input.ini.plugin(name);
    if own.is_some_and(|own| own.is_written()) {
        return own;
    }
    let other = input.ini.option("apic", name).filter(|other| other.is_written() && input.ini.is_unified());
    other.or(own)
}

/// The partner of each switch in a pair.
pub(crate) fn pairs(input: &Input<'_>) -> VpcPairs {
    let option = option(input, "apic_vpc_pairs");
    VpcPairs::new(option.iter().flat_map(|option| option.items()).map(String::as_str))
}

/// Whether ports are programmed from the sections.
pub(super) fn provisions(input: &Input<'_>) -> bool {
    option(input, "apic_provision_hostlinks").is_none_or(|option| option.is_true())
}

/// Whether hosts are found by LLDP, so that a section need not name them.
pub(super) fn discovers(input: &Input<'_>) -> bool {
    let uplinks = ["ml2_cisco_apic", "apic", "apic_host_agent"].into_iter().any(|group| {
        input.ini.line(group, "apic_host_uplink_ports").is_some_and(|entry| !entry.value.value.is_empty())
    });
    uplinks || input.ini.option("ml2_cisco_apic", "integrated_topology_service").is_some_and(|option| option.is_true())
}

/// The links of each host, in the order of the files.
pub(super) fn by_host<'l, 'a>(switches: &'l [Switch<'a>]) -> BTreeMap<&'l str, Vec<&'l Link<'a>>> {
    let mut found: BTreeMap<&str, Vec<&Link<'_>>> = BTreeMap::new();
    for link in switches.iter().flat_map(|switch| &switch.links) {
        found.entry(&link.host).or_default().push(link);
    }
    found
}
