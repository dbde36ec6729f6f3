//! What the ini files mean: every option the ML2 generation reads, with its value, its default and its place.

mod agent_options;
mod check;
mod choices;
mod cidr;
mod client;
mod codes;
mod consequence;
mod doubt;
pub mod driver;
mod drivers;
mod effective;
mod external_network;
mod foreign;
mod former;
mod given_away;
mod judge;
mod left_out;
mod load;
mod mend;
mod named;
mod near;
mod not_expanded;
pub mod options;
mod ours;
mod overridden;
mod placeholder;
mod plugin;
mod range;
mod reading;
mod refused;
mod repeated;
mod secret;
mod shown;
mod spelling;
mod substitute;
pub mod value;
mod vmm;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use aciform_diagnostics::{Diagnostics, FileId, Span, Spanned};
use aciform_syntax::ini::IniFile;

use crate::scalar::{Interface, Prefix};

pub use choices::choices;
pub use codes::{CODES, FIXES, INTERNAL_POOL, NAME_CHARS, NAME_LONG, NAT_WITHOUT_POOL, PORT, SWITCH_ID, UNKNOWN_KEY};
pub use consequence::{is_cause, is_invisible, settle};
pub use named::{NamedSection, PREFIXES};
pub use near::nearest;
pub use ours::is_ours;
pub use placeholder::{is_placeholder, is_placeholder_name};
pub use plugin::Plugin;
pub use reading::{OptionInForce, Reading};
pub use secret::{is_hidden, is_hidden_in_part, is_secret, secret_spans, without_secrets};
pub(crate) use secret::{is_key_text, said};
pub use shown::{MASK, Report, Shown, ShownKey, ShownOption, ShownSection, shown};
pub use substitute::references;

/// Reads the configuration of some files, in the order of `--config-file`.
///
/// Never fails: a value that the service would refuse, or that means something else than it says, is reported and falls
/// back to its default, so that later stages go on. The generation is decided as apicapi does: `[apic] apic_username`
/// is set, or it is not.
pub fn load(files: &[(FileId, &IniFile)], diagnostics: &mut Diagnostics) -> Config {
    load::load(files, diagnostics).0
}

/// Reads like [`load`], and gives the files as they were read besides.
pub fn read<'a>(files: &[(FileId, &'a IniFile)], diagnostics: &mut Diagnostics) -> (Config, Reading<'a>) {
    load::load(files, diagnostics)
}

/// Which group the options of apicapi are read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// `[ml2_cisco_apic]`; one domain, called `apic_domain_name`.
    #[default]
    Legacy,
    /// `[apic]`, because `apic_username` is set there; domains come from their own sections.
    NewStyle,
}

/// A value, and where it was written; `None` is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Its place; `None` where the default is in force.
    pub span: Option<Span>,
}

/// The configuration of a site: the ini files in `--config-file` order, as oslo.config and the plugin's own reader see them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Which group the options come from.
    pub generation: Generation,
    /// The options that lowering needs, resolved.
    pub ml2: Ml2,
    /// `[apic_external_network:NAME]`, by name.
    pub external_networks: BTreeMap<String, ExternalNetworkSection>,
    /// `[apic_vmdom:NAME]` of the new style; empty under the legacy style, where `ml2.domain_name` is the one VMM domain.
    pub vmm_domains: BTreeMap<String, DomainSection>,
    /// Names of `[apic_physdom:NAME]` where they are read (the new style), with their places.
    pub physical_domains: Vec<Spanned<String>>,
    /// Where the unified plugin is named as the driver: nothing here is what it makes.
    pub unified: Option<Span>,
    /// A file could not be read, which was reported: what is absent here may stand in it.
    pub incomplete: bool,
}

