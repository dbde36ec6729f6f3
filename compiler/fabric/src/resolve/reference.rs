//! References: what a handle, a path or an id in the intent names.
//!
//! An unqualified handle never leaves its project, except into the external networks.
//! What is known but unusable, because it was reported elsewhere, is found as nothing without a second finding.

use std::collections::{BTreeMap, HashMap};

use aciform_diagnostics::{Diagnostic, Edit, Fix, Span, Spanned};
use uuid::Uuid;

use super::context::Context;
use crate::codes;
use crate::map::Map;
use crate::model::{ExtNetId, GroupId, HostId, NetworkId, SubnetId};

/// Everything that can be named.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalogue<'a> {
    pub(crate) projects: BTreeMap<&'a str, Uuid>,
    pub(crate) project_ids: HashMap<Uuid, &'a str>,
    /// Project networks by project and handle.
    pub(crate) networks: Map<(&'a str, &'a str), NetworkId>,
    /// External networks by handle; `None`: reported and unusable.
    pub(crate) external: BTreeMap<&'a str, Option<ExtNetId>>,
    pub(crate) network_ids: HashMap<Uuid, Target>,
    pub(crate) subnets: BTreeMap<(NetworkId, &'a str), SubnetId>,
    pub(crate) subnet_ids: HashMap<Uuid, SubnetId>,
    /// By project and handle.
    pub(crate) groups: Map<(&'a str, &'a str), GroupId>,
    pub(crate) group_ids: HashMap<Uuid, GroupId>,
    pub(crate) hosts: BTreeMap<&'a str, HostId>,
}

/// A network of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A project's.
    Internal(NetworkId),
    /// `router:external`.
    External(ExtNetId),
    /// Reported and unusable.
    Missing,
}

/// What a router interface names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A network of either kind.
    Network(Target),
    /// One subnet of a project's network.
    Subnet(SubnetId),
}

