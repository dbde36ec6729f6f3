//! The namespace behind a SNAT interface: its description and its rules.
//!
//! The switch hands a packet with an internal source (169.254.0.0/16) to the interface `of-…`, an internal port of `br-int`
//! that lives in a namespace of the same name. The namespace routes it straight back out of that interface, and its one nat
//! rule gives it the pool address. The steps are those of neutron-opflex-agent's SNAT manager, in its order.

use std::fmt::Write as _;
use std::net::IpAddr;

use aciform_diagnostics::Diagnostic;
use aciform_fabric::model::Snat;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::push_address;
use crate::artifact::Content;
use crate::frame::{Frames, Template};

const RULES: Template =
    Template { name: "netns/iptables.j2", text: include_str!("../../../../../templates/netns/iptables.j2") };

/// A network namespace with one switch port, in the order of the steps that make it.
/// A namespace or port of that name that is there already is removed first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "SNAT namespace")]
pub struct Netns {
    /// The Open vSwitch bridge that gets the port.
    pub bridge: String,
    /// The port and interface: `of-` and 12 hex digits.
    #[schemars(length(min = 1, max = 15))]
    pub interface: String,
    /// The type of the Open vSwitch interface.
    #[serde(rename = "type")]
    pub kind: InterfaceKind,
    /// The interface's MAC, lower case with colons.
    #[schemars(regex(pattern = r"^[0-9a-f]{2}(:[0-9a-f]{2}){5}$"))]
    pub mac: String,
    /// The namespace that the interface is moved into.
    pub namespace: String,
    /// Kernel settings inside the namespace, made before the interface arrives.
    pub sysctls: Vec<Sysctl>,
    /// The interface's MTU in bytes; absent: the kernel's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub mtu: Option<u32>,
    /// The interface's addresses with the length of their network, given once it is up.
    #[schemars(length(min = 1))]
    pub addresses: Vec<String>,
    /// Routes inside the namespace, through the interface.
    pub routes: Vec<Route>,
}

/// Types of Open vSwitch interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InterfaceKind {
    /// A device of the host's own kernel.
    Internal,
}

/// A kernel setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sysctl {
    /// Its name with dots: `net.ipv4.ip_forward`.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Where to, as a prefix: `0.0.0.0/0`.
    pub destination: String,
    /// Through whom.
    pub nexthop: String,
}

impl Netns {
    /// Describes the namespace of a SNAT interface.
    #[must_use]
    pub fn new(snat: &Snat) -> Self {
        let sysctl = |name: &str, value: &str| Sysctl { name: name.into(), value: value.into() };
        let mut nexthop = String::new();
        push_address(&mut nexthop, snat.gateway);
        let mut address = String::new();
        push_address(&mut address, snat.address.address);
        write!(address, "/{}", snat.address.network.length()).expect("writing to a string cannot fail");
        let destination = match snat.gateway {
            IpAddr::V4(_) => "0.0.0.0/0",
            IpAddr::V6(_) => "::/0",
        };
        Self {
            bridge: "br-int".into(),
            interface: snat.interface.clone(),
            kind: InterfaceKind::Internal,
            mac: snat.mac.to_string(),
            namespace: snat.interface.clone(),
            sysctls: vec![
                sysctl("net.ipv4.ip_forward", "1"),
                sysctl("net.ipv4.conf.all.send_redirects", "0"),
                sysctl("net.ipv6.conf.all.forwarding", "1"),
            ],
            // Neutron's option `nat_mtu_size` is 0 where nobody set it.
            mtu: snat.mtu.filter(|mtu| *mtu > 0),
            addresses: vec![address],
            routes: vec![Route { destination: destination.into(), nexthop }],
        }
    }
}

/// The closed schema of `netns.json`.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Netns)
}

/// The files of a namespace by name.
pub(super) fn files(snat: &Snat, frames: &Frames) -> [(&'static str, Result<Content, Diagnostic>); 3] {
    let mut description = serde_json::to_string_pretty(&Netns::new(snat)).expect("strings and numbers become JSON");
    description.push('\n');
    // Packets leave by the interface they came in, so the kernel would tell senders of a shorter way;
    // under IPv4 a setting keeps it quiet, under IPv6 there is none.
    let redirect = "-A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 137 -j DROP\n";
    let ipv4 = snat.address.address.is_ipv4();
    [
        ("netns.json", Ok(description.into())),
        ("iptables.v4", rules(snat, ipv4, "", frames)),
        ("iptables.v6", rules(snat, !ipv4, redirect, frames)),
    ]
}

/// The rules of one family; only the family of the pool translates. The agent hands iptables a range of one address
/// (`--to-source A-A`), which the kernel prints as the address alone.
fn rules(snat: &Snat, translates: bool, before_output: &str, frames: &Frames) -> Result<Content, Diagnostic> {
    let mut nat = String::new();
    if translates {
        nat.push_str("-A POSTROUTING -o ");
        nat.push_str(&snat.interface);
        nat.push_str(" -j SNAT --to-source ");
        push_address(&mut nat, snat.address.address);
        nat.push('\n');
    }
    let filter = format!("-A INPUT -j ACCEPT\n-A FORWARD -j ACCEPT\n{before_output}-A OUTPUT -j ACCEPT\n");
    super::render(frames, RULES, [("nat", nat), ("filter", filter)])
}
