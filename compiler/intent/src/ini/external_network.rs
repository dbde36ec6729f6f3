//! `[apic_external_network:NAME]`: how a Neutron external network reaches its L3Out, and whether hosts translate.
//!
//! The section's name is the name of the Neutron network and, with `preexisting`, of the L3Out on APIC.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::{Applicability, Diagnostic, Severity, Span, Spanned};
use aciform_syntax::ini::Entry;

use super::judge::Judge;
use super::load::Loader;
use super::mend::{self, mended};
use super::named::{self, NamedSection};
use super::not_expanded;
use super::options::group;
use super::placeholder::is_placeholder;
use super::value::list_ranges;
use super::{Config, ExternalNetworkSection, Generation, Setting, cidr, codes, range};

/// Keys that are ignored where the L3Out exists already.
const OWN_L3OUT_KEYS: &[&str] = &["switch", "port", "encap", "gateway_ip", "router_id"];

/// What the driver cannot build an L3Out without, with examples.
const OWN_L3OUT_NEEDS: &[(&str, &str)] =
    &[("switch", "203"), ("port", "1/34"), ("cidr_exposed", "192.168.34.2/30"), ("gateway_ip", "192.168.34.1")];

/// Reads all sections and checks each by itself.
pub(super) fn read(loader: &mut Loader<'_, '_>) -> BTreeMap<String, ExternalNetworkSection> {
    let sections = named::sections(&loader.files, "apic_external_network", loader.judge.diagnostics);
    let router_id = needs_router_id(loader);
    let mut found = BTreeMap::new();
    for section in sections {
        for entry in &section.entries {
            // Of the names, the one that goes to APIC is refused with the dollar in it.
            if entry.key.value != "external_epg"
                && let Some(finding) = not_expanded::finding(loader, entry)
            {
                loader.judge.push(finding);
            }
        }
        let epg = section.get("external_epg").and_then(|entry| not_expanded::finding(loader, entry));
        let network = one(&mut loader.judge, &section, epg);
        check(&mut loader.judge, &section, &network, router_id);
        found.insert(section.name.value.clone(), network);
    }
    found
}

/// Whether the id of the border router has to be written: policy mode and the ASR plugin have none of their own.
fn needs_router_id(loader: &mut Loader<'_, '_>) -> bool {
    let mut names = |name, option, driver: &str| {
        let group = group(name).expect("a group of the table");
        loader.list(group, option).value.iter().any(|named| named == driver)
    };
    let policy = names("ml2", "mechanism_drivers", "apic_gbp")
        || !names("ml2", "mechanism_drivers", "cisco_apic_ml2") && names("group_policy", "policy_drivers", "apic");
    policy || loader.boolean(loader.driver, "l3_cisco_router_plugin").value
}

/// Reads the keys that count; those that `preexisting` makes meaningless are left out.
///
/// `not_expanded` is the finding for a reference in the name of the external EPG.
fn one(judge: &mut Judge<'_>, section: &NamedSection<'_>, not_expanded: Option<Diagnostic>) -> ExternalNetworkSection {
    let preexisting = boolean(judge, section, "preexisting", false);
    let own = |key: &str| section.get(key).filter(|_| !preexisting.value);
    let text = |judge: &mut Judge<'_>, entry: Option<&Entry>, check: fn(&str, &Entry) -> Result<String, Diagnostic>| {
        let entry = entry?;
        let text = judge.check(entry, &entry.value.value, |text| check(text, entry))?;
        Some(Spanned::new(text, entry.value.span))
    };
    ExternalNetworkSection {
        name: section.name.clone(),
        enable_nat: boolean(judge, section, "enable_nat", true),
        edge_nat: boolean(judge, section, "edge_nat", false),
        external_epg: match not_expanded {
            _ if !preexisting.value => None,
            Some(mut finding) => {
                finding.severity = Severity::Error;
                judge.push(finding);
                None
            }
            None => text(judge, section.get("external_epg"), epg),
        },
        host_pool_cidr: section.get("host_pool_cidr").and_then(|entry| cidr::host_pool(judge, entry)),
        switch: text(judge, own("switch"), switch),
        port: text(judge, own("port"), port),
        encap: text(judge, own("encap"), encap),
        cidr_exposed: section.get("cidr_exposed").and_then(|entry| cidr::exposed(judge, entry)),
        gateway_ip: own("gateway_ip").and_then(|entry| gateway(judge, entry)),
        vlan_range: section.get("vlan_range").and_then(|entry| vlans(judge, entry)),
        preexisting,
    }
}

