//! The table of classes used: what an object of each is called, where it stands, and what it may say.
//!
//! A new class is one entry here and one call in a file of its construct.
//! The order of the table is the order of siblings in a payload: what is pointed at comes before what points.
//! RN patterns, parents and value domains are those of APIC 5.2's class metadata.
//! `annotation` exists on every class of the table (since 3.2(1l)) but `uni`'s fixed children, which nobody marks.

use super::domain::Domain;

/// How two values of an attribute are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// As texts.
    Exact,
    /// As sets of words: the order says nothing.
    Flags,
    /// As texts, and only where we set it: a foreign mark or alias is nobody's difference.
    WhenSet,
    /// Never: APIC does not give it back, and it stands in no artifact.
    Secret,
}

/// An attribute of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name on the wire.
    pub name: &'static str,
    /// Which values APIC takes.
    pub domain: Domain,
    /// What is significant when it is compared.
    pub comparison: Comparison,
    /// Whether every object of the class that we send has it.
    pub always: bool,
}

/// A class of APIC's object tree.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// The name on the wire.
    pub name: &'static str,
    /// The RN with its naming values as `{property}`.
    pub rn: &'static str,
    /// The domains of the naming values, in the order of `rn`.
    pub naming: &'static [Domain],
    /// Classes that an object may stand under; `polUni` is the root `uni`.
    pub parents: &'static [&'static str],
    /// The attributes we know, in the order they are written. Naming values are not sent beside the RN that says them.
    pub attributes: &'static [Attribute],
}

/// An attribute that every object of the class is sent with.
const fn always(name: &'static str, domain: Domain) -> Attribute {
    Attribute { name, domain, comparison: Comparison::Exact, always: true }
}

/// An attribute that is left at APIC's default on some objects.
const fn sometimes(name: &'static str, domain: Domain) -> Attribute {
    Attribute { name, domain, comparison: Comparison::Exact, always: false }
}

const fn mark(always: bool) -> Attribute {
    let domain = Domain::Colons { max: 128 };
    Attribute { name: "annotation", domain, comparison: Comparison::WhenSet, always }
}

const NAME_63: Domain = Domain::Plain { max: 63 };
const NAME_64: Domain = Domain::Plain { max: 64 };
const COLON_64: Domain = Domain::Colons { max: 64 };
const YES_NO: Domain = Domain::Word(&["yes", "no"]);
const ALIAS: Attribute =
    Attribute { name: "nameAlias", domain: NAME_63, comparison: Comparison::WhenSet, always: false };
/// The mark of a class whose objects are always ours.
const OURS: Attribute = mark(true);
/// The mark of a class with objects that are not ours, too.
const MARK: Attribute = mark(false);

macro_rules! classes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $rn:literal [$($naming:expr),*], in [$($parent:literal),*], { $($attribute:expr),* };)*) => {
        $(
            $(#[$doc])*
            pub static $constant: Class =
                Class { name: $name, rn: $rn, naming: &[$($naming),*], parents: &[$($parent),*], attributes: &[$($attribute),*] };
        )*

        /// Every class, in the order of siblings.
        pub static CLASSES: &[&Class] = &[$(&$constant),*];
    };
}

