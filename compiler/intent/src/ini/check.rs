//! The options that lowering needs, each with the check that the plugin's validators or APIC make.

use std::net::Ipv4Addr;

use aciform_diagnostics::{Applicability, Diagnostic, Severity};
use aciform_syntax::ini::Entry;

use super::choices::closed;
use super::load::Loader;
use super::mend::{self, mended};
use super::near::nearest;
use super::options::Group;
use super::secret::is_hidden_in_part;
use super::value::list_ranges;
use super::{EncapMode, Generation, Ml2, NameMapping, Setting, codes, is_invisible, range};
use crate::scalar::Prefix;

/// The longest name the plugin's validators take.
const NAME_LIMIT: usize = 46;

/// The longest `apic_system_id`.
const SYSTEM_ID_LIMIT: usize = 16;

/// What to write instead of a name that APIC refuses.
const PLAIN: &str = "write letters, digits, `_`, `.` and `-` only";

/// Options that become names on APIC; all are validated at start.
pub(super) const NAMES: &[&str] = &[
    "apic_domain_name",
    "apic_app_profile_name",
    "apic_vlan_ns_name",
    "apic_multicast_ns_name",
    "apic_external_routed_domain_name",
    "apic_external_routed_entity_profile",
    "apic_external_routed_function_profile",
    "apic_node_profile",
    "apic_entity_profile",
    "apic_function_profile",
    "apic_lacp_profile",
    "apic_switch_pg_name",
];

/// `apic_system_id`: at most 16 characters that tenant names may hold.
pub(super) fn system_id(loader: &mut Loader<'_, '_>) -> Setting<String> {
    let (group, default) = (loader.default, "openstack".to_owned());
    let short = loader.checked(group, "apic_system_id", default.clone(), system_id_length);
    let plain = loader.checked(group, "apic_system_id", default, system_id_characters);
    let found = if short.span.is_some() { plain } else { short };
    if found.span.is_none() {
        // Names that are made from it shall not repeat what is wrong with it.
        loader.replace(group, "apic_system_id", &found.value);
    }
    found
}

fn system_id_length(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    let length = text.chars().count();
    if length <= SYSTEM_ID_LIMIT {
        return Ok(text.to_owned());
    }
    let message = format!("`apic_system_id` has {length} characters; the limit is {SYSTEM_ID_LIMIT}");
    let short: String = text.chars().filter(|c| is_name_char(*c)).take(SYSTEM_ID_LIMIT).collect();
    let finding = Diagnostic::at(&codes::SYSTEM_ID_LONG, entry.value.span, message);
    Err(finding.help(shorten(entry, &short)))
}

/// What to do about a long name, with an example unless something of it is never shown.
fn shorten(entry: &Entry, short: &str) -> String {
    if is_hidden_in_part(entry) { "shorten it".to_owned() } else { format!("shorten it, for example to `{short}`") }
}

fn system_id_characters(text: &str, entry: &Entry) -> Result<String, Diagnostic> {
    let at = |message: String| Diagnostic::at(&codes::SYSTEM_ID_CHARS, entry.value.span, message);
    if text.is_empty() {
        let finding = at("`apic_system_id` is empty: names would start with two underscores".to_owned());
        return Err(finding.help("write a short name of the cloud, or delete the line for `openstack`"));
    }
    match text.chars().find(|c| !is_name_char(*c)) {
        None => Ok(text.to_owned()),
        Some(other) => {
            let finding = at(format!("`apic_system_id` holds {}, which tenant names cannot", described(other)));
            if is_hidden_in_part(entry) {
                return Err(finding.help(PLAIN));
            }
            let better = replaced(text);
            let help = format!("{PLAIN}: `{better}`");
            // That it goes over several lines is what is to be mended then.
            let edit = mend::value(entry, text, better).filter(|_| !text.contains('\n'));
            Err(mended(finding, help, Applicability::Unsafe, edit))
        }
    }
}

