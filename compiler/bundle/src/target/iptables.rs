//! Security groups as iptables rules and ipsets of a host, and the namespaces that translate to its SNAT addresses.
//!
//! The text is what Neutron's hybrid iptables driver (release 29) has in the kernel after a fresh start, as iptables-save
//! prints it, without other people's rules. Where Neutron's order is that of its database, the listed order is kept;
//! ports are walked by id. A host without ports has the skeleton alone.
//! Beside the rules stands what they are made of: the groups of the host's devices, in Neutron's words.

mod chain;
mod chain_egress;
mod chain_ingress;
mod chain_spoof;
mod chain_steer;
pub mod codes;
mod comment;
pub mod devices;
mod name;
pub mod netns;
mod policy;
mod protocol;
mod rule;
mod set;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::model::{Fabric, GroupId, Host, HostId, Port, PortId, PortOwner, Remote, SecurityGroup};
use aciform_intent::model::EtherType;

use self::chain_steer::{Steered, Steering, Tracking, Treatment};
use self::devices::SecurityGroupInfo;
use self::name::{PortChain, PortName};
use self::policy::{Groups, Policies};
pub use self::set::Sets;
use super::{Emit, Target};
use crate::artifact::{Artifact, Content, Growing};
use crate::codes::TEMPLATE_REFUSED;
use crate::frame::{Frames, Template};
use crate::json;

/// The `iptables` target.
#[derive(Clone, Copy, Debug)]
pub struct Iptables;

const TARGET: &str = "iptables";

const RULES: Template =
    Template { name: "iptables/host.j2", text: include_str!("../../../../templates/iptables/host.j2") };

/// What of it follows ports and rules.
#[derive(Clone, Copy, Debug)]
pub struct Rules;

impl Target for Iptables {
    fn name(&self) -> &'static str {
        TARGET
    }

    fn site(&self, fabric: &Fabric, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        Rules.site(fabric, frames, emit, diagnostics);
        Sets.site(fabric, frames, emit, diagnostics);
    }

    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        Rules.host(fabric, host, frames, emit, diagnostics);
        Sets.host(fabric, host, frames, emit, diagnostics);
    }
}

impl Target for Rules {
    fn name(&self) -> &'static str {
        TARGET
    }

    fn site(&self, fabric: &Fabric, _: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        check_set_names(fabric, diagnostics);
        // Ports that run nowhere are members of their groups all the same.
        let homeless: Vec<&Port> =
            fabric.ports.iter().filter(|port| port.host.is_none() && !port.security_groups.is_empty()).collect();
        if !homeless.is_empty() {
            let answer = SecurityGroupInfo::new(fabric, homeless.into_iter());
            let content = json::pretty(&answer, 2);
            emit(Artifact { path: devices::FILE.into(), content, target: TARGET });
        }
    }

    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        let host = &fabric.hosts[host];
        let ports: Vec<HostPort<'_>> = host.ports.iter().map(|id| HostPort::new(fabric, *id)).collect();
        let filtered: Vec<PortId> = ports.iter().filter(|port| port.is_filtered()).map(|port| port.id).collect();

        let mut steering = Steering::default();
        for port in &ports {
            steering.add(&port.name, port.treatment);
        }
        let steered = steering.finish();
        let groups = Groups::spell(fabric, &filtered);
        let mut policies = Policies::new(&groups);

        let mut put = |file: &str, content| put(host, file, content, emit, diagnostics);
        for (file, family) in [("iptables.v4", EtherType::IPv4), ("iptables.v6", EtherType::IPv6)] {
            let chains = PortChains::new(family, &ports, &mut policies);
            put(file, chains.render(&steered, frames));
        }
        let devices: Vec<&Port> =
            ports.iter().filter(|port| port.treatment != Treatment::Trusted).map(|port| port.port).collect();
        if !devices.is_empty() {
            let answer = SecurityGroupInfo::new(fabric, devices.into_iter());
            put(devices::FILE, Ok(json::pretty(&answer, 2)));
        }
        for snat in &host.snats {
            for (file, content) in netns::files(snat, frames) {
                put(&format!("netns/{}/{file}", snat.interface), content);
            }
        }
    }
}

/// Hands over a file of a host, or reports why there is none.
fn put(host: &Host, file: &str, content: Result<Content, Diagnostic>, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
    match content {
        Ok(content) => emit(Artifact { path: format!("hosts/{}/{file}", host.name), content, target: TARGET }),
        Err(diagnostic) => diagnostics.push(diagnostic),
    }
}

/// Whether chains stand in front of a port.
fn is_filtered(port: &Port) -> bool {
    port.port_security && port.owner != PortOwner::Dhcp
}

/// A port of the host, with what its treatment decides for every chain.
struct HostPort<'a> {
    id: PortId,
    port: &'a Port,
    name: PortName,
    treatment: Treatment,
}

