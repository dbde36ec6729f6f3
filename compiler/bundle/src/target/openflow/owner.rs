//! For whom a flow is made: the name and the place in the input that a finding about it needs.

use aciform_diagnostics::Span;
use aciform_fabric::model::{BdId, ContractId, EpgId, Fabric, Host, VrfId};

/// For whom a flow is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The bridge as such.
    Bridge,
    Group(EpgId),
    Domain(BdId),
    Vrf(VrfId),
    /// An external group, by the VRF whose route leads to it and its number.
    External(VrfId, u32),
    Contract(ContractId),
    /// An endpoint, by its position on the host.
    Endpoint(u32),
    /// A SNAT interface, by its position on the host.
    Snat(u32),
    /// A metadata service, by its VRF.
    Service(VrfId),
}

impl Owner {
    /// What a reader knows it by.
    pub(super) fn name(self, fabric: &Fabric, host: &Host) -> String {
        let vrf = |id: VrfId| {
            let vrf = &fabric.vrfs[id];
            format!("`{}/{}`", fabric.tenants[vrf.tenant].name, vrf.name)
        };
        match self {
            Self::Bridge => "the bridge itself".to_owned(),
            Self::Group(id) => {
                let epg = &fabric.epgs[id];
                format!("group `{}/{}/{}`", fabric.tenants[epg.tenant].name, epg.app_profile, epg.name)
            }
            Self::Domain(id) => {
                let domain = &fabric.bridge_domains[id];
                format!("bridge domain `{}/{}`", fabric.tenants[domain.tenant].name, domain.name)
            }
            Self::Vrf(id) => format!("VRF {}", vrf(id)),
            Self::External(id, number) => format!("external group {number} of VRF {}", vrf(id)),
            Self::Contract(id) => {
                let contract = &fabric.contracts[id];
                format!("contract `{}/{}`", fabric.tenants[contract.tenant].name, contract.name)
            }
            Self::Endpoint(at) => {
                let endpoint = &host.endpoints[at as usize];
                format!("endpoint {} on `{}`", endpoint.mac, endpoint.interface)
            }
            Self::Snat(at) => format!("SNAT interface `{}`", host.snats[at as usize].interface),
            Self::Service(id) => format!("metadata service of VRF {}", vrf(id)),
        }
    }

    /// Where it comes from in the input.
    pub(super) fn source(self, fabric: &Fabric, host: &Host) -> Option<Span> {
        match self {
            Self::Bridge => host.source,
            Self::Group(id) => fabric.epgs[id].source,
            Self::Domain(id) => fabric.bridge_domains[id].source,
            Self::Vrf(id) | Self::External(id, _) | Self::Service(id) => fabric.vrfs[id].source,
            Self::Contract(id) => fabric.contracts[id].source,
            Self::Endpoint(at) => host.endpoints[at as usize].source,
            Self::Snat(at) => fabric.networks
                [fabric.external_networks[host.snats[at as usize].external_network].network]
                .source
                .into(),
        }
    }
}
