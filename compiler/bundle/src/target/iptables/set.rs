//! The members of remote groups as ipsets: the piece of the target that follows who is in which group.
//!
//! A set exists on a host only for a group that a rule of one of its filtered ports names, in the families of those rules;
//! without members it is empty. Members are written with their length; the kernel prints single addresses without.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use aciform_diagnostics::{Diagnostic, Diagnostics};
use aciform_fabric::model::{Fabric, GroupId, HostId, PortId};
use aciform_intent::model::EtherType;
use aciform_intent::scalar::Prefix;

use super::text::push_prefix;
use super::{TARGET, codes, is_filtered, name, put, render};
use crate::artifact::{Content, Growing};
use crate::frame::{Frames, Template};
use crate::target::{Emit, Target};

const SETS: Template = Template { name: "ipset/host.j2", text: include_str!("../../../../../templates/ipset/host.j2") };

/// What of it follows the members of groups, who come and go on all hosts.
#[derive(Clone, Copy, Debug)]
pub struct Sets;

impl Target for Sets {
    fn name(&self) -> &'static str {
        TARGET
    }

    fn site(&self, _: &Fabric, _: &Frames, _: Emit<'_>, _: &mut Diagnostics) {}

    fn host(&self, fabric: &Fabric, host: HostId, frames: &Frames, emit: Emit<'_>, diagnostics: &mut Diagnostics) {
        let host = &fabric.hosts[host];
        let filtered: Vec<PortId> =
            host.ports.iter().copied().filter(|port| is_filtered(&fabric.ports[*port])).collect();
        let sets = text(fabric, &filtered, diagnostics);
        put(host, "ipset", render(frames, SETS, [("sets", sets)]), emit, diagnostics);
    }
}

/// `maxelem` of a set that does not say otherwise; Neutron never does.
const MAX_MEMBERS: usize = 65536;

/// The text that `ipset restore` reads: each set with its members, sets by name, members by number.
fn text(fabric: &Fabric, filtered: &[PortId], diagnostics: &mut Diagnostics) -> Content {
    let mut sets = Growing::default();
    for (name, (group, family)) in referenced(fabric, filtered) {
        let members = &fabric.members[group.members()];
        let (members, kind) = match family {
            EtherType::IPv4 => (&members.v4, "inet"),
            EtherType::IPv6 => (&members.v6, "inet6"),
        };
        let split = split_everything(members);
        let members = split.as_ref().unwrap_or(members);
        if members.len() > MAX_MEMBERS {
            let (count, group) = (members.len(), &fabric.security_groups[group]);
            let (project, handle) = (&group.project, &group.handle);
            let message = format!(
                "security group {project}/{handle} has {count} {family:?} members, a set on a host holds {MAX_MEMBERS}"
            );
            let mut diagnostic = Diagnostic::new(&codes::GROUP_TOO_LARGE, message)
                .help("name prefixes in the rules (remote_ip_prefix) in place of this group, or split it");
            if let Some(span) = group.source {
                diagnostic = diagnostic.label(span, "named by a rule as remote_group");
            }
            diagnostics.push(diagnostic);
        }
        for part in ["create ", &name, " hash:net family ", kind, "\n"] {
            sets.text().push_str(part);
        }
        for member in members {
            let out = sets.text();
            for part in ["add ", &name, " "] {
                out.push_str(part);
            }
            push_prefix(out, *member);
            out.push('\n');
        }
    }
    sets.finish()
}

/// The sets a host needs, by name.
fn referenced(fabric: &Fabric, filtered: &[PortId]) -> BTreeMap<String, (GroupId, EtherType)> {
    let held: BTreeSet<GroupId> =
        filtered.iter().flat_map(|port| fabric.ports[*port].security_groups.iter().copied()).collect();
    let named = held.into_iter().flat_map(|group| &fabric.namings[group.naming()].remotes);
    named.map(|(group, family)| (name::set(fabric.namings[group.naming()].id, *family), (*group, *family))).collect()
}

/// The members with the whole space as its two halves, for `hash:net` refuses length 0; `None` where nothing is to split.
fn split_everything(members: &[Prefix]) -> Option<Vec<Prefix>> {
    let everything = members.iter().find(|member| member.length() == 0)?;
    let upper = if everything.is_ipv4() {
        Prefix::containing(Ipv4Addr::new(128, 0, 0, 0).into(), 1)
    } else {
        Prefix::containing(Ipv6Addr::new(0x8000, 0, 0, 0, 0, 0, 0, 0).into(), 1)
    };
    let lower = Prefix::containing(everything.network(), 1);
    let kept = members.iter().copied().filter(|member| member.length() > 0);
    Some(kept.chain([lower, upper]).collect::<BTreeSet<_>>().into_iter().collect())
}
