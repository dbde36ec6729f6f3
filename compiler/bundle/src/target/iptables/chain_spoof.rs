//! `P-s…`: which source addresses and MACs an instance may send from.
//!
//! A port without a pair of the family has no such chain, and then nothing of that family is checked: so does Neutron.

use aciform_fabric::model::Port;
use aciform_intent::model::EtherType;
use aciform_intent::scalar::{MacAddr, Prefix};

use super::chain::Chain;
use super::comment;
use super::name::{PortChain, PortName};
use super::text::{push_mac, push_prefix};

/// A source that is let through; no prefix: any address.
type Source = (Option<Prefix>, MacAddr);

/// The sources of a port in one family, in chain order, without repeats.
///
/// Allowed address pairs come before fixed addresses. Each IPv6 pair brings the link-local address of its MAC,
/// behind the first of that MAC. Of equal pairs the last stays.
pub(super) fn sources(port: &Port, family: EtherType) -> Vec<Source> {
    let ipv4 = family == EtherType::IPv4;
    let pairs = port.pairs.iter().map(|pair| (pair.prefix, pair.mac));
    let fixed = port.fixed_ips.iter().map(|fixed| (Prefix::host(fixed.address), port.mac));
    let mut sources: Vec<Source> = Vec::new();
    let of_family = |(prefix, _): &(Prefix, MacAddr)| prefix.is_ipv4() == ipv4;
    for (prefix, mac) in pairs.chain(fixed).filter(of_family) {
        sources.push(((prefix.length() > 0).then_some(prefix), mac));
        if !ipv4 {
            let link_local = (Some(Prefix::host(mac.link_local().into())), mac);
            if !sources.contains(&link_local) {
                sources.push(link_local);
            }
        }
    }
    if port.fixed_ips.is_empty() {
        sources.push((None, port.mac));
    }
    // Few enough to compare each with each: the API allows ten pairs a port.
    let repeated = |at: usize| sources[at + 1..].contains(&sources[at]);
    (0..sources.len()).filter(|at| !repeated(*at)).map(|at| sources[at]).collect()
}

/// Appends the rules of a port's chain; nothing where there is no source to let through.
pub(super) fn push(out: &mut String, name: &PortName, sources: &[Source]) {
    if sources.is_empty() {
        return;
    }
    let chain = Chain::new(name, PortChain::Spoof);
    for (prefix, mac) in sources {
        chain.start(out);
        if let Some(prefix) = prefix {
            out.push_str("-s ");
            push_prefix(out, *prefix);
            out.push(' ');
        }
        out.push_str("-m mac --mac-source ");
        push_mac(out, *mac);
        out.push(' ');
        out.push_str(comment::PAIR);
        out.push_str(" -j RETURN\n");
    }
    chain.push(out, &[comment::PAIR_DROP, " -j DROP"]);
}