/// The options of `[DEFAULT]`, `[ml2_cisco_apic]` and the agent that decide what is emitted (`ini-options.md` sections 2.1 to 2.7).
#[derive(Clone, Debug)]
pub struct Ml2 {
    /// `apic_system_id`, 1 to 16 characters.
    pub system_id: Setting<String>,
    /// `apic_name_mapping`.
    pub name_mapping: Setting<NameMapping>,
    /// `min_id_suffix_size`.
    pub min_id_suffix_size: Setting<u32>,
    /// `scope_names`; `single_tenant_mode` forces it off.
    pub scope_names: Setting<bool>,
    /// `per_tenant_context`.
    pub per_tenant_context: Setting<bool>,
    /// `single_tenant_mode`.
    pub single_tenant_mode: Setting<bool>,
    /// `single_tenant_name`.
    pub single_tenant_name: Setting<String>,
    /// `shared_context_name`; empty: none.
    pub shared_context_name: Setting<String>,
    /// `network_constraints_filename`; empty: none.
    pub network_constraints_filename: Setting<String>,
    /// `vrf_per_router_tenants`.
    pub vrf_per_router_tenants: Setting<Vec<String>>,
    /// `per_tenant_nat_epg`.
    pub per_tenant_nat_epg: Setting<bool>,
    /// `enable_aci_routing`.
    pub enable_aci_routing: Setting<bool>,
    /// `enable_optimized_dhcp`.
    pub enable_optimized_dhcp: Setting<bool>,
    /// `enable_optimized_metadata`.
    pub enable_optimized_metadata: Setting<bool>,
    /// `apic_optimized_dhcp_lease_time`, seconds; 0: left to the agent.
    pub optimized_dhcp_lease_time: Setting<u32>,
    /// `advertise_mtu`.
    pub advertise_mtu: Setting<bool>,
    /// `default_l2_unknown_unicast`.
    pub default_l2_unknown_unicast: Setting<String>,
    /// `default_arp_flooding`.
    pub default_arp_flooding: Setting<bool>,
    /// `default_ep_move_detect`.
    pub default_ep_move_detect: Setting<String>,
    /// `default_enforce_subnet_check`.
    pub default_enforce_subnet_check: Setting<bool>,
    /// `default_subnet_scope`.
    pub default_subnet_scope: Setting<String>,
    /// `use_vmm`; in the new style whether there is an `[apic_vmdom:NAME]`.
    pub use_vmm: Setting<bool>,
    /// `apic_domain_name`.
    pub domain_name: Setting<String>,
    /// `apic_vmm_type`, lower case.
    pub vmm_type: Setting<String>,
    /// `vmm_controller_host`.
    pub vmm_controller_host: Setting<String>,
    /// `openstack_user`.
    pub openstack_user: Setting<String>,
    /// The place of `openstack_password`; the value is never kept.
    pub openstack_password: Option<Span>,
    /// `encap_mode` as it works out: written, or `vlan` where a VLAN range is known, else `vxlan`.
    pub encap_mode: Setting<EncapMode>,
    /// `multicast_address`.
    pub multicast_address: Setting<String>,
    /// `mcast_ranges`, the one `min:max`.
    pub mcast_range: Setting<(String, String)>,
    /// `vlan_ranges`, with Neutron's `network_vlan_ranges` where it feeds them: min and max.
    pub vlan_ranges: Setting<Vec<(u16, u16)>>,
    /// `apic_vlan_ns_name`.
    pub vlan_ns_name: Setting<String>,
    /// `apic_multicast_ns_name`.
    pub multicast_ns_name: Setting<String>,
    /// `apic_entity_profile`.
    pub entity_profile: Setting<String>,
    /// `apic_provision_infra`.
    pub provision_infra: Setting<bool>,
    /// `apic_provision_hostlinks`.
    pub provision_hostlinks: Setting<bool>,
    /// `[OPFLEX] internal_floating_ip_pool`, IPv4.
    pub internal_floating_ip_pool: Setting<Vec<Prefix>>,
    /// `[OPFLEX] nat_mtu_size`; 0: left alone.
    pub nat_mtu_size: Setting<u32>,
    /// The agent's `dhcp_domain`; default `openstacklocal`.
    pub dhcp_domain: Setting<String>,
}

/// How OpenStack names become APIC names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMapping {
    /// Name plus the beginning of the id.
    UseUuid,
    /// The name alone.
    UseName,
}

/// How the VMM domain tells groups apart on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncapMode {
    /// VLAN.
    Vlan,
    /// VXLAN.
    Vxlan,
}

/// `[apic_external_network:NAME]`.
#[derive(Clone, Debug)]
pub struct ExternalNetworkSection {
    /// The name, with its place in the header.
    pub name: Spanned<String>,
    /// Default false.
    pub preexisting: Setting<bool>,
    /// Default true.
    pub enable_nat: Setting<bool>,
    /// Default false.
    pub edge_nat: Setting<bool>,
    /// `None`: absent.
    pub external_epg: Option<Spanned<String>>,
    /// `gateway/length`: the gateway is the address part.
    pub host_pool_cidr: Option<Spanned<Interface>>,
    /// Leaf node id.
    pub switch: Option<Spanned<String>>,
    /// `module/port`.
    pub port: Option<Spanned<String>>,
    /// `vlan-N`.
    pub encap: Option<Spanned<String>>,
    /// The leaf's interface address.
    pub cidr_exposed: Option<Spanned<Interface>>,
    /// Next hop of the default route.
    pub gateway_ip: Option<Spanned<IpAddr>>,
    /// `min:max[,min:max]`.
    pub vlan_range: Option<Spanned<Vec<(u16, u16)>>>,
    /// The keys that nothing is to be concluded from: what they are set to nobody can tell, which was reported.
    pub in_doubt: BTreeSet<&'static str>,
}

/// `[apic_vmdom:NAME]`.
#[derive(Clone, Debug)]
pub struct DomainSection {
    /// The name, with its place in the header.
    pub name: Spanned<String>,
    /// Raw text of its options, first value of each.
    pub options: BTreeMap<String, Spanned<String>>,
    /// `encap_mode`, where it is written and can be read.
    pub encap_mode: Option<Spanned<EncapMode>>,
    /// `vlan_ranges`: here there may be several.
    pub vlan_ranges: Option<Spanned<Vec<(u16, u16)>>>,
    /// `mcast_ranges`, the one `min:max`.
    pub mcast_range: Option<Spanned<(String, String)>>,
    /// `multicast_address`.
    pub multicast_address: Option<Spanned<String>>,
    /// The keys that nothing is to be concluded from, as those of an external network.
    pub in_doubt: BTreeSet<&'static str>,
}

