//! Addresses in use, network by network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aciform_diagnostics::Span;

use crate::map::Map;
use crate::model::{NetworkId, SubnetId};

/// Who has which address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses {
    used: Map<(NetworkId, IpAddr), Span>,
    /// Gateways, which are on the bridge domain whether or not a router joins: only a router's interface shares them.
    gateways: Map<(NetworkId, IpAddr), Span>,
    by_subnet: BTreeMap<SubnetId, Vec<IpAddr>>,
}

impl Addresses {
    /// Keeps the address of a bridge domain's subnet from ports.
    pub(crate) fn gateway(&mut self, network: NetworkId, address: IpAddr, span: Span) {
        self.gateways.insert((network, address), span);
    }

    /// Takes an address for a port, or says where it is taken already, and by what.
    pub(crate) fn claim(
        &mut self,
        network: NetworkId,
        subnet: Option<SubnetId>,
        address: IpAddr,
        span: Span,
    ) -> Option<(Span, &'static str)> {
        let gateway = self.gateways.get(&(network, address)).map(|first| (*first, "whose gateway it is"));
        let used = self.used.get(&(network, address)).map(|first| (*first, "by this"));
        used.or(gateway).or_else(|| self.join(network, subnet, address, span).map(|first| (first, "by this")))
    }

    /// Whether nothing has an address.
    pub(crate) fn is_free(&self, network: NetworkId, address: IpAddr) -> bool {
        !self.used.contains_key(&(network, address)) && !self.gateways.contains_key(&(network, address))
    }

    /// Takes an address for a router's interface, which may be the gateway; or says where another interface has it.
    pub(crate) fn join(
        &mut self,
        network: NetworkId,
        subnet: Option<SubnetId>,
        address: IpAddr,
        span: Span,
    ) -> Option<Span> {
        if let Some(first) = self.used.get(&(network, address)) {
            return Some(*first);
        }
        self.used.insert((network, address), span);
        if let Some(subnet) = subnet {
            self.by_subnet.entry(subnet).or_default().push(address);
        }
        None
    }

    /// What is in use on a subnet.
    pub(crate) fn on(&self, subnet: SubnetId) -> &[IpAddr] {
        self.by_subnet.get(&subnet).map_or(&[], Vec::as_slice)
    }
}
