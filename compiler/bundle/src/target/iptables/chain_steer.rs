//! The chains that bring a bridged packet to the chains of its port, the same in both families.
//!
//! A packet crosses the port's own bridge: from `qvb…` out of `tap…` it is ingress, from `tap…` out of `qvb…` egress.
//! P-FORWARD sends what touches a filtered tap to P-sg-chain and accepts the rest of our ports; P-sg-chain jumps to the
//! port's chains and accepts what comes back; P-INPUT takes what an instance sends to the host's own stack;
//! table raw gives each port its zone of connection tracking; table nat accepts, so that foreign NAT leaves our ports alone.

use super::comment;
use super::name::{PREFIX, PortChain, PortName};
use super::text::push_number;

/// How a port of the host is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// The groups decide.
    Filtered(Tracking),
    /// A port of the network's own, such as DHCP: accepted.
    Trusted,
    /// Port security is off: accepted.
    Open,
}

/// Whether a filtered port's connections are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracking {
    /// In this zone.
    Zone(u16),
    /// Not at all: the first group listed is stateless.
    Off,
}

/// The lines of these chains. Each chain has filtered ports in front of (table nat: behind) trusted ones, those without
/// port security last, each kind by id.
#[derive(Debug, Default)]
pub(super) struct Steering {
    zones: String,
    forward: Kinds,
    input: Kinds,
    sg_chain: String,
    nat: Kinds,
}

#[derive(Debug, Default)]
struct Kinds {
    filtered: String,
    trusted: String,
    open: String,
}

/// The finished blocks of a host.
#[derive(Debug)]
pub(super) struct Steered {
    /// Table raw, P-PREROUTING.
    pub(super) zones: String,
    /// Table nat, P-PREROUTING.
    pub(super) nat: String,
    /// P-FORWARD.
    pub(super) forward: String,
    /// P-INPUT.
    pub(super) input: String,
    /// P-sg-chain without its final ACCEPT.
    pub(super) sg_chain: String,
}

impl Steering {
    /// Adds a port; ports come in the order of their ids.
    pub(super) fn add(&mut self, name: &PortName, treatment: Treatment) {
        const BRIDGED: &str = " --physdev-is-bridged ";
        let tap = name.device();
        let nat = match treatment {
            Treatment::Filtered(tracking) => {
                self.add_zones(name, tracking);
                for (option, chain) in [("out", PortChain::Ingress), ("in", PortChain::Egress)] {
                    let device = [" -m physdev --physdev-", option, " tap", tap, BRIDGED];
                    push(
                        &mut self.forward.filtered,
                        "FORWARD",
                        &device,
                        &[comment::TO_GROUPS, " -j ", PREFIX, "-sg-chain\n"],
                    );
                    push(&mut self.sg_chain, "sg-chain", &device, &[comment::TO_PORT, " -j "]);
                    name.push_chain(&mut self.sg_chain, chain);
                    self.sg_chain.push('\n');
                }
                let device = [" -m physdev --physdev-in tap", tap, BRIDGED];
                push(&mut self.input.filtered, "INPUT", &device, &[comment::INPUT, " -j "]);
                name.push_chain(&mut self.input.filtered, PortChain::Egress);
                self.input.filtered.push('\n');
                &mut self.nat.filtered
            }
            Treatment::Trusted => {
                for option in ["out", "in"] {
                    let device = [" -m physdev --physdev-", option, " tap", tap, BRIDGED];
                    push(&mut self.forward.trusted, "FORWARD", &device, &[comment::TRUSTED, " -j ACCEPT\n"]);
                }
                &mut self.nat.trusted
            }
            Treatment::Open => {
                for option in ["out", "in"] {
                    let device = [" -m physdev --physdev-", option, " tap", tap, BRIDGED];
                    push(&mut self.forward.open, "FORWARD", &device, &[comment::NO_PORT_SECURITY, " -j ACCEPT\n"]);
                }
                let device = [" -m physdev --physdev-in tap", tap, BRIDGED];
                push(&mut self.input.open, "INPUT", &device, &[comment::NO_PORT_SECURITY, " -j ACCEPT\n"]);
                &mut self.nat.open
            }
        };
        for option in ["out", "in"] {
            let device = [" -m physdev --physdev-", option, " tap", tap, " "];
            push(nat, "PREROUTING", &device, &[comment::TRUSTED, " -j ACCEPT\n"]);
        }
    }

    /// The packet is met on either side of the bridge, and under `-i` where it is not bridged on.
    fn add_zones(&mut self, name: &PortName, tracking: Tracking) {
        for (option, device) in
            [(" -m physdev --physdev-in ", "qvb"), (" -i ", "qvb"), (" -m physdev --physdev-in ", "tap")]
        {
            let (says, close) = match tracking {
                Tracking::Zone(_) => (["Set zone for ", name.id(), ""], "\" -j CT --zone "),
                Tracking::Off => (["Make ", name.id(), " stateless"], "\" -j CT --notrack"),
            };
            push(&mut self.zones, "PREROUTING", &[option, device, name.device(), " -m comment --comment \""], &says);
            self.zones.push_str(close);
            if let Tracking::Zone(zone) = tracking {
                push_number(&mut self.zones, zone);
            }
            self.zones.push('\n');
        }
    }

    /// Joins the kinds of ports in the order of each chain.
    pub(super) fn finish(self) -> Steered {
        let Self { zones, mut forward, mut input, sg_chain, mut nat } = self;
        forward.filtered.push_str(&forward.trusted);
        forward.filtered.push_str(&forward.open);
        input.filtered.push_str(&input.open);
        nat.trusted.push_str(&nat.filtered);
        nat.trusted.push_str(&nat.open);
        Steered { zones, nat: nat.trusted, forward: forward.filtered, input: input.filtered, sg_chain }
    }
}

/// Appends the beginning of a rule of one of the agent's own chains, then the parts of its match and of its end.
fn push(out: &mut String, chain: &str, matches: &[&str], rest: &[&str]) {
    for part in ["-A ", PREFIX, "-", chain] {
        out.push_str(part);
    }
    for part in matches.iter().chain(rest) {
        out.push_str(part);
    }
}
