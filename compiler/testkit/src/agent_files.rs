//! The agent's files of one host, checked key by key by test code that knows nothing of the compiler:
//! against the tables of what the OVS agent reads and what the Neutron agent of 2015 to 2017 writes,
//! and for what would lose a file, an entry or a packet without a word.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::{Map, Value};

/// Key, type as the OVS agent converts it, and whether this generation always writes it (`always`), in some files (`some`)
/// or not at all (`never`). A dot separates levels; `[]` is an entry of a list.
const PORT: &str = "
uuid                                     text     always
mac                                      mac      some
ip                                       ips      some
interface-name                           text     always
access-interface                         text     never
access-uplink-interface                  text     never
access-interface-vlan                    uint16   never
access-allow-untagged                    bool     never
promiscuous-mode                         bool     always
discovery-proxy-mode                     bool     never
nat-mode                                 bool     never
disable-adv                              bool     never
endpoint-group                           text     never
policy-space-name                        text     always
eg-policy-space                          text     never
endpoint-group-name                      group    always
eg-mapping-alias                         text     never
security-group                           list     never
qos-policy                               object   never
attributes                               object   always
attributes.vm-name                       text     always
anycast-return-ip                        ips      some
service-ip                               ips      never
virtual-ip                               list     some
virtual-ip[].ip                          cidr     always
virtual-ip[].mac                         mac      always
active-active-aap                        bool     never
dhcp4                                    object   some
dhcp4.ip                                 ip       always
dhcp4.prefix-len                         uint8    always
dhcp4.server-ip                          ip       some
dhcp4.server-mac                         mac      never
dhcp4.routers                            ips      always
dhcp4.dns-servers                        ips      always
dhcp4.domain                             text     always
dhcp4.static-routes                      list     always
dhcp4.static-routes[].dest               ip       always
dhcp4.static-routes[].dest-prefix        uint8    always
dhcp4.static-routes[].next-hop           ip       always
dhcp4.interface-mtu                      uint16   some
dhcp4.lease-time                         uint32   some
dhcp6                                    object   some
dhcp6.dns-servers                        ips      always
dhcp6.search-list                        list     never
dhcp6.t1                                 uint32   never
dhcp6.t2                                 uint32   never
dhcp6.preferred-lifetime                 uint32   never
dhcp6.valid-lifetime                     uint32   never
dhcp6.interface-mtu                      uint16   some
dhcp6.static-routes                      list     never
ip-address-mapping                       list     some
ip-address-mapping[].uuid                text     always
ip-address-mapping[].mapped-ip           ip       always
ip-address-mapping[].floating-ip         ip       always
ip-address-mapping[].policy-space-name   text     always
ip-address-mapping[].endpoint-group-name group    always
ip-address-mapping[].endpoint-group      text     never
ip-address-mapping[].next-hop-if         text     some
ip-address-mapping[].next-hop-mac        mac      some
snat-uuids                               list     never
provider-vlan                            bool     never
ext-encap-type                           text     never
ext-encap-id                             uint32   never
neutron-network                          text     always
neutron-metadata-optimization            bool     always
domain-policy-space                      text     some
domain-name                              text     some
attestation                              list     never
";

/// A SNAT interface: no `access-*`, no network, no VRF, no lease, no translations.
const SNAT: &str = "
attributes                               object   always
attributes.vm-name                       text     always
policy-space-name                        text     always
endpoint-group-name                      group    always
interface-name                           text     always
ip                                       ips      always
mac                                      mac      always
uuid                                     text     always
promiscuous-mode                         bool     always
";

const ROUTING_DOMAIN: &str = "
domain                                   text     never
domain-policy-space                      text     always
domain-name                              text     always
internal-subnets                         cidrs    always
";

/// The later keys of a service (mode, type, protocol, ports, lists of next hops) are Kubernetes'.
const SERVICE: &str = "
uuid                                     text     always
interface-name                           text     always
service-mac                              mac      always
domain-policy-space                      text     always
domain-name                              text     always
service-mapping                          list     always
service-mapping[].service-ip             ip       always
service-mapping[].gateway-ip             ip       always
service-mapping[].next-hop-ip            ip       always
";

