//! APIC REST payloads: one POST body per root, in the order in which they are applied.
//!
//! | file | POSTed to | what it makes |
//! |---|---|---|
//! | `apic/10-infra.json` | `uni/infra` | pools of the VMM domains |
//! | `apic/20-vmmp-OpenStack.json` | `uni/vmmp-OpenStack/dom-<system id>` | the VMM domain; a domain of another name gets `20-vmmp-OpenStack-<name>.json` |
//! | `apic/30-tn-common.json` | `uni/tn-common` | what lies in `common`, except below a pre-existing L3Out |
//! | `apic/40-tn-<tenant>.json` | `uni/tn-<tenant>` | the same for each other tenant |
//! | `apic/50-<tenant>-relations.json` | `uni/tn-<tenant>` | contract relations of pre-existing L3Outs of that tenant, `common` as a rule |
//!
//! The root of a body carries its `dn`, everything below its `rn`; the DN is what the body is POSTed to, as `/api/mo/<dn>.json`.
//! A VMM domain goes to its own DN, because some releases refuse a POST of the bare `vmmProvP` around it.
//! Only what the ML2 driver sends is sent. What is chosen differently:
//!
//! - our mark (`annotation`) stands on every object that is ours; a parent that is not ours is there with its name alone;
//! - `pcEnfPref` is the word that APIC reads back, `enforced`, where the driver sends `1`;
//! - the VRF of a pre-existing L3Out and the contract interface that nobody consumes come only for parity;
//! - a block of VLANs has the bracketed RN, and the VMM domain's encapsulation modes stand in its own body;
//! - passwords are left out and reported as secrets;
//! - the filter of a router that is down is absent instead of deleted: deleting is the plan's business.
//!
//! The access side (entity profile, policy groups, switch profiles, and `infraSetPol`, which the driver sends with them)
//! is not made: attaching the domains to an entity profile that may or may not exist is left to who owns it.

mod app_profile;
mod bridge_domain;
pub mod class;
mod contract;
mod dn;
pub mod domain;
mod epg;
mod filter;
mod l3out;
mod object;
mod pools;
pub mod schema;
mod tenant;
mod vmm_domain;
mod vrf;

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

pub use object::{TWO_OBJECTS_ONE_DN, VALUE_APIC_REFUSES};

use self::object::Object;
use super::{Emit, Target};
use crate::artifact::Artifact;
use crate::frame::Frames;
use crate::json;
use crate::manifest::Secret;

/// The `apic` target.
#[derive(Clone, Copy, Debug)]
pub struct Apic;

impl Target for Apic {
    fn name(&self) -> &'static str {
        "apic"
    }

    fn site(&self, fabric: &Fabric, _: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        let mut payloads = pools::payload(fabric);
        payloads.extend(vmm_domain::payloads(fabric));
        payloads.extend(tenant::payloads(fabric));
        payloads.extend(l3out::relations(fabric));
        payloads.sort_by_cached_key(Payload::path);
        for payload in payloads {
            if let Some(artifact) = self.artifact(payload, diagnostics) {
                emit(artifact);
            }
        }
    }

    fn host(&self, _: &Fabric, _: HostId, _: &Frames, _: Emit<'_>, _: &mut Diagnostics) {}

    fn secrets(&self, fabric: &Fabric) -> Vec<Secret> {
        vmm_domain::secrets(fabric)
    }

    fn preexisting(&self, fabric: &Fabric) -> Vec<String> {
        l3out::preexisting(fabric)
    }
}

/// A body and the name of its file without folder and suffix.
struct Payload {
    name: String,
    root: Object,
}

impl Payload {
    /// The path of its file.
    fn path(&self) -> String {
        format!("apic/{}.json", self.name)
    }
}

impl Apic {
    /// The file of a payload; none where APIC would refuse it, also because its name may then be no name of a file.
    fn artifact(self, mut payload: Payload, diagnostics: &mut Diagnostics) -> Option<Artifact> {
        let mut findings = Diagnostics::new();
        payload.root.settle(&mut findings);
        let refused = findings.has_errors();
        diagnostics.extend(findings);
        // One space a level: an object adds four levels, so it stands four columns below its parent.
        (!refused).then(|| Artifact {
            path: payload.path(),
            content: json::pretty(&payload.root, 1),
            target: self.name(),
        })
    }
}
