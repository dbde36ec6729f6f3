//! Names of chains, interfaces and sets, cut to the kernel's limits as Neutron 29 cuts them.
//!
//! A chain is the agent's prefix, `-` and at most 11 characters (28 in all, one more is refused by the kernel);
//! port chains are a letter and 10 characters of the port's id, interfaces three letters and 11.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use aciform_intent::model::EtherType;

/// What stands in front of every line of the agent: the first 16 characters of `neutron-opflex-agent`.
pub(super) const PREFIX: &str = "neutron-opflex-a";

/// The letter of a port chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortChain {
    /// `i`: towards the instance.
    Ingress,
    /// `o`: from the instance.
    Egress,
    /// `s`: which sources the instance may use.
    Spoof,
}

impl PortChain {
    fn letter(self) -> char {
        match self {
            Self::Ingress => 'i',
            Self::Egress => 'o',
            Self::Spoof => 's',
        }
    }
}

/// The names that follow from a port's id.
#[derive(Clone, Copy, Debug)]
pub(super) struct PortName {
    text: [u8; Hyphenated::LENGTH],
}

impl PortName {
    pub(super) fn new(id: Uuid) -> Self {
        let mut text = [0; Hyphenated::LENGTH];
        id.hyphenated().encode_lower(&mut text);
        Self { text }
    }

    /// The whole id.
    pub(super) fn id(&self) -> &str {
        self.first(Hyphenated::LENGTH)
    }

    /// What follows the three letters of `tap…` and `qvb…`.
    pub(super) fn device(&self) -> &str {
        self.first(11)
    }

    /// Appends the name of one of the port's chains.
    pub(super) fn push_chain(&self, out: &mut String, chain: PortChain) {
        out.push_str(PREFIX);
        out.push('-');
        out.push(chain.letter());
        out.push_str(self.first(10));
    }

    fn first(&self, length: usize) -> &str {
        std::str::from_utf8(&self.text[..length]).expect("a hyphenated id is ASCII")
    }
}

/// The set of a group's members of one family: `N`, the family, and the id cut to 29 characters in all,
/// two short of the kernel's limit because Neutron fills a set under the name with `-n` behind it.
pub(super) fn set(group: Uuid, family: EtherType) -> String {
    let family = match family {
        EtherType::IPv4 => "NIPv4",
        EtherType::IPv6 => "NIPv6",
    };
    let mut name = format!("{family}{}", group.hyphenated());
    name.truncate(29);
    name
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{EtherType, PortChain, PortName, set};

    #[test]
    fn names_are_cut_as_the_agent_cuts_them() {
        let port = PortName::new(Uuid::parse_str("43591b4f-8635-4ad6-b8d7-c6510dd618ee").expect("an id"));
        let mut chain = String::new();
        port.push_chain(&mut chain, PortChain::Egress);
        assert_eq!(chain, "neutron-opflex-a-o43591b4f-8");
        assert_eq!(chain.len(), 28);
        assert_eq!(port.device(), "43591b4f-86");
        let group = Uuid::parse_str("d3f8b6e0-91c4-4a57-b2e3-000000000001").expect("an id");
        assert_eq!(set(group, EtherType::IPv4), "NIPv4d3f8b6e0-91c4-4a57-b2e3-");
    }
}