/// All options of [`Ml2`], with their findings.
pub(super) fn ml2(loader: &mut Loader<'_, '_>, system_id: Setting<String>) -> Ml2 {
    check_names(loader);
    let (default, plugin, driver) = (loader.default, loader.plugin, loader.driver);
    let agent = super::options::group("OPFLEX").expect("a group of the table");
    let id = system_id.value.clone();
    let single_tenant_mode = loader.boolean(driver, "single_tenant_mode");
    let mut scope_names = loader.boolean(plugin, "scope_names");
    if single_tenant_mode.value {
        scope_names = Setting { value: false, span: single_tenant_mode.span };
    }
    let own = range::vlan_option(loader);
    // Neutron reads its own in any case.
    let neutron = range::neutron_vlan_ranges(loader);
    let vlan_ranges = if own.span.is_some() { own } else { neutron };
    let written = encap_option(loader, plugin);
    let encap_mode = match written.value {
        Some(mode) => Setting { value: mode, span: written.span },
        None if vlan_ranges.value.is_empty() => Setting::default_of(EncapMode::Vxlan),
        None => Setting { value: EncapMode::Vlan, span: vlan_ranges.span },
    };
    Ml2 {
        name_mapping: name_mapping(loader, plugin),
        min_id_suffix_size: loader.number(plugin, "min_id_suffix_size"),
        scope_names,
        per_tenant_context: loader.boolean(driver, "per_tenant_context"),
        single_tenant_mode,
        single_tenant_name: loader.checked(driver, "single_tenant_name", id.clone(), |text, entry| {
            plain_name(text, entry).map(|()| text.to_owned())
        }),
        network_constraints_filename: loader.text(driver, "network_constraints_filename"),
        shared_context_name: loader.checked(plugin, "shared_context_name", String::new(), |text, entry| {
            if text.is_empty() { Ok(String::new()) } else { plain_name(text, entry).map(|()| text.to_owned()) }
        }),
        vrf_per_router_tenants: loader.list(driver, "vrf_per_router_tenants"),
        per_tenant_nat_epg: loader.boolean(plugin, "per_tenant_nat_epg"),
        enable_aci_routing: loader.boolean(plugin, "enable_aci_routing"),
        enable_optimized_dhcp: loader.boolean(plugin, "enable_optimized_dhcp"),
        enable_optimized_metadata: loader.boolean(plugin, "enable_optimized_metadata"),
        optimized_dhcp_lease_time: loader.number(plugin, "apic_optimized_dhcp_lease_time"),
        advertise_mtu: loader.boolean(default, "advertise_mtu"),
        default_l2_unknown_unicast: one_of(loader, plugin, "default_l2_unknown_unicast"),
        default_arp_flooding: loader.boolean(plugin, "default_arp_flooding"),
        default_ep_move_detect: one_of(loader, plugin, "default_ep_move_detect"),
        default_enforce_subnet_check: loader.boolean(plugin, "default_enforce_subnet_check"),
        default_subnet_scope: one_of(loader, plugin, "default_subnet_scope"),
        use_vmm: match loader.generation {
            Generation::Legacy => loader.boolean(plugin, "use_vmm"),
            Generation::NewStyle => Setting::default_of(true),
        },
        domain_name: loader.text(plugin, "apic_domain_name"),
        vmm_type: vmm_type(loader, plugin),
        vmm_controller_host: filled(loader, "vmm_controller_host"),
        openstack_user: filled(loader, "openstack_user"),
        openstack_password: loader.line(plugin, "openstack_password").map(|entry| entry.value.span),
        encap_mode,
        multicast_address: range::multicast_option(loader, plugin),
        mcast_range: range::mcast_option(loader, plugin),
        vlan_ranges,
        vlan_ns_name: loader.text(plugin, "apic_vlan_ns_name"),
        multicast_ns_name: loader.text(plugin, "apic_multicast_ns_name"),
        entity_profile: loader.text(plugin, "apic_entity_profile"),
        provision_infra: loader.boolean(plugin, "apic_provision_infra"),
        provision_hostlinks: loader.boolean(plugin, "apic_provision_hostlinks"),
        internal_floating_ip_pool: loader.checked(agent, "internal_floating_ip_pool", internal_pool(), prefixes),
        nat_mtu_size: loader.number(agent, "nat_mtu_size"),
        dhcp_domain: loader.text(default, "dhcp_domain"),
        system_id,
    }
}

fn internal_pool() -> Vec<Prefix> {
    Prefix::parse("169.254.0.0/16").into_iter().collect()
}

