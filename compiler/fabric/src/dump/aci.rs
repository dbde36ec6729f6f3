//! ACI's side of the dump.

use crate::model::{
    ContractId, ContractKind, Encapsulation, EpgId, EpgKind, Fabric, L3OutId, L3OutKind, System, VrfId,
};

use super::tree::Node;

/// `tenant|profile|group`, as hosts and operators see it.
pub(super) fn epg_name(fabric: &Fabric, id: EpgId) -> String {
    let epg = &fabric.epgs[id];
    format!("{}|{}|{}", fabric.tenants[epg.tenant].name, epg.app_profile, epg.name)
}

pub(super) fn vrf_name(fabric: &Fabric, id: VrfId) -> String {
    let vrf = &fabric.vrfs[id];
    format!("{}/{}", fabric.tenants[vrf.tenant].name, vrf.name)
}

pub(super) fn l3out_name(fabric: &Fabric, id: L3OutId) -> String {
    let l3out = &fabric.l3outs[id];
    format!("{}/{}", fabric.tenants[l3out.tenant].name, l3out.name)
}

pub(super) fn contract_name(fabric: &Fabric, id: ContractId) -> String {
    let contract = &fabric.contracts[id];
    format!("{}/{}", fabric.tenants[contract.tenant].name, contract.name)
}

fn hex(number: u32) -> String {
    format!("{number:#x}")
}

pub(super) fn system(system: &System) -> Node {
    let domains = system.domains.iter().map(|domain| {
        let pool = match &domain.encapsulation {
            Encapsulation::Vxlan { pool, first, last } => format!("vxlan {pool} {first}-{last}"),
            Encapsulation::Vlan { pool, blocks } => {
                let blocks = blocks.iter().map(|(first, last)| format!("{first}-{last}"));
                format!("vlan {pool} {}", blocks.collect::<Vec<_>>().join(" "))
            }
        };
        Node::map()
            .put("name", &domain.name)
            .put("pool", pool)
            .put("multicast_address", domain.multicast_address)
            .put("controller_host", &domain.controller_host)
            .put("user", &domain.user)
            .put("password_from", &domain.password_from)
    });
    Node::map()
        .put("id", &system.id)
        .put("annotation", &system.annotation)
        .put("anycast_tep", system.anycast_tep)
        .with("tep_pool", Node::maybe(system.tep_pool))
        .with("infra_vlan", Node::number(system.infra_vlan))
        .with("entity_profile", Node::maybe(system.entity_profile.as_ref()))
        .with("domains", Node::list(domains))
}

pub(super) fn tenants(fabric: &Fabric) -> Node {
    Node::list(fabric.tenants.iter().map(|tenant| {
        Node::map()
            .put("name", &tenant.name)
            .with("name_alias", Node::maybe(tenant.name_alias.as_ref()))
            .with("owned", Node::Truth(tenant.owned))
    }))
}

pub(super) fn vrfs(fabric: &Fabric) -> Node {
    Node::list(fabric.vrfs.entries().map(|(id, vrf)| {
        let routes = vrf.routes.iter().map(|route| {
            Node::map()
                .put("prefix", route.prefix)
                .with("external", Node::number(route.external))
                .with("nat", Node::maybe(route.nat.map(|epg| epg_name(fabric, epg))))
        });
        Node::map()
            .put("name", vrf_name(fabric, id))
            .with("owned", Node::Truth(vrf.owned))
            .with("routing_domain", Node::number(vrf.routing_domain))
            .with("internal_subnets", Node::texts(&vrf.internal_subnets))
            .put("routing_domain_file", &vrf.routing_domain_file)
            .with("routing_domain_subnets", Node::texts(&vrf.routing_domain_subnets))
            .with("routes", Node::list(routes))
    }))
}

