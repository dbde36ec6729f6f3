//! Which addresses what has.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{Shape, Unfit};

/// Where project subnets lie; every project has its own VRF, so all of them begin here.
const PRIVATE: (u32, u8) = (0x0a00_0000, 8);

/// Where the host pool lies.
const POOL: (u32, u8) = (0x6440_0000, 12);

/// Where floating IPs lie.
const PUBLIC: (u32, u8) = (0x6450_0000, 12);

/// Addresses of a subnet that no port has: its ends, its gateway, up to two DHCP servers, a router's.
const OVERHEAD: u32 = 6;

/// The prefixes of a site.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The length of each project subnet.
    length: u8,
    pool: u8,
    public: u8,
}

impl Plan {
    pub(crate) fn new(shape: &Shape) -> Result<Self, Unfit> {
        let most = |total: u32| total.div_ceil(shape.projects);
        let networks = most(shape.networks).max(1);
        let ports = most(shape.ports).div_ceil((shape.networks / shape.projects).max(1));
        // A /24 is what people take.
        let length = length(u64::from(ports) + u64::from(OVERHEAD), PRIVATE.1)
            .ok_or_else(|| Unfit(format!("{ports} ports on one network are more than 10.0.0.0/8 has addresses")))?
            .min(24);
        if u64::from(networks) > 1 << (length - PRIVATE.1) {
            return Err(Unfit(format!(
                "{networks} networks of a project, each a /{length}, do not fit into 10.0.0.0/8"
            )));
        }
        let pool = length_in(u64::from(shape.hosts), POOL, "hosts")?;
        let public = length_in(u64::from(shape.floating_ips) + u64::from(shape.routers), PUBLIC, "public addresses")?;
        Ok(Self { length, pool, public })
    }

    /// The IPv4 subnet of a project's network.
    pub(crate) fn subnet(&self, network: u32) -> String {
        format!("{}/{}", Ipv4Addr::from_bits(PRIVATE.0 + (network << (32 - self.length))), self.length)
    }

    /// An address of it for a port, counted from 0: behind the gateway and the first DHCP servers.
    pub(crate) fn address(&self, network: u32, port: u32) -> Ipv4Addr {
        Ipv4Addr::from_bits(PRIVATE.0 + (network << (32 - self.length)) + OVERHEAD - 2 + port)
    }

    /// The IPv6 subnet of a project's network.
    pub(crate) fn subnet6(&self, project: u32, network: u32) -> String {
        let part = |number: u32| u16::try_from(number & 0xffff).unwrap_or_default();
        format!("{}/64", Ipv6Addr::new(0xfd0a, part(network >> 16), part(project), part(network), 0, 0, 0, 0))
    }

    /// The host pool, with the gateway's address.
    pub(crate) fn host_pool(&self) -> String {
        format!("{}/{}", Ipv4Addr::from_bits(POOL.0 + 1), self.pool)
    }

    /// The subnet of floating IPs.
    pub(crate) fn floating(&self) -> String {
        format!("{}/{}", Ipv4Addr::from_bits(PUBLIC.0), self.public)
    }
}

fn length_in(need: u64, (_, shortest): (u32, u8), what: &str) -> Result<u8, Unfit> {
    // A quarter stays free, so that nothing is said to be nearly full.
    length(need + need / 4 + 12, shortest)
        .map(|length| length.min(24))
        .ok_or_else(|| Unfit(format!("{need} {what} are more than there is room for")))
}

/// The longest prefix that holds so many addresses.
fn length(need: u64, shortest: u8) -> Option<u8> {
    (shortest..=30).rev().find(|length| 1u64 << (32 - length) >= need)
}
