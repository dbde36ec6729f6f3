//! Keys that an object does not have: short forms people write, things of Neutron that are not supported, and typing mistakes.

use aciform_diagnostics::{Diagnostic, Span};

use super::node::quoted;
use super::shapes::{ALL, Shape};
use crate::codes;

/// Short and wrong forms with the key that is meant; of several lines, the first whose key the object has.
pub(super) static FORMS: &[(&str, &str)] = &[
    ("aap", "allowed_address_pairs"),
    ("address", "fixed_ips"),
    ("address", "ip_address"),
    ("address", "fixed_ip"),
    ("address", "ip"),
    ("addresses", "fixed_ips"),
    ("address_pairs", "allowed_address_pairs"),
    ("admin_state", "admin_state_up"),
    ("admin_up", "admin_state_up"),
    ("allowed_addresses", "allowed_address_pairs"),
    ("allowed_pairs", "allowed_address_pairs"),
    ("api_version", "aciform"),
    ("cidrs", "cidr"),
    ("code", "icmp"),
    ("compute_host", "host"),
    ("destination_cidr", "destination"),
    ("dest", "destination"),
    ("dhcp", "enable_dhcp"),
    ("dhcp_enabled", "enable_dhcp"),
    ("dns", "dns_nameservers"),
    ("dns_servers", "dns_nameservers"),
    ("domain", "dns_domain"),
    ("dport", "port"),
    ("dst", "destination"),
    ("environment", "env"),
    ("ether_type", "ethertype"),
    ("ext_nets", "external_networks"),
    ("external_fixed_ips", "fixed_ip"),
    ("external_gateway_info", "external_gateway"),
    ("external_nets", "external_networks"),
    ("family", "ethertype"),
    ("fip", "floating_ips"),
    ("fips", "floating_ips"),
    ("fixed_ip", "fixed_ips"),
    ("fixed_ip", "ip"),
    ("fixed_ip_address", "fixed_ip"),
    ("floating_ip", "floating_ips"),
    ("floating_ip_address", "address"),
    ("floating_network", "network"),
    ("floatingips", "floating_ips"),
    ("gateway", "gateway_ip"),
    ("gateway", "external_gateway"),
    ("gateway", "nexthop"),
    ("group", "remote_group"),
    ("groups", "security_groups"),
    ("gw", "gateway_ip"),
    ("gw", "external_gateway"),
    ("host_id", "host"),
    ("hosts", "host"),
    ("hypervisor", "host"),
    ("icmp_type", "icmp"),
    ("icmp_code", "icmp"),
    ("infra_vlanid", "infra_vlan"),
    ("inis", "ini"),
    ("interface", "interfaces"),
    ("ip", "fixed_ips"),
    ("ip", "address"),
    ("ip", "ip_address"),
    ("ip", "fixed_ip"),
    ("ip", "cidr"),
    ("ip_address", "fixed_ips"),
    ("ip_address", "address"),
    ("ip_address", "fixed_ip"),
    ("ip_address", "ip"),
    ("ip_addresses", "fixed_ips"),
    ("ip_protocol", "protocol"),
    ("ips", "fixed_ips"),
    ("l3_out", "l3out"),
    ("mac", "mac_address"),
    ("mac_address", "mac"),
    ("max_port", "port"),
    ("mcast_address", "mcast"),
    ("min_port", "port"),
    ("multicast", "mcast"),
    ("nameservers", "dns_nameservers"),
    ("net", "network"),
    ("nets", "networks"),
    ("next_hop", "nexthop"),
    ("nic", "ports"),
    ("nics", "ports"),
    ("node", "host"),
    ("nodes", "hosts"),
    ("ofport", "ofports"),
    ("pool", "allocation_pools"),
    ("pools", "allocation_pools"),
    ("port_range", "port"),
    ("port_range_max", "port"),
    ("port_range_min", "port"),
    ("port_security", "port_security_enabled"),
    ("ports", "port"),
    ("prefix", "cidr"),
    ("prefix", "remote_ip_prefix"),
    ("proto", "protocol"),
    ("pwd", "password"),
    ("remote", "remote_ip_prefix"),
    ("remote_cidr", "remote_ip_prefix"),
    ("remote_ip", "remote_ip_prefix"),
    ("remote_prefix", "remote_ip_prefix"),
    ("remote_security_group", "remote_group"),
    ("cidr", "remote_ip_prefix"),
    ("cidr", "ip"),
    ("cidr", "destination"),
    ("role", "roles"),
    ("routes", "host_routes"),
    ("host_routes", "routes"),
    ("secgroup", "security_groups"),
    ("secgroups", "security_groups"),
    ("security_group", "security_groups"),
    ("security_group_rules", "rules"),
    ("servers", "instances"),
    ("sg", "security_groups"),
    ("sgs", "security_groups"),
    ("snat", "enable_snat"),
    ("source_cidr", "remote_ip_prefix"),
    ("stateless", "stateful"),
    ("tenants", "projects"),
    ("tenant", "project"),
    ("type", "icmp"),
    ("uplink", "uplinks"),
    ("via", "nexthop"),
    ("vlan", "infra_vlan"),
    ("vms", "instances"),
    ("vni", "vnid"),
    ("zone", "zones"),
];