impl<'a> HostPort<'a> {
    fn new(fabric: &'a Fabric, id: PortId) -> Self {
        let port = &fabric.ports[id];
        let treatment = match &port.owner {
            PortOwner::Dhcp => Treatment::Trusted,
            PortOwner::Instance(_) | PortOwner::Unbound if is_filtered(port) => {
                Treatment::Filtered(if policy::is_stateless(fabric, &port.security_groups) {
                    Tracking::Off
                } else {
                    Tracking::Zone(port.zone.expect("a filtered port on a host has a zone of connection tracking"))
                })
            }
            PortOwner::Instance(_) | PortOwner::Unbound => Treatment::Open,
        };
        Self { id, port, name: PortName::new(port.id), treatment }
    }

    fn is_filtered(&self) -> bool {
        matches!(self.treatment, Treatment::Filtered(_))
    }
}

/// The chains of the filtered ports in one family: declarations and rules.
#[derive(Default)]
struct PortChains {
    ingress_chains: Growing,
    egress_chains: Growing,
    spoof_chains: Growing,
    ingress: Growing,
    egress: Growing,
    spoof: Growing,
}

impl PortChains {
    fn new<'a>(family: EtherType, ports: &'a [HostPort<'a>], policies: &mut Policies<'a>) -> Self {
        let mut chains = Self::default();
        for HostPort { port, name, .. } in ports.iter().filter(|port| port.is_filtered()) {
            let sources = chain_spoof::sources(port, family);
            let policy = policies.of(&port.security_groups);
            chain::declare(chains.ingress_chains.text(), name, PortChain::Ingress);
            chain_ingress::push(chains.ingress.text(), family, name, port, policy);
            chain::declare(chains.egress_chains.text(), name, PortChain::Egress);
            chain_egress::push(chains.egress.text(), family, name, !sources.is_empty(), policy);
            if !sources.is_empty() {
                chain::declare(chains.spoof_chains.text(), name, PortChain::Spoof);
                chain_spoof::push(chains.spoof.text(), name, &sources);
            }
        }
        chains
    }

    fn render(self, steered: &Steered, frames: &Frames) -> Result<Content, Diagnostic> {
        let blocks = [
            ("zones", steered.zones.clone().into()),
            ("nat", steered.nat.clone().into()),
            ("forward", steered.forward.clone().into()),
            ("input", steered.input.clone().into()),
            ("steer", steered.sg_chain.clone().into()),
            ("ingress_chains", self.ingress_chains.finish()),
            ("egress_chains", self.egress_chains.finish()),
            ("spoof_chains", self.spoof_chains.finish()),
            ("ingress", self.ingress.finish()),
            ("egress", self.egress.finish()),
            ("spoof", self.spoof.finish()),
        ];
        render(frames, RULES, blocks)
    }
}

/// Fills a frame; what is wrong with a site's own template becomes a finding.
fn render<const N: usize>(
    frames: &Frames,
    template: Template,
    blocks: [(&'static str, impl Into<Content>); N],
) -> Result<Content, Diagnostic> {
    frames.render(template, blocks).map_err(|error| {
        Diagnostic::new(&TEMPLATE_REFUSED, error)
            .help("use only the blocks that the built-in template of this name uses, or remove the file")
    })
}

/// The names of sets hold 24 characters of the group's id: of groups that rules name and whose ids agree so far, each would
/// let in the other's members.
fn check_set_names(fabric: &Fabric, diagnostics: &mut Diagnostics) {
    let rules = fabric.security_groups.iter().flat_map(|group| &group.rules);
    let named: BTreeSet<GroupId> = rules
        .filter_map(|rule| match rule.remote {
            Remote::Group(group) => Some(group),
            Remote::Any | Remote::Prefix(_) => None,
        })
        .collect();
    let mut first_of: BTreeMap<String, GroupId> = BTreeMap::new();
    for id in named {
        let group = &fabric.security_groups[id];
        let first = *first_of.entry(name::set(group.id, EtherType::IPv4)).or_insert(id);
        if first == id {
            continue;
        }
        let first = &fabric.security_groups[first];
        let handle = |group: &SecurityGroup| format!("{}/{}", group.project, group.handle);
        let (one, other) = (handle(first), handle(group));
        let message = format!("the ids of security groups {one} and {other} agree in their first 20 hex digits");
        let mut diagnostic = Diagnostic::new(&codes::GROUPS_SHARE_A_SET, message)
            .help("leave the id out, or write one that differs in its first 20 hex digits");
        for (group, text) in [(group, "this group"), (first, "the other group")] {
            if let Some(span) = group.source {
                diagnostic = diagnostic.label(span, text);
            }
        }
        diagnostics.push(diagnostic);
    }
}
