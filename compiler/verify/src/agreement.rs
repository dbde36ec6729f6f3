//! What the files of agents say of the same thing, on one host and on all: one file an agreement.

mod agents;
mod device;
mod dhcp;
mod domain;
mod homeless;
mod identity;
mod owners;
mod policy;
mod service;
mod serving;
mod snat;
mod topology;
mod translation;

use crate::finding::Finding;
use crate::flows::Assignment;
use crate::policy::Policy;
use crate::read::devices::Answer;
use crate::read::host::{File, Host};
use crate::read::topology::Topology;

/// What the agreements are between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct All<'a> {
    pub(crate) hosts: &'a [Host<'a>],
    pub(crate) policy: &'a Policy,
    pub(crate) numbers: &'a Assignment,
    /// Ports on no host.
    pub(crate) homeless: Option<&'a File<'a, Answer>>,
    /// Networks and routers in Neutron.
    pub(crate) topology: Option<&'a File<'a, Topology>>,
}

/// Every agreement, in turn.
pub(crate) fn compare(all: &All<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for host in all.hosts {
        policy::compare(all, host, &mut findings);
        device::compare(host, &mut findings);
        snat::compare(all, host, &mut findings);
        translation::compare(all, host, &mut findings);
        service::compare(host, &mut findings);
    }
    device::groups(all, &mut findings);
    agents::compare(all, &mut findings);
    dhcp::compare(all, &mut findings);
    serving::compare(all, &mut findings);
    homeless::compare(all, &mut findings);
    domain::compare(all, &mut findings);
    owners::compare(all, &mut findings);
    topology::compare(all, &mut findings);
    findings
}

/// What most say, and who says otherwise. Nobody is right where all differ, so then nobody is told to be wrong by two of a
/// kind: the first in order stands.
pub(crate) fn dissenters<'a, K: Ord, T>(said: impl IntoIterator<Item = (K, &'a T)>) -> Vec<(&'a T, &'a T)> {
    let mut by_value: std::collections::BTreeMap<K, Vec<&'a T>> = std::collections::BTreeMap::new();
    for (value, who) in said {
        by_value.entry(value).or_default().push(who);
    }
    if by_value.len() < 2 {
        return Vec::new();
    }
    let most =
        by_value.values().enumerate().max_by_key(|(at, who)| (who.len(), usize::MAX - at)).map_or(0, |(at, _)| at);
    let witness = by_value.values().nth(most).and_then(|who| who.first().copied());
    let others = by_value.values().enumerate().filter(|(at, _)| *at != most).flat_map(|(_, who)| who);
    others.filter_map(|who| Some((*who, witness?))).collect()
}