/// The plugin's own booleans: `true`, `yes` and `1` in any case are true, everything else is false.
fn boolean(judge: &mut Judge<'_>, section: &NamedSection<'_>, key: &str, default: bool) -> Setting<bool> {
    let Some(entry) = section.get(key) else { return Setting::default_of(default) };
    let read = judge.check(entry, &entry.value.value, |text| match text.to_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        other => {
            let shown = if text.is_empty() { "empty".to_owned() } else { format!("`{}`", text.replace('\n', "\\n")) };
            let message = format!("`{key}` is {shown}, which reads as false here");
            let finding = Diagnostic::at(&codes::TEXT_BOOL, entry.value.span, message);
            Err(match meant(other) {
                Some(value) => {
                    let word = if value { "True" } else { "False" };
                    let edit = mend::value(entry, text, word);
                    mended(finding, format!("write `{key} = {word}`"), Applicability::Unsafe, edit)
                }
                None => finding.help(format!("write `{key} = True` or `{key} = False`")),
            })
        }
    });
    // The plugin takes every other word for false; what follows is checked by what was meant.
    let first = || entry.value.value.lines().next().unwrap_or_default().to_lowercase();
    Setting::written(read.unwrap_or_else(|| meant(&first()).unwrap_or(default)), entry.value.span)
}

/// The truth value that a word stands for elsewhere.
fn meant(word: &str) -> Option<bool> {
    match word {
        "on" | "t" | "y" | "enabled" | "enable" => Some(true),
        "off" | "f" | "n" | "disabled" | "disable" => Some(false),
        _ => None,
    }
}

fn epg(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    let length = text.chars().count();
    if text.is_empty() {
        let mut finding = Diagnostic::at(&codes::EMPTY_VALUE, entry.value.span, "`external_epg` is empty");
        finding.severity = Severity::Error;
        return Err(finding.help("write the name of the external EPG of the L3Out on APIC"));
    }
    if length > 64 {
        let message = format!("`external_epg` has {length} characters; the limit of APIC is 64");
        let finding = Diagnostic::at(&codes::NAME_LONG, entry.value.span, message);
        return Err(finding.help("write the name of the external EPG as it stands on APIC"));
    }
    match text.chars().find(|c| !super::check::is_name_char(*c) && *c != ':') {
        None => Ok(text.to_owned()),
        Some(other) => Err(super::check::name_chars(entry, text, other)),
    }
}

fn switch(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let message = format!("`switch` is `{text}`; the node id of a leaf is a number");
    let finding = Diagnostic::at(&codes::SWITCH_ID, entry.value.span, message);
    Err(finding.help("write the node id of the leaf, as in `switch = 203`"))
}

fn port(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    match text.split_once('/') {
        Some((module, port)) if !module.is_empty() && !port.is_empty() => Ok(text.to_owned()),
        _ => {
            let message = format!("`port` is `{text}`; expected `module/port`");
            let finding = Diagnostic::at(&codes::PORT, entry.value.span, message);
            let number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let better = format!("1/{}", if number { text } else { "34" });
            let edit = mend::value(entry, text, &better).filter(|_| number);
            Err(mended(finding, format!("write for example `port = {better}`"), Applicability::Unsafe, edit))
        }
    }
}

fn encap(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    let id = text.strip_prefix("vlan-").and_then(|id| id.parse::<u16>().ok());
    if id.is_some_and(|id| (1..=4094).contains(&id) && text == format!("vlan-{id}")) {
        return Ok(text.to_owned());
    }
    let message = format!("`encap` is `{text}`; expected `vlan-` and a number from 1 to 4094");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let finding = Diagnostic::at(&codes::ENCAP, entry.value.span, message);
    let Ok(id @ 1..=4094) = digits.parse::<u16>() else {
        return Err(finding.help("write for example `encap = vlan-1034`, or delete the line for a routed port"));
    };
    let plain = text.to_lowercase();
    let rest = plain.strip_prefix("vlan").unwrap_or(&plain).trim_start_matches(['-', '_', ':', ' ']);
    let applicability = if rest == digits { Applicability::Safe } else { Applicability::Unsafe };
    let better = format!("vlan-{id}");
    let edit = mend::value(entry, text, &better);
    Err(mended(finding, format!("write `encap = {better}`"), applicability, edit))
}

