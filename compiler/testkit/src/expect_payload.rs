//! The objects that APIC must be given for a [`World`], by DN: class and attributes, no more and no less.
//!
//! Written from the naming rules of the ML2 generation for several tenants; shares nothing with the compiler.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::world::World;

/// DN to class and attributes.
pub type Objects = BTreeMap<String, (String, BTreeMap<String, String>)>;

/// What a site's payloads must hold.
#[must_use]
pub fn objects(world: &World) -> Objects {
    let mut made = Made { sys: world.system.clone(), objects: Objects::new() };
    made.domain(world);
    let any_contract = world.routers.iter().any(|router| !router.interfaces.is_empty() || router.external.is_some());
    if any_contract || !world.externals.is_empty() {
        made.bare("uni/tn-common", "fvTenant");
    }
    if any_contract {
        made.own("uni/tn-common/flt-os-filter", "vzFilter", &[]);
        made.own("uni/tn-common/flt-os-filter/e-os-entry", "vzEntry", &[]);
    }
    for router in world.routers.iter().filter(|router| !router.interfaces.is_empty() || router.external.is_some()) {
        let contract = format!("uni/tn-common/brc-contract-{}", router.id);
        made.own(&contract, "vzBrCP", &[("scope", "global"), ("nameAlias", &router.name.1)]);
        made.own(&format!("{contract}/subj-os-subject"), "vzSubj", &[]);
        if router.up {
            made.own(&format!("{contract}/subj-os-subject/rssubjFiltAtt-os-filter"), "vzRsSubjFiltAtt", &[]);
        }
    }
    for name in world.externals.keys() {
        made.external(world, name);
    }
    let projects: BTreeSet<&String> = world.networks.keys().map(|(project, _)| project).collect();
    for project in projects {
        made.project(world, project);
    }
    made.objects
}

/// The objects of payloads as they are posted.
///
/// # Panics
/// A payload is not a tree of classes, or says one object twice in two ways.
#[must_use]
pub fn read(payloads: &[Value]) -> Objects {
    let mut objects = Objects::new();
    for payload in payloads {
        visit(payload, "", &mut objects);
    }
    objects
}

fn visit(object: &Value, parent: &str, objects: &mut Objects) {
    for (class, body) in object.as_object().expect("an object of one class") {
        let text = |value: &Value| value.as_str().expect("attributes are texts").to_owned();
        let mut attributes: BTreeMap<String, String> =
            body["attributes"].as_object().expect("attributes").iter().map(|(k, v)| (k.clone(), text(v))).collect();
        let rn = attributes.remove("rn");
        let dn = attributes.remove("dn").or_else(|| rn.map(|rn| format!("{parent}/{rn}"))).expect("a dn or an rn");
        let known = objects.entry(dn.clone()).or_insert_with(|| (class.clone(), attributes.clone()));
        // Two payloads pass through the same parent; only one of them may say something about it.
        if *known != (class.clone(), attributes.clone()) {
            assert_eq!(known.0, *class, "{dn}");
            assert!(known.1.is_empty() || attributes.is_empty(), "{dn}: {:?} and {attributes:?}", known.1);
            known.1.extend(attributes);
        }
        for child in body["children"].as_array().into_iter().flatten() {
            visit(child, &dn, objects);
        }
    }
}

struct Made {
    sys: String,
    objects: Objects,
}

impl Made {
    /// An object that is only passed through.
    fn bare(&mut self, dn: &str, class: &str) {
        self.objects.entry(dn.to_owned()).or_insert_with(|| (class.to_owned(), BTreeMap::new()));
    }

    /// An object of ours.
    fn own(&mut self, dn: &str, class: &str, attributes: &[(&str, &str)]) {
        let mut all: BTreeMap<String, String> =
            attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        all.insert("annotation".to_owned(), format!("orchestrator:aciform:{}", self.sys));
        self.objects.insert(dn.to_owned(), (class.to_owned(), all));
    }

