//! `[apic]` without `apic_username`: the options of the unified plugin's client, whose user name stands in another file.
//!
//! Nothing is lowered from it. Its words and ranges are those of the generation that has the user name there; names, and
//! how many ranges there may be, are left to the service: its validators do not run over this section.

use aciform_diagnostics::{Applicability, Diagnostic, Severity};

use super::load::Loader;
use super::mend::mended;
use super::options::group;
use super::{Generation, check, codes, left_out, range};

/// Reports an `aim_system_id` that is empty: the service needs one.
pub(super) fn check_aim(loader: &mut Loader<'_, '_>) {
    let aim = group("aim").expect("a group of the table");
    loader.checked(aim, "aim_system_id", (), |text, entry| {
        if !text.is_empty() {
            return Ok(());
        }
        let message = "`aim_system_id` is empty, and the service needs one: an empty text replaces the default";
        let mut finding = Diagnostic::at(&codes::EMPTY_VALUE, entry.key.span, message);
        finding.severity = Severity::Error;
        let help = "write a marker of the cloud's objects, or delete the line for `openstack_aid`";
        Err(mended(finding, help, Applicability::Unsafe, [entry.deletion()]))
    });
}

/// Reports values of `[apic]` that are none of an option's words, no range or no address.
pub(super) fn check(loader: &mut Loader<'_, '_>) {
    let plugin = loader.plugin_named();
    if loader.generation == Generation::NewStyle || left_out::is_apic_ignored(loader, plugin) {
        return;
    }
    let apic = group("apic").expect("a group of the table");
    check::name_mapping(loader, apic);
    check::vmm_type(loader, apic);
    check::encap_option(loader, apic);
    for name in ["default_l2_unknown_unicast", "default_ep_move_detect", "default_subnet_scope"] {
        check::one_of(loader, apic, name);
    }
    for number in ["min_id_suffix_size", "apic_optimized_dhcp_lease_time"] {
        loader.number(apic, number);
    }
    range::multicast_option(loader, apic);
    range::mcast_option(loader, apic);
    loader.checked(apic, "vlan_ranges", Vec::new(), range::vlan_ranges);
}
