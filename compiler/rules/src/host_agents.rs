//! What the agents on hosts read: the ini of the Neutron agent, and the own file of the OVS agent.

mod domain;
mod domain_text;
mod encap_mismatch;
mod internal_pool;
mod mtu;
mod peer_outside;
mod physnet_not_served;
mod segment_gateway;
mod topology_key_place;
mod tunnel_port;
mod uplink_vlan;

use crate::Rule;

/// The rules of this family, in the order of their codes.
pub(crate) static RULES: &[&Rule] = &[
    &peer_outside::RULE,
    &tunnel_port::RULE,
    &mtu::RULE,
    &uplink_vlan::RULE,
    &physnet_not_served::RULE,
    &internal_pool::RULE,
    &domain_text::RULE,
    &segment_gateway::RULE,
    &topology_key_place::RULE,
];

/// The one rule of another family that looks at the agent's own file.
pub(crate) use encap_mismatch::RULE as ENCAP_MISMATCH;
