#![doc = include_str!("pool_tight.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::scalar::{Interface, Prefix};

use super::section::pool;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI311", name: "pool-tight", severity: Severity::Warning, page: include_str!("pool_tight.md") },
    fix: None,
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // A site that says how it grows is measured against that.
    let Some(site) = input.site.filter(|site| site.site.growth.compute_hosts.is_none()) else { return };
    for network in &site.fabric.external_networks {
        let Some(pool) = input.config.external_networks.get(&network.handle).and_then(pool) else { continue };
        // None: no host, or a pool that is too small, which is a finding of its own.
        let hosts = network.snat_addresses.len() as u128;
        let room = room(pool.value, pool.value.network.length());
        let spare = room.saturating_sub(hosts);
        if hosts == 0 || spare * 5 >= room && spare >= 2 {
            continue;
        }
        let message = format!(
            "the pool {} of `{}` has addresses for {room} hosts, and {hosts} use one: the address of a removed host does not come back",
            pool.value, network.handle
        );
        let enough =
            (0..pool.value.network.length()).rev().find(|length| self::room(pool.value, *length) * 4 >= hosts * 5);
        let help =
            enough.map(|length| format!("`{}/{length}` has {}", pool.value.address, self::room(pool.value, length)));
        diagnostics.push(Diagnostic::at(RULE.code, pool.span, message).maybe_help(help));
    }
}

/// How many hosts a pool of this length has addresses for: all but the network, the broadcast address (IPv4) and the
/// gateway.
fn room(pool: Interface, length: u8) -> u128 {
    let network = Prefix::containing(pool.address, length);
    let width = if network.is_ipv4() { 32 } else { 128 };
    let all = 1u128.checked_shl(u32::from(width - length)).unwrap_or(u128::MAX);
    let ends = if network.is_ipv4() { 2 } else { 1 };
    let gateway = u128::from(pool.address != network.network());
    all.saturating_sub(ends + gateway)
}
