//! `<external network>.ep`: the SNAT interface of a host, itself an endpoint of the NAT group.
//!
//! The fabric learns the pool address here, so that answers come back to the host that translated.

use std::net::IpAddr;

use aciform_fabric::model::{Fabric, Snat};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::group;
use super::port::Attributes;
use super::schema::{GroupText, InterfaceText, IpText, MacText};

/// The content of a SNAT interface's file, keys in the order they are written.
/// It has no network and no VRF: nobody asks its host for metadata from there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SnatFile {
    /// `snat|<host>|<external network>`; the prefix makes the OVS agent classify by source address.
    pub attributes: Attributes,
    /// The NAT group's tenant.
    pub policy_space_name: String,
    /// The NAT group.
    #[schemars(with = "GroupText")]
    pub endpoint_group_name: String,
    /// The interface, named like its namespace.
    #[schemars(with = "InterfaceText")]
    pub interface_name: String,
    /// The pool address.
    #[schemars(with = "Vec<IpText>")]
    pub ip: Vec<IpAddr>,
    /// The interface's MAC.
    #[schemars(with = "MacText")]
    pub mac: String,
    /// Name-based, so that it stays the same; upstream draws it once per start of the agent.
    pub uuid: Uuid,
    /// Always true: behind it stand all translated instances.
    pub promiscuous_mode: bool,
}

/// The file of a SNAT interface.
pub(super) fn file(fabric: &Fabric, snat: &Snat) -> SnatFile {
    let (policy_space_name, endpoint_group_name) = group::names(fabric, snat.epg);
    SnatFile {
        attributes: Attributes { vm_name: snat.vm_name.clone() },
        policy_space_name,
        endpoint_group_name,
        interface_name: snat.interface.clone(),
        ip: vec![snat.address.address],
        mac: snat.mac.to_string(),
        uuid: snat.uuid,
        promiscuous_mode: true,
    }
}
