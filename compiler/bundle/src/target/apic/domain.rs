//! Value domains: which texts APIC takes for an attribute.

use std::net::{IpAddr, Ipv4Addr};

use aciform_intent::scalar::{Interface, Prefix};

use super::class;

/// The texts that an attribute or a naming value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// One of these words.
    Word(&'static [&'static str]),
    /// One or more of these words, joined by commas in alphabetical order, the way APIC reads them back.
    Flags(&'static [&'static str]),
    /// `[a-zA-Z0-9_.-]`, one to `max` characters.
    Plain {
        /// The highest number of characters.
        max: usize,
    },
    /// `[a-zA-Z0-9_.:-]`, one to `max` characters.
    Colons {
        /// The highest number of characters.
        max: usize,
    },
    /// A gateway's address with the length of its subnet.
    Gateway,
    /// A prefix without host bits.
    Network,
    /// An IPv4 multicast group.
    Multicast,
    /// `vlan-1` to `vlan-4094`.
    Vlan,
    /// The DN of an object of one of these classes.
    Target(&'static [&'static str]),
    /// Any text of one to 255 characters without control characters: names of users and hosts.
    Text,
}

impl Domain {
    /// Whether APIC takes the value.
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Word(words) => words.contains(&value),
            Self::Flags(words) => {
                let flags: Vec<&str> = value.split(',').collect();
                flags.iter().all(|flag| words.contains(flag)) && flags.is_sorted_by(|a, b| a < b)
            }
            Self::Plain { max } => (1..=max).contains(&value.len()) && value.bytes().all(is_plain),
            Self::Colons { max } => (1..=max).contains(&value.len()) && value.bytes().all(|b| is_plain(b) || b == b':'),
            Self::Gateway => Interface::parse(value).is_ok_and(|read| read.to_string() == value),
            Self::Network => Prefix::parse(value).is_ok_and(|read| read.to_string() == value),
            Self::Multicast => value.parse::<Ipv4Addr>().is_ok_and(|group| group.is_multicast()),
            Self::Vlan => value
                .strip_prefix("vlan-")
                .and_then(|id| id.parse::<u16>().ok())
                .is_some_and(|id| (1..=4094).contains(&id) && value == format!("vlan-{id}")),
            Self::Target(classes) => class::of(value).is_some_and(|class| classes.contains(&class.name)),
            Self::Text => (1..=255).contains(&value.chars().count()) && !value.chars().any(char::is_control),
        }
    }

    /// What the value has to be, in the words of a help line.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Flags(words) => format!("one or more of {}, joined by commas", words.join(", ")),
            Self::Plain { max } => format!("1 to {max} characters out of a-z, A-Z, 0-9 and _.-"),
            Self::Colons { max } => format!("1 to {max} characters out of a-z, A-Z, 0-9 and _.:-"),
            Self::Gateway => "the gateway's address with the length of its subnet, such as 10.1.0.1/24".into(),
            Self::Network => "a prefix without host bits, such as 10.1.0.0/24".into(),
            Self::Multicast => "an IPv4 multicast address, 224.0.0.0 to 239.255.255.255".into(),
            Self::Vlan => "vlan-1 to vlan-4094".into(),
            Self::Target(classes) => format!("the DN of an object of class {}", classes.join(" or ")),
            Self::Text => "1 to 255 characters without control characters".into(),
        }
    }

    /// An ECMA regular expression, without anchors, that every accepted value matches.
    /// Ranges of numbers and addresses are wider than what [`Domain::accepts`] takes.
    #[must_use]
    pub fn pattern(self) -> String {
        const ADDRESS: &str = "[0-9a-f.:]+";
        match self {
            Self::Word(words) => format!("(?:{})", words.join("|")),
            Self::Flags(words) => {
                let word = words.join("|");
                format!("(?:{word})(?:,(?:{word}))*")
            }
            Self::Plain { max } => format!("[a-zA-Z0-9_.-]{{1,{max}}}"),
            Self::Colons { max } => format!("[a-zA-Z0-9_.:-]{{1,{max}}}"),
            Self::Gateway | Self::Network => format!("{ADDRESS}/[0-9]{{1,3}}"),
            Self::Multicast => r"2[23][0-9](?:\.[0-9]{1,3}){3}".into(),
            Self::Vlan => "vlan-[0-9]{1,4}".into(),
            Self::Target(classes) => {
                let classes = classes.iter().filter_map(|name| class::named(name));
                let dns: Vec<String> = classes.map(class::Class::dn_pattern).collect();
                format!("(?:{})", dns.join("|"))
            }
            Self::Text => ".{1,255}".into(),
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// An address as APIC reads it back: IPv6 compressed, in lower case.
pub(super) fn gateway(address: IpAddr, network: Prefix) -> String {
    format!("{address}/{}", network.length())
}

#[cfg(test)]
mod tests {
    use super::Domain;

    #[test]
    fn each_domain_takes_its_own_values_and_nothing_beside() {
        let cases: [(Domain, &[&str], &[&str]); 9] = [
            (Domain::Word(&["yes", "no"]), &["yes"], &["", "Yes", "yes,no"]),
            (
                Domain::Flags(&["public", "private", "shared"]),
                &["public", "private,shared"],
                &["", "shared,private", "public,public", "public, shared"],
            ),
            (Domain::Plain { max: 4 }, &["a_.-"], &["", "a:b", "abcde", "é", "a b", "a/b"]),
            (Domain::Colons { max: 4 }, &["a:b"], &["", "a/b", "abcde"]),
            (
                Domain::Gateway,
                &["10.0.0.1/24", "2001:db8::1/64"],
                &["10.0.0.1", "10.0.0.1/33", "2001:DB8::1/64", "2001:db8:0:0::1/64"],
            ),
            (Domain::Network, &["0.0.0.0/0", "10.0.0.0/24"], &["10.0.0.1/24"]),
            (Domain::Multicast, &["225.1.2.3"], &["223.255.255.255", "240.0.0.0", "ff02::1"]),
            (Domain::Vlan, &["vlan-1", "vlan-4094"], &["vlan-0", "vlan-4095", "vlan-01", "vlan-None", "7"]),
            (
                Domain::Target(&["fvnsVlanInstP"]),
                &["uni/infra/vlanns-[a_vlan_ns]-dynamic"],
                &["uni/infra", "uni/infra/maddrns-a", "infra/vlanns-[a]-dynamic", "uni/infra/vlanns-[a]-dynamic/x"],
            ),
        ];
        for (domain, good, bad) in cases {
            for value in good {
                assert!(domain.accepts(value), "{domain:?} refuses {value:?}");
            }
            for value in bad {
                assert!(!domain.accepts(value), "{domain:?} takes {value:?}");
            }
        }
    }
}
