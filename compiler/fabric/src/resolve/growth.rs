//! What the site plans for, as far as it names something.

use aciform_intent::model::{FloatingGrowth, Growth};

use super::context::Context;
use super::reference::{Catalogue, Target, unknown, uuid};

/// Reports names of external networks that the intent does not have. Ids are no names here: a network that is written
/// twice, once each way, would have two plans.
pub(crate) fn check(cx: &mut Context<'_>, catalogue: &Catalogue<'_>, growth: &Growth) {
    let Some(FloatingGrowth::Each(each)) = &growth.floating_ips else { return };
    for (name, (reference, _)) in each {
        if catalogue.external.contains_key(name.as_str()) || cx.left_out(name, &[("external_networks", name)]) {
            continue;
        }
        let by_id = uuid(name).and_then(|id| match catalogue.network_ids.get(&id)? {
            Target::External(id) => catalogue.external.iter().find(|(_, other)| **other == Some(*id)),
            Target::Internal(_) | Target::Missing => None,
        });
        let near = match by_id {
            Some((handle, _)) => Some((*handle).to_owned()),
            None => cx.nearest(name, catalogue.external.keys().copied()).map(str::to_owned),
        };
        unknown(cx, "external network", reference, near);
    }
}