/// Keys whose mending is more than another word: the shape they are written in (empty: any), the key, and what to write.
static NOTES: &[(&str, &str, &str)] = &[
    ("Rule", "port_range_min", "write `port: 22` or `port: 8000-8100`"),
    ("Rule", "port_range_max", "write `port: 22` or `port: 8000-8100`"),
    ("Rule", "icmp_type", "write `icmp: {type: 8, code: 0}`"),
    ("Rule", "icmp_code", "write `icmp: {type: 8, code: 0}`"),
    ("Rule", "type", "write `icmp: {type: 8, code: 0}`"),
    ("Rule", "code", "write `icmp: {type: 8, code: 0}`"),
    ("Rule", "ports", "write `port: 22` or `port: 8000-8100`, and one rule for each"),
    ("SecurityGroup", "stateless", "write `stateful: false`"),
    ("Network", "shared", "write `shared_with: \"*\"`, or the projects: `shared_with: [OTHER]`"),
    ("Network", "cidr", "write `subnets: {NAME: {cidr: 10.0.0.0/24}}`"),
    ("Network", "cidrs", "write `subnets: {NAME: {cidr: 10.0.0.0/24}}`"),
    ("Network", "subnet", "write `subnets: {NAME: {cidr: 10.0.0.0/24}}`"),
    ("Network", "external", "networks to the outside stand under `external_networks`, beside `projects`"),
    ("", "router:external", "networks to the outside stand under `external_networks`, beside `projects`"),
    ("ExternalNetwork", "cidr", "write `subnets: {NAME: {cidr: 172.16.20.0/24}}`"),
    ("ExternalNetwork", "shared_with", "write `shared: true`"),
    ("ExternalNetwork", "project_id", "write `project`"),
    ("Port", "floating_ip", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Port", "floating_ips", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Port", "fip", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Port", "host", "a port is where its instance is; write `host` in the instance"),
    ("Instance", "floating_ip", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Instance", "floating_ips", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Instance", "fip", "write it under the project's `floating_ips`, with `port: INSTANCE/PORT`"),
    ("Instance", "networks", "write `ports: {NAME: {network: NETWORK}}`"),
    ("Instance", "network", "write `ports: {NAME: {network: NETWORK}}`"),
    ("Instance", "fixed_ips", "write them in a port: `ports: {NAME: {network: NETWORK, fixed_ips: [ADDRESS]}}`"),
    ("Instance", "security_groups", "write them in the instance's ports"),
    ("Router", "subnets", "write `interfaces: [NETWORK/SUBNET]`"),
    ("Router", "networks", "write `interfaces: [NETWORK]`"),
    ("Interface", "network", "write the network's name alone instead of a map"),
    ("Interface", "port", "write `{subnet: NETWORK/SUBNET, ip: ADDRESS}`"),
    ("Subnet", "ip_version", "delete it; `cidr` says the family"),
    ("ExternalSubnet", "ip_version", "delete it; `cidr` says the family"),
    ("Apic", "hosts", "the addresses of the APICs stand in the ini, as `apic_hosts`"),
    ("Apic", "username", "the user stands in the ini, as `apic_username`"),
    ("Password", "value", "name a place instead: `{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, ARGUMENT]}`"),
    ("Password", "plain", "name a place instead: `{env: NAME}`, `{file: PATH}` or `{command: [PROGRAM, ARGUMENT]}`"),
];

/// Attributes that an object gets by standing where it stands.
static OWNERS: &[&str] = &["project", "project_id", "tenant", "tenant_id"];

/// What Neutron, its extensions and Nova have, and this language does not: the key, and what it belongs to.
pub(super) static UNSUPPORTED: &[(&str, &str)] = &[
    ("address_group", "address groups"),
    ("address_groups", "address groups"),
    ("address_scope", "address scopes"),
    ("address_scopes", "address scopes"),
    ("admin_state_up", "the administrative state of anything but a router"),
    ("availability_zone", "availability zones"),
    ("availability_zone_hints", "availability zones"),
    ("availability_zones", "availability zones"),
    ("bgp_peers", "BGP speakers"),
    ("bgp_speakers", "BGP speakers"),
    ("bgpvpns", "BGP VPNs"),
    ("conntrack_helpers", "conntrack helpers"),
    ("data_plane_status", "the data plane status"),
    ("description", "descriptions"),
    ("device_id", "foreign port owners"),
    ("device_owner", "foreign port owners"),
    ("distributed", "distributed routers"),
    ("dns_assignment", "DNS names of ports"),
    ("dns_name", "DNS names of ports"),
    ("dns_publish_fixed_ip", "DNS publishing"),
    ("endpoint_groups", "VPN as a service"),
    ("extra_dhcp_opts", "extra DHCP options"),
    ("firewall", "firewalls as a service"),
    ("firewall_groups", "firewalls as a service"),
    ("firewall_policies", "firewalls as a service"),
    ("firewalls", "firewalls as a service"),
    ("flavor", "flavors"),
    ("flavor_id", "flavors"),
    ("fwaas", "firewalls as a service"),
    ("ha", "highly available routers"),
    ("hints", "port hints"),
    ("image", "images"),
    ("ike_policies", "VPN as a service"),
    ("ipsec_policies", "VPN as a service"),
    ("ipsec_site_connections", "VPN as a service"),
    ("ipv4_address_scope", "address scopes"),
    ("ipv6_address_scope", "address scopes"),
    ("is_default", "the default external network"),
    ("l2_gateways", "L2 gateways"),
    ("lbaas", "load balancers"),
    ("load_balancer", "load balancers"),
    ("load_balancers", "load balancers"),
    ("loadbalancer", "load balancers"),
    ("loadbalancers", "load balancers"),
    ("local_ips", "local IPs"),
    ("metering", "metering"),
    ("metering_labels", "metering"),
    ("metering_label_rules", "metering"),
    ("ndp_proxies", "NDP proxies"),
    ("network_type", "provider attributes"),
    ("physical_network", "provider attributes"),
    ("port_forwardings", "port forwarding"),
    ("prefixlen", "subnet pools"),
    ("propagate_uplink_status", "uplink status propagation"),
    ("provider", "provider attributes"),
    ("qos", "QoS"),
    ("qos_policies", "QoS"),
    ("qos_policy", "QoS"),
    ("quota", "quotas"),
    ("quotas", "quotas"),
    ("rbac_policies", "RBAC policies; sharing is `shared_with`"),
    ("remote_address_group", "address groups"),
    ("segment", "segments"),
    ("segmentation_id", "provider attributes"),
    ("segments", "segments"),
    ("service_types", "service types of subnets"),
    ("subnetpool", "subnet pools"),
    ("subnetpools", "subnet pools"),
    ("subnet_pool", "subnet pools"),
    ("subnet_pools", "subnet pools"),
    ("tags", "tags"),
    ("trunk", "trunks"),
    ("trunk_details", "trunks"),
    ("trunks", "trunks"),
    ("sub_ports", "trunks"),
    ("subports", "trunks"),
    ("use_default_subnetpool", "subnet pools"),
    ("vlan_qinq", "provider attributes"),
    ("vlan_transparent", "provider attributes"),
    ("vnic_type", "port bindings"),
    ("vpn", "VPN as a service"),
    ("vpn_services", "VPN as a service"),
    ("vpnservices", "VPN as a service"),
];

/// The same for whole name spaces of API extensions.
static UNSUPPORTED_PREFIXES: &[(&str, &str)] = &[
    ("provider:", "provider attributes"),
    ("binding:", "port bindings"),
    ("apic:", "attributes of the `aim` generation"),
];

/// The finding for a key that the shape does not have, and the key that is probably meant.
pub(super) fn key(name: &str, span: Span, shape: &'static Shape) -> (Diagnostic, Option<&'static str>) {
    if let Some(what) = unsupported(name, shape) {
        let message = format!("{} is known from Neutron ({what}) and not supported", quoted(name));
        let help = "delete it; a comment can keep it in mind";
        return (Diagnostic::at(&codes::UNSUPPORTED, span, message).help(help), None);
    }
    // What stands in `{…}` under a password may be the password.
    let message = match shape.name {
        "Password" => format!("{} has no such key", shape.noun),
        _ => format!("{} has no key {}", shape.noun, quoted(name)),
    };
    let (meant, help) = help(name, shape);
    (Diagnostic::at(&codes::UNKNOWN_KEY, span, message).help(help), meant)
}

/// What to say about a key that is missing.
pub(super) fn missing(key: &str, shape: &'static Shape) -> Option<String> {
    let example = match (shape.name, key) {
        (_, "cidr") => "cidr: 10.0.0.0/24",
        ("SiteFile", "aciform") => "aciform: 1",
        ("Port" | "FloatingIp" | "ExternalGateway", "network") => "network: NAME",
        ("Instance", "host") => "host: NAME",
        ("Allow", "code") => "code: ACI706",
        ("Allow", "reason") => "reason: WHY",
        ("Route", "destination") => "destination: 10.9.0.0/16",
        ("Route", "nexthop") => "nexthop: 10.0.0.5",
        ("Interface", "subnet") => "subnet: NETWORK/SUBNET",
        ("Icmp", "type") => "type: 8",
        ("AddressPair", "ip") => "ip: 10.0.0.5",
        _ => return None,
    };
    Some(format!("write `{example}`"))
}

/// The keys of a shape as a sentence lists them.
pub(super) fn listed(shape: &Shape) -> String {
    let names: Vec<String> = shape.keys.iter().map(|key| format!("`{}`", key.name)).collect();
    names.join(", ")
}

/// The nearest of some names; none where nothing is near, or two are equally near.
/// Lower case, hyphen as underscore, without leading digits; distance 1 up to 5 characters, 2 up to 10, 3 above.
pub(super) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let name = folded(name);
    let most = match name.chars().count() {
        0 => return None,
        1..=5 => 1,
        6..=10 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for candidate in candidates {
        let distance = strsim::osa_distance(&name, &folded(candidate));
        if distance > most {
            continue;
        }
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, known)) if distance == least => tied |= known != candidate,
            Some(_) | None => (best, tied) = (Some((distance, candidate)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, candidate)| candidate)
}

