//! Host names that are one host spelt in two ways.

use std::collections::BTreeMap;

use aciform_intent::model::Intent;

/// The hosts of an intent by their short name in lower case.
pub(super) struct Known<'a>(BTreeMap<String, Vec<&'a str>>);

impl<'a> Known<'a> {
    pub(super) fn new(intent: &'a Intent) -> Self {
        let mut names: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
        for host in intent.hosts.keys() {
            names.entry(short(host)).or_default().push(host);
        }
        Self(names)
    }

    /// The one host of the intent that a name is the short or the full name of.
    pub(super) fn other_form(&self, name: &str) -> Option<&'a str> {
        let [host] = self.0.get(&short(name))?.as_slice() else { return None };
        let (short, full) = if host.len() < name.len() { (*host, name) } else { (name, *host) };
        // One has the domain and the other has none.
        let is_form = !short.contains('.') && full.contains('.');
        is_form.then_some(*host)
    }
}

/// What stands in front of the first dot.
fn short(name: &str) -> String {
    name.split('.').next().unwrap_or(name).to_lowercase()
}
