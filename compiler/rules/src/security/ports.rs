//! Ports as they are written, by the names they have once they are resolved.

use std::collections::HashMap;

use aciform_intent::model::Port;

use crate::SiteInput;

/// Every written port by project and path: `instance/port`, or the handle of a port of nobody.
pub(super) fn written<'a>(site: &SiteInput<'a>) -> HashMap<(&'a str, String), &'a Port> {
    let mut found = HashMap::new();
    for (project, own) in &site.intent.projects {
        for (instance, body) in &own.instances {
            found.extend(
                body.ports.iter().map(|(port, row)| ((project.as_str(), format!("{instance}/{port}")), &**row)),
            );
        }
        found.extend(own.ports.iter().map(|(port, row)| ((project.as_str(), port.clone()), row)));
    }
    found
}
