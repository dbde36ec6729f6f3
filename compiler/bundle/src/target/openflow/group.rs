//! Flood domains as OpenFlow groups, and the list of port numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::owner::Owner;
use super::scene::{Group, Scene};
use super::text::push_decimal;

/// A flood domain with at least one port here.
pub(super) struct FloodDomain {
    pub(super) owner: Owner,
    /// `reg5`, and the id of the group.
    pub(super) number: u32,
    /// Its ports, ascending. A port with several MACs is there once, or it would get every flooded frame as often.
    ports: BTreeSet<u32>,
}

impl Group<'_> {
    /// For findings about its flows.
    pub(super) fn owner(&self) -> Owner {
        Owner::Group(self.id)
    }
}

/// The flood domains with a port on this host, by number.
pub(super) fn flood_domains(scene: &Scene<'_>) -> Vec<FloodDomain> {
    let mut domains: BTreeMap<u32, FloodDomain> = BTreeMap::new();
    for station in &scene.stations {
        let number = station.numbers.flood_domain;
        let made = || FloodDomain { owner: station.owner, number, ports: BTreeSet::new() };
        domains.entry(number).or_insert_with(made).ports.insert(station.port);
    }
    domains.into_values().collect()
}

/// The groups file: every port of a flood domain, and the tunnel with the source group's network id.
/// Open vSwitch leaves out the bucket of the port that a frame came in on.
pub(super) fn groups(scene: &Scene<'_>) -> String {
    let mut text = String::new();
    for domain in flood_domains(scene) {
        text.push_str("group_id=");
        push_decimal(&mut text, domain.number);
        text.push_str(",type=all");
        for port in domain.ports {
            text.push_str(",bucket=actions=output:");
            push_decimal(&mut text, port);
        }
        text.push_str(
            ",bucket=actions=move:NXM_NX_REG0[]->NXM_NX_TUN_ID[0..31],move:NXM_NX_REG7[]->NXM_NX_TUN_IPV4_DST[],output:",
        );
        push_decimal(&mut text, scene.tunnel);
        text.push('\n');
    }
    text
}

/// The ports file: number and name, by number.
pub(super) fn ports(scene: &Scene<'_>) -> String {
    let mut ports: Vec<_> = scene.host.ofports.iter().collect();
    ports.sort_by_key(|port| port.number);
    let mut text = String::new();
    for port in ports {
        push_decimal(&mut text, port.number);
        text.push(' ');
        text.push_str(&port.name);
        text.push('\n');
    }
    text
}
