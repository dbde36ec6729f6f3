//! The payloads against themselves: every class where it may stand with what it must say, every reference to something,
//! every construct with all its parts.

mod construct;
mod contract;
mod kind;
mod options;
mod outside;
mod reference;
mod secret;
mod system;

use std::collections::{BTreeMap, BTreeSet};

use crate::codes::OBJECTS_DISAGREE;
use crate::finding::Finding;
use crate::flows::Assignment;
use crate::listing::Secret;
use crate::policy::Policy;
use crate::read::apic::{Object, Tree};
use crate::read::host::File;
use crate::read::topology::Topology;

/// What the checks of payloads look at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payloads<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) policy: &'a Policy,
    pub(crate) texts: &'a BTreeMap<String, String>,
    pub(crate) topology: Option<&'a File<'a, Topology>>,
    /// What flows have for the numbers that only they know.
    pub(crate) numbers: &'a Assignment,
    /// DNs that the manifest declares to be there before.
    pub(crate) preexisting: &'a BTreeSet<String>,
    /// What the manifest lists as left out.
    pub(crate) secrets: &'a [Secret],
}

impl Payloads<'_> {
    /// A disagreement at an object, or at one of its attributes.
    fn say(&self, object: &Object, attribute: &str, message: String, label: &str) -> Finding {
        Finding::new(&OBJECTS_DISAGREE, message).at(self.tree.place(object, attribute, self.texts), label)
    }
}

/// Every check, in turn.
pub(crate) fn compare(payloads: &Payloads<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    kind::compare(payloads, &mut findings);
    secret::compare(payloads, &mut findings);
    reference::compare(payloads, &mut findings);
    construct::compare(payloads, &mut findings);
    contract::compare(payloads, &mut findings);
    outside::compare(payloads, &mut findings);
    system::compare(payloads, &mut findings);
    options::compare(payloads, &mut findings);
    findings
}