/// `[OPFLEX] internal_floating_ip_pool`: prefixes, of which SNAT and floating IPs use the IPv4 ones.
fn prefixes(text: &str, entry: &Entry) -> Result<Vec<Prefix>, Diagnostic> {
    let mut found = Vec::new();
    for place in list_ranges(text) {
        let item = &text[place.clone()];
        let prefix = Prefix::parse(item).ok().filter(|prefix| prefix.is_ipv4());
        let Some(prefix) = prefix else {
            let message = format!("`{item}` in `internal_floating_ip_pool` is no IPv4 network");
            let span = range::part(entry, text, place);
            let finding = Diagnostic::at(&codes::INTERNAL_POOL, span, message);
            return Err(finding
                .help("write `network/length`, as in `169.254.0.0/16`; IPv6 goes to `internal_floating_ip6_pool`"));
        };
        found.push(prefix);
    }
    if found.is_empty() {
        let message = "`internal_floating_ip_pool` is empty: no address is left for SNAT and floating IPs";
        let finding = Diagnostic::at(&codes::INTERNAL_POOL, entry.value.span, message);
        return Err(finding.help("write `169.254.0.0/16`, or delete the line for that default"));
    }
    Ok(found)
}

/// `encap_mode`, in exact case.
pub(super) fn encap_mode(text: &str, entry: &Entry) -> Result<EncapMode, Diagnostic> {
    match text {
        "vlan" => Ok(EncapMode::Vlan),
        "vxlan" => Ok(EncapMode::Vxlan),
        _ => {
            let message = format!("`encap_mode` is `{text}`; it must be `vlan` or `vxlan`, in lower case");
            let finding = Diagnostic::at(&codes::ENCAP_CHOICE, entry.value.span, message);
            let Some(near) = nearest(text, closed("encap_mode").iter().copied()) else {
                return Err(finding.help("write `encap_mode = vxlan`"));
            };
            let help = format!("write `encap_mode = {near}`");
            Err(mended(finding, help, by_case(near, text), mend::value(entry, text, near)))
        }
    }
}

/// A closed list whose members are kept as they are.
pub(super) fn one_of(loader: &mut Loader<'_, '_>, group: &'static Group, name: &str) -> Setting<String> {
    let words = closed(name);
    loader.checked(group, name, words[0].to_owned(), |text, entry| choice(text, entry, words).map(|_| text.to_owned()))
}

/// `apic_name_mapping`.
pub(super) fn name_mapping(loader: &mut Loader<'_, '_>, group: &'static Group) -> Setting<NameMapping> {
    loader.checked(group, "apic_name_mapping", NameMapping::UseUuid, |text, entry| {
        choice(text, entry, closed("apic_name_mapping")).map(|at| [NameMapping::UseUuid, NameMapping::UseName][at])
    })
}

/// `apic_vmm_type`, in lower case.
pub(super) fn vmm_type(loader: &mut Loader<'_, '_>, group: &'static Group) -> Setting<String> {
    loader.checked(group, "apic_vmm_type", "openstack".to_owned(), |text, entry| {
        let plain = text.to_lowercase();
        if closed("apic_vmm_type").iter().any(|word| word.to_lowercase() == plain) {
            return Ok(plain);
        }
        choice(text, entry, closed("apic_vmm_type")).map(|_| plain)
    })
}

/// `encap_mode` as it is written.
pub(super) fn encap_option(loader: &mut Loader<'_, '_>, group: &'static Group) -> Setting<Option<EncapMode>> {
    loader.checked(group, "encap_mode", None, |text, entry| {
        // An empty text is not validated and counts as unset.
        if text.is_empty() { Ok(None) } else { encap_mode(text, entry).map(Some) }
    })
}