/// What is wrong with a host's files, by path below the host's folder (`endpoints/…`, `services/…`).
#[must_use]
pub fn findings(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut host = Host::default();
    for (path, content) in files {
        match serde_json::from_str(content) {
            Ok(Value::Object(file)) => host.file(path, &file),
            Ok(_) => host.say(path, "is not an object"),
            Err(error) => host.say(path, error),
        }
        let repeats = content.lines().filter(|line| line.starts_with("    \"")).collect::<Vec<_>>();
        if repeats.iter().map(|line| line.split(':').next()).collect::<BTreeSet<_>>().len() != repeats.len() {
            host.say(path, "a key stands twice, and the agent takes the first");
        }
    }
    host.hops();
    host.findings
}

#[derive(Default)]
struct Host {
    findings: Vec<String>,
    /// Identities of endpoints and translations share one table in the agent.
    uuids: BTreeSet<String>,
    /// SNAT interfaces with their MACs.
    snats: BTreeMap<String, String>,
    /// Next hops that translations name: path, interface, MAC.
    wanted: Vec<(String, String, String)>,
    /// Internal addresses of translations through SNAT.
    internal: BTreeSet<String>,
    /// VRFs with a routing-domain file, and with a service: a second file overwrites the first.
    domains: BTreeSet<String>,
}

impl Host {
    fn say(&mut self, path: &str, what: impl std::fmt::Display) {
        self.findings.push(format!("{path}: {what}"));
    }

    fn file(&mut self, path: &str, file: &Map<String, Value>) {
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        let Some((stem, suffix)) = name.rsplit_once('.') else { return self.say(path, "no suffix") };
        if name.starts_with('.') {
            self.say(path, "the agent passes over names that start with a dot");
        }
        let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or_default();
        let vrf = format!("{suffix} of {}|{}", text("domain-policy-space"), text("domain-name"));
        match (folder, suffix) {
            ("endpoints", "ep") if file.contains_key("neutron-network") => {
                self.keys(path, "", file, PORT);
                self.port(path, stem, file);
            }
            ("endpoints", "ep") => {
                self.keys(path, "", file, SNAT);
                self.snat(path, stem, file);
            }
            ("endpoints", "rdconfig") => {
                self.keys(path, "", file, ROUTING_DOMAIN);
                self.sorted(path, "internal-subnets", texts(file.get("internal-subnets")));
                if !texts(file.get("internal-subnets")).contains(&"169.254.0.0/16") {
                    self.say(path, "internal addresses of translations are not inside");
                }
                self.once(path, vrf);
            }
            ("services", "as") => {
                self.keys(path, "", file, SERVICE);
                if stem != text("uuid") {
                    self.say(path, "is not named after its uuid");
                }
                self.once(path, vrf);
            }
            _ => self.say(path, "is no file that the agent reads there"),
        }
        let uuid = text("uuid");
        if suffix != "rdconfig" {
            self.once(path, format!("uuid {uuid}"));
        }
    }

