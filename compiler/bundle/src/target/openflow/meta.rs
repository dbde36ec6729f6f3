//! Fixed numbers of the pipeline: metadata bits, cookies and addresses, as agent-ovs 2.7 has them.

use std::net::Ipv4Addr;

/// Bits 0 to 7: what the output table does.
pub(super) const ACTION_MASK: u64 = 0xff;
/// Send it out of the port in `reg7`.
pub(super) const TO_PORT: u64 = 0x0;
/// Start over as a member of the group in `reg7`.
pub(super) const RESUBMIT: u64 = 0x1;
/// Translate it into the NAT group in `reg7`.
pub(super) const TRANSLATE: u64 = 0x2;
/// Send it out of the port in `reg7` after a translation was undone.
pub(super) const TO_PORT_REVERSED: u64 = 0x3;
/// Hand it to the fabric through the tunnel of its own group.
pub(super) const TO_TUNNEL: u64 = 0x4;
/// Flood it.
pub(super) const FLOOD: u64 = 0x5;
/// Send it through the tunnel to the endpoint in `reg7`.
pub(super) const TO_TUNNEL_ENDPOINT: u64 = 0x7;

/// It came from the fabric, which has already applied the contracts.
pub(super) const FROM_FABRIC: u64 = 0x100;
/// It came from a service's interface.
pub(super) const FROM_SERVICE: u64 = 0x200;
/// It was routed: it may leave by the port it came in on.
pub(super) const ROUTED: u64 = 0x400;

/// The agent tells packets sent to it apart by cookie alone.
pub(super) mod cookie {
    /// Nothing to tell.
    pub(in super::super) const NONE: u64 = 0;
    /// Neighbour discovery.
    pub(in super::super) const NEIGHBOUR: u64 = 0x8000_0000_0000_0003;
    /// DHCPv4.
    pub(in super::super) const DHCP4: u64 = 0x8000_0000_0000_0004;
    /// DHCPv6.
    pub(in super::super) const DHCP6: u64 = 0x8000_0000_0000_0005;
    /// ARP of a virtual address.
    pub(in super::super) const VIRTUAL_ARP: u64 = 0x8000_0000_0000_0006;
    /// A neighbour advertisement of a virtual address.
    pub(in super::super) const VIRTUAL_NEIGHBOUR: u64 = 0x8000_0000_0000_0007;
    /// An ICMP error whose inner header needs the translation undone.
    pub(in super::super) const ICMP_ERROR: u64 = 0x8000_0000_0000_0008;
    /// A counted drop of a table.
    pub(in super::super) const MISS: u64 = 0x4000_0000_0000_0000;
    /// A counted drop by policy, one per VRF.
    pub(in super::super) const POLICY_DROP: u64 = 0xc000_0000_0000_000c;
}

/// External groups are numbered in the space of VNIDs with this bit set.
pub(super) const EXTERNAL: u32 = 0x8000_0000;

/// The DHCP server's address of an endpoint whose block names none.
pub(super) const DHCP_SERVER: Ipv4Addr = Ipv4Addr::new(169, 254, 32, 32);
/// Where instances ask for metadata.
pub(super) const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// The router as the metadata namespace sees it.
pub(super) const METADATA_GATEWAY: Ipv4Addr = Ipv4Addr::new(169, 254, 1, 1);