/// Which of the words a text is, in exact case.
pub(super) fn choice(text: &str, entry: &Entry, words: &[&str]) -> Result<usize, Diagnostic> {
    if let Some(at) = words.iter().position(|word| *word == text) {
        return Ok(at);
    }
    let key = &entry.key.value;
    let listed: Vec<String> =
        words.iter().map(|word| if word.is_empty() { "empty".to_owned() } else { format!("`{word}`") }).collect();
    let folded = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim())).copied();
    let exactly = if folded.is_some() { ", in exactly this case" } else { "" };
    let message = format!("`{key}` is `{text}`; it must be {}{exactly}", one_of_them(&listed));
    let finding = Diagnostic::at(&codes::BAD_CHOICE, entry.value.span, message);
    Err(match folded.or_else(|| nearest(text, words.iter().copied().filter(|word| !word.is_empty()))) {
        Some(word) => {
            let edit = mend::value(entry, text, word);
            mended(finding, format!("write `{key} = {word}`"), by_case(word, text), edit)
        }
        None => finding.help(format!("write {}, or delete the line for the default", one_of_them(&listed))),
    })
}

/// Where only the case differs, the word is certainly the one that was meant.
fn by_case(word: &str, text: &str) -> Applicability {
    if word.eq_ignore_ascii_case(text.trim()) { Applicability::Safe } else { Applicability::Unsafe }
}

/// `a`, `b` or `c`.
fn one_of_them(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}

/// A text that the validators refuse when it is empty.
fn filled(loader: &mut Loader<'_, '_>, option: &str) -> Setting<String> {
    let group = loader.plugin;
    let default = group.row(option).and_then(|row| row.default).unwrap_or_default().to_owned();
    loader.checked(group, option, default.clone(), |text, entry| {
        let default = format!("the default `{default}`");
        if text.is_empty() { Err(empty(entry, &default)) } else { Ok(text.to_owned()) }
    })
}

fn empty(entry: &Entry, default: &str) -> Diagnostic {
    let message = format!("`{}` is empty, which replaces the default; the service does not start", entry.key.value);
    let mut finding = Diagnostic::at(&codes::EMPTY_VALUE, entry.value.span, message);
    finding.severity = Severity::Error;
    mended(
        finding,
        format!("give a value, or delete the line for {default}"),
        Applicability::Unsafe,
        [entry.deletion()],
    )
}

/// The validators of the names: not empty, at most 46 characters, and what APIC takes.
fn check_names(loader: &mut Loader<'_, '_>) {
    let group = loader.plugin;
    for option in NAMES {
        loader.checked(group, option, (), name);
    }
}

fn name(text: &str, entry: &Entry) -> Result<(), Diagnostic> {
    let key = &entry.key.value;
    let length = text.chars().count();
    if text.is_empty() {
        return Err(empty(entry, "a name made from `apic_system_id`"));
    }
    if length > NAME_LIMIT {
        let message = format!("`{key}` has {length} characters; the limit is {NAME_LIMIT}");
        let short: String = text.chars().take(NAME_LIMIT).collect();
        let finding = Diagnostic::at(&codes::NAME_LONG, entry.value.span, message);
        return Err(finding.help(shorten(entry, &short)));
    }
    match text.chars().find(|c| !is_name_char(*c) && *c != ':') {
        None => Ok(()),
        Some(other) => Err(name_chars(entry, text, other)),
    }
}

/// A name of a tenant or a VRF, which hold no colon either.
fn plain_name(text: &str, entry: &Entry) -> Result<(), Diagnostic> {
    name(text, entry)?;
    if text.contains(':') { Err(name_chars(entry, text, ':')) } else { Ok(()) }
}

/// The finding for a character that no name on APIC may hold.
pub(super) fn name_chars(entry: &Entry, text: &str, other: char) -> Diagnostic {
    let message = format!("`{}` holds {}, which APIC refuses in a name", entry.key.value, described(other));
    let finding = Diagnostic::at(&codes::NAME_CHARS, entry.value.span, message);
    finding.help(if is_hidden_in_part(entry) { PLAIN.to_owned() } else { format!("{PLAIN}: `{}`", replaced(text)) })
}

/// What names of tenants, VRFs and bridge domains may hold.
pub(super) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

fn described(c: char) -> String {
    match c {
        ' ' => "a blank".to_owned(),
        '\n' => "a line break".to_owned(),
        c if c.is_control() || c.is_whitespace() || is_invisible(c) => format!("the character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

fn replaced(text: &str) -> String {
    text.chars().map(|c| if is_name_char(c) { c } else { '_' }).collect()
}

/// An IPv4 address in its one plain form.
pub(super) fn ipv4(text: &str) -> Option<Ipv4Addr> {
    text.parse().ok()
}
