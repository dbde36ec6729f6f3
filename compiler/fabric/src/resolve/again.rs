//! Resolving a site again after an edit: what the edit cannot reach stays as it was resolved.
//!
//! Networks, routers and the ACI objects are most of what a site resolves to, and nothing that people edit all day (groups,
//! instances, ports, floating IPs) takes part in them. So they are resolved once, and what stands on them as often as it
//! changes; a rule changes its group alone. Whoever asks says how far the edit reaches; what that cannot answer for is
//! looked at here, and the answer is then to resolve the site as a whole. A test holds every answer against that.
//!
//! Spans of what was not resolved again are those of the texts that it was resolved from. They only show in findings, so
//! with a finding about a file that changed since, the site is to be resolved as a whole too.

use std::collections::BTreeSet;

use aciform_diagnostics::{Diagnostics, Span};
use aciform_intent::ini::Config;
use aciform_intent::model::{Intent, Project, Site};
use aciform_intent::scalar::MacAddr;
use uuid::Uuid;

use super::context::Context;
use super::{Ground, above, ground, security};
use crate::lock::Ledger;
use crate::model::Fabric;

/// How far an edit of the intent reaches. Nothing else differs, but for places in files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The rules of groups that are there before and after, in these projects.
    Rules(BTreeSet<String>),
    /// Groups, instances, ports and floating IPs.
    Ports,
}

/// A site that was resolved without an error, and is edited.
#[derive(Debug)]
pub struct Standing<'a> {
    site: &'a Site,
    ground: (Context<'a>, Ground<'a>),
    /// A copy to build on.
    spare: Option<(Context<'a>, Ground<'a>)>,
    /// What resolving the ground has found.
    findings: Diagnostics,
    last: Resolved,
}

/// What a site resolves to.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The fabric.
    pub fabric: Fabric,
    /// The lock after it.
    pub ledger: Ledger,
}

impl<'a> Standing<'a> {
    /// Resolves a site as [`resolve`](super::resolve) does.
    ///
    /// # Errors
    /// What the site resolves to, where no edit can be built on it: with errors, and where the intent renames something,
    /// which is looked at as a whole each time.
    pub fn new(
        site: &'a Site,
        config: &'a Config,
        intent: &'a Intent,
        ledger: Ledger,
        file: &dyn Fn(Span) -> String,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, Resolved> {
        let read = std::mem::take(diagnostics);
        let before = read.len();
        let mut cx = Context::new(config, intent, ledger, read);
        let ground = ground(&mut cx, site, file);
        let can_stand = !cx.diagnostics.has_errors() && intent.renamed.kinds.is_empty();
        let kept = can_stand.then(|| {
            let mut cx = cx.clone();
            let mut findings = Diagnostics::new();
            let all = std::mem::take(&mut cx.diagnostics);
            all.iter().skip(before).for_each(|finding| findings.push(finding.clone()));
            ((cx, ground.clone()), findings)
        });
        above(&mut cx, ground, site);
        *diagnostics = cx.diagnostics;
        let last = Resolved { fabric: cx.fabric, ledger: cx.ledger };
        match kept {
            Some((ground, findings)) if !diagnostics.has_errors() => {
                Ok(Self { site, ground, spare: None, findings, last })
            }
            Some(_) | None => Err(last),
        }
    }

    /// What the site resolved to last.
    #[must_use]
    pub fn last(&self) -> &Resolved {
        &self.last
    }

    /// What is left to be given back.
    #[must_use]
    pub fn remains(self) -> Vec<Resolved> {
        let grounds = std::iter::once(self.ground).chain(self.spare).map(|(cx, _)| cx);
        grounds.map(|cx| Resolved { fabric: cx.fabric, ledger: cx.ledger }).chain([self.last]).collect()
    }

    /// Does beforehand what the next edit needs anyway.
    pub fn prepare(&mut self) {
        self.spare.get_or_insert_with(|| self.ground.clone());
    }

    /// Resolves the intent after an edit of this reach since the last time. What it finds, with what the ground has found,
    /// is pushed to `diagnostics`. Gives back what there was before; `None`: the edit reaches further, and nothing was done.
    pub fn again(&mut self, intent: &Intent, reach: &Reach, diagnostics: &mut Diagnostics) -> Option<Resolved> {
        if !keeps_ground(self.ground.0.intent, intent) {
            return None;
        }
        if let Reach::Rules(projects) = reach {
            let config = self.ground.0.config;
            let made = security::rules_again(config, intent, &mut self.last.fabric, projects);
            return made.then(|| {
                diagnostics.extend(self.findings.clone());
                Resolved::default()
            });
        }
        self.prepare();
        let (mut cx, ground): (Context<'_>, Ground<'_>) = self.spare.take()?;
        cx.intent = intent;
        above(&mut cx, ground, self.site);
        diagnostics.extend(self.findings.clone());
        diagnostics.extend(cx.diagnostics);
        Some(std::mem::replace(&mut self.last, Resolved { fabric: cx.fabric, ledger: cx.ledger }))
    }
}

/// Whether what the ground asks about groups, ports and floating IPs has the same answers.
fn keeps_ground(old: &Intent, new: &Intent) -> bool {
    let same = |(old, new): (&Project, &Project)| is_filled(old) == is_filled(new) && written(old) == written(new);
    new.renamed.kinds.is_empty()
        && old.projects.len() == new.projects.len()
        && old.projects.iter().zip(&new.projects).all(|((old_handle, old), (handle, new))| {
            old_handle == handle && (std::sync::Arc::ptr_eq(old, new) || same((old, new)))
        })
}

fn is_filled(project: &Project) -> bool {
    !(project.security_groups.is_empty()
        && project.instances.is_empty()
        && project.ports.is_empty()
        && project.floating_ips.is_empty())
}

/// The ids, those of ports, and the MACs that are written, by value.
fn written(project: &Project) -> (Vec<Uuid>, Vec<Uuid>, Vec<MacAddr>) {
    let groups = project.security_groups.values();
    let rules = groups.clone().flat_map(|group| &group.rules).map(|rule| &rule.id);
    let others = groups.map(|group| &group.id).chain(project.instances.values().map(|instance| &instance.id));
    let others = others.chain(project.floating_ips.values().map(|floating| &floating.id)).chain(rules);
    let ids = others.flatten().map(|id| id.value).collect();
    let ports = project.every_port().filter_map(|port| Some(port.id.as_ref()?.value)).collect();
    let macs = project.every_port().filter_map(|port| Some(port.mac_address.as_ref()?.value)).collect();
    (sorted(ids), sorted(ports), sorted(macs))
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values
}
