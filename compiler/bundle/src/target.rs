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

/// Takes a file over. What was handed over is not held: a large host's files are never all in memory.
pub type Emit<'a> = &'a mut dyn FnMut(Artifact);

/// Turns the fabric into files; knows nothing of the other targets.
/// A construct that it cannot lower yet is an error that names the target and the line, never silence.
pub trait Target: Sync {
    /// The name on the command line and in the manifest.
    fn name(&self) -> &'static str;

    /// Files of the site as a whole, handed over as each is finished.
    fn site(&self, fabric: &Fabric, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics);

    /// Files of one host, handed over as each is finished. Called for many hosts at once.
    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics);

    /// Values that this target leaves out of its artifacts, for a push to fill in.
    fn secrets(&self, _: &Fabric) -> Vec<Secret> {
        Vec::new()
    }

    /// DNs that this target's artifacts refer to and do not make.
    fn preexisting(&self, _: &Fabric) -> Vec<String> {
        Vec::new()
    }
}

/// Every target, in the order of their names.
pub static TARGETS: &[&dyn Target] = &[&apic::Apic, &endpoint::Endpoint, &iptables::Iptables, &openflow::OpenFlow];

/// What is made apart of the others where a site is followed: every target, in pieces where these look at different things.
pub static PIECES: &[&dyn Target] =
    &[&apic::Apic, &endpoint::Endpoint, &iptables::Rules, &iptables::Sets, &openflow::OpenFlow];

/// Everything that is handed over, for who wants to hold it.
pub fn gather(from: impl FnOnce(Emit<'_>)) -> Vec<Artifact> {
    let mut made = Vec::new();
    from(&mut |artifact| made.push(artifact));
    made
}
