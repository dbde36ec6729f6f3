//! What belongs together in the section of an external network, and with the options that all of them depend on.
//!
//! Nothing is concluded from a key that is in doubt: its own finding says what is wrong, and once that is mended
//! another may be right.

use std::collections::BTreeSet;

use aciform_diagnostics::{Applicability, Diagnostic, Severity, Span};
use aciform_syntax::ini::Entry;

use crate::ini::judge::Judge;
use crate::ini::load::Loader;
use crate::ini::mend::mended;
use crate::ini::named::NamedSection;
use crate::ini::{Config, ExternalNetworkSection, Generation, codes};

/// Keys that are ignored where the L3Out exists already.
const OWN_L3OUT_KEYS: &[&str] = &["switch", "port", "encap", "gateway_ip", "router_id"];

/// What the driver cannot build an L3Out without, with examples.
const OWN_L3OUT_NEEDS: &[(&str, &str)] =
    &[("switch", "203"), ("port", "1/34"), ("cidr_exposed", "192.168.34.2/30"), ("gateway_ip", "192.168.34.1")];

/// One section, and what is found in it.
struct Together<'s, 'a, 'd> {
    judge: &'s mut Judge<'d>,
    section: &'s NamedSection<'a>,
    network: &'s ExternalNetworkSection,
    /// Whether the id of the border router has to be written.
    router_id: bool,
    causes: &'s mut BTreeSet<Span>,
}

/// What belongs together in one section. What would be an error but for a doubt leaves its cause in `causes`.
pub(super) fn check(
    judge: &mut Judge<'_>,
    section: &NamedSection<'_>,
    network: &ExternalNetworkSection,
    router_id: bool,
    causes: &mut BTreeSet<Span>,
) {
    let mut together = Together { judge, section, network, router_id, causes };
    if network.preexisting.value {
        together.check_existing();
    } else {
        together.check_built();
    }
    together.check_edge_nat();
    together.check_pool();
}

