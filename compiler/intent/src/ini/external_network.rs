//! `[apic_external_network:NAME]`: how a Neutron external network reaches its L3Out, and whether hosts translate.
//!
//! The section's name is the name of the Neutron network and, with `preexisting`, of the L3Out on APIC.

mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aciform_diagnostics::{Applicability, Diagnostic, Severity, Spanned};
use aciform_syntax::ini::Entry;

use super::driver::keys::keys;
use super::judge::Judge;
use super::load::Loader;
use super::mend::{self, mended};
use super::named::{self, NamedSection};
use super::not_expanded;
use super::options::group;
use super::value::list_ranges;
use super::{ExternalNetworkSection, Setting, cidr, codes, range};
pub(super) use together::check_against_options;

/// Reads all sections and checks each by itself.
pub(super) fn read(loader: &mut Loader<'_, '_>) -> BTreeMap<String, ExternalNetworkSection> {
    let sections = named::sections(&loader.files, "apic_external_network", loader.judge.diagnostics);
    let router_id = needs_router_id(loader);
    let mut found = BTreeMap::new();
    let mut causes = BTreeSet::new();
    for mut section in sections {
        for entry in &section.entries {
            // Of the names, the one that goes to APIC is refused with the dollar in it.
            if entry.key.value != "external_epg"
                && let Some(finding) = not_expanded::finding(loader, entry)
            {
                loader.judge.push(finding);
            }
        }
        let epg = section.get("external_epg").and_then(|entry| not_expanded::finding(loader, entry));
        let network = one(&mut loader.judge, &mut section, epg);
        together::check(&mut loader.judge, &section, &network, router_id, &mut causes);
        found.insert(section.name.value.clone(), network);
    }
    loader.judge.escalate(&causes);
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
fn one(
    judge: &mut Judge<'_>,
    section: &mut NamedSection<'_>,
    not_expanded: Option<Diagnostic>,
) -> ExternalNetworkSection {
    // Keys that the plugin takes for false, although everybody sees what is meant.
    let mut clear = BTreeSet::new();
    let preexisting = boolean(judge, section, "preexisting", false, &mut clear);
    let enable_nat = boolean(judge, section, "enable_nat", true, &mut clear);
    let edge_nat = boolean(judge, section, "edge_nat", false, &mut clear);
    let section = &*section;
    let own = |key: &str| section.get(key).filter(|_| !preexisting.value);
    let text = |judge: &mut Judge<'_>, entry: Option<&Entry>, check: fn(&str, &Entry) -> Result<String, Diagnostic>| {
        let entry = entry?;
        let text = judge.check(entry, &entry.value.value, |text| check(text, entry))?;
        Some(Spanned::new(text, entry.value.span))
    };
    ExternalNetworkSection {
        name: section.name.clone(),
        enable_nat,
        edge_nat,
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
        in_doubt: keys("apic_external_network")
            .map(|key| key.name)
            .filter(|key| section.is_in_doubt(key) && !clear.contains(key))
            .collect(),
        preexisting,
    }
}

/// The plugin's own booleans: `true`, `yes` and `1` in any case are true, everything else is false.
fn boolean(
    judge: &mut Judge<'_>,
    section: &mut NamedSection<'_>,
    key: &'static str,
    default: bool,
    clear: &mut BTreeSet<&'static str>,
) -> Setting<bool> {
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
    let first = || entry.value.value.lines().next().unwrap_or_default().to_lowercase();
    if read.is_none() {
        if meant(&first()).is_some() && !section.is_in_doubt(key) {
            clear.insert(key);
        }
        section.doubt.add(key, entry.value.span);
    }
    // The plugin takes every other word for false; what was meant is what other files are compared with.
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
