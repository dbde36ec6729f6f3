//! What the ML2 driver's own client library (apicapi, from PyPI) sends for a site, and how far that is what we emit.
//!
//! The site is read from its YAML and ini by the lines below, not by the compiler; `oracle/apicapi_payloads.py` makes the
//! driver's calls, and the library names, nests and fills in the objects.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::oracle::ask;
use crate::payload::Mo;
use crate::world::document;

/// Objects by DN: class and attributes.
pub type Objects = BTreeMap<String, (String, BTreeMap<String, String>)>;

/// The cloud of a site, as the script takes it. Understands what the examples and the generated sites write:
/// pre-existing L3Outs with NAT, and names, not ids, for references.
///
/// # Panics
/// The site holds something else.
#[must_use]
pub fn cloud(site: &Path) -> Value {
    let document = document(site);
    let ini = std::fs::read_to_string(site.join("ml2_conf_cisco_apic.ini")).expect("the site has an ini file");
    let default = section(&ini, "DEFAULT");
    let plugin = section(&ini, "ml2_cisco_apic");
    let system = default.get("apic_system_id").map_or("openstack", String::as_str);
    let mut options = Map::new();
    for list in ["mcast_ranges", "vlan_ranges"] {
        if let Some(written) = plugin.get(list) {
            options.insert(list.into(), json!(written.split(',').map(str::trim).collect::<Vec<_>>()));
        }
    }
    for text in [
        "encap_mode",
        "multicast_address",
        "openstack_user",
        "vmm_controller_host",
        "apic_multicast_ns_name",
        "default_l2_unknown_unicast",
        "default_ep_move_detect",
        "default_subnet_scope",
    ] {
        if let Some(written) = plugin.get(text) {
            options.insert(text.into(), json!(written));
        }
    }
    for switch in ["enable_aci_routing", "default_arp_flooding", "default_enforce_subnet_check"] {
        if let Some(written) = plugin.get(switch) {
            options.insert(switch.into(), json!(written.eq_ignore_ascii_case("true")));
        }
    }
    // Names with the beginning of the id take the mapper's database, which the replay has not; `sites_agree` covers them.
    let replayed = plugin.get("apic_name_mapping").is_some_and(|mapping| mapping == "use_name");
    let is_on = |option: &str| plugin.get(option).is_none_or(|written| written.eq_ignore_ascii_case("true"));
    json!({
        "system": system,
        "replayed": replayed,
        "scope_names": is_on("scope_names"),
        "per_tenant_context": is_on("per_tenant_context"),
        "shared_context": plugin.get("shared_context_name"),
        "domains": [system],
        "options": options,
        "externals": entries(&document, "external_networks").map(|(name, body)| external(name, body, &ini)).collect::<Vec<_>>(),
        "projects": entries(&document, "projects").map(|(name, body)| project(name, body)).collect::<Vec<_>>(),
    })
}

fn external(name: &str, body: &Value, ini: &str) -> Value {
    let keys = section(ini, &format!("apic_external_network:{name}"));
    let l3out = body.get("l3out").cloned().unwrap_or_default();
    let shared = body.get("shared") == Some(&Value::Bool(true));
    json!({
        "name": named(name, body),
        "id": body["id"].as_str().expect("external networks of the tests have ids"),
        // The project whose tenant has what is made for it; absent: `common`.
        "owner": (!shared).then(|| body["project"].clone()),
        "tenant": l3out.get("tenant").and_then(Value::as_str).unwrap_or("common"),
        "vrf": l3out.get("vrf").and_then(Value::as_str).unwrap_or("default"),
        "epg": keys["external_epg"],
        "pool": keys["host_pool_cidr"],
        "gateways": gateways(body),
    })
}

fn project(name: &str, body: &Value) -> Value {
    let networks: Vec<Value> = entries(body, "networks")
        .map(|(handle, network)| json!({"name": named(handle, network), "alias": raw(handle, network), "gateways": gateways(network)}))
        .collect();
    let routers: Vec<Value> = entries(body, "routers")
        .map(|(handle, router)| {
            let interfaces = router.get("interfaces").and_then(Value::as_array).into_iter().flatten();
            let joined = interfaces.map(|interface| {
                let path = interface.as_str().or_else(|| interface["subnet"].as_str()).expect("it is a name");
                let network = path.split('/').next().unwrap_or(path);
                named(network, &body["networks"][network])
            });
            json!({
                "alias": raw(handle, router),
                "up": router.get("admin_state_up") != Some(&Value::Bool(false)),
                "id": router["id"].as_str().expect("routers of the tests have ids"),
                "networks": joined.collect::<Vec<_>>(),
                "gateway": router.get("external_gateway").map(|gateway| gateway["network"].clone()),
            })
        })
        .collect();
    json!({"name": named(name, body), "alias": raw(name, body), "networks": networks, "routers": routers})
}

/// What the library posts for clouds, each joined into one tree.
///
/// # Panics
/// `ACIFORM_ORACLE_PYTHON` names no Python that has the library, or the library refuses a cloud.
#[must_use]
pub fn sent(clouds: &[&Value]) -> Vec<Objects> {
    let (answers, ended) = ask("ACIFORM_ORACLE_PYTHON", "apicapi_payloads.py", clouds);
    assert!(ended, "the oracle refuses a cloud");
    let sent: Vec<Objects> = answers.iter().map(|line| joined(line)).collect();
    assert_eq!(sent.len(), clouds.len());
    sent
}

