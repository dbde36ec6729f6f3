//! The free-form sections, as apicapi takes them, and as our model of later releases and of the opflex agent does.

use std::collections::{BTreeMap, BTreeSet};

use aciform_intent::ini::driver::{Domain, DomainValue, Driver, HostLink, NextHop, Switch, VpcPairs, host_links};
use aciform_intent::ini::{Shown, driver};
use aciform_syntax::ini::IniFile;
use serde_json::{Map, Value, json};

use crate::coverage::Coverage;

/// Compares every reader; a crash of one is a stop of ours.
pub(crate) fn compare(
    files: &[&IniFile],
    shown: &Shown,
    answer: &Value,
    coverage: &mut Coverage,
) -> Result<(), String> {
    let driver = driver::read(files);
    let readers = [
        ("apic_external_network", driver.external_networks.as_ref().map(|_| external_networks(&driver))),
        ("apic_vmdom", driver.vmm_domains.as_ref().map(|domains| self::domains(domains))),
        ("apic_physdom", driver.physical_domains.as_ref().map(|domains| self::domains(domains))),
        ("apic_physical_network", driver.physical_networks.as_ref().map(|_| physical_networks(&driver))),
        ("apic_switch", driver.switches.as_ref().map(|_| switches(&driver))),
        ("opflex_external_segment", Ok(segments(&driver))),
    ];
    for (prefix, ours) in readers {
        same(prefix, ours.ok(), &answer[prefix], coverage)?;
    }
    let provision = |group: &str| option(shown, group, "apic_provision_hostlinks").and_then(|value| value.as_bool());
    let pairs = |group: &str| {
        let items = option(shown, group, "apic_vpc_pairs")?;
        Some(VpcPairs::new(items.as_array()?.iter().filter_map(Value::as_str)))
    };
    if let (Some(old), Some(new)) = (pairs("ml2_cisco_apic"), pairs("apic")) {
        let map = |pairs: &VpcPairs| pairs.iter().map(|(a, b)| (a.to_owned(), json!(b))).collect::<Map<_, _>>();
        let ours = json!({"ml2_cisco_apic": map(&old), "apic": map(&new)});
        if ours != answer["pairs"] {
            return Err(format!("apic_vpc_pairs: {ours}\nagainst\n{}", answer["pairs"]));
        }
    }
    let group = match option(shown, "apic", "apic_username") {
        None => return same("links", None, &answer["links"], coverage),
        Some(Value::Null) => "ml2_cisco_apic",
        Some(_) => "apic",
    };
    let links = match (&driver.switches, pairs(group), provision(group)) {
        (Ok(switches), Some(pairs), Some(provision)) => host_links(switches, &pairs, provision).ok(),
        _ => None,
    };
    coverage.no_links += usize::from(links.is_none());
    if let (Some(links), Ok(switches), Some(pairs)) = (&links, &driver.switches, pairs(group)) {
        count(links, switches, &pairs, coverage);
    }
    same("links", links.map(|links| json!(links.iter().map(link).collect::<Vec<_>>())), &answer["links"], coverage)
}

fn count(links: &[HostLink], switches: &[Switch], pairs: &VpcPairs, coverage: &mut Coverage) {
    let of = |holds: &dyn Fn(&HostLink) -> bool| links.iter().filter(|link| holds(link)).count();
    coverage.pair_links += of(&|link| pairs.partner(&link.switch).is_some());
    coverage.single_links += of(&|link| pairs.partner(&link.switch).is_none());
    coverage.bundles += of(&|link| link.port.starts_with("bundle-"));
    coverage.interfaces += of(&|link| !link.interface.starts_with("static"));
    coverage.pods += of(&|link| link.pod_id != "1");
    for switch in switches.iter().filter(|switch| pairs.partner(&switch.id.value).is_none()) {
        let mut seen = BTreeSet::new();
        for link in &switch.links {
            let again = !seen.insert((&link.host.value, &link.port_text.value));
            coverage.kept_out += usize::from(again && link.interface.is_some());
        }
    }
}

