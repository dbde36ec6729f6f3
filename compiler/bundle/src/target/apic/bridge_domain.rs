//! Bridge domains with their gateways: one per network, and one per external network whose addresses are translated.

use aciform_fabric::model::{BridgeDomain, Fabric, GatewaySubnet};

use super::object::Object;
use super::{class, domain};

/// A bridge domain with its VRF, L3Outs and gateways.
pub(super) fn object(fabric: &Fabric, bridge_domain: &BridgeDomain) -> Object {
    let mark = &fabric.system.annotation;
    let to_vrf = Object::new(&class::BRIDGE_DOMAIN_TO_VRF, &[])
        .set("tnFvCtxName", &fabric.vrfs[bridge_domain.vrf].name)
        .mark(mark);
    let to_l3outs = bridge_domain
        .l3outs
        .iter()
        .map(|out| Object::new(&class::BRIDGE_DOMAIN_TO_L3OUT, &[&fabric.l3outs[*out].name]).mark(mark));
    Object::new(&class::BRIDGE_DOMAIN, &[&bridge_domain.name])
        .set("arpFlood", yes_or_no(bridge_domain.arp_flood))
        .set("unkMacUcastAct", &bridge_domain.unknown_mac_unicast)
        .set("unicastRoute", yes_or_no(bridge_domain.unicast_route))
        .set("epMoveDetectMode", &bridge_domain.ep_move_detect)
        .set("limitIpLearnToSubnets", yes_or_no(bridge_domain.limit_ip_learn))
        .maybe("nameAlias", bridge_domain.name_alias.as_deref())
        .mark(mark)
        .because(bridge_domain.source)
        .child(to_vrf)
        .children(to_l3outs)
        .children(bridge_domain.gateways.iter().map(|gateway| subnet(gateway, mark)))
}

fn subnet(gateway: &GatewaySubnet, mark: &str) -> Object {
    Object::new(&class::SUBNET, &[&domain::gateway(gateway.gateway, gateway.prefix)])
        .set("scope", &gateway.scope)
        .mark(mark)
        .because(gateway.source)
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