    fn port(&mut self, path: &str, stem: &str, file: &Map<String, Value>) {
        let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or_default();
        let uuid = text("uuid");
        match stem.split_once('_') {
            Some((port, mac)) if uuid == format!("{port}|{}", mac.replace(':', "-")) => {
                if file.contains_key("mac") && mac != text("mac") {
                    self.say(path, "has another MAC than its name");
                }
            }
            _ => self.say(path, format!("is not named after its uuid {uuid}")),
        }
        let filled = |key: &str| file.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
        for key in ["ip", "anycast-return-ip", "virtual-ip", "ip-address-mapping"] {
            if file.contains_key(key) && !filled(key) {
                self.say(path, format!("`{key}` is empty instead of absent"));
            }
        }
        if filled("ip") != file.contains_key("mac") {
            self.say(path, "`mac` stands beside `ip` and only there");
        }
        if file.contains_key("domain-name") != file.contains_key("domain-policy-space") {
            self.say(path, "half a VRF");
        }
        for key in ["ip", "anycast-return-ip"] {
            self.sorted(path, key, texts(file.get(key)));
        }
        let entries = |key: &str| -> Vec<Map<String, Value>> {
            file.get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .cloned()
                .collect()
        };
        let pairs = entries("virtual-ip");
        self.sorted(path, "virtual-ip", pairs.iter().map(|pair| value(pair, "ip")).collect());
        let mappings = entries("ip-address-mapping");
        let order: Vec<(&str, &str)> =
            mappings.iter().map(|m| (value(m, "mapped-ip"), value(m, "floating-ip"))).collect();
        if !order.is_sorted() {
            self.say(path, "translations are not in the order of their addresses");
        }
        for mapping in &mappings {
            self.mapping(path, file, mapping);
        }
        if let Some(lease) = file.get("dhcp4").and_then(Value::as_object) {
            if !texts(file.get("ip")).contains(&value(lease, "ip")) {
                self.say(path, "offers an address that the endpoint may not use");
            }
            if file.get("promiscuous-mode") == Some(&Value::Bool(true))
                && value(file, "interface-name").starts_with("tap")
            {
                self.say(path, "the DHCP server gets a lease");
            }
        }
    }

    fn mapping(&mut self, path: &str, file: &Map<String, Value>, mapping: &Map<String, Value>) {
        let (mapped, outer) = (value(mapping, "mapped-ip"), value(mapping, "floating-ip"));
        if mapped.contains(':') != outer.contains(':') {
            self.say(path, format!("{mapped} and {outer} are of two versions"));
        }
        let own = [texts(file.get("ip")), Vec::new()].concat();
        let pairs = file.get("virtual-ip").and_then(Value::as_array).into_iter().flatten();
        let paired = pairs.filter_map(Value::as_object).any(|pair| value(pair, "ip") == mapped);
        if !own.contains(&mapped) && !paired {
            self.say(path, format!("{mapped} is translated and not the endpoint's"));
        }
        self.once(path, format!("uuid {}", value(mapping, "uuid")));
        match (mapping.get("next-hop-if"), mapping.get("next-hop-mac")) {
            (Some(interface), Some(mac)) => {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                self.wanted.push((path.to_owned(), text(interface), text(mac)));
                let inside = outer.parse::<IpAddr>().is_ok_and(|ip| match ip {
                    IpAddr::V4(v4) => v4.is_link_local() && outer != "169.254.169.254",
                    IpAddr::V6(v6) => v6.is_unicast_link_local(),
                });
                if !inside {
                    self.say(path, format!("{outer} towards the SNAT interface is no internal address"));
                }
                if !self.internal.insert(outer.to_owned()) {
                    self.say(path, format!("the internal address {outer} is taken"));
                }
            }
            (None, None) => {}
            _ => self.say(path, "half a next hop"),
        }
    }

