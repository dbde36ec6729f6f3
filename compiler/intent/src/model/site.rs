//! `aciform.yaml`: which files make the site, and how it is compiled.

use aciform_diagnostics::{Span, Spanned};

use super::Growth;

/// The site file.
#[derive(Clone, Debug)]
pub struct Site {
    /// Of the whole document, for findings about what is missing.
    pub span: Span,
    /// The ini files, relative to the site, in `--config-file` order. Default: `ml2_conf_cisco_apic.ini`.
    pub ini: Vec<Spanned<String>>,
    /// Files and folders of intent, relative to the site. Default: `intent/` where it exists, else `intent.yaml`.
    pub intent: Option<Vec<Spanned<String>>>,
    /// Where the reviewed bundle lies, relative to the site. Default: `golden/`.
    pub golden: Option<Spanned<String>>,
    /// Whose output is reproduced.
    pub releases: Releases,
    /// What to plan for.
    pub growth: Growth,
    /// Findings that are accepted, each with its reason.
    pub allow: Vec<Allow>,
    /// Where the APIC password comes from; beats the ini.
    pub apic_password: Option<Spanned<ApicPassword>>,
}

/// Releases whose output differs; each has exactly one supported value today.
#[derive(Clone, Debug)]
pub struct Releases {
    /// Generation of the Neutron agent's host files: `L`.
    pub opflex_agent: OpflexAgent,
    /// The OVS agent whose flows are reproduced: `2.7`.
    pub agent_ovs: String,
    /// The Neutron release whose iptables driver is reproduced: `29`.
    pub neutron: String,
    /// The APIC release whose classes are used: `5.2`.
    pub apic: String,
}

impl Default for Releases {
    fn default() -> Self {
        Self { opflex_agent: OpflexAgent::L, agent_ovs: "2.7".into(), neutron: "29".into(), apic: "5.2".into() }
    }
}

/// Generations of the Neutron OpFlex agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpflexAgent {
    /// 2015 to 2017: one bridge, iptables security groups.
    L,
}

/// A finding that is accepted.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The code, as `ACI706`.
    pub code: Spanned<String>,
    /// A file, relative to the site, optionally with `:line`.
    pub at: Option<Spanned<String>>,
    /// Why; never empty.
    pub reason: Spanned<String>,
}

/// Where a password is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApicPassword {
    /// An environment variable.
    Env(String),
    /// A file whose first line it is.
    File(String),
    /// A command whose first line of output it is.
    Command(Vec<String>),
}
