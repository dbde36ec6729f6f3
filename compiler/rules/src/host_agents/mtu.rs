#![doc = include_str!("mtu.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Spanned};
use aciform_intent::ini::EncapMode;
use aciform_intent::ini::value::Value;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI803", name: "mtu", severity: Severity::Error, page: include_str!("mtu.md") },
    fix: None,
    on: true,
    check,
};

/// What VXLAN puts around a frame.
const VXLAN: i64 = 50;
/// What ACI asks of uplinks.
const UPLINK: i64 = 1600;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let domains = input.config.vmm();
    if domains.is_empty() || domains.iter().any(|domain| domain.encap_mode.value != EncapMode::Vxlan) {
        return;
    }
    let Some(option) = input.ini.option("ml2", "path_mtu") else { return };
    let (Some(place), Value::Int(path)) = (option.span(), option.value) else { return };
    let room = path - VXLAN;
    // 0 is the default, and says nothing.
    if *path <= 0 {
        return;
    }
    let networks = site.intent.projects.values().flat_map(|project| project.networks.values());
    let large = networks.filter_map(|network| Some((network, network.mtu.as_ref()?)));
    let large: Vec<_> = large.filter(|(_, mtu)| i64::from(mtu.value) > room).collect();
    let Some((network, mtu)) = large.iter().max_by_key(|(_, mtu): &&(_, &Spanned<u16>)| mtu.value) else { return };
    let more = match large.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!(
        "uplinks of {path} leave {room} bytes in VXLAN, and network `{}`{more} has an MTU of {}",
        network.handle.value, mtu.value
    );
    let needed = (i64::from(mtu.value) + VXLAN).max(UPLINK);
    let finding = Diagnostic::at(RULE.code, place, message).label(mtu.span, "does not fit");
    diagnostics.push(finding.help(format!("give the uplinks an MTU of {needed} and write `path_mtu = {needed}`")));
}
