//! What payloads leave out for a push to fill in: each account's password, listed once in the manifest.

use std::collections::BTreeSet;

use super::Payloads;
use crate::codes::OBJECTS_DISAGREE;
use crate::finding::{Finding, Place};
use crate::listing::{MANIFEST, Secret};

/// The class whose objects need one, and the attribute that holds it.
const ACCOUNT: &str = "vmmUsrAccP";
const PASSWORD: &str = "pwd";

pub(super) fn compare(payloads: &Payloads<'_>, findings: &mut Vec<Finding>) {
    let accounts: BTreeSet<&str> = payloads.tree.of(ACCOUNT).map(|account| account.dn.as_str()).collect();
    let mut listed: BTreeSet<&str> = BTreeSet::new();
    for Secret { dn, attribute, from } in payloads.secrets {
        let wrong = if !accounts.contains(dn.as_str()) {
            Some((format!("a secret is kept for `{dn}`, which no payload makes"), dn))
        } else if attribute != PASSWORD {
            Some((format!("a secret is kept for `{attribute}` of `{dn}`, where `{PASSWORD}` is left out"), attribute))
        } else if from.trim().is_empty() {
            Some((format!("nothing says where the password of `{dn}` is kept"), from))
        } else if !listed.insert(dn) {
            Some((format!("the password of `{dn}` is listed twice"), dn))
        } else {
            None
        };
        if let Some((message, at)) = wrong {
            findings.push(disagreement(payloads, message, at));
        }
    }
    let listed: BTreeSet<&str> = payloads.secrets.iter().map(|secret| secret.dn.as_str()).collect();
    for account in payloads.tree.of(ACCOUNT).filter(|account| !listed.contains(account.dn.as_str())) {
        let message = format!("the password of `{}` is left out here and not listed in the manifest", account.dn);
        findings.push(payloads.say(account, "dn", message, "nothing fills it in"));
    }
}

/// At a text of the manifest.
fn disagreement(payloads: &Payloads<'_>, message: String, text: &str) -> Finding {
    let manifest = payloads.texts.get(MANIFEST).map_or("", String::as_str);
    let secrets = manifest.find("\"secrets\"").unwrap_or(0);
    let quoted = serde_json::Value::from(text).to_string();
    let at = manifest[secrets..].find(&quoted).map_or(0..0, |at| secrets + at..secrets + at + quoted.len());
    Finding::new(&OBJECTS_DISAGREE, message).at(Place::new(MANIFEST, at), "listed here")
}