pub(super) fn bridge_domains(fabric: &Fabric) -> Node {
    Node::list(fabric.bridge_domains.iter().map(|bd| {
        let gateways =
            bd.gateways.iter().map(|subnet| format!("{}/{} {}", subnet.gateway, subnet.prefix.length(), subnet.scope));
        Node::map()
            .put("name", format!("{}/{}", fabric.tenants[bd.tenant].name, bd.name))
            .with("name_alias", Node::maybe(bd.name_alias.as_ref()))
            .put("vrf", vrf_name(fabric, bd.vrf))
            .with("local", Node::number(bd.local))
            .with("flood_domain", Node::number(bd.flood_domain))
            .with("unicast_route", Node::Truth(bd.unicast_route))
            .with("arp_flood", Node::Truth(bd.arp_flood))
            .put("unknown_mac_unicast", &bd.unknown_mac_unicast)
            .put("ep_move_detect", &bd.ep_move_detect)
            .with("limit_ip_learn", Node::Truth(bd.limit_ip_learn))
            .with("gateways", Node::texts(gateways))
            .with("l3outs", Node::texts(bd.l3outs.iter().map(|out| l3out_name(fabric, *out))))
    }))
}

pub(super) fn epgs(fabric: &Fabric) -> Node {
    Node::list(fabric.epgs.entries().map(|(id, epg)| {
        let kind = match epg.kind {
            EpgKind::Network => "network",
            EpgKind::Nat => "nat",
        };
        Node::map()
            .put("name", epg_name(fabric, id))
            .with("name_alias", Node::maybe(epg.name_alias.as_ref()))
            .put("bridge_domain", &fabric.bridge_domains[epg.bridge_domain].name)
            .put("kind", kind)
            .put("vnid", hex(epg.vnid))
            .with("mcast", Node::maybe(epg.mcast))
            .with("contracts", Node::texts(epg.contracts.iter().map(|at| contract_name(fabric, *at))))
    }))
}

pub(super) fn filters(fabric: &Fabric) -> Node {
    Node::list(fabric.filters.iter().map(|filter| {
        Node::map()
            .put("name", format!("{}/{}", fabric.tenants[filter.tenant].name, filter.name))
            .put("entry", &filter.entry)
    }))
}

pub(super) fn contracts(fabric: &Fabric) -> Node {
    Node::list(fabric.contracts.entries().map(|(id, contract)| {
        let kind = match contract.kind {
            ContractKind::Router => "router",
            ContractKind::AllowAll => "allow-all",
        };
        let externals = contract.externals.iter().map(|external| Node::number(*external));
        Node::map()
            .put("name", contract_name(fabric, id))
            .with("name_alias", Node::maybe(contract.name_alias.as_ref()))
            .put("kind", kind)
            .put("subject", &contract.subject)
            .put("filter", &fabric.filters[contract.filter].name)
            .with("active", Node::Truth(contract.active))
            .with("rule", Node::number(contract.rule))
            .with("groups", Node::texts(contract.groups.iter().map(|epg| epg_name(fabric, *epg))))
            .with("externals", Node::list(externals))
    }))
}

pub(super) fn l3outs(fabric: &Fabric) -> Node {
    Node::list(fabric.l3outs.entries().map(|(id, out)| {
        let kind = match out.kind {
            L3OutKind::Preexisting => "pre-existing",
            L3OutKind::Shadow => "shadow",
        };
        let groups = out.external_epgs.iter().map(|epg| {
            Node::map()
                .put("name", &epg.name)
                .with("local", Node::number(epg.local))
                .with("subnets", Node::texts(&epg.subnets))
                .with("contracts", Node::texts(epg.contracts.iter().map(|at| contract_name(fabric, *at))))
                .with("nat", Node::maybe(epg.nat.map(|epg| epg_name(fabric, epg))))
        });
        Node::map()
            .put("name", l3out_name(fabric, id))
            .put("kind", kind)
            .put("vrf", vrf_name(fabric, out.vrf))
            .with("external_epgs", Node::list(groups))
    }))
}