fn gateway(judge: &mut Judge<'_>, entry: &Entry) -> Option<Spanned<IpAddr>> {
    let address = judge.check(entry, &entry.value.value, |text| {
        text.parse::<IpAddr>().map_err(|_| cidr::address_finding(entry, text, "gateway_ip"))
    })?;
    Some(Spanned::new(address, entry.value.span))
}

/// `vlan_range` of an edge network: the first bad item ends the reading, with the items before it kept.
fn vlans(judge: &mut Judge<'_>, entry: &Entry) -> Option<Spanned<Vec<(u16, u16)>>> {
    let found = judge.check(entry, &entry.value.value, |text| {
        let mut found = Vec::new();
        let items = list_ranges(text);
        let count = items.len();
        for (number, place) in items.into_iter().enumerate() {
            match range::vlan_range(text, place, entry) {
                Ok(range) => found.push(range),
                Err(mut finding) => {
                    if number + 1 < count {
                        finding.message += "; the ranges behind it are lost";
                    }
                    return Err(finding);
                }
            }
        }
        Ok(found)
    })?;
    Some(Spanned::new(found, entry.value.span))
}

/// What belongs together in one section.
fn check(judge: &mut Judge<'_>, section: &NamedSection<'_>, network: &ExternalNetworkSection, router_id: bool) {
    let (name, header) = (&network.name.value, network.name.span);
    // Which keys count is not known then.
    if section.get("preexisting").is_some_and(is_placeholder) {
        return;
    }
    if network.preexisting.value {
        if section.get("external_epg").is_none() {
            let lost = if network.enable_nat.value { "NAT will not work, contracts" } else { "contracts" };
            let message = format!("`{name}` has no `external_epg`: {lost} go to `os-external_epg`");
            let finding = Diagnostic::at(&codes::NO_EXTERNAL_EPG, header, message);
            judge.push(
                finding.help(format!("add `external_epg = ` and the name of the external EPG of the L3Out `{name}`")),
            );
        }
        for key in OWN_L3OUT_KEYS {
            if let Some(entry) = section.get(key) {
                let message = format!("`{key}` is ignored: the L3Out `{name}` exists already");
                ignored(judge, entry, message, network.preexisting.span);
            }
        }
    } else {
        let router_id = router_id.then_some(("router_id", "10.255.0.203"));
        for (key, example) in OWN_L3OUT_NEEDS.iter().copied().chain(router_id) {
            if section.get(key).is_none() {
                let message = format!("`{name}` has no `{key}`, which the driver needs to build the L3Out");
                let finding = Diagnostic::at(&codes::MISSING_L3OUT_KEY, header, message);
                judge.push(
                    finding.help(format!(
                        "add for example `{key} = {example}`, or `preexisting = True` if the L3Out exists"
                    )),
                );
            }
        }
        if let Some(entry) = section.get("external_epg") {
            let message =
                format!("`external_epg` is ignored: the driver builds the L3Out `{name}` and its own external EPG");
            ignored(judge, entry, message, network.preexisting.span);
        }
        check_next_hop(judge, network);
    }
    check_nat(judge, section, network);
}

fn ignored(judge: &mut Judge<'_>, entry: &Entry, message: String, cause: Option<Span>) {
    let mut finding = Diagnostic::at(&codes::IGNORED_KEY, entry.key.span, message);
    if let Some(cause) = cause {
        finding = finding.label(cause, "because of this");
    }
    judge.push(mended(finding, "delete the line", Applicability::Safe, [entry.deletion()]));
}

fn check_next_hop(judge: &mut Judge<'_>, network: &ExternalNetworkSection) {
    let (Some(exposed), Some(gateway)) = (&network.cidr_exposed, &network.gateway_ip) else { return };
    let interface = exposed.value;
    if gateway.value == interface.address {
        let message = format!("the next hop {} is the address of the leaf itself", gateway.value);
        let finding = Diagnostic::at(&codes::GATEWAY_OUTSIDE, gateway.span, message).label(exposed.span, "the leaf");
        judge.push(finding.help("write the address of the router on the other side"));
    } else if !interface.network.contains(gateway.value) {
        let message = format!("the next hop {} lies outside {} of `cidr_exposed`", gateway.value, interface.network);
        let finding = Diagnostic::at(&codes::GATEWAY_OUTSIDE, gateway.span, message);
        let finding = finding.label(exposed.span, "the leaf's interface");
        judge.push(finding.help(format!("write an address of {}", interface.network)));
    }
}

