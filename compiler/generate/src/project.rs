//! One project: networks, routers, security groups, instances, floating IPs.

use std::fmt::Write as _;

use crate::fabric::host_name;
use crate::space::Plan;
use crate::{Dice, Shape, names};

/// The handle of a project and the text of its file.
pub(crate) fn project(shape: &Shape, plan: &Plan, at: u32, dice: &mut Dice) -> (String, String) {
    let name = names::project(at);
    let mut out = format!("projects:\n  {name}:\n");
    let (networks, routers) = (shape.share(shape.networks, at), shape.share(shape.routers, at));
    if networks > 0 {
        out.push_str("    networks:\n");
    }
    for network in 0..networks {
        let v6 = if shape.ipv6 {
            let cidr = plan.subnet6(at, network);
            format!(", v6: {{cidr: \"{cidr}\", ipv6_ra_mode: slaac, ipv6_address_mode: slaac}}")
        } else {
            String::new()
        };
        let _ = writeln!(out, "      net-{network}: {{subnets: {{v4: {{cidr: {}}}{v6}}}}}", plan.subnet(network));
    }
    if routers > 0 {
        out.push_str("    routers:\n");
    }
    for router in 0..routers {
        let joined: Vec<String> =
            (router..networks).step_by(routers as usize).map(|network| format!("net-{network}")).collect();
        let _ = writeln!(
            out,
            "      router-{router}: {{external_gateway: {{network: inet}}, interfaces: [{}]}}",
            joined.join(", ")
        );
    }
    groups(shape, &mut out);
    let ports = instances(shape, plan, at, networks, dice, &mut out);
    let floating = if routers == 0 { 0 } else { shape.share(shape.floating_ips, at) };
    if floating > 0 {
        out.push_str("    floating_ips:\n");
    }
    for (number, port) in ports.iter().take(floating as usize).enumerate() {
        let _ = writeln!(out, "      public-{number}: {{network: inet, port: {port}}}");
    }
    (name, out)
}

/// Security groups: each takes in from the one before it, from a private range, or answers to pings.
fn groups(shape: &Shape, out: &mut String) {
    if shape.groups > 0 {
        out.push_str("    security_groups:\n");
    }
    for group in 0..shape.groups {
        let before = names::group(if group == 0 { shape.groups - 1 } else { group - 1 });
        let none = if shape.rules == 0 { " []" } else { "" };
        let _ = writeln!(out, "      {}:\n        rules:{none}", names::group(group));
        for rule in 0..shape.rules {
            let (port, kind) = (8000 + rule * 4, rule % 4);
            let family = if shape.ipv6 && rule % 8 >= 4 { "ethertype: IPv6, " } else { "" };
            let prefix = if family.is_empty() { "10.0.0.0/8" } else { "\"fd0a::/16\"" };
            let _ = match kind {
                0 => writeln!(out, "          - {{{family}protocol: tcp, port: {port}, remote_ip_prefix: {prefix}}}"),
                1 => writeln!(
                    out,
                    "          - {{{family}protocol: tcp, port: {port}-{}, remote_group: {before}}}",
                    port + 3
                ),
                2 => writeln!(out, "          - {{{family}protocol: udp, port: {port}, remote_ip_prefix: {prefix}}}"),
                _ => writeln!(out, "          - {{{family}protocol: tcp, port: {port}, remote_group: {before}}}"),
            };
        }
    }
}

/// Instances with one port each, and one in twenty with two; gives the paths of the ports.
fn instances(shape: &Shape, plan: &Plan, at: u32, networks: u32, dice: &mut Dice, out: &mut String) -> Vec<String> {
    let total = shape.share(shape.ports, at);
    if total > 0 {
        out.push_str("    instances:\n");
    }
    let mut paths = Vec::with_capacity(total as usize);
    let (mut made, mut instance) = (0, 0);
    while made < total {
        let name = names::instance(instance, dice.below_u32(8));
        let host = host_name(dice.below_u32(shape.hosts));
        let count = if networks > 1 && dice.once_in(20) { 2.min(total - made) } else { 1 };
        let mut ports = Vec::new();
        for number in 0..count {
            let network = made % networks;
            // A quarter of the addresses is written; the others are handed out.
            let fixed = if dice.once_in(4) {
                format!(", fixed_ips: [{}]", plan.address(network, made / networks))
            } else {
                String::new()
            };
            ports.push(format!("eth{number}: {{network: net-{network}{fixed}{}}}", held(shape, dice)));
            paths.push(format!("{name}/eth{number}"));
            made += 1;
        }
        let _ = writeln!(out, "      {name}: {{host: {host}, ports: {{{}}}}}", ports.join(", "));
        instance += 1;
    }
    paths
}

/// The groups of a port: one, or two.
fn held(shape: &Shape, dice: &mut Dice) -> String {
    if shape.groups == 0 {
        return String::new();
    }
    let first = dice.below_u32(shape.groups);
    let second = (first + 1) % shape.groups;
    if second != first && dice.once_in(5) {
        format!(", security_groups: [{}, {}]", names::group(first), names::group(second))
    } else {
        format!(", security_groups: [{}]", names::group(first))
    }
}
