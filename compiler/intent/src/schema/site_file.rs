//! `aciform.yaml`.

use schemars::JsonSchema;

use super::scalars::{FindingCode, FloatingGrowth, Increase, Share, Text, Variable};

/// The site file, `aciform.yaml`: which files make the site, and how it is compiled.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SiteFile {
    /// The version of the language: 1.
    aciform: Version,
    /// The ini files in `--config-file` order, relative to the site. Default: `ml2_conf_cisco_apic.ini`.
    ini: Option<Vec<Text>>,
    /// Files and folders of intent, relative to the site. Default: `intent/` where it exists, else `intent.yaml`.
    intent: Option<Vec<Text>>,
    /// Where the reviewed bundle lies, relative to the site. Default: `golden/`.
    golden: Option<Text>,
    /// Whose output is reproduced.
    releases: Option<Releases>,
    /// What to plan for.
    growth: Option<Growth>,
    /// Findings that are accepted, each with its reason.
    allow: Option<Vec<Allow>>,
    /// The APIC side.
    apic: Option<Apic>,
}

/// The version of the language.
#[derive(JsonSchema)]
#[schemars(transform = version)]
struct Version;

fn version(schema: &mut schemars::Schema) {
    *schema = schemars::json_schema!({"description": "The version of the language.", "enum": [1, "1"]});
}

/// Releases whose output differs; each has one supported value today, which is the default.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Releases {
    /// The generation of the Neutron agent's host files.
    opflex_agent: Option<OpflexAgent>,
    /// The OVS agent whose flows are reproduced.
    agent_ovs: Option<AgentOvs>,
    /// The Neutron release whose iptables driver is reproduced.
    neutron: Option<Neutron>,
    /// The APIC release whose classes are used.
    apic: Option<ApicRelease>,
}

macro_rules! releases {
    ($($(#[$doc:meta])* $name:ident = $release:literal;)*) => {
        $($(#[$doc])*
        #[derive(JsonSchema)]
        enum $name {
            #[schemars(rename = $release)]
            Only,
        })*
    };
}

releases! {
    /// A generation of the Neutron agent.
    OpflexAgent = "L";
    /// A release of the OVS agent.
    AgentOvs = "2.7";
    /// A release of Neutron.
    Neutron = "29";
    /// A release of APIC.
    ApicRelease = "5.2";
}

/// What to plan for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Growth {
    /// How many compute hosts: the total as `40`, or growth as `"+8"` or `"+25%"`.
    compute_hosts: Option<Increase>,
    /// How many floating IPs, on every external network that has subnets for them or by external network: the total as `40`, or growth as `"+8"` or `"+25%"`.
    floating_ips: Option<FloatingGrowth>,
    /// How many more ports every subnet of a project holds, as a share of those that it has: `"+25%"`.
    ports: Option<Share>,
}

/// A finding that is accepted.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Allow {
    /// The code of the finding.
    code: FindingCode,
    /// A file, relative to the site, optionally with `:LINE`. Default: anywhere.
    at: Option<Text>,
    /// Why it is accepted.
    reason: Text,
}

/// The APIC side; everything else about it stands in the ini.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Apic {
    /// Where the password is kept; beats the ini.
    password: Option<Password>,
}

/// Where the password is kept: exactly one of these.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1, "maxProperties" = 1))]
struct Password {
    /// The environment variable that holds it.
    env: Option<Variable>,
    /// The file whose first line it is.
    file: Option<Text>,
    /// The program, with its arguments, whose first line of output it is.
    #[schemars(length(min = 1))]
    command: Option<Vec<String>>,
}