impl Together<'_, '_, '_> {
    /// Reports what follows from some keys, unless one of them is in doubt.
    fn conclude(&mut self, from: &[&str], finding: Diagnostic) {
        match from.iter().find_map(|key| self.section.doubt.cause(key)) {
            None => self.judge.push(finding),
            Some(cause) if finding.severity == Severity::Error => {
                self.causes.insert(cause);
            }
            Some(_) => {}
        }
    }

    fn check_existing(&mut self) {
        let (name, header) = (&self.network.name.value, self.network.name.span);
        if self.section.get("external_epg").is_none() {
            let lost = if self.network.enable_nat.value { "NAT will not work, contracts" } else { "contracts" };
            let message = format!("`{name}` has no `external_epg`: {lost} go to `os-external_epg`");
            let finding = Diagnostic::at(&codes::NO_EXTERNAL_EPG, header, message);
            let help = format!("add `external_epg = ` and the name of the external EPG of the L3Out `{name}`");
            self.conclude(&["preexisting", "external_epg"], finding.help(help));
        }
        for key in OWN_L3OUT_KEYS {
            if let Some(entry) = self.section.get(key) {
                let message = format!("`{key}` is ignored: the L3Out `{name}` exists already");
                let finding = ignored(entry, message, self.network.preexisting.span);
                self.conclude(&["preexisting", key], finding);
            }
        }
    }

    fn check_built(&mut self) {
        let (name, header) = (&self.network.name.value, self.network.name.span);
        let router_id = self.router_id.then_some(("router_id", "10.255.0.203"));
        for (key, example) in OWN_L3OUT_NEEDS.iter().copied().chain(router_id) {
            if self.section.get(key).is_none() {
                let message = format!("`{name}` has no `{key}`, which the driver needs to build the L3Out");
                let finding = Diagnostic::at(&codes::MISSING_L3OUT_KEY, header, message);
                let help = format!("add for example `{key} = {example}`, or `preexisting = True` if the L3Out exists");
                self.conclude(&["preexisting", key], finding.help(help));
            }
        }
        if let Some(entry) = self.section.get("external_epg") {
            let message =
                format!("`external_epg` is ignored: the driver builds the L3Out `{name}` and its own external EPG");
            let finding = ignored(entry, message, self.network.preexisting.span);
            self.conclude(&["preexisting", "external_epg"], finding);
        }
        self.check_next_hop();
    }

    fn check_next_hop(&mut self) {
        let (Some(exposed), Some(gateway)) = (&self.network.cidr_exposed, &self.network.gateway_ip) else { return };
        let interface = exposed.value;
        let finding = if gateway.value == interface.address {
            let message = format!("the next hop {} is the address of the leaf itself", gateway.value);
            let finding = Diagnostic::at(&codes::GATEWAY_OUTSIDE, gateway.span, message);
            finding.label(exposed.span, "the leaf").help("write the address of the router on the other side")
        } else if !interface.network.contains(gateway.value) {
            let message =
                format!("the next hop {} lies outside {} of `cidr_exposed`", gateway.value, interface.network);
            let finding = Diagnostic::at(&codes::GATEWAY_OUTSIDE, gateway.span, message);
            let finding = finding.label(exposed.span, "the leaf's interface");
            finding.help(format!("write an address of {}", interface.network))
        } else {
            return;
        };
        self.conclude(&["preexisting", "cidr_exposed", "gateway_ip"], finding);
    }

    fn check_edge_nat(&mut self) {
        let (network, section) = (self.network, self.section);
        let (name, header) = (&network.name.value, network.name.span);
        let range = section.get("vlan_range");
        if !network.edge_nat.value {
            if let Some(entry) = range {
                let message = format!("`vlan_range` is ignored: `edge_nat` of `{name}` is not true");
                self.conclude(&["edge_nat", "vlan_range"], ignored(entry, message, network.edge_nat.span));
            }
            return;
        }
        let edge = network.edge_nat.span.unwrap_or(header);
        if !network.enable_nat.value {
            let message = format!("`edge_nat` of `{name}` needs NAT, which `enable_nat` switches off");
            let mut finding = Diagnostic::at(&codes::EDGE_INCOMPLETE, edge, message);
            if let Some(off) = network.enable_nat.span {
                finding = finding.label(off, "NAT is off");
            }
            self.conclude(&["edge_nat", "enable_nat"], finding.help("write `enable_nat = True`, or delete `edge_nat`"));
        }
        if range.is_none() || network.vlan_range.as_ref().is_some_and(|ranges| ranges.value.is_empty()) {
            let message = format!("`edge_nat` of `{name}` needs `vlan_range`, one VLAN per VRF");
            let place = range.map_or(edge, |entry| entry.value.span);
            let finding = Diagnostic::at(&codes::EDGE_INCOMPLETE, place, message);
            self.conclude(&["edge_nat", "vlan_range"], finding.help("add for example `vlan_range = 1001:1199`"));
        }
    }

    fn check_pool(&mut self) {
        let network = self.network;
        let (name, header) = (&network.name.value, network.name.span);
        let nat = network.enable_nat.value;
        match self.section.get("host_pool_cidr") {
            None if nat && !network.edge_nat.value => {
                let message = format!("`{name}` translates, but has no `host_pool_cidr`: hosts get no SNAT address");
                let finding = Diagnostic::at(&codes::NAT_WITHOUT_POOL, header, message);
                let help = "add `host_pool_cidr = gateway/length`, as in `172.16.10.1/24`, or `enable_nat = False`";
                self.conclude(&["edge_nat", "enable_nat", "host_pool_cidr"], finding.help(help));
            }
            Some(pool) if !nat => {
                let message = format!("the pool of `{name}` is never used: `enable_nat` is false");
                let mut finding = Diagnostic::at(&codes::POOL_WITHOUT_NAT, pool.key.span, message);
                if let Some(off) = network.enable_nat.span {
                    finding = finding.label(off, "NAT is off");
                }
                let help = "delete the line, or write `enable_nat = True` if hosts are to translate";
                self.conclude(&["enable_nat", "host_pool_cidr"], finding.help(help));
            }
            Some(_) | None => {}
        }
    }
}

fn ignored(entry: &Entry, message: String, cause: Option<Span>) -> Diagnostic {
    let mut finding = Diagnostic::at(&codes::IGNORED_KEY, entry.key.span, message);
    if let Some(cause) = cause {
        finding = finding.label(cause, "because of this");
    }
    // A line that continues the value may be one that is needed.
    let alone = entry.lines.len() == 1;
    mended(finding, "delete the line", Applicability::Safe, alone.then(|| entry.deletion()))
}

/// Options that switch NAT off for every network, where a section asks for it. Returns whether `service_plugins` does.
pub(in crate::ini) fn check_against_options(config: &Config, loader: &mut Loader<'_, '_>) -> bool {
    let networks = &config.external_networks;
    let Some(network) = networks.values().find(asks_for_nat) else { return false };
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

/// Whether a section certainly asks for NAT.
fn asks_for_nat(network: &&ExternalNetworkSection) -> bool {
    network.asks_for_nat() == Some(true)
}
