//! Payloads taken apart and checked by test code that knows nothing of the compiler: where an object may stand,
//! what its RN looks like, and what its relations point at, from tables written out here.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value;

/// An object of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mo {
    /// Its class.
    pub class: String,
    /// What it stands under; `polUni` for what is directly below `uni`, and the class that is only part of the DN otherwise.
    pub parent: String,
    /// Its RN.
    pub rn: String,
    /// Its attributes without `rn` and `dn`.
    pub attributes: BTreeMap<String, String>,
}

impl Mo {
    /// Class and attributes without our mark, in the order of their names.
    #[must_use]
    pub fn line(&self) -> String {
        let attributes = self.attributes.iter().filter(|(name, _)| *name != "annotation");
        let attributes: Vec<String> = attributes.map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{}", self.class, attributes.concat())
    }
}

/// Every object of a set of bodies by DN. The same DN in two bodies is joined, as two POSTs would.
///
/// # Panics
/// When a body has another form than nested objects with one class, `attributes` of text and maybe `children`,
/// or when an object says its place twice or not at all.
#[must_use]
pub fn flatten<'a>(bodies: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Mo> {
    let mut objects = BTreeMap::new();
    for body in bodies {
        let body: Value = serde_json::from_str(body).expect("a body is JSON");
        walk(&body, None, &mut objects);
    }
    objects
}

fn walk(value: &Value, parent: Option<(&str, &str)>, objects: &mut BTreeMap<String, Mo>) {
    let object = value.as_object().expect("an object is a map");
    assert_eq!(object.len(), 1, "an object has one class: {value}");
    let (class, content) = object.iter().next().expect("checked above");
    let content = content.as_object().expect("a class holds a map");
    assert!(
        content.keys().all(|key| key == "attributes" || key == "children"),
        "unknown key beside attributes: {value}"
    );
    let mut attributes: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in content["attributes"].as_object().expect("attributes are a map") {
        attributes.insert(name.clone(), value.as_str().expect("an attribute is a text").to_owned());
    }
    let (parent_class, dn, rn) = match parent {
        None => {
            let dn = attributes.remove("dn").expect("a root carries its DN");
            let mut rns = split(&dn);
            let rn = rns.pop().expect("a DN has an RN").to_owned();
            let parent = if rns == ["uni"] { "polUni" } else { "vmmProvP" };
            (parent.to_owned(), dn, rn)
        }
        Some((parent, above)) => {
            let rn = attributes.remove("rn").expect("a child carries its RN");
            (parent.to_owned(), format!("{above}/{rn}"), rn)
        }
    };
    assert!(!attributes.contains_key("dn") && !attributes.contains_key("rn"), "both rn and dn at {dn}");
    let mo = Mo { class: class.clone(), parent: parent_class, rn, attributes };
    objects
        .entry(dn.clone())
        .and_modify(|earlier: &mut Mo| {
            assert_eq!(earlier.class, mo.class, "{dn}");
            earlier.attributes.extend(mo.attributes.clone());
        })
        .or_insert(mo);
    let Some(children) = content.get("children") else { return };
    let children = children.as_array().expect("children are a list");
    assert!(!children.is_empty(), "an empty list of children at {dn}");
    for child in children {
        walk(child, Some((class, &dn)), objects);
    }
}

/// The RNs of a DN; slashes in brackets belong to the RN.
#[must_use]
pub fn split(dn: &str) -> Vec<&str> {
    let mut depth = 0;
    dn.split(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        c == '/' && depth == 0
    })
    .collect()
}

/// Class, RN, classes it may stand under, and what it points at: `dn` or `name` and the class of the target, or nothing.
/// Written after the containment and relation tables of APIC's model for the classes that an OpenStack cloud makes.
/// In an RN `{n}` is a name that may hold a colon, `{N}` one that may not, the others say what they are.
const CONTAINMENT: &str = "
fvTenant                    tn-{N}                          polUni             -
infraInfra                  infra                           polUni             -
vmmProvP                    vmmp-{n}                        polUni             -
fvCtx                       ctx-{N}                         fvTenant           -
fvBD                        BD-{N}                          fvTenant           -
fvAp                        ap-{n}                          fvTenant           -
vzBrCP                      brc-{n}                         fvTenant           -
vzFilter                    flt-{n}                         fvTenant           -
vzCPIf                      cif-{n}                         fvTenant           -
l3extOut                    out-{n}                         fvTenant           -
fvRsCtx                     rsctx                           fvBD               name:fvCtx
fvSubnet                    subnet-[{gateway}]              fvBD,fvAEPg        -
fvRsBDToOut                 rsBDToOut-{n}                   fvBD               name:l3extOut
fvAEPg                      epg-{n}                         fvAp               -
fvRsBd                      rsbd                            fvAEPg             name:fvBD
fvRsProv                    rsprov-{n}                      fvAEPg,l3extInstP  name:vzBrCP
fvRsCons                    rscons-{n}                      fvAEPg,l3extInstP  name:vzBrCP
fvRsDomAtt                  rsdomAtt-[{dn}]                 fvAEPg             dn:vmmDomP
vzSubj                      subj-{n}                        vzBrCP             -
vzRsSubjFiltAtt             rssubjFiltAtt-{n}               vzSubj             name:vzFilter
vzEntry                     e-{n}                           vzFilter           -
vzRsIf                      rsif                            vzCPIf             dn:vzBrCP
l3extRsEctx                 rsectx                          l3extOut           name:fvCtx
l3extInstP                  instP-{n}                       l3extOut           -
l3extSubnet                 extsubnet-[{network}]           l3extInstP         -
l3extRsInstPToNatMappingEPg rsInstPToNatMappingEPg          l3extInstP         dn:fvAEPg
vmmDomP                     dom-{n}                         vmmProvP           -
vmmUsrAccP                  usracc-{n}                      vmmDomP            -
vmmCtrlrP                   ctrlr-{n}                       vmmDomP            -
vmmRsAcc                    rsacc                           vmmCtrlrP          dn:vmmUsrAccP
vmmRsDomMcastAddrNs         rsdomMcastAddrNs                vmmDomP            dn:fvnsMcastAddrInstP
infraRsVlanNs               rsvlanNs                        vmmDomP            dn:fvnsVlanInstP
fvnsVlanInstP               vlanns-[{n}]-dynamic            infraInfra         -
fvnsMcastAddrInstP          maddrns-{n}                     infraInfra         -
fvnsEncapBlk                from-[{vlan}]-to-[{vlan}]       fvnsVlanInstP      -
fvnsMcastAddrBlk            fromaddr-[{group}]-toaddr-[{group}] fvnsMcastAddrInstP -
";

