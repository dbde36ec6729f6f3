//! Protocol numbers as words.
//!
//! Neutron takes the names of the agent host's `/etc/protocols` over a table of its own, and iptables-save prints by the same file.
//! This is Debian 12's, so names and numbers give the same text; Red Hat calls protocol 4 `ipv4`.

use aciform_intent::model::Protocol;

use super::text::push_number;

/// Appends a protocol: its name, or the number where it has none.
pub(super) fn push_protocol(out: &mut String, protocol: Protocol) {
    match name(protocol.0) {
        Some(name) => out.push_str(name),
        None => push_number(out, protocol.0),
    }
}

fn name(number: u8) -> Option<&'static str> {
    Some(match number {
        1 => "icmp",
        2 => "igmp",
        3 => "ggp",
        4 => "ipencap",
        5 => "st",
        6 => "tcp",
        8 => "egp",
        9 => "igp",
        12 => "pup",
        17 => "udp",
        20 => "hmp",
        22 => "xns-idp",
        27 => "rdp",
        29 => "iso-tp4",
        33 => "dccp",
        36 => "xtp",
        37 => "ddp",
        38 => "idpr-cmtp",
        41 => "ipv6",
        43 => "ipv6-route",
        44 => "ipv6-frag",
        45 => "idrp",
        46 => "rsvp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        57 => "skip",
        58 => "ipv6-icmp",
        59 => "ipv6-nonxt",
        60 => "ipv6-opts",
        73 => "rspf",
        81 => "vmtp",
        88 => "eigrp",
        89 => "ospf",
        93 => "ax.25",
        94 => "ipip",
        97 => "etherip",
        98 => "encap",
        103 => "pim",
        108 => "ipcomp",
        112 => "vrrp",
        115 => "l2tp",
        124 => "isis",
        132 => "sctp",
        133 => "fc",
        135 => "mobility-header",
        136 => "udplite",
        137 => "mpls-in-ip",
        138 => "manet",
        139 => "hip",
        140 => "shim6",
        141 => "wesp",
        142 => "rohc",
        143 => "ethernet",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Protocol, push_protocol};

    #[test]
    fn numbers_have_the_names_that_the_tools_print() {
        for (number, text) in [
            (1, "icmp"),
            (4, "ipencap"),
            (41, "ipv6"),
            (58, "ipv6-icmp"),
            (94, "ipip"),
            (103, "pim"),
            (112, "vrrp"),
            (113, "113"),
            (124, "isis"),
            (136, "udplite"),
            (200, "200"),
            (255, "255"),
        ] {
            let mut out = String::new();
            push_protocol(&mut out, Protocol(number));
            assert_eq!(out, text);
        }
    }
}