classes! {
    /// The fixed parent of pools.
    INFRA = "infraInfra", "infra" [], in ["polUni"], {};

    /// A pool of VLANs.
    VLAN_POOL = "fvnsVlanInstP", "vlanns-[{name}]-{allocMode}" [COLON_64, Domain::Word(&["dynamic", "static"])], in ["infraInfra"], { OURS };

    /// A block of a VLAN pool; the bracketed RN is the canonical one.
    VLAN_BLOCK = "fvnsEncapBlk", "from-[{from}]-to-[{to}]" [Domain::Vlan, Domain::Vlan], in ["fvnsVlanInstP"], {
        always("name", COLON_64), always("from", Domain::Vlan), always("to", Domain::Vlan), OURS
    };

    /// A pool of multicast groups.
    MULTICAST_POOL = "fvnsMcastAddrInstP", "maddrns-{name}" [COLON_64], in ["infraInfra"], { OURS };

    /// A block of a multicast pool.
    MULTICAST_BLOCK = "fvnsMcastAddrBlk", "fromaddr-[{from}]-toaddr-[{to}]" [Domain::Multicast, Domain::Multicast], in ["fvnsMcastAddrInstP"], {
        always("from", Domain::Multicast), always("to", Domain::Multicast), OURS
    };

    /// The fixed parent of a vendor's VMM domains; never posted, only part of DNs.
    VMM_PROVIDER = "vmmProvP", "vmmp-{vendor}" [Domain::Word(&["OpenStack"])], in ["polUni"], {};

    /// A VMM domain.
    VMM_DOMAIN = "vmmDomP", "dom-{name}" [COLON_64], in ["vmmProvP"], {
        always("enfPref", Domain::Word(&["hw", "sw", "unknown"])),
        always("mode", Domain::Word(&["default", "n1kv", "unknown", "ovs", "k8s"])),
        always("mcastAddr", Domain::Multicast),
        always("encapMode", Domain::Word(&["unknown", "vlan", "vxlan", "ivxlan"])),
        always("prefEncapMode", Domain::Word(&["unspecified", "vlan", "vxlan"])),
        OURS
    };

    /// The account of a VMM controller. The password is the push's business.
    VMM_ACCOUNT = "vmmUsrAccP", "usracc-{name}" [COLON_64], in ["vmmDomP"], {
        always("usr", Domain::Text),
        Attribute { name: "pwd", domain: Domain::Text, comparison: Comparison::Secret, always: false },
        OURS
    };

    /// A VMM controller.
    VMM_CONTROLLER = "vmmCtrlrP", "ctrlr-{name}" [COLON_64], in ["vmmDomP"], {
        always("scope", Domain::Word(&["openstack"])),
        always("rootContName", Domain::Text),
        always("hostOrIp", Domain::Text),
        always("mode", Domain::Word(&["default", "n1kv", "unknown", "ovs", "k8s"])),
        OURS
    };

    /// From a controller to its account.
    VMM_CONTROLLER_TO_ACCOUNT = "vmmRsAcc", "rsacc" [], in ["vmmCtrlrP"], { always("tDn", Domain::Target(&["vmmUsrAccP"])), OURS };

    /// From a domain to its VLAN pool.
    DOMAIN_TO_VLAN_POOL = "infraRsVlanNs", "rsvlanNs" [], in ["vmmDomP"], { always("tDn", Domain::Target(&["fvnsVlanInstP"])), OURS };

    /// From a domain to its multicast pool.
    DOMAIN_TO_MULTICAST_POOL = "vmmRsDomMcastAddrNs", "rsdomMcastAddrNs" [], in ["vmmDomP"], {
        always("tDn", Domain::Target(&["fvnsMcastAddrInstP"])), OURS
    };

    /// A tenant: 63 characters, one less than all else.
    TENANT = "fvTenant", "tn-{name}" [NAME_63], in ["polUni"], { ALIAS, MARK };

    /// A VRF. Upstream sends `pcEnfPref` as `1`; APIC reads back the word.
    VRF = "fvCtx", "ctx-{name}" [NAME_64], in ["fvTenant"], {
        always("pcEnfPref", Domain::Word(&["enforced", "unenforced"])), MARK
    };

    /// A filter.
    FILTER = "vzFilter", "flt-{name}" [COLON_64], in ["fvTenant"], { OURS };

    /// An entry of a filter; without attributes it matches everything.
    FILTER_ENTRY = "vzEntry", "e-{name}" [COLON_64], in ["vzFilter"], { OURS };

    /// A contract.
    CONTRACT = "vzBrCP", "brc-{name}" [COLON_64], in ["fvTenant"], {
        sometimes("scope", Domain::Word(&["application-profile", "tenant", "context", "global"])), ALIAS, OURS
    };

    /// A subject of a contract.
    SUBJECT = "vzSubj", "subj-{name}" [COLON_64], in ["vzBrCP"], { OURS };

    /// From a subject to its filter.
    SUBJECT_TO_FILTER = "vzRsSubjFiltAtt", "rssubjFiltAtt-{tnVzFilterName}" [COLON_64], in ["vzSubj"], { OURS };

    /// A contract interface; only for parity with upstream, nobody consumes it.
    CONTRACT_INTERFACE = "vzCPIf", "cif-{name}" [COLON_64], in ["fvTenant"], { OURS };

    /// From a contract interface to its contract.
    INTERFACE_TO_CONTRACT = "vzRsIf", "rsif" [], in ["vzCPIf"], { always("tDn", Domain::Target(&["vzBrCP"])), OURS };

    /// A bridge domain.
    BRIDGE_DOMAIN = "fvBD", "BD-{name}" [NAME_64], in ["fvTenant"], {
        always("arpFlood", YES_NO),
        always("unkMacUcastAct", Domain::Word(&["proxy", "flood"])),
        always("unicastRoute", YES_NO),
        always("epMoveDetectMode", Domain::Word(&["", "garp"])),
        always("limitIpLearnToSubnets", YES_NO),
        ALIAS,
        OURS
    };

    /// From a bridge domain to its VRF, by name: own tenant first, then `common`.
    BRIDGE_DOMAIN_TO_VRF = "fvRsCtx", "rsctx" [], in ["fvBD"], { always("tnFvCtxName", NAME_64), OURS };

    /// From a bridge domain to an L3Out that announces its public subnets, by name.
    BRIDGE_DOMAIN_TO_L3OUT = "fvRsBDToOut", "rsBDToOut-{tnL3extOutName}" [COLON_64], in ["fvBD"], { OURS };

    /// A gateway of a bridge domain.
    SUBNET = "fvSubnet", "subnet-[{ip}]" [Domain::Gateway], in ["fvBD"], {
        Attribute { name: "scope", domain: Domain::Flags(&["private", "public", "shared"]), comparison: Comparison::Flags, always: true },
        OURS
    };

    /// An application profile.
    APP_PROFILE = "fvAp", "ap-{name}" [COLON_64], in ["fvTenant"], { OURS };

    /// An endpoint group.
    EPG = "fvAEPg", "epg-{name}" [COLON_64], in ["fvAp"], { ALIAS, OURS };

    /// From an endpoint group to its bridge domain, by name.
    EPG_TO_BRIDGE_DOMAIN = "fvRsBd", "rsbd" [], in ["fvAEPg"], { always("tnFvBDName", NAME_64), OURS };

    /// From an endpoint group to a domain its endpoints may come from.
    EPG_TO_DOMAIN = "fvRsDomAtt", "rsdomAtt-[{tDn}]" [Domain::Target(&["vmmDomP"])], in ["fvAEPg"], { OURS };

    /// An L3Out.
    L3OUT = "l3extOut", "out-{name}" [COLON_64], in ["fvTenant"], { MARK };

    /// From an L3Out to its VRF, by name.
    L3OUT_TO_VRF = "l3extRsEctx", "rsectx" [], in ["l3extOut"], { always("tnFvCtxName", NAME_64), OURS };

    /// An external endpoint group.
    EXTERNAL_EPG = "l3extInstP", "instP-{name}" [COLON_64], in ["l3extOut"], { MARK };

    /// A prefix of an external endpoint group; without scope it is `import-security`.
    EXTERNAL_SUBNET = "l3extSubnet", "extsubnet-[{ip}]" [Domain::Network], in ["l3extInstP"], { OURS };

    /// From an external endpoint group to the group its traffic is translated into.
    EXTERNAL_EPG_TO_NAT_EPG = "l3extRsInstPToNatMappingEPg", "rsInstPToNatMappingEPg" [], in ["l3extInstP"], {
        always("tDn", Domain::Target(&["fvAEPg"])), OURS
    };

    /// A contract that a group provides, by name: own tenant first, then `common`.
    PROVIDES = "fvRsProv", "rsprov-{tnVzBrCPName}" [COLON_64], in ["fvAEPg", "l3extInstP"], { OURS };

    /// A contract that a group consumes, by name.
    CONSUMES = "fvRsCons", "rscons-{tnVzBrCPName}" [COLON_64], in ["fvAEPg", "l3extInstP"], { OURS };
}