fn folded(name: &str) -> String {
    name.trim_start_matches(|c: char| c.is_ascii_digit()).to_lowercase().replace('-', "_")
}

fn unsupported(name: &str, shape: &Shape) -> Option<&'static str> {
    let name = name.to_lowercase().replace('-', "_");
    let bare = name.strip_suffix("_id").unwrap_or(&name);
    let listed = UNSUPPORTED.iter().find(|(key, _)| *key == name || *key == bare).map(|(_, what)| *what);
    let spaced = UNSUPPORTED_PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, what)| *what);
    // `apic:` prefixes are extension attributes; `apic` alone is a key of the site file.
    listed.or(spaced).filter(|_| shape.position(bare).is_none())
}

fn help(name: &str, shape: &'static Shape) -> (Option<&'static str>, String) {
    let folded = name.to_lowercase().replace('-', "_");
    let note = NOTES.iter().find(|(place, key, _)| (place.is_empty() || *place == shape.name) && *key == folded);
    if let Some((_, _, note)) = note {
        return (None, (*note).to_owned());
    }
    let form = |written: &str| {
        FORMS.iter().find(|(from, to)| *from == written && shape.position(to).is_some()).map(|(_, to)| *to)
    };
    let bare = folded.strip_suffix("_ids").or(folded.strip_suffix("_id")).unwrap_or(&folded);
    let plural = format!("{bare}s");
    let known = [folded.as_str(), bare, plural.as_str()]
        .into_iter()
        .find_map(|word| shape.keys.iter().find(|key| key.name == word).map(|key| key.name).or(form(word)));
    if let Some(right) = known {
        return (Some(right), format!("write `{right}`"));
    }
    if OWNERS.contains(&folded.as_str()) {
        return (None, "delete it; an object belongs to the project that it stands in".to_owned());
    }
    if let Some(near) = nearest(name, shape.keys.iter().map(|key| key.name)) {
        return (Some(near), format!("did you mean `{near}`?"));
    }
    let holder = ALL.iter().find(|other| other.position(&folded).is_some());
    let help = match holder {
        Some(holder) => format!("`{folded}` is a key of {}", holder.noun),
        None => format!("its keys are {}", listed(shape)),
    };
    (None, help)
}

