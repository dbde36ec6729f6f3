//! What the payloads mean to a host: groups with their bridge domains and VRFs, what lies outside, who may talk to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::net::Net;
use crate::read::apic::{Object, Tree};

/// A group, by the names that endpoint files call it.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) dn: String,
    pub(crate) bridge_domain: String,
    /// DNs of the contracts that it provides and those that it consumes.
    pub(crate) provides: BTreeSet<String>,
    pub(crate) consumes: BTreeSet<String>,
}

/// A bridge domain.
#[derive(Debug)]
pub(crate) struct BridgeDomain {
    pub(crate) vrf: String,
    pub(crate) routed: bool,
    /// Gateways with the lengths of their subnets.
    pub(crate) gateways: Vec<(IpAddr, Net)>,
    /// The L3Outs that it leaves by.
    pub(crate) outs: Vec<String>,
}

/// Prefixes outside of a VRF.
#[derive(Debug)]
pub(crate) struct External {
    pub(crate) dn: String,
    pub(crate) vrf: String,
    pub(crate) prefixes: Vec<Net>,
    /// The group that translates; without one the fabric routes.
    pub(crate) nat_group: Option<String>,
    pub(crate) provides: BTreeSet<String>,
    pub(crate) consumes: BTreeSet<String>,
}

/// The payloads by meaning. Everything is named by its DN.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    /// Tenant, then `<application profile>|<group>`.
    pub(crate) groups: BTreeMap<String, BTreeMap<String, Group>>,
    pub(crate) group_names: BTreeMap<String, (String, String)>,
    pub(crate) bridge_domains: BTreeMap<String, BridgeDomain>,
    pub(crate) externals: BTreeMap<String, External>,
    /// Those with a filter: the others let nothing through.
    pub(crate) open_contracts: BTreeSet<String>,
}

impl Policy {
    /// Reads the meaning out of the tree; what does not resolve is left out, and reported where references are.
    pub(crate) fn of(tree: &Tree) -> Self {
        let mut policy = Self::default();
        for object in tree.of("fvBD") {
            policy.bridge_domains.insert(object.dn.clone(), bridge_domain(tree, object));
        }
        for object in tree.of("fvAEPg") {
            let Some(profile) = object.parent.map(|at| &tree.objects[at]) else { continue };
            let Some(relation) = tree.below(object, "fvRsBd").next() else { continue };
            let group = Group {
                dn: object.dn.clone(),
                bridge_domain: by_name(tree, object.tenant(), "BD-", relation.attribute("tnFvBDName")),
                provides: contracts(tree, object, "fvRsProv"),
                consumes: contracts(tree, object, "fvRsCons"),
            };
            let name = format!("{}|{}", profile.name(), object.name());
            policy.group_names.insert(group.dn.clone(), (object.tenant().to_owned(), name.clone()));
            policy.groups.entry(object.tenant().to_owned()).or_default().insert(name, group);
        }
        for object in tree.of("l3extInstP") {
            policy.externals.extend(external(tree, object).map(|external| (external.dn.clone(), external)));
        }
        for subject in tree.of("vzSubj") {
            if let Some(contract) = subject.parent
                && tree.below(subject, "vzRsSubjFiltAtt").next().is_some()
            {
                policy.open_contracts.insert(tree.objects[contract].dn.clone());
            }
        }
        policy
    }

    /// A group by the names that an endpoint file has for it.
    pub(crate) fn group(&self, tenant: &str, name: &str) -> Option<&Group> {
        self.groups.get(tenant)?.get(name)
    }

    pub(crate) fn group_of(&self, dn: &str) -> Option<&Group> {
        let (tenant, name) = self.group_names.get(dn)?;
        self.group(tenant, name)
    }
}

fn bridge_domain(tree: &Tree, object: &Object) -> BridgeDomain {
    let vrf = tree.below(object, "fvRsCtx").next().map(|relation| relation.attribute("tnFvCtxName"));
    let gateway = |subnet: &Object| {
        let (address, length) = subnet.name().split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        Some((address, Net::around(address, length.parse().ok()?)?))
    };
    BridgeDomain {
        vrf: by_name(tree, object.tenant(), "ctx-", vrf.unwrap_or_default()),
        routed: object.attribute("unicastRoute") == "yes",
        gateways: tree.below(object, "fvSubnet").filter_map(gateway).collect(),
        outs: tree
            .below(object, "fvRsBDToOut")
            .map(|relation| by_name(tree, object.tenant(), "out-", relation.name()))
            .collect(),
    }
}

/// A shadow: an external group with subnets in a VRF of ours.
fn external(tree: &Tree, object: &Object) -> Option<External> {
    let out = object.parent.map(|at| &tree.objects[at])?;
    let vrf = tree.below(out, "l3extRsEctx").next()?.attribute("tnFvCtxName");
    let mapping = tree.below(object, "l3extRsInstPToNatMappingEPg").next();
    Some(External {
        dn: object.dn.clone(),
        vrf: by_name(tree, object.tenant(), "ctx-", vrf),
        prefixes: tree.below(object, "l3extSubnet").filter_map(|subnet| Net::parse(subnet.name())).collect(),
        nat_group: mapping.map(|mapping| mapping.attribute("tDn").to_owned()),
        provides: contracts(tree, object, "fvRsProv"),
        consumes: contracts(tree, object, "fvRsCons"),
    })
}

fn contracts(tree: &Tree, object: &Object, class: &str) -> BTreeSet<String> {
    tree.below(object, class).map(|relation| by_name(tree, object.tenant(), "brc-", relation.name())).collect()
}

/// What APIC takes a name for: the object in the same tenant, or else the one in `common`.
pub(crate) fn by_name(tree: &Tree, tenant: &str, prefix: &str, name: &str) -> String {
    let own = format!("uni/tn-{tenant}/{prefix}{name}");
    if tree.holds(&own) {
        return own;
    }
    let common = format!("uni/tn-common/{prefix}{name}");
    if tenant == "common" || tree.holds(&common) || prefix == "ctx-" && !tree.holds(&own) { common } else { own }
}

/// A VRF by the names that an endpoint file has for it.
pub(crate) fn vrf(tenant: &str, name: &str) -> String {
    format!("uni/tn-{tenant}/ctx-{name}")
}
