//! Addresses in use, network by network.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use aciform_diagnostics::Span;

use crate::model::{NetworkId, SubnetId};

/// Who has which address.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    used: HashMap<(NetworkId, IpAddr), Span>,
    by_subnet: BTreeMap<SubnetId, Vec<IpAddr>>,
}

impl Addresses {
    /// Takes an address, or names the place that has it already.
    pub(crate) fn claim(
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
