//! The flows that a host has to have, with unknowns in place of the numbers that only flows know.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::flows::{base, endpoint, group, nat, service, subnet};
use crate::net::{Mac, Net, ROUTER};
use crate::policy::{BridgeDomain, Group, Policy};
use crate::read::endpoint::Endpoint;
use crate::read::host::{File, Host};

/// The tunnel's interface.
pub(crate) const TUNNEL: &str = "br-int_vxlan0";
/// The interface of the metadata services.
pub(crate) const SERVICES: &str = "of-svc-ovsport";

/// A number that only flows know, or that they share with the list of ports. By the DN of what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unknown {
    /// A group's VXLAN network id.
    Network(String),
    /// A group's multicast address.
    Multicast(String),
    /// The local number of a bridge domain.
    Bridge(String),
    /// The local number of a bridge domain's flood domain.
    Flood(String),
    /// The local number of a VRF.
    Routing(String),
    /// The number of an external network.
    External(String),
    /// The cookie of a contract's rule.
    Rule(String),
    /// The address of the fabric's anycast tunnel endpoint.
    Anycast,
    /// The OpenFlow number of an interface; of this host alone.
    Port(String),
}

/// What a flow is made from: the first of them is where a reader looks when it is not there.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    /// The artifact, or nothing: the flow is the same on every host.
    pub(crate) path: Option<String>,
    /// In words, with its article.
    pub(crate) what: String,
}

/// The flows, as text. `$n;` stands for unknown n in hex, `#n;` in decimal.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) flows: Vec<(String, u32)>,
    pub(crate) owners: Vec<Owner>,
    pub(crate) unknowns: Vec<Unknown>,
    numbers: HashMap<Unknown, usize>,
    /// Flood domains with the interfaces in them.
    pub(crate) floods: BTreeMap<String, BTreeSet<String>>,
    /// VRFs known here, with the bridge domains of groups known here.
    pub(crate) vrfs: BTreeMap<String, BTreeSet<String>>,
}

/// What the agent of a host has before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) host: &'a Host<'a>,
    pub(crate) policy: &'a Policy,
    /// Prefixes inside of each VRF, with those that no gateway tells of.
    pub(crate) internal: &'a BTreeMap<String, BTreeSet<Net>>,
}

impl Sheet {
    /// Plays the agent.
    pub(crate) fn of(scene: &Scene<'_>) -> Self {
        let mut sheet = Self::default();
        base::push(&mut sheet);
        for file in &scene.host.endpoints {
            endpoint::push(&mut sheet, scene, file);
            for mapping in &file.data.ip_address_mapping {
                nat::push(&mut sheet, scene, file, mapping);
            }
        }
        for file in &scene.host.services {
            service::push(&mut sheet, file);
        }
        let groups = group::known(scene);
        group::push(&mut sheet, scene, &groups);
        subnet::push(&mut sheet, scene, &groups);
        sheet
    }

    pub(crate) fn owner(&mut self, path: Option<&str>, what: impl Into<String>) -> u32 {
        self.owners.push(Owner { path: path.map(str::to_owned), what: what.into() });
        u32::try_from(self.owners.len() - 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn put(&mut self, owner: u32, flow: String) {
        self.flows.push((flow, owner));
    }

    fn number(&mut self, unknown: Unknown) -> usize {
        if let Some(at) = self.numbers.get(&unknown) {
            return *at;
        }
        let at = self.unknowns.len();
        self.unknowns.push(unknown.clone());
        self.numbers.insert(unknown, at);
        at
    }

    /// An unknown in hex.
    pub(crate) fn hex(&mut self, unknown: Unknown) -> String {
        format!("${};", self.number(unknown))
    }

    /// An interface's number: in hex as a register holds it, and in decimal.
    pub(crate) fn port(&mut self, interface: &str) -> (String, String) {
        let at = self.number(Unknown::Port(interface.to_owned()));
        (format!("${at};"), format!("#{at};"))
    }

    /// The numbers of a group: network id, bridge, flood and routing domain.
    pub(crate) fn numbers(&mut self, group: &Group, domain: &BridgeDomain) -> Numbers {
        Numbers {
            network: self.hex(Unknown::Network(group.dn.clone())),
            bridge: self.hex(Unknown::Bridge(group.bridge_domain.clone())),
            flood: self.hex(Unknown::Flood(group.bridge_domain.clone())),
            routing: self.hex(Unknown::Routing(domain.vrf.clone())),
        }
    }
}

/// A group's numbers as they are written into flows.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) network: String,
    pub(crate) bridge: String,
    pub(crate) flood: String,
    pub(crate) routing: String,
}

impl Numbers {
    /// Loads all four, the network id into this register.
    pub(crate) fn load(&self, register: u8) -> String {
        let Self { network, bridge, flood, routing } = self;
        format!(
            "load:{network}->NXM_NX_REG{register}[],load:{bridge}->NXM_NX_REG4[],load:{flood}->NXM_NX_REG5[],load:{routing}->NXM_NX_REG6[]"
        )
    }
}

impl<'a> Scene<'a> {
    /// The group of an endpoint and its bridge domain, where the payloads have them.
    pub(crate) fn group(&self, tenant: &str, name: &str) -> Option<(&'a Group, &'a BridgeDomain)> {
        let group = self.policy.group(tenant, name)?;
        Some((group, self.policy.bridge_domains.get(&group.bridge_domain)?))
    }

    pub(crate) fn group_of(&self, endpoint: &File<'_, Endpoint>) -> Option<(&'a Group, &'a BridgeDomain)> {
        self.group(&endpoint.data.policy_space_name, &endpoint.data.endpoint_group_name)
    }
}

/// A broadcast question for an address.
pub(crate) fn arp(address: std::net::IpAddr) -> String {
    format!("dl_dst=ff:ff:ff:ff:ff:ff,arp_tpa={address},arp_op=1")
}

/// A solicitation for an address, to any multicast MAC.
pub(crate) fn solicitation(address: std::net::IpAddr) -> String {
    format!("dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,icmp_type=135,icmp_code=0,nd_target={address}")
}

/// Turns a question for an address into the answer that this MAC has it.
pub(crate) fn arp_reply(mac: Mac, address: std::net::IpAddr) -> String {
    let number = match address {
        std::net::IpAddr::V4(address) => address.to_bits(),
        std::net::IpAddr::V6(_) => 0,
    };
    let mac = hex(mac.0);
    format!(
        "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],load:{mac}->NXM_OF_ETH_SRC[],load:0x2->NXM_OF_ARP_OP[],move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],load:{mac}->NXM_NX_ARP_SHA[],move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],load:{}->NXM_OF_ARP_SPA[]",
        hex(number.into())
    )
}

/// As the switch prints it: zero has no `0x`.
pub(crate) fn hex(number: u64) -> String {
    if number == 0 { "0".to_owned() } else { format!("{number:#x}") }
}

/// What a flow sets when it hands a packet on as a router does.
pub(crate) fn from_router(mac: Mac) -> String {
    format!("set_field:{ROUTER}->eth_src,set_field:{mac}->eth_dst")
}