    fn domain(&mut self, world: &World) {
        let sys = self.sys.clone();
        let option = |name: &str, default: &str| world.option(name).unwrap_or(default).to_owned();
        let range = option("mcast_ranges", "225.2.1.1:225.2.255.255");
        let (first, last) = range.split_once(':').expect("a range has two ends");
        self.bare("uni/infra", "infraInfra");
        let pool = format!("uni/infra/maddrns-{}", option("apic_multicast_ns_name", &format!("{sys}_mcast_ns")));
        self.own(&pool, "fvnsMcastAddrInstP", &[]);
        let block = format!("{pool}/fromaddr-[{first}]-toaddr-[{last}]");
        self.own(&block, "fvnsMcastAddrBlk", &[("from", first), ("to", last)]);
        let domain = self.domain_dn();
        let modes = [("encapMode", "vxlan"), ("prefEncapMode", "vxlan")];
        let address = option("multicast_address", "225.1.2.3");
        let switch = [("enfPref", "sw"), ("mode", "ovs"), ("mcastAddr", address.as_str())];
        self.own(&domain, "vmmDomP", &[&switch[..], &modes].concat());
        let account = format!("{domain}/usracc-{sys}");
        self.own(&account, "vmmUsrAccP", &[("usr", &option("openstack_user", "admin"))]);
        let controller = format!("{domain}/ctrlr-{sys}");
        let address = option("vmm_controller_host", "openstack");
        let said = [("scope", "openstack"), ("rootContName", &sys), ("hostOrIp", &address), ("mode", "ovs")];
        self.own(&controller, "vmmCtrlrP", &said);
        self.own(&format!("{controller}/rsacc"), "vmmRsAcc", &[("tDn", &account)]);
        self.own(&format!("{domain}/rsdomMcastAddrNs"), "vmmRsDomMcastAddrNs", &[("tDn", &pool)]);
    }

    fn domain_dn(&self) -> String {
        format!("uni/vmmp-OpenStack/dom-{}", self.sys)
    }

    fn bridge_domain(&mut self, dn: &str, alias: Option<&str>, vrf: &str) {
        let mut attributes = vec![
            ("arpFlood", "yes"),
            ("unkMacUcastAct", "proxy"),
            ("unicastRoute", "yes"),
            ("epMoveDetectMode", "garp"),
            ("limitIpLearnToSubnets", "no"),
        ];
        attributes.extend(alias.map(|alias| ("nameAlias", alias)));
        self.own(dn, "fvBD", &attributes);
        self.own(&format!("{dn}/rsctx"), "fvRsCtx", &[("tnFvCtxName", vrf)]);
    }

    fn group(&mut self, tenant: &str, name: &str, alias: Option<&str>, bridge_domain: &str) -> String {
        let profile = format!("{tenant}/ap-{}", self.sys);
        self.own(&profile, "fvAp", &[]);
        let dn = format!("{profile}/epg-{name}");
        let alias: Vec<(&str, &str)> = alias.map(|alias| ("nameAlias", alias)).into_iter().collect();
        self.own(&dn, "fvAEPg", &alias);
        self.own(&format!("{dn}/rsbd"), "fvRsBd", &[("tnFvBDName", bridge_domain)]);
        self.own(&format!("{dn}/rsdomAtt-[{}]", self.domain_dn()), "fvRsDomAtt", &[]);
        dn
    }

    fn both_ways(&mut self, dn: &str, contract: &str) {
        self.own(&format!("{dn}/rsprov-{contract}"), "fvRsProv", &[]);
        self.own(&format!("{dn}/rscons-{contract}"), "fvRsCons", &[]);
    }