fn same(prefix: &'static str, ours: Option<Value>, theirs: &Value, coverage: &mut Coverage) -> Result<(), String> {
    let Some(ours) = ours else {
        *coverage.crashes.entry(prefix).or_default() += 1;
        return match theirs.is_null() {
            true => Ok(()),
            false => Err(format!("[{prefix}:…]: we stop, the reader makes {theirs}")),
        };
    };
    let sections = ours.as_object().map_or(0, Map::len);
    match prefix {
        "apic_switch" | "opflex_external_segment" => coverage.modelled += sections,
        _ => coverage.named += sections,
    }
    if ours == *theirs { Ok(()) } else { Err(format!("[{prefix}:…]: {ours}\nagainst\n{theirs}")) }
}

/// An option's value; `None`: it cannot be read.
fn option(shown: &Shown, group: &str, name: &str) -> Option<Value> {
    let option = shown.options.iter().find(|option| (option.group, option.name) == (group, name)).expect("a row");
    option.value.as_ref().map(aciform_intent::ini::value::Value::json)
}

fn external_networks(driver: &Driver) -> Value {
    let networks = driver.external_networks.iter().flatten().map(|network| {
        let keys: BTreeMap<_, _> = network.keys.iter().map(|(key, value)| (&key.value, &value.value)).collect();
        let network_json = json!({
            "preexisting": network.preexisting, "enable_nat": network.enable_nat, "edge_nat": network.edge_nat, "keys": keys,
        });
        (network.name.value.clone(), network_json)
    });
    Value::Object(networks.collect())
}

fn domains(domains: &[Domain]) -> Value {
    let domains = domains.iter().map(|domain| {
        let options = domain.options.iter().map(|option| {
            let value = match &option.value.value {
                DomainValue::Text(text) => json!(text),
                DomainValue::List(items) => json!(items),
            };
            (option.name.value.clone(), value)
        });
        (domain.name.value.clone(), Value::Object(options.collect()))
    });
    Value::Object(domains.collect())
}

fn physical_networks(driver: &Driver) -> Value {
    let networks = driver.physical_networks.iter().flatten().map(|network| {
        let mut hosts: Vec<&str> = network.hosts.iter().map(|host| host.value.as_str()).collect();
        hosts.sort_unstable();
        let kind = network.segment_type.as_ref().map(|kind| &kind.value);
        (network.name.value.clone(), json!({"hosts": hosts, "segment_type": kind}))
    });
    Value::Object(networks.collect())
}

/// Hosts by switch and port, as apicapi's dictionary holds them, and the pods.
fn switches(driver: &Driver) -> Value {
    let switches = driver.switches.iter().flatten().map(|switch| {
        let mut ports: Map<String, Value> = Map::new();
        for link in &switch.links {
            let host = match &link.interface {
                Some(interface) => format!("{}|{interface}", link.host.value),
                None => link.host.value.clone(),
            };
            let hosts = ports.entry(link.port_text.value.clone()).or_insert_with(|| json!([]));
            hosts.as_array_mut().expect("a list").push(json!(host));
        }
        let pod = switch.pod_id.as_ref().map(|pod| &pod.value);
        (switch.id.value.clone(), json!({"pod_id": pod, "ports": ports}))
    });
    Value::Object(switches.collect())
}

fn segments(driver: &Driver) -> Value {
    let segments = driver.external_segments.iter().map(|segment| {
        let hop = |hop: &NextHop| {
            [&hop.start, &hop.end, &hop.gateway].map(|part| part.as_ref().map(|part| part.value.clone()))
        };
        let ([start, end, gateway], [start6, end6, gateway6]) = (hop(&segment.ip), hop(&segment.ip6));
        let parts = json!({
            "ip_start": start, "ip_end": end, "ip_gateway": gateway,
            "ip6_start": start6, "ip6_end": end6, "ip6_gateway": gateway6,
        });
        (segment.name.value.clone(), parts)
    });
    Value::Object(segments.collect())
}

fn link(link: &HostLink) -> Value {
    json!({
        "host": link.host, "interface": link.interface, "switch": link.switch, "module": link.module,
        "port": link.port, "pod_id": link.pod_id, "path": link.path,
    })
}