#[cfg(test)]
mod tests {
    use super::super::shapes::ALL;
    use super::{FORMS, NOTES, UNSUPPORTED, nearest};

    #[test]
    fn every_wrong_form_leads_to_a_key() {
        for (from, to) in FORMS {
            assert!(ALL.iter().any(|shape| shape.position(to).is_some()), "{from} -> {to}");
        }
    }

    #[test]
    fn every_note_is_about_a_shape_and_a_key_that_it_does_not_have() {
        for (place, key, _) in NOTES {
            let shape = ALL.iter().find(|shape| shape.name == *place);
            assert!(place.is_empty() || shape.is_some_and(|shape| shape.position(key).is_none()), "{place}.{key}");
        }
    }

    #[test]
    fn the_unsupported_list_names_each_thing_once() {
        for (n, (key, _)) in UNSUPPORTED.iter().enumerate() {
            assert!(!UNSUPPORTED[..n].iter().any(|(other, _)| other == key), "{key}");
        }
    }

    #[test]
    fn the_nearest_name_is_near_and_alone() {
        assert_eq!(nearest("gatway_ip", ["gateway_ip", "cidr"]), Some("gateway_ip"));
        assert_eq!(nearest("Enable-DHCP", ["enable_dhcp"]), Some("enable_dhcp"));
        assert_eq!(nearest("cdir", ["cidr"]), Some("cidr"));
        assert_eq!(nearest("ip", ["mac", "cidr"]), None);
        assert_eq!(nearest("port_1", ["port_2", "port_3"]), None, "a tie is no suggestion");
        assert_eq!(nearest("1", ["a"]), None);
    }
}
