#![doc = include_str!("world_open.md")]

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use aciform_intent::model::{EtherType, PortRange, Protocol};

use super::exposure::{Exposed, exposed};
use super::groups::{is_for_everybody, is_ingress, written};
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code {
        id: "ACI1410",
        name: "administration-open-to-world",
        severity: Severity::Warning,
        page: include_str!("world_open.md"),
    },
    fix: None,
    on: true,
    check,
};

const TCP: Protocol = Protocol(6);
const UDP: Protocol = Protocol(17);

/// What machines, databases and clusters are administered through; it is meant for a few.
const SERVICES: &[(Protocol, u16, &str)] = &[
    (TCP, 22, "ssh"),
    (TCP, 23, "telnet"),
    (UDP, 161, "SNMP"),
    (TCP, 445, "SMB"),
    (UDP, 623, "IPMI"),
    (TCP, 873, "rsync"),
    (TCP, 1433, "SQL Server"),
    (TCP, 1521, "Oracle"),
    (TCP, 2049, "NFS"),
    (TCP, 2375, "Docker"),
    (TCP, 2376, "Docker"),
    (TCP, 2379, "etcd"),
    (TCP, 2380, "etcd"),
    (TCP, 3306, "MySQL"),
    (TCP, 3389, "RDP"),
    (TCP, 5432, "PostgreSQL"),
    (TCP, 5672, "RabbitMQ"),
    (TCP, 5900, "VNC"),
    (TCP, 5901, "VNC"),
    (TCP, 5902, "VNC"),
    (TCP, 5903, "VNC"),
    (TCP, 5985, "WinRM"),
    (TCP, 5986, "WinRM"),
    (TCP, 6379, "Redis"),
    (TCP, 9200, "Elasticsearch"),
    (TCP, 10250, "kubelet"),
    (TCP, 11211, "memcached"),
    (UDP, 11211, "memcached"),
    (TCP, 27017, "MongoDB"),
];

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(site) = input.site else { return };
    let exposed = exposed(input, &site);
    if exposed.is_empty() {
        return;
    }
    for (id, _, group) in written(&site) {
        for rule in group.rules.iter().filter(|rule| is_ingress(rule) && is_for_everybody(rule)) {
            let Some(way) = exposed.get(&(id, rule.ethertype == EtherType::IPv4)) else { continue };
            let protocol = rule.protocol.as_ref().map(|protocol| protocol.value);
            let ports = rule.port.as_ref().map(|ports| ports.value);
            if let Some(what) = opened(protocol, ports) {
                let message = format!("anybody who reaches {} can reach {what} there", places(way));
                let finding = Diagnostic::at(RULE.code, rule.span, message).label(way.first.place, "the way in");
                diagnostics.push(finding.help(
                    "admit those who administer only: `remote_ip_prefix:` with their network, or `remote_group:` with a bastion's group",
                ));
            }
        }
    }
}

/// What a rule opens of the services, in words.
fn opened(protocol: Option<Protocol>, ports: Option<PortRange>) -> Option<String> {
    let Some(ports) = ports else {
        return match protocol {
            None => Some("every port, ssh (22) among them,".to_owned()),
            Some(TCP) => Some("every TCP port, ssh (22) among them,".to_owned()),
            Some(UDP) => Some("every UDP port, SNMP (161) among them,".to_owned()),
            Some(_) => None,
        };
    };
    let protocol = protocol?;
    let hit =
        |service: &&(Protocol, u16, &str)| service.0 == protocol && (ports.first..=ports.last).contains(&service.1);
    let mut hits = SERVICES.iter().filter(hit);
    let (_, port, name) = hits.next()?;
    let first = format!("{name} ({port})");
    Some(match hits.count() {
        0 => first,
        1 => format!("{first} and one more such service"),
        more => format!("{first} and {more} more such services"),
    })
}

fn places(exposed: &Exposed) -> String {
    let address = exposed.first.address;
    match exposed.ports {
        1 => address.to_string(),
        2 => format!("{address} or another port's address"),
        more => format!("{address} or the addresses of {} more ports", more - 1),
    }
}
