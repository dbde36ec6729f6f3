//! Ports and floating IPs.

use std::net::IpAddr;

use aciform_diagnostics::Span;
use aciform_intent::scalar::{MacAddr, Prefix};
use uuid::Uuid;

use super::table::{ExtNetId, GroupId, HostId, NetworkId, PortId, SubnetId};

/// A port of an instance, of DHCP, or of nobody.
#[derive(Clone, Debug)]
pub struct Port {
    /// The owning project's handle.
    pub project: String,
    /// `instance/port`, or the port's handle.
    pub path: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// Its MAC.
    pub mac: MacAddr,
    /// Its network.
    pub network: NetworkId,
    /// Its addresses in written order.
    pub fixed_ips: Vec<FixedIp>,
    /// Who it belongs to.
    pub owner: PortOwner,
    /// Where it runs; `None`: unbound.
    pub host: Option<HostId>,
    /// Whether it is filtered; false: every address may be used.
    pub port_security: bool,
    /// Its groups in listed order; empty when port security is off.
    pub security_groups: Vec<GroupId>,
    /// Its allowed address pairs in listed order, MACs filled in; empty when port security is off.
    pub pairs: Vec<Pair>,
    /// The conntrack zone on its host, for filtered bound ports.
    pub zone: Option<u16>,
    /// The cause in the input.
    pub source: Span,
}

/// An address of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedIp {
    /// The subnet it lies in.
    pub subnet: SubnetId,
    /// The address.
    pub address: IpAddr,
}

/// An allowed address pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// An address or a prefix, without host bits.
    pub prefix: Prefix,
    /// The MAC it goes with.
    pub mac: MacAddr,
}

/// Who a port belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortOwner {
    /// An instance (`compute:`), with its name in Nova.
    Instance(String),
    /// The DHCP agent (`network:dhcp`): trusted, promiscuous.
    Dhcp,
    /// Nobody: on no host.
    Unbound,
}

/// A floating IP.
#[derive(Clone, Debug)]
pub struct FloatingIp {
    /// The owning project's handle.
    pub project: String,
    /// The handle.
    pub handle: String,
    /// The id in Neutron.
    pub id: Uuid,
    /// The external network.
    pub external_network: ExtNetId,
    /// The public address.
    pub address: IpAddr,
    /// The port and which of its addresses; `None`: reserved only.
    pub port: Option<(PortId, IpAddr)>,
    /// The cause in the input.
    pub source: Span,
}

/// What is given no address of an external network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// A floating IP of this one.
    FloatingIp(ExtNetId),
    /// A router's way out.
    RouterGateway,
}
