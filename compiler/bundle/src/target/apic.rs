//! APIC REST payloads: one POST body per root.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

use super::Target;
use crate::artifact::Artifact;
use crate::frame::Frames;

/// The `apic` target.
#[derive(Clone, Copy, Debug)]
pub struct Apic;

impl Target for Apic {
    fn name(&self) -> &'static str {
        "apic"
    }

    fn site(&self, _: &Fabric, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }

    fn host(&self, _: &Fabric, _: HostId, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }
}
