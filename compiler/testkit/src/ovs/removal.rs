//! Trying a proof: which flows could be missing without any of its packets showing it.

use std::collections::BTreeMap;

use super::failure::Result;
use super::packet::Packet;
use super::verdict::Delivery;
use super::{Switch, written};

/// How many packets of one way through the tables are tried: what is dropped for one reason may be let in for lack of another.
const ALIKE: usize = 4;

/// Removes each flow in turn from the loaded set and gives those that no packet misses, in the file's order.
/// The switch has the whole set again afterwards. A packet whose trace the switch cannot finish with the whole set is left out.
///
/// # Errors
/// When the switch refuses a set without one of the flows.
pub fn unnoticed(switch: &mut Switch, flows: &str, packets: &[Packet]) -> Result<Vec<String>> {
    // Only packets that a flow has taken can miss it, and of those with one way through the tables a few are enough.
    let mut taken: BTreeMap<String, Vec<(&Packet, Vec<Delivery>)>> = BTreeMap::new();
    let mut ways: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for packet in packets {
        let Ok(verdict) = switch.trace(packet) else { continue };
        let way: Vec<String> =
            verdict.trace.lines().map(str::trim_start).filter(|line| is_step(line)).map(str::to_owned).collect();
        let alike = ways.entry(way.clone()).or_default();
        *alike += 1;
        if *alike <= ALIKE {
            for flow in way {
                taken.entry(flow).or_default().push((packet, verdict.deliveries.clone()));
            }
        }
    }
    let flows = written(flows);
    let mut unnoticed = Vec::new();
    for (at, removed) in flows.iter().enumerate() {
        let packets = step(removed).and_then(|step| taken.get(&step)).map_or(&[][..], Vec::as_slice);
        let mut noticed = false;
        if !packets.is_empty() {
            switch.replace_flows(&[&flows[..at], &flows[at + 1..]].concat().join("\n"))?;
            noticed = packets
                .iter()
                .any(|(packet, before)| switch.trace(packet).map_or(true, |verdict| verdict.deliveries != *before));
        }
        if !noticed {
            unnoticed.push(removed.clone());
        }
    }
    switch.replace_flows(&flows.join("\n"))?;
    Ok(unnoticed)
}

/// Whether a line of a trace names a flow: `12. reg0=0x1,reg2=0x2, priority 8192, cookie 0x1`.
pub(crate) fn is_step(line: &str) -> bool {
    line.contains("priority ") && line.split_once(". ").is_some_and(|(table, _)| table.parse::<u8>().is_ok())
}

/// How a trace names a flow.
fn step(flow: &str) -> Option<String> {
    let (head, _) = flow.split_once(" actions=")?;
    let (front, key) = head.split_once("priority=")?;
    let value = |name: &str| front.split_once(name).and_then(|(_, rest)| rest.split(',').next());
    let mut text = format!("{}. ", value("table=").unwrap_or("0"));
    let (priority, matching) = key.split_once(',').unwrap_or((key, ""));
    if !matching.is_empty() {
        text.push_str(matching);
        text.push_str(", ");
    }
    text.push_str("priority ");
    text.push_str(priority);
    if let Some(cookie) = value("cookie=") {
        text.push_str(", cookie ");
        text.push_str(cookie);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::{is_step, step};

    #[test]
    fn a_flow_is_named_as_a_trace_names_it() {
        for (flow, named) in [
            ("priority=0 actions=goto_table:1", "0. priority 0"),
            ("table=5, priority=2,reg4=0x1 actions=goto_table:7", "5. reg4=0x1, priority 2"),
            (
                "cookie=0x1, table=12, send_flow_rem priority=8192,reg0=0x1,reg2=0x2 actions=goto_table:13",
                "12. reg0=0x1,reg2=0x2, priority 8192, cookie 0x1",
            ),
        ] {
            assert_eq!(step(flow).as_deref(), Some(named));
            assert!(is_step(named));
        }
        assert!(!is_step("goto_table:5"));
    }
}