struct Row {
    class: &'static str,
    rn: &'static str,
    parents: Vec<&'static str>,
    target: Option<(&'static str, &'static str)>,
}

fn rows() -> impl Iterator<Item = Row> {
    CONTAINMENT.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut words = line.split_whitespace();
        let mut word = || words.next().expect("a row has four words");
        Row { class: word(), rn: word(), parents: word().split(',').collect(), target: word().split_once(':') }
    })
}

/// What is wrong with the objects of a site: classes in the wrong place, RNs of another form, relations to nothing.
/// `preexisting` are the DNs that somebody else made.
#[must_use]
pub fn findings(objects: &BTreeMap<String, Mo>, preexisting: &[&str]) -> Vec<String> {
    let rows: BTreeMap<&str, Row> = rows().map(|row| (row.class, row)).collect();
    // An object without attributes is on the way to ours: no proof that somebody made it.
    let made = objects.iter().filter(|(_, mo)| !mo.attributes.is_empty()).map(|(dn, _)| dn.as_str());
    let known: BTreeSet<&str> = made.chain(preexisting.iter().copied()).collect();
    let mut findings = Vec::new();
    for (dn, mo) in objects {
        let Some(row) = rows.get(mo.class.as_str()) else {
            findings.push(format!("{dn}: unknown class {}", mo.class));
            continue;
        };
        if !row.parents.contains(&mo.parent.as_str()) {
            findings.push(format!("{dn}: {} under {}", mo.class, mo.parent));
        }
        let Some(values) = naming(row.rn, &mo.rn) else {
            findings.push(format!("{dn}: {} is not of the form {}", mo.rn, row.rn));
            continue;
        };
        if mo.class == "fvTenant" && values.iter().any(|name| name.len() > 63) {
            findings.push(format!("{dn}: a tenant's name has 63 characters at most"));
        }
        let Some((how, class)) = row.target else { continue };
        let attribute = mo.attributes.iter().find(|(name, _)| name.starts_with('t')).map(|(_, value)| value.as_str());
        let Some(target) = attribute.or(values.first().copied()) else {
            findings.push(format!("{dn}: a relation without target"));
            continue;
        };
        let candidates = match how {
            "dn" => vec![target.to_owned()],
            _ => {
                let prefix = rows[class].rn.split('{').next().expect("splitting gives a first part");
                // A name is looked up in the object's own tenant, then in common.
                let own = split(dn)[1];
                [own, "tn-common"].map(|tenant| format!("uni/{tenant}/{prefix}{target}")).to_vec()
            }
        };
        if !candidates.iter().any(|candidate| known.contains(candidate.as_str())) {
            findings.push(format!("{dn}: points at {class} `{target}`, which nobody makes"));
        }
    }
    findings
}

/// The values in an RN, each of the form its placeholder says.
fn naming<'a>(format: &str, rn: &'a str) -> Option<Vec<&'a str>> {
    let Some((literal, behind)) = format.split_once('{') else {
        return (format == rn).then(Vec::new);
    };
    let (kind, format) = behind.split_once('}')?;
    let rest = rn.strip_prefix(literal)?;
    // Up to where the literal behind the placeholder is found last: nothing but a DN holds brackets, and a DN comes alone.
    let end = match format.split('{').next()? {
        "" => rest.len(),
        next => rest.rfind(next)?,
    };
    let end = if format.contains('{') { rest.find(format.split('{').next()?)? } else { end };
    let (value, rest) = rest.split_at(end);
    let mut values = vec![is(kind, value).then_some(value)?];
    values.extend(naming(format, rest)?);
    Some(values)
}

fn is(kind: &str, value: &str) -> bool {
    let name = |more: &str| {
        (1..=64).contains(&value.len())
            && value.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c) || more.contains(c))
    };
    let network = |value: &str| {
        let (address, length) = value.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let length: u32 = length.parse().ok()?;
        let (bits, width) = match address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        };
        let host = bits.checked_shl(length).unwrap_or(0);
        (length <= width && format!("{address}/{length}") == value).then_some(host)
    };
    match kind {
        "N" => name(""),
        "n" => name(":"),
        "gateway" => network(value).is_some_and(|host| host != 0),
        "network" => network(value) == Some(0),
        "vlan" => {
            value.strip_prefix("vlan-").and_then(|id| id.parse().ok()).is_some_and(|id: u16| (1..4095).contains(&id))
        }
        "group" => value.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4() && address.is_multicast()),
        "dn" => value.starts_with("uni/"),
        _ => panic!("unknown placeholder {kind}"),
    }
}