    fn snat(&mut self, path: &str, stem: &str, file: &Map<String, Value>) {
        let interface = value(file, "interface-name");
        let hex = interface.strip_prefix("of-").unwrap_or_default();
        if hex.len() != 12 || !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            self.say(path, format!("{interface} is not of- and 12 hex digits"));
        }
        let vm_name =
            file.get("attributes").and_then(Value::as_object).map_or("", |attributes| value(attributes, "vm-name"));
        if !vm_name.starts_with("snat|") || !vm_name.ends_with(&format!("|{stem}")) {
            self.say(path, format!("{vm_name} is not snat, host and external network"));
        }
        if file.get("promiscuous-mode") != Some(&Value::Bool(true)) {
            self.say(path, "is not promiscuous");
        }
        if self.snats.insert(interface.to_owned(), value(file, "mac").to_owned()).is_some() {
            self.say(path, format!("{interface} has two files"));
        }
    }

    /// Every next hop is a SNAT interface of the host, and every SNAT interface is one.
    fn hops(&mut self) {
        let mut used = BTreeSet::new();
        for (path, interface, mac) in std::mem::take(&mut self.wanted) {
            if self.snats.get(&interface) != Some(&mac) {
                self.say(&path, format!("next hop {interface} {mac} is no SNAT interface of the host"));
            }
            used.insert(interface);
        }
        let idle: Vec<String> = self.snats.keys().filter(|interface| !used.contains(*interface)).cloned().collect();
        for interface in idle {
            self.say(&interface, "is a SNAT interface that no translation uses");
        }
    }

    fn once(&mut self, path: &str, what: String) {
        let known = if what.starts_with("uuid") { &mut self.uuids } else { &mut self.domains };
        if !known.insert(what.clone()) {
            self.say(path, format!("{what} is there twice on the host"));
        }
    }

    fn sorted(&mut self, path: &str, key: &str, texts: Vec<&str>) {
        if !texts.is_sorted() {
            self.say(path, format!("`{key}` is not sorted as text"));
        }
    }

    /// Walks an object: every key is in the table with a value of its type, every key that is always written is there.
    fn keys(&mut self, path: &str, prefix: &str, object: &Map<String, Value>, table: &'static str) {
        for (key, value) in object {
            let full = format!("{prefix}{key}");
            match row(table, &full) {
                None => self.say(path, format!("`{full}` is no key of the agent")),
                Some((_, "never")) => self.say(path, format!("`{full}` is not written by this generation")),
                Some((kind, _)) => {
                    if !is(kind, value) {
                        self.say(path, format!("`{full}` is {value} and no {kind}"));
                    }
                }
            }
            match value {
                Value::Object(inner) => self.keys(path, &format!("{full}."), inner, table),
                Value::Array(items) => {
                    for inner in items.iter().filter_map(Value::as_object) {
                        self.keys(path, &format!("{full}[]."), inner, table);
                    }
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        for (full, _, when) in rows(table) {
            let missing = full
                .strip_prefix(prefix)
                .is_some_and(|key| !key.contains(['.', '[']) && when == "always" && !object.contains_key(key));
            if missing {
                self.say(path, format!("`{full}` is missing"));
            }
        }
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    table.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?, words.next()?))
    })
}

fn row(table: &'static str, key: &str) -> Option<(&'static str, &'static str)> {
    rows(table).find(|(known, _, _)| *known == key).map(|(_, kind, when)| (kind, when))
}

fn value<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether a value is what the agent converts to a type, in its plain JSON form: the agent would also take `"24"` and `"true"`,
/// reads `null` as the text `null` and a lone text as an empty list.
fn is(kind: &str, value: &Value) -> bool {
    let text = || value.as_str().unwrap_or_default();
    let number = |most: u64| value.as_u64().is_some_and(|number| number <= most);
    let cidr = |text: &str, bare: bool| {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        let width = if address.is_ipv4() { 32 } else { 128 };
        length.map_or(bare, |length| length.parse::<u8>().is_ok_and(|length| length <= width))
    };
    let list = |each: &dyn Fn(&str) -> bool| {
        value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(each)))
    };
    match kind {
        "text" => !text().is_empty(),
        "group" => text()
            .split_once('|')
            .is_some_and(|(profile, group)| !profile.is_empty() && !group.is_empty() && !group.contains('|')),
        "bool" => value.is_boolean(),
        "uint8" => number(255),
        "uint16" => number(65_535),
        "uint32" => number(4_294_967_295),
        "mac" => is_mac(text()),
        "ip" => text().parse::<IpAddr>().is_ok_and(|address| address.to_string() == text()),
        "cidr" => cidr(text(), true),
        "ips" => list(&|text| text.parse::<IpAddr>().is_ok()),
        "cidrs" => list(&|text| cidr(text, false)),
        "list" => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        "object" => value.is_object(),
        _ => panic!("unknown type {kind}"),
    }
}

fn is_mac(text: &str) -> bool {
    let octets: Vec<&str> = text.split(':').collect();
    let octet = |octet: &&str| octet.len() == 2 && octet.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    octets.len() == 6 && octets.iter().all(octet)
}
