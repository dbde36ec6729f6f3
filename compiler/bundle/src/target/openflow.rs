//! The integration bridge: flows, groups and port numbers.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

use super::Target;
use crate::artifact::Artifact;
use crate::frame::Frames;

/// The `openflow` target.
#[derive(Clone, Copy, Debug)]
pub struct OpenFlow;

impl Target for OpenFlow {
    fn name(&self) -> &'static str {
        "openflow"
    }

    fn site(&self, _: &Fabric, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }

    fn host(&self, _: &Fabric, _: HostId, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }
}