/// A VMM domain as it works out, in either generation; [`Config::vmm`] makes them.
#[derive(Clone, Debug)]
pub struct VmmDomain {
    /// Its name on APIC.
    pub name: Setting<String>,
    /// `openstack` or `vmware`.
    pub vmm_type: Setting<String>,
    /// How it tells groups apart.
    pub encap_mode: Setting<EncapMode>,
    /// Its multicast address.
    pub multicast_address: Setting<String>,
    /// The addresses of its multicast pool.
    pub mcast_range: Setting<(String, String)>,
    /// The ids of its VLAN pool.
    pub vlan_ranges: Setting<Vec<(u16, u16)>>,
    /// The name of its VLAN pool.
    pub vlan_ns_name: Setting<String>,
    /// The name of its multicast pool.
    pub multicast_ns_name: Setting<String>,
    /// The controller's address.
    pub controller_host: Setting<String>,
    /// The login stored in it.
    pub user: Setting<String>,
    /// The place of its password.
    pub password: Option<Span>,
}

impl ExternalNetworkSection {
    /// Whether the L3Out exists already; `None`: that is in doubt.
    #[must_use]
    pub fn exists(&self) -> Option<bool> {
        self.certain("preexisting", &self.preexisting)
    }

    /// Whether it asks for NAT; `None`: that is in doubt.
    #[must_use]
    pub fn asks_for_nat(&self) -> Option<bool> {
        self.certain("enable_nat", &self.enable_nat)
    }

    /// Whether it asks the border router to translate; `None`: that is in doubt.
    #[must_use]
    pub fn asks_for_edge_nat(&self) -> Option<bool> {
        self.certain("edge_nat", &self.edge_nat)
    }

    /// Whether hosts certainly translate.
    #[must_use]
    pub fn translates_on_hosts(&self) -> bool {
        (self.asks_for_nat(), self.asks_for_edge_nat()) == (Some(true), Some(false))
    }

    fn certain(&self, key: &str, setting: &Setting<bool>) -> Option<bool> {
        (!self.in_doubt.contains(key)).then_some(setting.value)
    }
}

impl<T> Setting<T> {
    /// A default value.
    pub fn default_of(value: T) -> Self {
        Self { value, span: None }
    }

    /// A written value.
    pub fn written(value: T, span: Span) -> Self {
        Self { value, span: Some(span) }
    }
}

impl Default for Ml2 {
    fn default() -> Self {
        let text = |value: &str| Setting::default_of(value.to_owned());
        let id = "openstack";
        Self {
            system_id: text(id),
            name_mapping: Setting::default_of(NameMapping::UseUuid),
            min_id_suffix_size: Setting::default_of(4),
            scope_names: Setting::default_of(true),
            per_tenant_context: Setting::default_of(true),
            single_tenant_mode: Setting::default_of(false),
            single_tenant_name: text(id),
            shared_context_name: text(""),
            network_constraints_filename: text(""),
            vrf_per_router_tenants: Setting::default_of(Vec::new()),
            per_tenant_nat_epg: Setting::default_of(false),
            enable_aci_routing: Setting::default_of(true),
            enable_optimized_dhcp: Setting::default_of(true),
            enable_optimized_metadata: Setting::default_of(false),
            optimized_dhcp_lease_time: Setting::default_of(0),
            advertise_mtu: Setting::default_of(false),
            default_l2_unknown_unicast: text("proxy"),
            default_arp_flooding: Setting::default_of(true),
            default_ep_move_detect: text("garp"),
            default_enforce_subnet_check: Setting::default_of(false),
            default_subnet_scope: text("public"),
            use_vmm: Setting::default_of(true),
            domain_name: text(id),
            vmm_type: text("openstack"),
            vmm_controller_host: text("openstack"),
            openstack_user: text("admin"),
            openstack_password: None,
            encap_mode: Setting::default_of(EncapMode::Vxlan),
            multicast_address: text("225.1.2.3"),
            mcast_range: Setting::default_of(("225.2.1.1".to_owned(), "225.2.255.255".to_owned())),
            vlan_ranges: Setting::default_of(Vec::new()),
            vlan_ns_name: text("openstack_vlan_ns"),
            multicast_ns_name: text("openstack_mcast_ns"),
            entity_profile: text("openstack_entity_profile"),
            provision_infra: Setting::default_of(true),
            provision_hostlinks: Setting::default_of(true),
            internal_floating_ip_pool: Setting::default_of(Prefix::parse("169.254.0.0/16").into_iter().collect()),
            nat_mtu_size: Setting::default_of(0),
            dhcp_domain: text("openstacklocal"),
        }
    }
}
