//! The free-form sections as their own readers take them: the ML2 driver's library (apicapi) and the opflex agent.
//!
//! Nothing is mended here: a header or a host that stops the reader stops this one too. What is wrong with the sections
//! is for others to say; every part keeps its place for them.

mod domain;
mod escape;
mod external_network;
mod external_segment;
mod host_link;
pub mod keys;
mod link_table;
mod physical_network;
mod raw;
mod switch;
mod vpc;

use aciform_diagnostics::Span;
use aciform_syntax::ini::IniFile;

pub use domain::{Domain, DomainOption, DomainValue, domains};
pub use external_network::{ExternalNetwork, external_networks};
pub use external_segment::{ExternalSegment, NextHop, external_segments};
pub use host_link::{HostLink, host_links};
pub use physical_network::{PhysicalNetwork, physical_networks};
pub use raw::{RawSection, raw_sections, segment_sections};
pub use switch::{Switch, SwitchLink, links, switches};
pub use vpc::VpcPairs;

/// Why a reader stops: none of its sections is read then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What it stops at.
    pub span: Span,
    /// Why.
    pub reason: StopReason,
}

/// What a reader cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// A header that starts with the prefix and does not split at exactly one colon.
    Header,
    /// A backslash in a host that starts no complete Python escape, or one that gives half a character.
    Escape,
    /// `\N{…}` in a host: Python would look the name up in its table of characters, which is not built in.
    NamedCharacter,
    /// A port written as `pod_id`, which takes the place of the pod.
    PodPort,
    /// A port without a slash.
    NoSlash,
    /// A module of a switch in a vPC pair that begins with `vpc` or holds a dash, and is not `vpc-MODULE-PORT`.
    VpcModule,
}

impl StopReason {
    /// The reason in one line.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Header => "the header does not split at exactly one colon",
            Self::Escape => "a backslash in the host starts no complete escape",
            Self::NamedCharacter => "characters by name are not read here",
            Self::PodPort => "a port is called `pod_id`",
            Self::NoSlash => "the port has no slash",
            Self::VpcModule => "the module on a vPC pair is no `vpc-MODULE-PORT`",
        }
    }
}

/// Everything the readers make of some files.
#[derive(Clone, Debug)]
pub struct Driver {
    /// `[apic_external_network:NAME]`.
    pub external_networks: Result<Vec<ExternalNetwork>, Stop>,
    /// `[apic_vmdom:NAME]`.
    pub vmm_domains: Result<Vec<Domain>, Stop>,
    /// `[apic_physdom:NAME]`.
    pub physical_domains: Result<Vec<Domain>, Stop>,
    /// `[apic_physical_network:SEGMENT]`.
    pub physical_networks: Result<Vec<PhysicalNetwork>, Stop>,
    /// `[apic_switch:ID]`.
    pub switches: Result<Vec<Switch>, Stop>,
    /// `[opflex_external_segment:NAME]`, read by the agent.
    pub external_segments: Vec<ExternalSegment>,
}

/// Reads the free-form sections of some files in `--config-file` order.
#[must_use]
pub fn read(files: &[&IniFile]) -> Driver {
    Driver {
        external_networks: external_networks(files),
        vmm_domains: domains(files, "apic_vmdom"),
        physical_domains: domains(files, "apic_physdom"),
        physical_networks: physical_networks(files),
        switches: switches(files),
        external_segments: external_segments(files),
    }
}
