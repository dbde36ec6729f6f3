//! Payloads taken apart by test code that knows nothing of the compiler: a flat map from DN to object.

#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;

use serde_json::Value;

/// An object of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mo {
    /// Its class.
    pub(crate) class: String,
    /// What it stands under; `polUni` for what is directly below `uni`, and the class that is only part of the DN otherwise.
    pub(crate) parent: String,
    /// Its RN.
    pub(crate) rn: String,
    /// Its attributes without `rn` and `dn`.
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Mo {
    /// Class and attributes without our mark, as the worked example prints them.
    pub(crate) fn line(&self) -> String {
        let attributes = self.attributes.iter().filter(|(name, _)| *name != "annotation");
        let attributes: Vec<String> = attributes.map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{}", self.class, attributes.concat())
    }
}

/// Every object of a set of bodies by DN. The same DN in two bodies is joined, as two POSTs would.
pub(crate) fn flatten<'a>(bodies: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Mo> {
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
pub(crate) fn split(dn: &str) -> Vec<&str> {
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