/// Classes that a body may have as its root.
pub static ROOTS: &[&Class] = &[&INFRA, &VMM_DOMAIN, &TENANT];

impl Class {
    /// The RN with naming values in place of the placeholders.
    #[must_use]
    pub fn rn_of(&self, values: &[&str]) -> String {
        let mut rn = String::with_capacity(self.rn.len() + 32);
        let mut values = values.iter();
        for (literal, placeholder) in pieces(self.rn) {
            rn.push_str(literal);
            if placeholder {
                rn.push_str(values.next().expect("a caller gives as many values as the pattern has placeholders"));
            }
        }
        rn
    }

    /// The naming values of an RN of this class; `None` where the pattern does not fit.
    #[must_use]
    pub fn values_of<'a>(&self, rn: &'a str) -> Option<Vec<&'a str>> {
        let mut literals = pieces(self.rn).map(|(literal, _)| literal).peekable();
        let mut rest = rn.strip_prefix(literals.next()?)?;
        let mut values = Vec::with_capacity(self.naming.len());
        while let Some(literal) = literals.next() {
            let last = literals.peek().is_none();
            let end = if last { rest.strip_suffix(literal)?.len() } else { rest.find(literal)? };
            values.push(&rest[..end]);
            rest = &rest[end + literal.len()..];
        }
        rest.is_empty().then_some(values)
    }

    /// The properties that the RN says, in its order.
    pub fn naming_properties(&self) -> impl Iterator<Item = &'static str> {
        self.rn.split('{').skip(1).filter_map(|behind| behind.split('}').next())
    }

    /// The attribute of that name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The position among siblings.
    #[must_use]
    pub fn rank(&self) -> usize {
        CLASSES.iter().position(|class| std::ptr::eq(*class, self)).expect("classes are made by the table alone")
    }

    /// A regular expression for the RN, without anchors.
    #[must_use]
    pub fn rn_pattern(&self) -> String {
        let mut domains = self.naming.iter();
        let mut pattern = String::new();
        for (literal, placeholder) in pieces(self.rn) {
            pattern.extend(literal.chars().flat_map(|c| matches!(c, '[' | ']').then_some('\\').into_iter().chain([c])));
            if placeholder {
                pattern.push_str(&domains.next().expect("a class has a domain for each placeholder").pattern());
            }
        }
        pattern
    }

    /// A regular expression for the DNs of this class along its first parents, without anchors.
    #[must_use]
    pub fn dn_pattern(&self) -> String {
        let parent = self.parents.first().and_then(|name| named(name));
        format!("{}/{}", parent.map_or("uni".into(), Self::dn_pattern), self.rn_pattern())
    }
}

