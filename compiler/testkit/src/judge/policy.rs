//! The table of DNs: what APIC is told of, whatever file says it and in whatever order.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Judgement;
use crate::mutate::{Artifact, Bundle};

/// Attributes that APIC keeps for people and tools and that no policy depends on.
const TEXT: [&str; 3] = ["annotation", "descr", "nameAlias"];

/// What an object has where it is not said otherwise, so that saying it changes nothing.
const DEFAULTS: [(&str, &str, &str); 6] = [
    ("fvBD", "arpFlood", "no"),
    ("fvBD", "unkMacUcastAct", "proxy"),
    ("fvBD", "unicastRoute", "yes"),
    ("fvCtx", "pcEnfPref", "enforced"),
    ("fvSubnet", "scope", "private"),
    ("vzBrCP", "scope", "context"),
];

/// DN to class and attributes.
type Objects = BTreeMap<String, (String, BTreeMap<String, String>)>;

pub(super) fn compare(original: &Bundle, mutant: &Bundle) -> Judgement {
    let (Ok(before), Ok(after)) = (read(original), read(mutant)) else {
        return Judgement::Changes("APIC refuses a payload".to_owned());
    };
    let dns = before.keys().chain(after.keys());
    match dns.into_iter().find(|dn| before.get(*dn) != after.get(*dn)) {
        Some(dn) => Judgement::Changes(format!("`{dn}` is another")),
        None => Judgement::Harmless("the table of DNs is the same".to_owned()),
    }
}

fn read(bundle: &Bundle) -> Result<Objects, String> {
    let mut objects = Objects::new();
    for path in bundle.of(Artifact::Payload) {
        let payload: Value = serde_json::from_str(&bundle.files[path]).map_err(|error| error.to_string())?;
        visit(&payload, "", &mut objects)?;
    }
    Ok(objects)
}

/// An object that is said twice has the attributes of both; of two values the later stays.
fn visit(object: &Value, parent: &str, objects: &mut Objects) -> Result<(), String> {
    for (class, body) in object.as_object().ok_or("a payload is an object")? {
        let attributes = body["attributes"].as_object().ok_or("an object has attributes")?;
        let text = |name: &str| attributes.get(name).and_then(Value::as_str);
        let dn = match (text("dn"), text("rn")) {
            (Some(dn), _) => dn.to_owned(),
            (None, Some(rn)) => format!("{parent}/{rn}"),
            (None, None) => return Err("an object has a name".to_owned()),
        };
        let (known, held) = objects.entry(dn.clone()).or_insert_with(|| (class.clone(), BTreeMap::new()));
        if known != class {
            return Err(format!("`{dn}` is of two classes"));
        }
        for (name, value) in attributes {
            let value = value.as_str().ok_or("an attribute is a text")?;
            let said = !matches!(name.as_str(), "rn" | "dn") && !TEXT.contains(&name.as_str());
            if said && !DEFAULTS.contains(&(class, name, value)) {
                held.insert(name.clone(), value.to_owned());
            }
        }
        for child in body["children"].as_array().into_iter().flatten() {
            visit(child, &dn, objects)?;
        }
    }
    Ok(())
}
