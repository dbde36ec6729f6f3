//! Endpoint, routing-domain and service files as the OVS agent reads them.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

use super::Target;
use crate::artifact::Artifact;
use crate::frame::Frames;

/// The `endpoint` target.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint;

impl Target for Endpoint {
    fn name(&self) -> &'static str {
        "endpoint"
    }

    fn site(&self, _: &Fabric, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }

    fn host(&self, _: &Fabric, _: HostId, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }
}