/// The POSTs of one cloud joined by DN, as APIC joins them.
fn joined(line: &str) -> Objects {
    let posts: Vec<(String, Value)> = serde_json::from_str(line).expect("the oracle writes posts");
    let mut objects = Objects::new();
    for (dn, body) in &posts {
        let above = dn.rsplit_once('/').expect("a DN has a parent").0;
        join(above, body, &mut objects);
    }
    objects
}

fn join(above: &str, body: &Value, objects: &mut Objects) {
    for (class, content) in body.as_object().expect("an object has a class") {
        let attributes = content["attributes"].as_object().expect("a class has attributes");
        let dn = format!("{above}/{}", attributes["rn"].as_str().expect("the library sends RNs"));
        let entry = objects.entry(dn.clone()).or_insert_with(|| (class.clone(), BTreeMap::new()));
        for (name, value) in attributes {
            if !["rn", "dn"].contains(&name.as_str()) {
                entry.1.insert(name.clone(), value.as_str().expect("attributes are text").to_owned());
            }
        }
        for child in content["children"].as_array().into_iter().flatten() {
            join(&dn, child, objects);
        }
    }
}

/// Turns what upstream sends into what we emit, by the choices that the target's page states:
/// the word that APIC reads back, no password, no fixed parent of VMM domains, no VRF of somebody else's L3Out,
/// no contract interface that nobody consumes.
#[must_use]
pub fn as_chosen(sent: Objects, cloud: &Value) -> Objects {
    let foreign: Vec<String> = cloud["externals"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|external| {
            let text = |key: &str| external[key].as_str().unwrap_or_default();
            format!("uni/tn-{}/ctx-{}", text("tenant"), text("vrf"))
        })
        .collect();
    sent.into_iter()
        .filter(|(dn, (class, _))| !foreign.contains(dn) && !["vmmProvP", "vzCPIf", "vzRsIf"].contains(&class.as_str()))
        .map(|(dn, (class, mut attributes))| {
            if class == "vmmUsrAccP" {
                attributes.remove("pwd").expect("upstream sends the password");
            }
            if class == "fvCtx" {
                assert_eq!(attributes.insert("pcEnfPref".into(), "enforced".into()).as_deref(), Some("1"));
            }
            (dn, (class, attributes))
        })
        .collect()
}

/// Where what we emit is not what was expected: objects missing and beside, other classes and attributes, other marks.
#[must_use]
pub fn differences(expected: &Objects, found: &BTreeMap<String, Mo>, mark: &str) -> Vec<String> {
    let mut differences = Vec::new();
    for (dn, mo) in found {
        let mut attributes = mo.attributes.clone();
        if attributes.remove("annotation").is_some_and(|written| written != mark) {
            differences.push(format!("{dn}: another mark than {mark}"));
        }
        match expected.get(dn) {
            None => differences.push(format!("{dn}: upstream makes no {}", mo.class)),
            Some((class, upstream)) if *class != mo.class || *upstream != attributes => {
                differences.push(format!("{dn}: {class} {upstream:?} upstream, {} {attributes:?} here", mo.class));
            }
            Some(_) => {}
        }
    }
    let missing = expected.keys().filter(|dn| !found.contains_key(*dn));
    differences.extend(missing.map(|dn| format!("{dn}: upstream makes it")));
    differences
}

fn entries<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The name in OpenStack.
fn raw(handle: &str, body: &Value) -> String {
    body.get("name").and_then(Value::as_str).unwrap_or(handle).to_owned()
}

/// What the driver's name mapper makes of a name before the library sees it: runs of `-` as one, 46 characters, no blanks.
fn named(handle: &str, body: &Value) -> String {
    let name = raw(handle, body);
    let mut mapped = String::new();
    for character in name.chars() {
        if !(character == '-' && mapped.ends_with('-')) {
            mapped.push(character);
        }
    }
    mapped.chars().take(46).filter(|character| *character != ' ').collect()
}

/// Gateways with their length: written, or the subnet's first address; none where `null` is written.
fn gateways(network: &Value) -> Vec<String> {
    let gateway = |(_, subnet): (&String, &Value)| {
        let (base, length) = subnet["cidr"].as_str()?.split_once('/')?;
        let address: IpAddr = match subnet.get("gateway_ip") {
            Some(written) => written.as_str()?.parse().ok()?,
            None => match base.parse().ok()? {
                IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() + 1).into()),
                IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() + 1).into()),
            },
        };
        Some(format!("{address}/{length}"))
    };
    entries(network, "subnets").filter_map(gateway).collect()
}

/// The keys of a section of an ini file of the tests: one a line, no continuation.
fn section(ini: &str, name: &str) -> BTreeMap<String, String> {
    let start = format!("[{name}]");
    let lines = ini.lines().skip_while(|line| *line != start).skip(1).take_while(|line| !line.starts_with('['));
    let pairs = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}
