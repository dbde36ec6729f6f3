//! `<VRF's uuid>.as`: the metadata service of one VRF.
//!
//! A request to 169.254.169.254 goes to the service port with the VRF's own next hop, which tells the proxy behind it whose it is.

use std::net::Ipv4Addr;

use aciform_fabric::model::{Fabric, MetadataService};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::group;
use super::schema::{InterfaceText, Ipv4Text, MacText};

/// The service port on `br-int`.
const INTERFACE: &str = "of-svc-ovsport";
/// Where instances ask for metadata.
const SERVICE: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
/// The default route of the service namespace, which the switch answers for.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(169, 254, 1, 1);

/// The content of a service file, keys in the order they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceFile {
    /// MD5 of `<tenant>|<vrf>` laid out as a UUID.
    pub uuid: Uuid,
    /// The service port on `br-int`.
    #[schemars(with = "InterfaceText")]
    pub interface_name: String,
    /// The MAC of the port's other end, in the service namespace.
    #[schemars(with = "MacText")]
    pub service_mac: String,
    /// The VRF's tenant.
    pub domain_policy_space: String,
    /// The VRF.
    pub domain_name: String,
    /// What is answered where.
    pub service_mapping: Vec<ServiceMapping>,
}

/// One address of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceMapping {
    /// The address that instances ask.
    #[schemars(with = "Ipv4Text")]
    pub service_ip: Ipv4Addr,
    /// The gateway that the answer is sent to.
    #[schemars(with = "Ipv4Text")]
    pub gateway_ip: Ipv4Addr,
    /// The address of the proxy that serves this VRF.
    #[schemars(with = "Ipv4Text")]
    pub next_hop_ip: Ipv4Addr,
}

/// The file of a metadata service.
pub(super) fn file(fabric: &Fabric, service: &MetadataService) -> ServiceFile {
    let (domain_policy_space, domain_name) = group::vrf_names(fabric, &fabric.vrfs[service.vrf]);
    ServiceFile {
        uuid: service.uuid,
        interface_name: INTERFACE.into(),
        service_mac: service.mac.to_string(),
        domain_policy_space,
        domain_name,
        service_mapping: vec![ServiceMapping {
            service_ip: SERVICE,
            gateway_ip: GATEWAY,
            next_hop_ip: service.next_hop,
        }],
    }
}
