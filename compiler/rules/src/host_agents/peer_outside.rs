//! `peer-outside`: addresses in the agent's own file that lie outside the fabric's TEP pool.
//!
//! What the intent says of the tunnel's end is looked at where it is resolved.

use std::net::IpAddr;

use aciform_diagnostics::{Diagnostic, Diagnostics, Spanned};
use aciform_fabric::codes::PEER_OUTSIDE;

use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule { code: &PEER_OUTSIDE, fix: None, on: true, check };

/// Where fabrics have the peer and the anycast endpoint in their pool.
const PEER: u128 = 30;
const ANYCAST: u128 = 32;

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    // The usual pool is no fact about this fabric.
    let Some(pool) = input.site.and_then(|site| site.intent.fabric.tep_pool.as_ref()) else { return };
    let mut look = |what: &str, written: &Spanned<String>, offset: u128| {
        let Ok(address) = written.value.parse::<IpAddr>() else { return };
        if pool.value.contains(address) {
            return;
        }
        let message = format!("{what} {address} lies outside the TEP pool {}", pool.value);
        let finding = Diagnostic::at(RULE.code, written.span, message).label(pool.span, "TEP pool");
        let usual = pool.value.nth(offset).map(|usual| format!("fabrics with this pool use {usual} as a rule"));
        diagnostics.push(finding.maybe_help(usual));
    };
    for agent in input.agents {
        for peer in &agent.peers {
            look("the peer", peer, PEER);
        }
        for remote in agent.encaps.iter().filter_map(|encap| encap.remote_ip.as_ref()) {
            look("the tunnel's end", remote, ANYCAST);
        }
    }
}
