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
use super::{Ground, above, detail, ground, security};
use crate::lock::Ledger;
use crate::model::Fabric;

/// How far an edit of the intent reaches. Nothing else differs, but for places in files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The projects with groups that are there before and after, and have other rules.
    pub rules: BTreeSet<String>,
    /// Ports that are there before and after, by project and path, and have other groups, pairs, addresses or another
    /// setting of port security.
    pub ports: BTreeSet<(String, String)>,
    /// Whether it reaches further, but into nothing other than groups, instances, ports and floating IPs.
    pub further: bool,
}

/// How much was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything.
    Whole,
    /// Everything that stands on the ground.
    Ground,
    /// Just what was edited and what looks at it.
    InPlace,
}

/// A site that was resolved without an error, and is edited.
#[derive(Debug)]
pub struct Standing<'a> {
    site: &'a Site,
    ground: (Context<'a>, Ground<'a>),
    /// A copy to build on.
    spare: Option<(Context<'a>, Ground<'a>)>,
    /// What resolving the ground has found, and what the rest has when it was resolved last.
    findings: [Diagnostics; 2],
    last: Resolved,
    /// The intent that it was resolved from.
    last_intent: Intent,
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
    ) -> Result<Self, Box<Resolved>> {
        let read = std::mem::take(diagnostics);
        let before = read.len();
        let mut cx = Context::new(config, intent, ledger, read);
        let ground = ground(&mut cx, site, file);
        let can_stand = !cx.diagnostics.has_errors() && intent.renamed.kinds.is_empty();
        let kept = can_stand.then(|| {
            let mut kept = cx.clone();
            kept.diagnostics = Diagnostics::new();
            (kept, ground.clone())
        });
        let on_ground = cx.diagnostics.len();
        above(&mut cx, ground, site);
        let found = |from: usize, to: usize| cx.diagnostics.iter().skip(from).take(to - from).cloned().collect();
        let findings = [found(before, on_ground), found(on_ground, cx.diagnostics.len())];
        *diagnostics = cx.diagnostics;
        let last = Resolved { fabric: cx.fabric, ledger: cx.ledger };
        match kept {
            Some(ground) if !diagnostics.has_errors() => {
                let last_intent = intent.clone();
                Ok(Self { site, ground, spare: None, findings, last, last_intent })
            }
            Some(_) | None => Err(Box::new(last)),
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
    /// is pushed to `diagnostics`. Gives back how much it was and what there was before, which is not needed any more; `None`:
    /// the site has to be resolved as a whole.
    pub fn again(
        &mut self,
        intent: &Intent,
        reach: &Reach,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Extent, Resolved)> {
        if !keeps_ground(self.ground.0.intent, intent) {
            return None;
        }
        let done = if !reach.further && self.in_place(intent, reach) {
            (Extent::InPlace, Resolved::default())
        } else {
            self.prepare();
            let (mut cx, ground): (Context<'_>, Ground<'_>) = self.spare.take()?;
            cx.intent = intent;
            above(&mut cx, ground, self.site);
            self.findings[1] = cx.diagnostics;
            (Extent::Ground, std::mem::replace(&mut self.last, Resolved { fabric: cx.fabric, ledger: cx.ledger }))
        };
        self.last_intent = intent.clone();
        self.findings.iter().for_each(|findings| diagnostics.extend(findings.clone()));
        Some(done)
    }

    /// Changes what was resolved last where the edit reaches. `false`: that is not all there is to it.
    fn in_place(&mut self, intent: &Intent, reach: &Reach) -> bool {
        let Resolved { fabric, ledger } = std::mem::take(&mut self.last);
        let names = security::names(&fabric);
        let groups = security::catalogue(&names);
        let mut cx = Context::new(self.ground.0.config, intent, ledger, Diagnostics::new());
        cx.fabric = fabric;
        security::again(&mut cx, &groups, &reach.rules);
        let done =
            reach.ports.is_empty() || detail::again(&mut cx, &self.ground.1, &groups, &self.last_intent, &reach.ports);
        self.last = Resolved { fabric: cx.fabric, ledger: cx.ledger };
        // Whatever is to be said about it, the long way says it with everything else.
        done && cx.diagnostics.is_empty() && self.last.ledger.take_findings().is_empty()
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
