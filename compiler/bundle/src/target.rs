//! What every target is, and the list of them.

pub mod apic;
pub mod endpoint;
pub mod iptables;
pub mod openflow;

use aciform_diagnostics::Diagnostics;
use aciform_fabric::model::{Fabric, HostId};

use crate::artifact::Artifact;
use crate::frame::Frames;
use crate::manifest::Secret;

/// Turns the fabric into files; knows nothing of the other targets.
/// A construct that it cannot lower yet is an error that names the target and the line, never silence.
pub trait Target: Sync {
    /// The name on the command line and in the manifest.
    fn name(&self) -> &'static str;

    /// Files of the site as a whole.
    fn site(&self, fabric: &Fabric, frames: &Frames, diagnostics: &mut Diagnostics) -> Vec<Artifact>;

    /// Files of one host. Called for many hosts at once.
    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, diagnostics: &mut Diagnostics) -> Vec<Artifact>;

    /// Values that this target leaves out of its artifacts, for a push to fill in.
    fn secrets(&self, _: &Fabric) -> Vec<Secret> {
        Vec::new()
    }
}

/// Every target, in the order of their names.
pub static TARGETS: &[&dyn Target] = &[&apic::Apic, &endpoint::Endpoint, &iptables::Iptables, &openflow::OpenFlow];
