//! What holds where nobody says otherwise: Neutron's defaults and the constants of the fabric and its agents.

use std::net::{Ipv4Addr, Ipv6Addr};

use aciform_intent::scalar::Prefix;

/// The fabric's TEP pool, as the APIC setup dialog proposes it.
pub const TEP_POOL: &str = "10.0.0.0/16";
/// The infrastructure VLAN of older fabrics.
pub(crate) const INFRA_VLAN: u16 = 4093;
/// The anycast tunnel endpoint's place in the TEP pool.
pub(crate) const ANYCAST_TEP_OFFSET: u128 = 32;
/// The tunnel port of a generation L host.
pub(crate) const TUNNEL: &str = "br-int_vxlan0";
/// The metadata namespace's port on `br-int`.
pub(crate) const METADATA_PORT: &str = "of-svc-ovsport";
/// Its other end, inside the namespace.
pub(crate) const METADATA_PEER: &str = "of-svc-nsport";
/// Where the metadata agent's next hops start.
pub(crate) const METADATA_NEXT_HOP: Ipv4Addr = Ipv4Addr::new(169, 254, 240, 3);
/// How many next hops there are.
pub(crate) const METADATA_NEXT_HOPS: u32 = 1000;
/// The address instances ask for metadata; never handed out as an internal NAT address.
pub(crate) const METADATA_ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// The first VNID of a group that no fact gives one.
pub(crate) const FIRST_VNID: u32 = 0x0080_0001;
/// The lowest conntrack zone that Neutron's driver hands out: OVS agents use the VLAN tags below.
pub(crate) const FIRST_ZONE: u32 = 4097;
/// The highest that the kernel takes.
pub(crate) const LAST_ZONE: u32 = 65535;
/// The highest OpenFlow port number that is not reserved (`OFPP_MAX` of Open vSwitch).
pub(crate) const LAST_OFPORT: u32 = 65279;
/// Neutron's `max_allowed_address_pair`.
pub(crate) const MAX_PAIRS: usize = 10;

/// 169.254.0.0/16, which stays inside every VRF of instances: metadata and internal NAT addresses lie there.
pub(crate) fn link_local() -> Prefix {
    Prefix::containing(Ipv4Addr::new(169, 254, 0, 0).into(), 16)
}

/// `0.0.0.0/0`.
pub(crate) fn everything() -> Prefix {
    Prefix::containing(Ipv4Addr::UNSPECIFIED.into(), 0)
}

/// Ranges that no subnet and no pool can lie in, each with its reason (RFC 6890).
#[must_use]
pub fn reserved() -> [(Prefix, &'static str); 9] {
    let v4 = |first: u8, length| Prefix::containing(Ipv4Addr::new(first, 0, 0, 0).into(), length);
    let v6 =
        |first: u16, last: u16, length| Prefix::containing(Ipv6Addr::new(first, 0, 0, 0, 0, 0, 0, last).into(), length);
    [
        (link_local(), "metadata, internal NAT and link-local addresses lie there"),
        (v4(0, 8), "no host has an address there"),
        (v4(127, 8), "every host keeps these addresses to itself"),
        (v4(224, 4), "groups are addressed there, not hosts"),
        (v4(240, 4), "no host has an address there"),
        (v6(0xfe80, 0, 10), "metadata, internal NAT and link-local addresses lie there"),
        (v6(0xff00, 0, 8), "groups are addressed there, not hosts"),
        (v6(0, 0, 128), "no host has this address"),
        (v6(0, 1, 128), "every host keeps this address to itself"),
    ]
}