    fn external(&mut self, world: &World, name: &str) {
        let external = &world.externals[name];
        // The contract is where the L3Out is, the NAT group where the network's owner is.
        let (home, there) = (format!("uni/tn-{}", external.home), format!("uni/tn-{}", external.tenant));
        let all = format!("EXT-{}-allow-all", external.id);
        self.own(&format!("{there}/flt-{all}"), "vzFilter", &[]);
        self.own(&format!("{there}/flt-{all}/e-allow-all"), "vzEntry", &[]);
        self.own(&format!("{there}/brc-{all}"), "vzBrCP", &[]);
        self.own(&format!("{there}/brc-{all}/subj-{all}"), "vzSubj", &[]);
        self.own(&format!("{there}/brc-{all}/subj-{all}/rssubjFiltAtt-{all}"), "vzRsSubjFiltAtt", &[]);
        let bridge_domain = format!("{home}/BD-EXT-bd-{name}");
        self.bridge_domain(&bridge_domain, None, &external.vrf);
        self.own(&format!("{bridge_domain}/rsBDToOut-{name}"), "fvRsBDToOut", &[]);
        let floating =
            external.subnets.iter().filter_map(|subnet| Some(format!("{}/{}", subnet.gateway?, subnet.length)));
        for gateway in floating.chain([external.pool.clone()]) {
            self.own(&format!("{bridge_domain}/subnet-[{gateway}]"), "fvSubnet", &[("scope", "public")]);
        }
        let group = self.group(&home, &format!("EXT-epg-{name}"), None, &format!("EXT-bd-{name}"));
        self.both_ways(&group, &all);
        self.bare(&format!("{there}/out-{name}"), "l3extOut");
        let theirs = format!("{there}/out-{name}/instP-{}", external.external_epg);
        self.bare(&theirs, "l3extInstP");
        self.both_ways(&theirs, &all);
    }

    fn project(&mut self, world: &World, project: &str) {
        let sys = self.sys.clone();
        let tenant = format!("uni/tn-{}", world.tenant(project));
        let vrf_tenant = format!("uni/tn-{}", world.vrf_tenant(project));
        let vrf = world.vrf_name();
        self.own(&tenant, "fvTenant", &[("nameAlias", project)]);
        if !world.has_vrf_each() {
            self.bare(&vrf_tenant, "fvTenant");
        }
        self.own(&world.context(project), "fvCtx", &[("pcEnfPref", "enforced")]);
        if world.option("shared_context_name").is_some() {
            // The administrator's own VRF is used, and not claimed.
            self.objects
                .entry(world.context(project))
                .and_modify(|(_, said)| said.retain(|key, _| key != "annotation"));
        }
        for (name, net) in world.networks.iter().filter(|((owner, _), _)| owner == project) {
            let short = world.group_name(name);
            let bridge_domain = format!("{tenant}/BD-{short}");
            self.bridge_domain(&bridge_domain, Some(&name.1), &vrf);
            for subnet in &net.subnets {
                if let Some(gateway) = subnet.gateway {
                    let dn = format!("{bridge_domain}/subnet-[{gateway}/{}]", subnet.length);
                    self.own(&dn, "fvSubnet", &[("scope", "public")]);
                }
            }
            let group = self.group(&tenant, &short, Some(&name.1), &short);
            for router in world.routers.iter().filter(|router| router.joins(name)) {
                self.both_ways(&group, &format!("contract-{}", router.id));
            }
        }
        for router in world.routers.iter().filter(|router| router.name.0 == project) {
            let Some(external) = &router.external else { continue };
            let shadow = format!("{vrf_tenant}/out-{}", world.shadow(external));
            self.own(&shadow, "l3extOut", &[]);
            self.own(&format!("{shadow}/rsectx"), "l3extRsEctx", &[("tnFvCtxName", &vrf)]);
            let epg = world.scoped(&format!("Shd-{}", world.externals[external].external_epg));
            let group = format!("{shadow}/instP-{epg}");
            self.own(&group, "l3extInstP", &[]);
            self.own(&format!("{group}/extsubnet-[0.0.0.0/0]"), "l3extSubnet", &[]);
            let nat = format!("uni/tn-{}/ap-{sys}/epg-EXT-epg-{external}", world.externals[external].home);
            self.own(&format!("{group}/rsInstPToNatMappingEPg"), "l3extRsInstPToNatMappingEPg", &[("tDn", &nat)]);
            self.both_ways(&group, &format!("contract-{}", router.id));
        }
    }
}
