//! The chains around those of the ports: which packets go to which port's chains, in which zone they are tracked.

use std::collections::BTreeMap;

use super::{PREFIX, Table, Treated, Treatment, chains, is_stateless};
use crate::codes::{NUMBER_TAKEN_TWICE, RULES_DISAGREE};
use crate::finding::{Finding, Place};
use crate::read::devices::Group;
use crate::read::host::Host;

/// The zone of each port, by id.
pub(super) type Zones = BTreeMap<String, u32>;

/// The tables of one family.
pub(super) fn tables(
    ports: &[Treated<'_>],
    groups: &BTreeMap<&str, &Group>,
    zones: &Zones,
    v6: bool,
) -> BTreeMap<&'static str, Table> {
    BTreeMap::from([("raw", raw(ports, groups, zones)), ("nat", nat(ports)), ("filter", filter(ports, groups, v6))])
}

fn raw(ports: &[Treated<'_>], groups: &BTreeMap<&str, &Group>, zones: &Zones) -> Table {
    let mut table = Table::default();
    for chain in ["PREROUTING", "OUTPUT"] {
        table.chain(chain, "ACCEPT");
        table.chain(&format!("{PREFIX}-{chain}"), "-");
        table.rule(chain, format!("-j {PREFIX}-{chain}"));
    }
    let own = format!("{PREFIX}-PREROUTING");
    for port in ports {
        let Treatment::Filtered(device) = port.treatment else { continue };
        let (comment, verdict) = if is_stateless(device, groups) {
            (format!("Make {} stateless", port.id), "--notrack".to_owned())
        } else {
            let zone = zones.get(port.id).map_or_else(|| "?".to_owned(), ToString::to_string);
            (format!("Set zone for {}", port.id), format!("--zone {zone}"))
        };
        let device = port.device();
        let matches = [
            format!("-m physdev --physdev-in qvb{device}"),
            format!("-i qvb{device}"),
            format!("-m physdev --physdev-in tap{device}"),
        ];
        for matched in matches {
            table.rule(&own, format!("{matched} -m comment --comment \"{comment}\" -j CT {verdict}"));
        }
    }
    table
}

fn nat(ports: &[Treated<'_>]) -> Table {
    let mut table = Table::default();
    for chain in ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"] {
        table.chain(chain, "ACCEPT");
    }
    let own = format!("{PREFIX}-PREROUTING");
    table.chain(&own, "-");
    table.rule("PREROUTING", format!("-j {own}"));
    // Trusted ports, then filtered ones, then those without port security.
    for rank in [2, 0, 1] {
        for port in ports.iter().filter(|port| rank_of(port) == rank) {
            for end in ["out", "in"] {
                table.rule(
                    &own,
                    format!(
                        "-m physdev --physdev-{end} tap{} -m comment --comment \"Accept all packets when port is trusted.\" -j ACCEPT",
                        port.device()
                    ),
                );
            }
        }
    }
    table
}

fn rank_of(port: &Treated<'_>) -> u8 {
    match port.treatment {
        Treatment::Filtered(_) => 0,
        Treatment::Open => 1,
        Treatment::Trusted => 2,
    }
}

fn filter(ports: &[Treated<'_>], groups: &BTreeMap<&str, &Group>, v6: bool) -> Table {
    let mut table = Table::default();
    let own = |chain: &str| format!("{PREFIX}-{chain}");
    for chain in ["INPUT", "FORWARD", "OUTPUT"] {
        table.chain(chain, "ACCEPT");
        table.chain(&own(chain), "-");
        if chain != "INPUT" {
            table.rule(chain, "-j neutron-filter-top");
        }
        table.rule(chain, format!("-j {}", own(chain)));
    }
    for chain in ["neutron-filter-top", &own("local"), &own("sg-chain"), &own("sg-fallback")] {
        table.chain(chain, "-");
    }
    table.rule("neutron-filter-top", format!("-j {}", own("local")));
    // Filtered ports, then trusted ones, then those without port security.
    for rank in [0, 2, 1] {
        for port in ports.iter().filter(|port| rank_of(port) == rank) {
            steer(&mut table, port);
        }
    }
    // Behind all filtered ones: those of open ports are last in INPUT too.
    table.rule(&own("sg-chain"), "-j ACCEPT");
    table.rule(&own("sg-fallback"), "-m comment --comment \"Default drop rule for unmatched traffic.\" -j DROP");
    for port in ports {
        if let Treatment::Filtered(device) = port.treatment {
            chains::push(&mut table, port, device, groups, v6);
        }
    }
    table
}

/// Which packets of a port go where.
fn steer(table: &mut Table, port: &Treated<'_>) {
    let own = |chain: &str| format!("{PREFIX}-{chain}");
    let matched = |end: &str, comment: &str| {
        format!(
            "-m physdev --physdev-{end} tap{} --physdev-is-bridged -m comment --comment \"{comment}\"",
            port.device()
        )
    };
    let (comment, verdict) = match port.treatment {
        Treatment::Filtered(_) => {
            ("Direct traffic from the VM interface to the security group chain.", own("sg-chain"))
        }
        Treatment::Open => ("Accept all packets when port security is disabled.", "ACCEPT".to_owned()),
        Treatment::Trusted => ("Accept all packets when port is trusted.", "ACCEPT".to_owned()),
    };
    for end in ["out", "in"] {
        table.rule(&own("FORWARD"), format!("{} -j {verdict}", matched(end, comment)));
    }
    match port.treatment {
        Treatment::Filtered(_) => {
            for (end, letter) in [("out", 'i'), ("in", 'o')] {
                let jump = format!("{} -j {}", matched(end, "Jump to the VM specific chain."), port.chain(letter));
                table.rule(&own("sg-chain"), jump);
            }
            let comment = "Direct incoming traffic from VM to the security group chain.";
            table.rule(&own("INPUT"), format!("{} -j {}", matched("in", comment), port.chain('o')));
        }
        Treatment::Open => table.rule(&own("INPUT"), format!("{} -j ACCEPT", matched("in", comment))),
        Treatment::Trusted => {}
    }
}

/// The zone that most rules of each port have; two ports with one zone would take each other's connections for their own.
pub(super) fn zones(host: &Host<'_>, findings: &mut Vec<Finding>) -> Zones {
    let mut votes: BTreeMap<&str, BTreeMap<u32, u32>> = BTreeMap::new();
    for file in ["iptables.v4", "iptables.v6"] {
        let text = host.text(file).map_or("", |(_, text)| text);
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("--comment \"Set zone for ") else { continue };
            let (Some((id, _)), Some((_, zone))) = (rest.split_once('"'), rest.split_once("--zone ")) else { continue };
            if let Ok(zone) = zone.trim_end().parse() {
                *votes.entry(id).or_default().entry(zone).or_default() += 1;
            }
        }
    }
    let mut zones = Zones::new();
    let mut owners: BTreeMap<u32, &str> = BTreeMap::new();
    for (id, votes) in votes {
        let Some((zone, _)) = votes.iter().max_by_key(|(zone, count)| (**count, std::cmp::Reverse(**zone))) else {
            continue;
        };
        zones.insert(id.to_owned(), *zone);
        if let Some(other) = owners.insert(*zone, id)
            && let Some((path, text)) = host.text("iptables.v4")
        {
            let message = format!("ports `{other}` and `{id}` of `{}` are both tracked in zone {zone}", host.name);
            let at = text.find(&format!("Set zone for {id}")).unwrap_or_default();
            findings.push(
                Finding::new(&NUMBER_TAKEN_TWICE, message).at(Place::new(path, at..at + 49), "the second of them"),
            );
        }
        if *zone == 0 || *zone > 65535 {
            let path = host.text("iptables.v4").map_or("", |(path, _)| path);
            let message = format!("port `{id}` is tracked in zone {zone}, and zones are 1 to 65535");
            findings.push(Finding::new(&RULES_DISAGREE, message).at(Place::file(path), "in these rules"));
        }
    }
    zones
}
