#![doc = include_str!("full_floating_subnet.md")]

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_fabric::model::NetworkId;

use super::usage::{Counts, planned, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1310",
        name: "floating-subnet-nearly-full",
        severity: Severity::Warning,
        page: include_str!("full_floating_subnet.md"),
    },
    fix: None,
    on: true,
    check,
};

/// A floating IP is served from any subnet that is not reserved for another project, so those of one network and one
/// reservation are one pool.
fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = super::measured(input) else { return };
    let mut groups: BTreeMap<(NetworkId, Option<&str>), Vec<Counts<'_>>> = BTreeMap::new();
    // A network that is planned for is measured against that; one that is too small is an error.
    let mut grown = BTreeSet::new();
    for counts in planned(site).into_iter().filter(|counts| counts.outside && counts.subnet.prefix.is_ipv4()) {
        if counts.planned > 0 || counts.is_over() {
            grown.insert(counts.subnet.network);
        }
        let reserved = counts.reserved(site.fabric, site.intent);
        groups.entry((counts.subnet.network, reserved)).or_default().push(counts);
    }
    for ((network, reserved), list) in groups.into_iter().filter(|((network, _), _)| !grown.contains(network)) {
        let Some(capacity) = list.iter().map(Counts::capacity).sum::<Option<u64>>() else { continue };
        let used: u64 = list.iter().map(Counts::used).sum();
        let Some(last) =
            list.iter().max_by_key(|counts| counts.capacity()).filter(|_| super::is_nearly_full(capacity, used))
        else {
            continue;
        };
        let handle = &site.fabric.networks[network].handle;
        let whose = reserved.map_or_else(String::new, |project| format!(" for `{project}`"));
        let left = match capacity.saturating_sub(used) {
            0 => "none is left".to_owned(),
            1 => "1 is left".to_owned(),
            left => format!("{left} are left"),
        };
        let message = format!("{used} of {capacity} floating addresses of `{handle}`{whose} are taken; {left}");
        let Some(span) = written(site.intent, site.fabric, last.subnet) else { continue };
        let better = last.length_for(used.saturating_add(used.div_ceil(4)));
        let help = match better {
            Some(length) if list.len() == 1 && length < last.subnet.prefix.length() => {
                format!("a /{length} would leave a quarter free; or add another subnet to `{handle}`")
            }
            Some(_) | None => format!("add another subnet to `{handle}`, or widen its allocation pools"),
        };
        diagnostics.push(Diagnostic::at(RULE.code, span, message).help(help));
    }
}
