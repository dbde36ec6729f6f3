//! Who uses an external network in the intent.

use std::collections::{BTreeMap, HashMap};

use aciform_intent::model::{Intent, Router};

/// External networks by every text that names one: handle or id.
pub(crate) fn names(intent: &Intent) -> HashMap<String, &str> {
    let mut names = HashMap::new();
    for (handle, network) in &intent.external_networks {
        if let Some(id) = &network.id {
            names.insert(id.value.to_string(), handle.as_str());
        }
    }
    names.extend(intent.external_networks.keys().map(|handle| (handle.clone(), handle.as_str())));
    names
}

/// The routers whose gateway lies on each external network, with their projects.
pub(crate) fn routers(intent: &Intent) -> BTreeMap<&str, Vec<(&str, &Router)>> {
    let names = names(intent);
    let mut found: BTreeMap<&str, Vec<(&str, &Router)>> = BTreeMap::new();
    for (project, own) in &intent.projects {
        for router in own.routers.values() {
            let Some(gateway) = &router.external_gateway else { continue };
            let Some(network) = names.get(gateway.network.value.as_str()) else { continue };
            found.entry(network).or_default().push((project, router));
        }
    }
    found
}