impl<'a> Catalogue<'a> {
    /// A project, by handle or id.
    pub(crate) fn project(&self, cx: &mut Context<'_>, reference: &Spanned<String>) -> Option<&'a str> {
        let text = reference.value.as_str();
        let found = self.projects.get_key_value(text).map(|(handle, _)| *handle);
        let found = found.or_else(|| uuid(text).and_then(|id| self.project_ids.get(&id).copied()));
        if found.is_none() && !cx.left_out(text, &[("projects", text)]) {
            let near = cx.nearest(text, self.projects.keys().copied()).map(str::to_owned);
            unknown(cx, "project", reference, near);
        }
        found
    }

    /// A host, by name.
    pub(crate) fn host(&self, cx: &mut Context<'_>, reference: &Spanned<String>) -> Option<HostId> {
        let found = self.hosts.get(reference.value.as_str()).copied();
        if found.is_none() && !cx.left_out(&reference.value, &[("hosts", &reference.value)]) {
            let near = cx.nearest(&reference.value, self.hosts.keys().copied()).map(str::to_owned);
            unknown(cx, "host", reference, near);
        }
        found
    }

    /// A network that a port attaches to.
    pub(crate) fn network(&self, cx: &mut Context<'_>, project: &str, reference: &Spanned<String>) -> Target {
        let text = reference.value.as_str();
        let own = format!("{project}/{text}");
        let found = self.find_network(project, text);
        found.unwrap_or_else(|| {
            if cx.left_out(text, &[("networks", &own), ("networks", text), ("external_networks", text)]) {
                return Target::Missing;
            }
            let own = handles_of(cx, &self.networks, project);
            let names = own.into_iter().chain(self.external.keys().copied());
            let mut near = cx.nearest(&reference.value, names).map(str::to_owned);
            if near.is_none() && cx.suggesting() {
                // The same handle in another project is the usual slip with shared networks.
                let mut others = self.networks.keys().filter(|(_, handle)| *handle == reference.value);
                let only = others.next().filter(|_| others.next().is_none());
                near = only.map(|(owner, handle)| format!("{owner}/{handle}"));
            }
            unknown(cx, "network", reference, near);
            Target::Missing
        })
    }

    /// An external network that a router or a floating IP names.
    pub(crate) fn external(&self, cx: &mut Context<'_>, reference: &Spanned<String>) -> Option<ExtNetId> {
        let text = reference.value.as_str();
        if let Some(found) = self.external.get(text) {
            return *found;
        }
        match uuid(text).and_then(|id| self.network_ids.get(&id).copied()) {
            Some(Target::External(found)) => return Some(found),
            Some(Target::Missing) => return None,
            Some(Target::Internal(_)) | None => {}
        }
        if !cx.left_out(text, &[("external_networks", text)]) {
            let near = cx.nearest(text, self.external.keys().copied()).map(str::to_owned);
            unknown(cx, "external network", reference, near);
        }
        None
    }

    /// A network or a subnet that a router joins; `n/s` is read as a subnet of the router's project before `project/n`.
    pub(crate) fn segment(
        &self,
        cx: &mut Context<'_>,
        project: &str,
        reference: &Spanned<String>,
        subnet_only: bool,
    ) -> Option<Segment> {
        let text = reference.value.as_str();
        let mut subnet = uuid(text).and_then(|id| self.subnet_ids.get(&id).copied());
        let parts: Vec<&str> = text.split('/').collect();
        let path = match parts[..] {
            [network, subnet] => Some((project, network, subnet)),
            [owner, network, subnet] => Some((owner, network, subnet)),
            [] | [_] | [_, _, _, ..] => None,
        };
        if let (None, Some((owner, network, handle))) = (subnet, path) {
            subnet =
                self.networks.get(&(owner, network)).and_then(|network| self.subnets.get(&(*network, handle)).copied());
        }
        if let Some(subnet) = subnet {
            return Some(Segment::Subnet(subnet));
        }
        if !subnet_only && let Some(found) = self.find_network(project, text) {
            return Some(Segment::Network(found));
        }
        let own = format!("{project}/{text}");
        let parent = path.map_or_else(String::new, |(owner, network, _)| format!("{owner}/{network}"));
        let written = [
            ("subnets", own.as_str()),
            ("subnets", text),
            ("networks", &own),
            ("networks", text),
            ("networks", &parent),
        ];
        if cx.left_out(text, &written) {
            return None;
        }
        let near = match path.and_then(|(owner, network, _)| self.networks.get(&(owner, network))) {
            Some(network) => {
                let own = self.subnets.range((*network, "")..).take_while(|((owner, _), _)| owner == network);
                let handle = parts.last().copied().unwrap_or_default();
                let near = cx.nearest(handle, own.map(|((_, handle), _)| *handle)).map(str::to_owned);
                near.map(|near| [&parts[..parts.len() - 1], &[near.as_str()]].concat().join("/"))
            }
            None => {
                let own = handles_of(cx, &self.networks, project);
                cx.nearest(text, own).map(str::to_owned)
            }
        };
        let what = if subnet_only || path.is_some() { "subnet" } else { "network" };
        unknown(cx, what, reference, near);
        None
    }

    /// A subnet of one network, by handle or id.
    pub(crate) fn subnet_of(&self, network: NetworkId, text: &str) -> Option<SubnetId> {
        self.subnets
            .get(&(network, text))
            .copied()
            .or_else(|| uuid(text).and_then(|id| self.subnet_ids.get(&id).copied()))
    }

    /// A security group: own, `project/handle`, or by id.
    pub(crate) fn group(&self, cx: &mut Context<'_>, project: &str, reference: &Spanned<String>) -> Option<GroupId> {
        let text = reference.value.as_str();
        let mut found = self.groups.get(&(project, text)).copied();
        if let (None, Some(path)) = (found, text.split_once('/')) {
            found = self.groups.get(&path).copied();
        }
        found = found.or_else(|| uuid(text).and_then(|id| self.group_ids.get(&id).copied()));
        if found.is_some() {
            return found;
        }
        let path = format!("{project}/{text}");
        if !cx.left_out(text, &[("security_groups", &path), ("security_groups", text)]) {
            let own = handles_of(cx, &self.groups, project);
            let near = cx.nearest(text, own).map(str::to_owned);
            unknown(cx, "security group", reference, near);
        }
        None
    }

    fn find_network(&self, project: &str, text: &str) -> Option<Target> {
        if let Some(network) = self.networks.get(&(project, text)) {
            return Some(Target::Internal(*network));
        }
        if let Some(external) = self.external.get(text) {
            return Some(external.map_or(Target::Missing, Target::External));
        }
        if let Some(network) = text.split_once('/').and_then(|path| self.networks.get(&path)) {
            return Some(Target::Internal(*network));
        }
        uuid(text).and_then(|id| self.network_ids.get(&id).copied())
    }
}

/// What a project calls its own, in order, as long as anything may still be suggested.
fn handles_of<'a, T>(cx: &Context<'_>, all: &Map<(&'a str, &'a str), T>, project: &str) -> Vec<&'a str> {
    if !cx.suggesting() {
        return Vec::new();
    }
    let own = all.keys().filter(|(owner, _)| *owner == project);
    let mut handles: Vec<&'a str> = own.map(|(_, handle)| *handle).collect();
    handles.sort_unstable();
    handles
}

/// An id as the language writes it: 36 characters with dashes.
pub(crate) fn uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Reports a reference to nothing.
pub(crate) fn unknown(cx: &mut Context<'_>, what: &str, reference: &Spanned<String>, near: Option<String>) {
    let message = format!("no {what} is called `{}`", reference.value);
    let fix = near.as_deref().and_then(|near| renamed(reference.span, &reference.value, near));
    let help = match (near, what) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, "host") => "declare it under `hosts`, as its agents report it".to_owned(),
        (None, "project") => format!("declare it: `projects: {{{}: {{}}}}`", reference.value),
        (None, "external network") => "declare it under `external_networks`".to_owned(),
        (None, "port") => "write `instance/port`, or the handle of a port on no instance".to_owned(),
        (None, "subnet") => "write `network/subnet`".to_owned(),
        (None, _) => format!("declare the {what} in this project, or write `project/handle` for another's"),
    };
    cx.report(Diagnostic::at(&codes::UNKNOWN_REFERENCE, reference.span, message).help(help).maybe_fix(fix));
}

/// Writes another name in the place of one, inside its quotes. `None` where it does not stand there as it reads.
pub(crate) fn renamed(span: Span, text: &str, name: &str) -> Option<Fix> {
    let quotes = match span.range().len().checked_sub(text.len()) {
        Some(0) => 0,
        Some(2) => 1,
        Some(_) | None => return None,
    };
    let place = Span { file: span.file, start: span.start + quotes, end: span.end - quotes };
    Some(Fix::unsafe_(format!("write `{name}`"), vec![Edit::replace(place, name)]))
}
