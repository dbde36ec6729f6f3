//! What the words of a key name, and what lies below what: the grammar that renames follow.

use super::kind::Kind;

/// What a word of a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Noun {
    Project,
    Network,
    Subnet,
    Router,
    SecurityGroup,
    Instance,
    Port,
    FloatingIp,
    ExternalNetwork,
    Host,
}

impl Noun {
    pub(super) const ALL: [Self; 10] = [
        Self::Project,
        Self::Network,
        Self::Subnet,
        Self::Router,
        Self::SecurityGroup,
        Self::Instance,
        Self::Port,
        Self::FloatingIp,
        Self::ExternalNetwork,
        Self::Host,
    ];

    /// The word in keys of [`Kind::Id`], and the key under `renamed`.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Project => ("project", "projects"),
            Self::Network => ("network", "networks"),
            Self::Subnet => ("subnet", "subnets"),
            Self::Router => ("router", "routers"),
            Self::SecurityGroup => ("security_group", "security_groups"),
            Self::Instance => ("instance", "instances"),
            Self::Port => ("port", "ports"),
            Self::FloatingIp => ("floating_ip", "floating_ips"),
            Self::ExternalNetwork => ("external_network", "external_networks"),
            Self::Host => ("host", "hosts"),
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        match word {
            // A router's port on its external network.
            "router_gateway" => Some(Self::Router),
            _ => Self::ALL.into_iter().find(|noun| noun.words().0 == word),
        }
    }

    pub(super) fn of_plural(plural: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|noun| noun.words().1 == plural)
    }

    /// The shape of its path, and whether a path has it.
    pub(super) fn shape(self, path: &str) -> (&'static str, bool) {
        let whole = path.split('/').all(|component| !component.is_empty());
        let components = path.split('/').count();
        let (shape, fits) = match self {
            Self::Project => ("project", components == 1),
            Self::Network => ("project/network", components == 2),
            // An external network has no project in its path.
            Self::Subnet => ("project/network/subnet", components == 3 || components == 2),
            Self::Router => ("project/router", components == 2),
            Self::SecurityGroup => ("project/security_group", components == 2),
            Self::Instance => ("project/instance", components == 2),
            Self::Port => ("project/instance/port", components == 3 || components == 2),
            Self::FloatingIp => ("project/floating_ip", components == 2),
            Self::ExternalNetwork => ("external_network", components == 1),
            Self::Host => ("host", components == 1),
        };
        (shape, whole && fits)
    }

    /// What the path without its last component names.
    pub(super) fn parent(self, path: &str) -> Option<Self> {
        match self {
            Self::Project | Self::ExternalNetwork | Self::Host => None,
            Self::Network | Self::Router | Self::SecurityGroup | Self::Instance | Self::FloatingIp => {
                Some(Self::Project)
            }
            Self::Subnet if path.contains('/') => Some(Self::Network),
            Self::Subnet => Some(Self::ExternalNetwork),
            Self::Port if path.contains('/') => Some(Self::Instance),
            Self::Port => Some(Self::Project),
        }
    }
}

/// Network and host of a DHCP port's path.
pub(super) fn dhcp_port(path: &str) -> Option<(&str, &str)> {
    let (rest, host) = path.rsplit_once('/')?;
    let network = rest.strip_suffix("/dhcp")?;
    (network.split('/').count() == 2).then_some((network, host))
}

/// Which words of a key are paths, and of what: the table in the head of this module's parent.
pub(super) fn nouns(kind: Kind, key: &str) -> Vec<(usize, Noun)> {
    let by_word = || {
        let (word, rest) = key.split_once(' ').unwrap_or((key, ""));
        // A host may be called `port`; an interface has no `/`, and of the nouns with a MAC each has one in its path.
        match Noun::of_word(word) {
            Some(noun) if kind != Kind::Mac || rest.contains('/') => vec![(1, noun)],
            _ if kind == Kind::Mac => vec![(0, Noun::Host)],
            _ => Vec::new(),
        }
    };
    match kind {
        Kind::Id | Kind::Name | Kind::Mac => by_word(),
        Kind::FixedIp => vec![(0, Noun::Subnet), (1, Noun::Port)],
        Kind::DhcpHost => vec![(0, Noun::Network)],
        Kind::RouterGateway => vec![(0, Noun::ExternalNetwork), (1, Noun::Router)],
        Kind::FloatingIp => vec![(0, Noun::ExternalNetwork), (1, Noun::FloatingIp)],
        Kind::Snat => vec![(0, Noun::ExternalNetwork), (1, Noun::Host)],
        Kind::InternalNat => vec![(0, Noun::Host), (1, Noun::ExternalNetwork), (2, Noun::Port)],
        Kind::OfPort | Kind::Zone | Kind::MetadataNextHop => vec![(0, Noun::Host)],
        Kind::Vnid | Kind::BridgeDomain | Kind::FloodDomain | Kind::Vrf | Kind::ExternalNetwork | Kind::Rule => {
            Vec::new()
        }
    }
}
