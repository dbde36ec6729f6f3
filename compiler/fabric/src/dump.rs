//! The fabric for people and for tools: the same tree as indented text and as JSON, every index spelled as a name.

mod aci;
mod hosts;
mod neutron;
mod tree;

use serde_json::Value;

use crate::model::Fabric;
use tree::Node;

/// The fabric as text, a line for each object, nested ones indented; what is absent or empty is left out.
/// Table order throughout, so that two dumps differ where two fabrics do.
#[must_use]
pub fn dump(fabric: &Fabric) -> String {
    tree(fabric).text()
}

/// The same as JSON: an object of tables; numbers stay numbers, absent values are left out.
#[must_use]
pub fn to_json(fabric: &Fabric) -> Value {
    tree(fabric).json()
}

fn tree(fabric: &Fabric) -> Node {
    Node::map()
        .with("system", aci::system(&fabric.system))
        .with("tenants", aci::tenants(fabric))
        .with("vrfs", aci::vrfs(fabric))
        .with("bridge_domains", aci::bridge_domains(fabric))
        .with("epgs", aci::epgs(fabric))
        .with("filters", aci::filters(fabric))
        .with("contracts", aci::contracts(fabric))
        .with("l3outs", aci::l3outs(fabric))
        .with("networks", neutron::networks(fabric))
        .with("external_networks", neutron::external_networks(fabric))
        .with("routers", neutron::routers(fabric))
        .with("security_groups", neutron::security_groups(fabric))
        .with("ports", neutron::ports(fabric))
        .with("floating_ips", neutron::floating_ips(fabric))
        .with("hosts", hosts::hosts(fabric))
}
