#![doc = include_str!("growing_floating.md")]

use std::collections::BTreeMap;

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity, Span};
use aciform_fabric::model::NetworkId;
use aciform_intent::model::FloatingGrowth;

use super::usage::{Counts, Measured, planned, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1313",
        name: "floating-subnet-too-small-for-growth",
        severity: Severity::Warning,
        page: include_str!("growing_floating.md"),
    },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = super::measured(input) else { return };
    if site.growth.floating_ips.is_none() {
        return;
    }
    let mut networks: BTreeMap<NetworkId, Vec<Counts<'_>>> = BTreeMap::new();
    for counts in planned(site).into_iter().filter(|counts| counts.outside && counts.subnet.prefix.is_ipv4()) {
        networks.entry(counts.subnet.network).or_default().push(counts);
    }
    // What is too small for today was reported as that.
    let today = networks.values().filter(|own| !own.iter().any(Counts::is_over));
    let findings = today.filter_map(|own| too_small(site, own)).chain(nowhere(site));
    findings.for_each(|finding| diagnostics.push(finding));
}

/// A network whose subnets together have too few; what is missing stands with one of them.
fn too_small(site: Measured<'_>, own: &[Counts<'_>]) -> Option<Diagnostic> {
    let short = own.iter().find(|counts| counts.missing() > 0)?;
    let handle = &site.fabric.networks[short.subnet.network].handle;
    let (mut capacity, mut used, mut planned) = (0u64, 0u64, 0u64);
    for counts in own {
        capacity = capacity.saturating_add(counts.capacity()?);
        used = used.saturating_add(counts.used());
        planned = planned.saturating_add(counts.planned);
    }
    let more = match planned {
        1 => "1 more floating IP is".to_owned(),
        more => format!("{more} more floating IPs are"),
    };
    let addresses = if capacity == 1 { "address" } else { "addresses" };
    let message =
        format!("`{handle}` has {capacity} floating {addresses}, {}, and {more} planned for", super::taken(used));
    let help = match (own.len(), short.length_for(short.needed()), short.length_of_new(short.missing())) {
        (1, Some(length), _) if length < short.subnet.prefix.length() => {
            format!("a /{length} would hold them; or add another subnet to `{handle}`")
        }
        (1, Some(_), _) => format!("widen its allocation pools, or add another subnet to `{handle}`"),
        (2.., _, Some(length)) => {
            format!("add a subnet to `{handle}`: a /{length} holds the {} that are missing", short.missing())
        }
        _ => "no IPv4 subnet holds so many; plan for fewer".to_owned(),
    };
    let finding = Diagnostic::at(RULE.code, written(site.intent, site.fabric, short.subnet)?, message);
    Some(finding.label(place(site, handle)?, "planned here").help(help))
}

/// Networks that are named and have nothing to hand out.
fn nowhere(site: Measured<'_>) -> Vec<Diagnostic> {
    let Some(FloatingGrowth::Each(each)) = &site.growth.floating_ips else { return Vec::new() };
    let found = each.values().filter_map(|(name, increase)| {
        let network = site.intent.external_networks.get(&name.value)?;
        // What could not be read may be a subnet.
        let unread = site.intent.incomplete.contains("external_networks", &name.value);
        let has = network.subnets.values().any(|subnet| subnet.cidr.value.is_ipv4());
        if has || unread || increase.value.more(0) == 0 {
            return None;
        }
        let message = format!("floating IPs are planned for on `{}`, which has no IPv4 subnet", name.value);
        let finding = Diagnostic::at(RULE.code, name.span, message);
        let finding = finding.label(network.handle.span, "the network");
        Some(finding.help("give it a subnet, or take it out of `floating_ips`"))
    });
    found.collect()
}

/// Where the plan for a network stands.
fn place(site: Measured<'_>, handle: &str) -> Option<Span> {
    match site.growth.floating_ips.as_ref()? {
        FloatingGrowth::Every(increase) => Some(increase.span),
        FloatingGrowth::Each(each) => Some(each.get(handle)?.1.span),
    }
}
