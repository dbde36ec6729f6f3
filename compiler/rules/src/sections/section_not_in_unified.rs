#![doc = include_str!("section_not_in_unified.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::ini::Plugin;
use aciform_intent::ini::options::group_of_section;
use aciform_syntax::ini::Section;

use crate::entries::prefix;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI115",
        name: "section-not-in-unified",
        severity: Severity::Warning,
        page: include_str!("section_not_in_unified.md"),
    },
    fix: None,
    on: true,
    check,
};

/// Options of that section that a service beside the plugin reads, in whichever plugin's cloud.
const OF_THE_TOPOLOGY_SERVICE: &[&str] =
    &["apic_host_uplink_ports", "apic_agent_report_interval", "apic_agent_poll_interval"];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    if input.ini.plugin_named() != Some(Plugin::Unified) {
        return;
    }
    let reported = Reported::of(diagnostics);
    for section in input.ini.sections() {
        let Some(help) = instead(section) else { continue };
        if !reported.within(section.name.span) {
            let message = format!("the unified plugin does not read `[{}]`", section.name.value);
            diagnostics.push(Diagnostic::at(RULE.code, section.name.span, message).help(help));
        }
    }
}

/// Where the facts of a section go; `None`: something reads it.
fn instead(section: &Section) -> Option<&'static str> {
    if prefix(section) == Some("apic_external_network") {
        return Some(
            "set `apic:distinguished_names` and `apic:nat_type` on the external network, `apic:snat_host_pool` on the subnet of its pool",
        );
    }
    let driver = group_of_section(&section.name.value).is_some_and(|group| group.name == "ml2_cisco_apic");
    let mut keys = section.entries.iter().map(|entry| entry.key.value.as_str());
    (driver && keys.any(|key| !OF_THE_TOPOLOGY_SERVICE.contains(&key))).then_some(
        "move the login and what is provisioned to `[apic]` of `aim.conf`, options of the driver to `[ml2_apic_aim]`",
    )
}
