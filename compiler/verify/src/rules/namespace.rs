//! SNAT namespaces: the interface is the endpoint's, the rules give it the pool's address.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Table, spelling};
use crate::codes::NAMESPACES_DISAGREE;
use crate::finding::{Finding, Place};
use crate::read::devices::Namespace;
use crate::read::endpoint::Endpoint;
use crate::read::host::{File, Host};

/// What a namespace needs set so that it routes packets back out of the interface they came in by.
const SYSCTLS: [(&str, &str); 3] =
    [("net.ipv4.ip_forward", "1"), ("net.ipv4.conf.all.send_redirects", "0"), ("net.ipv6.conf.all.forwarding", "1")];

/// Compares the namespaces of a host, and says how many rules they hold.
pub(super) fn compare(host: &Host<'_>, own_templates: &[String], findings: &mut Vec<Finding>) -> usize {
    let lenient = own_templates.iter().any(|template| template == "netns/iptables.j2");
    let mut count = 0;
    let snats = host.snats();
    for (folder, files) in &host.namespaces {
        let Some(snat) = snats.get(folder) else {
            let path = format!("hosts/{}/netns/{folder}/netns.json", host.name);
            let message = format!("no endpoint of `{}` has interface `{folder}`", host.name);
            findings.push(
                Finding::new(&NAMESPACES_DISAGREE, message)
                    .at(Place::file(&path), "made for nothing")
                    .follows(format!("hosts/{}/endpoints/", host.name)),
            );
            continue;
        };
        match &files.description {
            None => {
                let message = format!("namespace `{folder}` of `{}` has no `netns.json`", host.name);
                findings.push(Finding::new(&NAMESPACES_DISAGREE, message).at(Place::file(snat.path), "its endpoint"));
            }
            Some(description) => describe(folder, snat, description, findings),
        }
        let address = snat.data.ip.first().copied();
        for v6 in [false, true] {
            let file = format!("netns/{folder}/iptables.{}", if v6 { "v6" } else { "v4" });
            if host.text(&file).is_none() {
                let message = format!("host `{}` has no `{file}`", host.name);
                findings.push(Finding::new(&NAMESPACES_DISAGREE, message).at(Place::file(snat.path), "its endpoint"));
            }
            let tables = tables(folder, address.filter(|address| address.is_ipv6() == v6), v6);
            count += super::compare::compare(host, &file, &tables, lenient, findings);
        }
    }
    for (interface, file) in snats.iter().filter(|(interface, _)| !host.namespaces.contains_key(*interface)) {
        let message = format!("endpoint `{}` has no namespace `{interface}`", file.data.attributes.vm_name);
        findings.push(
            Finding::new(&NAMESPACES_DISAGREE, message)
                .at(file.place(&["interface-name"]), "without a namespace")
                .follows(file.path),
        );
    }
    count
}

/// `netns.json` against the endpoint of its interface.
fn describe(folder: &str, snat: &File<'_, Endpoint>, file: &File<'_, Namespace>, findings: &mut Vec<Finding>) {
    let data = &file.data;
    let mut differs = |key: &[&str], stated: &str, wanted: &str| {
        if stated != wanted {
            let message =
                format!("namespace `{folder}` has `{stated}` where its endpoint and its kind ask for `{wanted}`");
            findings.push(
                Finding::new(&NAMESPACES_DISAGREE, message)
                    .at(file.place(key), "this")
                    .at(Place::file(snat.path), "its endpoint"),
            );
        }
    };
    differs(&["bridge"], &data.bridge, "br-int");
    differs(&["interface"], &data.interface, folder);
    differs(&["type"], &data.kind, "internal");
    differs(&["namespace"], &data.namespace, folder);
    differs(&["mac"], &data.mac, snat.data.mac.as_deref().unwrap_or_default());
    let addresses: Vec<&str> = data.addresses.iter().map(|it| it.split('/').next().unwrap_or_default()).collect();
    let own: Vec<String> = snat.data.ip.iter().map(ToString::to_string).collect();
    differs(&["addresses"], &addresses.join(","), &own.join(","));
    let sysctls: Vec<String> = data.sysctls.iter().map(|it| format!("{}={}", it.name, it.value)).collect();
    let wanted: Vec<String> = SYSCTLS.iter().map(|(name, value)| format!("{name}={value}")).collect();
    differs(&["sysctls"], &sysctls.join(" "), &wanted.join(" "));
    let routes: Vec<&str> = data.routes.iter().map(|route| route.destination.as_str()).collect();
    let v6 = snat.data.ip.first().is_some_and(IpAddr::is_ipv6);
    differs(&["routes"], &routes.join(" "), if v6 { "::/0" } else { "0.0.0.0/0" });
}

/// The rules of one family; only the family of the address translates.
fn tables(interface: &str, address: Option<IpAddr>, v6: bool) -> BTreeMap<&'static str, Table> {
    let mut nat = Table::default();
    for chain in ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"] {
        nat.chain(chain, "ACCEPT");
    }
    if let Some(address) = address {
        let to = spelling::address(address);
        nat.rule("POSTROUTING", format!("-o {interface} -j SNAT --to-source {to}"));
    }
    let mut filter = Table::default();
    for chain in ["INPUT", "FORWARD", "OUTPUT"] {
        filter.chain(chain, "ACCEPT");
        // Packets leave by the interface they came in by, and IPv6 has no setting that keeps redirects back.
        if v6 && chain == "OUTPUT" {
            filter.rule(chain, "-p ipv6-icmp -m icmp6 --icmpv6-type 137 -j DROP");
        }
        filter.rule(chain, "-j ACCEPT");
    }
    BTreeMap::from([("nat", nat), ("filter", filter)])
}
