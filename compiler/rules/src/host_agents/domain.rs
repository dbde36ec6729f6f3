//! Policy domains: the text by which an agent says which VMM domain it belongs to.

use std::collections::BTreeSet;

use crate::Input;

/// What stands in front of the controller's name.
const FRONT: &str = "comp/prov-OpenStack/ctrlr-[";
/// What stands behind the domain's name.
const BACK: &str = "/sw-InsiemeLSOid";

/// The domain text of a VMM domain.
pub(super) fn text(name: &str) -> String {
    format!("{FRONT}{name}]-{name}{BACK}")
}

/// The VMM domain that a text names; `None`: it is of another form, or its two halves differ.
pub(super) fn named(text: &str) -> Option<&str> {
    let (first, second) = halves(text)?;
    (first == second).then_some(first)
}

/// The two names in a text of the form that OpenStack's domains have.
pub(super) fn halves(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(FRONT)?.strip_suffix(BACK)?.split_once("]-")
}

/// The names that VMM domains have by the ini files; empty where these do not say.
pub(super) fn known(input: &Input<'_>) -> BTreeSet<String> {
    let config = input.config;
    let mut names: BTreeSet<String> =
        input.ini.named("apic_vmdom").iter().map(|section| section.name.value.clone()).collect();
    let written = config.ml2.system_id.span.is_some() || config.ml2.domain_name.span.is_some();
    let whole = !config.incomplete && input.ini.header(input.ini.plugin_group().name).is_some();
    if written && whole && !input.ini.is_unified() {
        names.extend(config.vmm().into_iter().map(|domain| domain.name.value));
        // Beside a VMware domain there is one for OpenStack, which has the name of the cloud.
        if config.ml2.vmm_type.value != "openstack" {
            names.insert(config.ml2.system_id.value.clone());
        }
    }
    names
}
