//! `<project id or VRF>.rdconfig`: what a VRF routes inside instead of translating it out.

use aciform_fabric::model::{Fabric, Vrf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::group;
use super::schema::PrefixText;

/// The content of a routing-domain file, keys in the order they are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoutingDomainFile {
    /// The VRF's tenant.
    pub domain_policy_space: String,
    /// The VRF.
    pub domain_name: String,
    /// Prefixes inside, sorted as text.
    #[schemars(with = "Vec<PrefixText>")]
    pub internal_subnets: Vec<String>,
}

/// The file of a VRF.
pub(super) fn file(fabric: &Fabric, vrf: &Vrf) -> RoutingDomainFile {
    let (domain_policy_space, domain_name) = group::vrf_names(fabric, vrf);
    let internal_subnets = vrf.routing_domain_subnets.iter().map(ToString::to_string).collect();
    RoutingDomainFile { domain_policy_space, domain_name, internal_subnets }
}
