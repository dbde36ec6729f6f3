//! Projects: networks, none to two routers, groups, instances, ports of nobody, floating IPs.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use super::network::{Network, network};
use super::security::groups;
use super::{Dice, Draws as _, Site};

/// What a router of a project joins, and where it leads.
struct Router {
    /// Networks by number, with those of their subnets that it joins.
    joins: Vec<(usize, Vec<&'static str>)>,
    external: Option<usize>,
}

impl Router {
    fn joins(&self, network: usize, subnet: &str) -> bool {
        self.joins.iter().any(|(at, subnets)| *at == network && subnets.contains(&subnet))
    }
}

/// Makes a project and writes it.
pub(super) fn project(site: &mut Site, dice: &mut Dice, at: usize) -> String {
    let name = site.names[at].clone();
    let mut text = format!("  {name}:\n    id: {}\n    networks:\n", dice.uuid());
    // The first two projects use the same private space.
    let octet = if site.one_vrf {
        50 + u32::try_from(at).unwrap_or(0)
    } else if at < 2 {
        50
    } else {
        60
    };
    let mut networks = Vec::new();
    for number in 0..1 + u32::try_from(dice.below(4)).unwrap_or(0) {
        networks.push(network(site, dice, &mut text, (&name, octet, number)));
    }
    let own = networks.len();
    let routers = routers(site, dice, &mut text, &networks);
    let groups = groups(dice, &mut text);
    let usable = |network: &Network| network.shared_with == "\"*\"" || network.shared_with == format!("[{name}]");
    networks.extend(site.shared.iter().filter(|network| usable(network)).cloned());

    let mut floating = String::new();
    text.push_str("    instances:\n");
    for number in 0..2 + dice.below(6) {
        let host = site.compute(dice);
        let instance = format!("{}{number}", dice.pick(&["vm-", "i.", "Srv_", "x--"]));
        let mut body = format!("      {instance}:\n        host: {host}\n        ports:\n");
        let mut ports = 0;
        for port in 0..1 + dice.below(4) / 3 {
            let on = dice.index(networks.len());
            let Some(address) =
                port_of(dice, &mut body, "          ", &format!("p{port}"), &name, &mut networks[on], &groups)
            else {
                continue;
            };
            ports += 1;
            // Only an address on a router's subnet can be reached under another one.
            let Some(address) = address.filter(|_| on < own && dice.once_in(2)) else { continue };
            let subnet = networks[on].subnet_of(address).unwrap_or_default();
            let Some(external) = routers.iter().find(|it| it.joins(on, subnet)).and_then(|it| it.external) else {
                continue;
            };
            let external = &mut site.externals[external];
            let public = external.address();
            let _ = writeln!(
                floating,
                "      fip{number}-{port}: {{id: {}, network: {}, address: {public}, port: {instance}/p{port}, fixed_ip: {address}}}",
                dice.uuid(),
                external.name,
            );
        }
        if ports > 0 {
            text.push_str(&body);
        }
    }
    if dice.once_in(3) {
        let mut body = "    ports:\n".to_owned();
        if let Some(address) = port_of(dice, &mut body, "      ", "nobody", &name, &mut networks[0], &groups) {
            text.push_str(&body);
            let subnet = address.and_then(|address| networks[0].subnet_of(address)).unwrap_or_default();
            let way_out = routers.iter().find(|it| it.joins(0, subnet)).and_then(|it| it.external);
            if let Some((external, address)) = way_out.zip(address) {
                let external = &mut site.externals[external];
                let (public, id, network) = (external.address(), dice.uuid(), &external.name);
                let _ = writeln!(
                    floating,
                    "      waiting: {{id: {id}, network: {network}, address: {public}, port: nobody, fixed_ip: {address}}}"
                );
            }
        }
    }
    if dice.once_in(3) {
        let external = &mut site.externals[0];
        let address = external.address();
        let (id, network) = (dice.uuid(), &external.name);
        let _ = writeln!(floating, "      reserved: {{id: {id}, network: {network}, address: {address}}}");
    }
    if !floating.is_empty() {
        let _ = write!(text, "    floating_ips:\n{floating}");
    }
    // What later projects use of it has its addresses counted on.
    for (at, network) in networks.into_iter().enumerate() {
        match site.shared.iter_mut().find(|it| it.project == network.project && it.handle == network.handle) {
            Some(known) => *known = network,
            None if at < own && !network.shared_with.is_empty() => site.shared.push(network),
            None => {}
        }
    }
    text
}

/// None, one or two routers over the networks that can be routed; two lead to one external network, or only one leads out.
fn routers(site: &mut Site, dice: &mut Dice, text: &mut String, networks: &[Network]) -> Vec<Router> {
    let routable: Vec<usize> = (0..networks.len()).filter(|at| networks[*at].is_routable()).collect();
    let joined = dice.index(routable.len() + 1);
    // Two ways out of one VRF are refused.
    let choices = if site.one_vrf { 1 } else { site.externals.len() };
    let external = (!dice.once_in(5)).then(|| dice.index(choices));
    if joined == 0 {
        // A router that joins nothing: it has its contract, and its way out, and no traffic.
        if let Some(external) = external.filter(|_| dice.once_in(4)) {
            let (address, network) = (site.externals[external].address(), &site.externals[external].name);
            let id = dice.uuid();
            let _ = writeln!(
                text,
                "    routers:\n      idle:\n        id: {id}\n        external_gateway: {{network: {network}, fixed_ip: {address}}}"
            );
        }
        return Vec::new();
    }
    let second = if joined > 1 && dice.once_in(2) { 1 + dice.index(joined - 1) } else { joined };
    let mut routers = Vec::new();
    text.push_str("    routers:\n");
    for (at, part) in [&routable[..second], &routable[second..joined]].into_iter().enumerate() {
        if part.is_empty() {
            continue;
        }
        let _ = writeln!(text, "      r{at}-{}:\n        id: {}", dice.below(100), dice.uuid());
        if dice.once_in(8) {
            text.push_str("        admin_state_up: false\n");
        }
        let external = external.filter(|_| at == 0 || !dice.once_in(3));
        if let Some(external) = external {
            let external = &mut site.externals[external];
            let snat = if dice.once_in(6) { ", enable_snat: false" } else { "" };
            let (address, network) = (external.address(), &external.name);
            let _ = writeln!(text, "        external_gateway: {{network: {network}, fixed_ip: {address}{snat}}}");
        }
        let mut joins = Vec::new();
        let mut names = Vec::new();
        for at in part {
            let (written, subnets) = interfaces(dice, &networks[*at]);
            names.extend(written);
            joins.push((*at, subnets));
        }
        // What the first router left of its networks the second may join: one network on two routers.
        for (at, taken) in routers.first().map_or(&[][..], |first: &Router| &first.joins) {
            let network = &networks[*at];
            let rest: Vec<&'static str> =
                network.subnets.iter().map(|subnet| subnet.handle).filter(|handle| !taken.contains(handle)).collect();
            if !rest.is_empty() && !dice.once_in(3) {
                names.extend(rest.iter().map(|subnet| format!("{}/{subnet}", network.handle)));
                joins.push((*at, rest));
            }
        }
        let _ = writeln!(text, "        interfaces: [{}]", names.join(", "));
        routers.push(Router { joins, external });
    }
    routers
}

/// A network as a whole, or subnet by subnet, or only its first: as it is written, and the IPv4 subnets that it means.
fn interfaces(dice: &mut Dice, network: &Network) -> (Vec<String>, Vec<&'static str>) {
    let handles: Vec<&'static str> = network.subnets.iter().map(|subnet| subnet.handle).collect();
    let written = |handles: &[&'static str]| handles.iter().map(|it| format!("{}/{it}", network.handle)).collect();
    match dice.below(4) {
        0 => (written(&handles[..1]), handles[..1].to_vec()),
        1 => (written(&handles), handles),
        _ => (vec![network.handle.clone()], handles),
    }
}

/// Writes a port of an instance or of nobody. Nothing when its network is full; inside, its first IPv4 address, if it has one.
fn port_of(
    dice: &mut Dice,
    text: &mut String,
    indent: &str,
    handle: &str,
    project: &str,
    network: &mut Network,
    groups: &[String],
) -> Option<Option<Ipv4Addr>> {
    let mac = dice.mac();
    let addresses = network.addresses(dice, &mac)?;
    let quoted: Vec<String> = addresses.iter().map(|address| format!("\"{address}\"")).collect();
    let on = if network.project == project {
        network.handle.clone()
    } else {
        format!("{}/{}", network.project, network.handle)
    };
    let _ = write!(
        text,
        "{indent}{handle}:\n{indent}  id: {}\n{indent}  mac_address: \"{mac}\"\n{indent}  network: {on}\n{indent}  fixed_ips: [{}]\n",
        dice.uuid(),
        quoted.join(", ")
    );
    match dice.below(8) {
        0 => {
            let _ = writeln!(text, "{indent}  port_security_enabled: false\n{indent}  security_groups: []");
        }
        1 => {
            // As the network says, or in spite of it; with the project's default group.
            if dice.once_in(2) {
                let _ = writeln!(text, "{indent}  port_security_enabled: true");
            }
        }
        _ => {
            let _ = writeln!(
                text,
                "{indent}  port_security_enabled: true\n{indent}  security_groups: {}",
                dice.pick(groups)
            );
            if dice.once_in(2) {
                let _ = writeln!(text, "{indent}  allowed_address_pairs: [{}]", network.pairs(dice).join(", "));
            }
        }
    }
    Some(addresses.iter().find_map(|address| address.parse().ok()))
}
