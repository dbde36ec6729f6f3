//! The rules that Neutron's driver makes of a host's devices and their groups, and whether they are the host's rules.
//!
//! The driver is played once more, from what the server told the agent. Zones of connection tracking stand in the rules
//! alone, three times in each family: most of a port's rules decide.

mod chains;
mod compare;
mod members;
mod namespace;
mod spelling;
mod steering;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::read::devices::{Answer, Device, Group};
use crate::read::host::Host;

pub(crate) use members::{Members, members};
pub(crate) use spelling::number as protocol;

/// What stands in front of every chain of the agent.
const PREFIX: &str = "neutron-opflex-a";

/// A table: its chains with their policies, and the rules of each in order.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) chains: BTreeMap<String, &'static str>,
    pub(crate) rules: BTreeMap<String, Vec<String>>,
}

impl Table {
    fn chain(&mut self, name: &str, policy: &'static str) {
        self.chains.insert(name.to_owned(), policy);
    }

    fn rule(&mut self, chain: &str, rule: impl Into<String>) {
        self.rules.entry(chain.to_owned()).or_default().push(rule.into());
    }
}

/// A port of the host as the driver treats it.
#[derive(Debug)]
struct Treated<'a> {
    /// The port's id.
    id: &'a str,
    treatment: Treatment<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Treatment<'a> {
    /// By its groups.
    Filtered(&'a Device),
    /// Everything is let through.
    Open,
    /// The DHCP server's.
    Trusted,
}

impl Treated<'_> {
    /// What is behind the three letters of an interface's name.
    fn device(&self) -> &str {
        self.id.get(..11).unwrap_or(self.id)
    }

    /// The name of one of its chains, without the prefix.
    fn chain(&self, letter: char) -> String {
        format!("{PREFIX}-{letter}{}", self.id.get(..10).unwrap_or(self.id))
    }
}

/// The groups that an answer describes, by id.
fn groups(answer: Option<&Answer>) -> BTreeMap<&str, &Group> {
    let listed = answer.into_iter().flat_map(|answer| &answer.security_groups);
    listed.map(|group| (group.id.as_str(), group)).collect()
}

/// All ports of a host by id: the devices of the answer, and the DHCP server's, which the server leaves out.
fn treated<'a>(host: &'a Host<'_>) -> Vec<Treated<'a>> {
    let devices = host.answer.iter().flat_map(|file| &file.data.devices).map(|device| Treated {
        id: &device.device,
        treatment: if device.port_security_enabled { Treatment::Filtered(device) } else { Treatment::Open },
    });
    let trusted = host.endpoints.iter().filter(|file| !file.data.is_snat() && file.data.is_dhcp());
    let trusted = trusted.map(|file| Treated {
        id: file.data.uuid.split('|').next().unwrap_or_default(),
        treatment: Treatment::Trusted,
    });
    let mut ports: Vec<Treated<'a>> = devices.chain(trusted).collect();
    ports.sort_by_key(|port| port.id);
    ports.dedup_by_key(|port| port.id);
    ports
}

/// Whether connections of a port are tracked: the first rule of its first group says so.
fn is_stateless(device: &Device, groups: &BTreeMap<&str, &Group>) -> bool {
    let first = device.security_groups.first().and_then(|id| groups.get(id.as_str()));
    first.is_some_and(|group| !group.stateful && !group.rules.is_empty())
}

/// Compares a host's rules, sets and namespaces; says how many rules that were.
pub(crate) fn compare(host: &Host<'_>, members: &Members, own_templates: &[String]) -> (Vec<Finding>, usize) {
    let ports = treated(host);
    let answer = host.answer.as_ref().map(|file| &file.data);
    let groups = groups(answer);
    let mut findings = Vec::new();
    let mut count = 0;
    let zones = steering::zones(host, &mut findings);
    for v6 in [false, true] {
        let tables = steering::tables(&ports, &groups, &zones, v6);
        let file = if v6 { "iptables.v6" } else { "iptables.v4" };
        let lenient = own_templates.iter().any(|template| template == "iptables/host.j2");
        count += compare::compare(host, file, &tables, lenient, &mut findings);
    }
    members::compare(host, &ports, &groups, members, &mut findings);
    count += namespace::compare(host, own_templates, &mut findings);
    (findings, count)
}
