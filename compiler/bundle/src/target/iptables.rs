//! Security groups as iptables rules and ipsets, and the SNAT namespaces.

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

use super::Target;
use crate::artifact::Artifact;
use crate::frame::Frames;

/// The `iptables` target.
#[derive(Clone, Copy, Debug)]
pub struct Iptables;

impl Target for Iptables {
    fn name(&self) -> &'static str {
        "iptables"
    }

    fn site(&self, _: &Fabric, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }

    fn host(&self, _: &Fabric, _: HostId, _: &Frames, _: &mut Diagnostics) -> Vec<Artifact> {
        Vec::new()
    }
}