/// The literal parts of an RN pattern, each with whether a placeholder follows it.
fn pieces(pattern: &'static str) -> impl Iterator<Item = (&'static str, bool)> {
    let mut rest = Some(pattern);
    std::iter::from_fn(move || {
        let text = rest?;
        match text.split_once('{') {
            Some((literal, behind)) => {
                let (_, behind) = behind.split_once('}').expect("placeholders are closed");
                rest = Some(behind);
                Some((literal, true))
            }
            None => {
                rest = None;
                Some((text, false))
            }
        }
    })
}

/// The class of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Class> {
    CLASSES.iter().copied().find(|class| class.name == name)
}

/// The class of the object that a DN names, found by walking down from `uni`.
/// Prefixes of RNs are unique under one parent only, so the way decides.
#[must_use]
pub fn of(dn: &str) -> Option<&'static Class> {
    let mut rns = split(dn).into_iter();
    if rns.next() != Some("uni") {
        return None;
    }
    let mut found: Option<&'static Class> = None;
    for rn in rns {
        let parent = found.map_or("polUni", |class| class.name);
        found = Some(CLASSES.iter().copied().find(|class| {
            class.parents.contains(&parent) && class.values_of(rn).is_some_and(|values| fits(class, &values))
        })?);
    }
    found
}

fn fits(class: &Class, values: &[&str]) -> bool {
    values.len() == class.naming.len() && values.iter().zip(class.naming).all(|(value, domain)| domain.accepts(value))
}

/// The RNs of a DN. Slashes in brackets belong to an RN; brackets nest.
#[must_use]
pub fn split(dn: &str) -> Vec<&str> {
    let mut depth = 0usize;
    let mut start = 0;
    let mut rns = Vec::new();
    for (at, byte) in dn.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                rns.push(&dn[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    rns.push(&dn[start..]);
    rns
}

#[cfg(test)]
mod tests {
    use super::{BRIDGE_DOMAIN_TO_VRF, CLASSES, MULTICAST_BLOCK, VLAN_POOL, named, of, split};

    #[test]
    fn an_rn_gives_back_its_naming_values() {
        assert_eq!(MULTICAST_BLOCK.rn_of(&["225.1.1.1", "225.1.2.3"]), "fromaddr-[225.1.1.1]-toaddr-[225.1.2.3]");
        assert_eq!(
            MULTICAST_BLOCK.values_of("fromaddr-[225.1.1.1]-toaddr-[225.1.2.3]"),
            Some(vec!["225.1.1.1", "225.1.2.3"])
        );
        assert_eq!(VLAN_POOL.values_of("vlanns-[a]-dynamic"), Some(vec!["a", "dynamic"]));
        assert_eq!(BRIDGE_DOMAIN_TO_VRF.values_of("rsctx"), Some(vec![]));
        assert_eq!(BRIDGE_DOMAIN_TO_VRF.values_of("rsctx-"), None);
        assert_eq!(named("fvSubnet").and_then(|class| class.values_of("subnet-[10.0.0.1/24")), None);
    }

    #[test]
    fn slashes_in_brackets_belong_to_the_rn() {
        let dn = "uni/tn-a/ap-b/epg-c/rsdomAtt-[uni/vmmp-OpenStack/dom-d]";
        assert_eq!(split(dn), ["uni", "tn-a", "ap-b", "epg-c", "rsdomAtt-[uni/vmmp-OpenStack/dom-d]"]);
        assert_eq!(of(dn).map(|class| class.name), Some("fvRsDomAtt"));
        assert_eq!(
            of("uni/vmmp-OpenStack/dom-d/rsdomMcastAddrNs").map(|class| class.name),
            Some("vmmRsDomMcastAddrNs")
        );
    }

    #[test]
    fn every_class_hangs_on_the_root_and_has_a_domain_for_each_naming_value() {
        for class in CLASSES {
            assert_eq!(class.rn.matches('{').count(), class.naming.len(), "{}", class.name);
            for parent in class.parents {
                assert!(*parent == "polUni" || named(parent).is_some(), "{} stands under unknown {parent}", class.name);
            }
            assert_eq!(CLASSES.iter().filter(|other| other.name == class.name).count(), 1, "{}", class.name);
        }
    }
}
