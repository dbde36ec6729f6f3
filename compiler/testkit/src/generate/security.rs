//! Security groups with rules of every kind that the language knows.

use std::fmt::Write as _;

use super::{Dice, Draws as _};

/// Some groups of a project; returns the lists that its ports choose from.
pub(super) fn groups(dice: &mut Dice, text: &mut String) -> Vec<String> {
    let mut lists = vec!["[default]".to_owned(), "[]".to_owned()];
    text.push_str("    security_groups:\n");
    // The project's own group may be written out, to give it an id and more rules.
    let named = 1 + dice.below(3);
    let first = u64::from(!dice.once_in(3));
    for number in first..=named {
        let handle = match number {
            0 => "default".to_owned(),
            number => format!("{}{number}", dice.pick(&["g", "Allow.", "sg--"])),
        };
        let stateful = number == 0 || !dice.once_in(6);
        let _ = writeln!(text, "      {handle}:\n        id: {}", dice.uuid());
        if !stateful {
            text.push_str("        stateful: false\n");
        }
        if dice.once_in(4) {
            text.push_str("        default_egress: false\n");
        }
        text.push_str("        rules:\n");
        let mut rules: Vec<String> = Vec::new();
        for _ in 0..1 + dice.below(5) {
            let mut rule = rule(dice);
            if number == 0 && rule == FROM_DEFAULT {
                // Every `default` begins with this one.
                "{ethertype: IPv6}".clone_into(&mut rule);
            }
            // The same rule twice is refused.
            if !rules.contains(&rule) {
                let _ = writeln!(text, "          - {rule}");
                rules.push(rule);
            }
        }
        if number == 0 {
            continue;
        }
        lists.push(format!("[{handle}]"));
        // Groups that track connections and groups that do not cannot be on one port.
        if stateful {
            lists.push(format!("[{handle}, default]"));
        }
    }
    lists
}

const FROM_DEFAULT: &str = "{ethertype: IPv6, remote_group: default}";

fn rule(dice: &mut Dice) -> String {
    let first = 20 + dice.below(8000);
    let last = first + 1 + dice.below(100);
    match dice.below(20) {
        0 => "{protocol: icmp}".to_owned(),
        1 => "{protocol: icmp, icmp: {type: 8, code: 0}}".to_owned(),
        2 => format!("{{protocol: tcp, port: {first}}}"),
        3 => format!("{{protocol: udp, port: {first}-{last}}}"),
        4 => format!("{{protocol: tcp, port: {first}, remote_ip_prefix: 198.51.100.{}/26}}", dice.below(4) * 64),
        5 => format!("{{protocol: tcp, port: {first}, remote_group: default}}"),
        6 => format!("{{direction: egress, protocol: sctp, port: {first}}}"),
        7 => format!("{{ethertype: IPv6, protocol: tcp, port: {first}}}"),
        8 => format!("{{protocol: udp, port: {first}, remote_ip_prefix: \"2001:db8:{:x}::/48\"}}", dice.below(99)),
        9 => "{protocol: icmpv6, icmp: {type: 128}}".to_owned(),
        10 => format!("{{direction: egress, protocol: tcp, port: {first}-{last}, remote_ip_prefix: 10.0.0.0/8}}"),
        11 => "{direction: egress, ethertype: IPv6, protocol: udp, port: 53}".to_owned(),
        12 => "{direction: egress, remote_group: default}".to_owned(),
        13 => "{protocol: gre}".to_owned(),
        14 => format!("{{protocol: udplite, port: {first}}}"),
        15 => format!("{{protocol: dccp, port: {first}-{last}}}"),
        16 => "{protocol: tcp, port: 1-65535, ethertype: IPv6}".to_owned(),
        17 => format!("{{remote_ip_prefix: 203.0.113.{}/32}}", dice.below(255)),
        18 => format!("{{protocol: {}}}", dice.pick(&[50, 112, 115, 200])),
        _ => FROM_DEFAULT.to_owned(),
    }
}