fn check_nat(judge: &mut Judge<'_>, section: &NamedSection<'_>, network: &ExternalNetworkSection) {
    let (name, header) = (&network.name.value, network.name.span);
    let pool = section.get("host_pool_cidr");
    let nat = network.enable_nat.value;
    if network.edge_nat.value {
        let edge = network.edge_nat.span.unwrap_or(header);
        if !nat {
            let message = format!("`edge_nat` of `{name}` needs NAT, which `enable_nat` switches off");
            let mut finding = Diagnostic::at(&codes::EDGE_INCOMPLETE, edge, message);
            if let Some(off) = network.enable_nat.span {
                finding = finding.label(off, "NAT is off");
            }
            judge.push(finding.help("write `enable_nat = True`, or delete `edge_nat`"));
        }
        let known = section.get("vlan_range");
        if known.is_none() || network.vlan_range.as_ref().is_some_and(|ranges| ranges.value.is_empty()) {
            let message = format!("`edge_nat` of `{name}` needs `vlan_range`, one VLAN per VRF");
            let place = known.map_or(edge, |entry| entry.value.span);
            judge.push(
                Diagnostic::at(&codes::EDGE_INCOMPLETE, place, message)
                    .help("add for example `vlan_range = 1001:1199`"),
            );
        }
    } else if let Some(entry) = section.get("vlan_range") {
        let message = format!("`vlan_range` is ignored: `edge_nat` of `{name}` is not true");
        ignored(judge, entry, message, network.edge_nat.span);
    }
    if !network.edge_nat.value && nat && pool.is_none() {
        let message = format!("`{name}` translates, but has no `host_pool_cidr`: hosts get no SNAT address");
        let finding = Diagnostic::at(&codes::NAT_WITHOUT_POOL, header, message);
        judge.push(
            finding.help("add `host_pool_cidr = gateway/length`, as in `172.16.10.1/24`, or `enable_nat = False`"),
        );
    }
    if let (false, Some(pool)) = (nat, pool) {
        let message = format!("the pool of `{name}` is never used: `enable_nat` is false");
        let mut finding = Diagnostic::at(&codes::POOL_WITHOUT_NAT, pool.key.span, message);
        if let Some(off) = network.enable_nat.span {
            finding = finding.label(off, "NAT is off");
        }
        judge.push(finding.help("delete the line, or `enable_nat = False` if hosts are to translate"));
    }
}

/// Options that switch NAT off for every network, where a section asks for it. Returns whether `service_plugins` does.
pub(super) fn check_against_options(config: &Config, loader: &mut Loader<'_, '_>) -> bool {
    let networks = &config.external_networks;
    let Some(network) = networks.values().find(|network| network.enable_nat.value) else { return false };
    let asks = network.enable_nat.span.unwrap_or(network.name.span);
    if let (Generation::Legacy, false, Some(off)) =
        (config.generation, config.ml2.use_vmm.value, config.ml2.use_vmm.span)
    {
        let message = "`use_vmm` is false: NAT is off for every external network";
        let finding = Diagnostic::at(&codes::NAT_DISABLED_GLOBALLY, off, message).label(asks, "asks for NAT");
        loader.judge.push(finding.help("write `use_vmm = True`, or `enable_nat = False` in every external network"));
    }
    let plugins = loader.list(loader.default, "service_plugins");
    let asr = loader.boolean(loader.driver, "l3_cisco_router_plugin");
    let is_ours = |plugin: &String| plugin.to_lowercase().contains("apic");
    let Some(span) = plugins.span.filter(|_| !asr.value && !plugins.value.iter().any(is_ours)) else { return false };
    let message = "`service_plugins` has no `cisco_apic_l3`: NAT is off for every external network";
    let finding = Diagnostic::at(&codes::NAT_DISABLED_GLOBALLY, span, message).label(asks, "asks for NAT");
    loader.judge.push(finding.help("add `cisco_apic_l3` in place of `router`"));
    true
}
