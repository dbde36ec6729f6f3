//! What every step of resolving works with: the input, the lock, the findings, and the fabric as far as it is made.

use std::collections::BTreeSet;

use aciform_diagnostics::{Diagnostic, Diagnostics, Span, Spanned};
use aciform_intent::ini::Config;
use aciform_intent::model::Intent;
use uuid::Uuid;

use super::alike::Alike;
use crate::lock::{Choice, Kind, Ledger, Wanted};
use crate::model::{Fabric, NetworkId, NetworkKind};
use crate::profile::ml2::Names;

/// How many findings get a "did you mean": each one reads every candidate.
const SUGGESTIONS: u32 = 50;

/// The workshop of one resolve.
#[derive(Clone, Debug)]
pub(crate) struct Context<'a> {
    /// The options.
    pub(crate) config: &'a Config,
    /// What the operator wrote.
    pub(crate) intent: &'a Intent,
    /// What was handed out before, and now.
    pub(crate) ledger: Ledger,
    /// The findings.
    pub(crate) diagnostics: Diagnostics,
    /// The generation's names.
    pub(crate) names: Names<'a>,
    /// External networks whose section is named a little otherwise.
    pub(crate) alike: Alike<'a>,
    /// What is made so far.
    pub(crate) fabric: Fabric,
    /// Networks by path, external ones by handle, with subnets that could not be read.
    blurred: BTreeSet<String>,
    /// Whether reading found errors, so that an empty collection may be meant otherwise.
    read_errors: bool,
    suggestions: u32,
}

impl<'a> Context<'a> {
    pub(crate) fn new(config: &'a Config, intent: &'a Intent, ledger: Ledger, diagnostics: Diagnostics) -> Self {
        let names = Names::new(&config.ml2);
        let subnets = intent.incomplete.iter().filter(|(kind, _)| *kind == "subnets");
        let blurred = subnets.filter_map(|(_, path)| Some(path.rsplit_once('/')?.0.to_owned())).collect();
        let read_errors = diagnostics.has_errors();
        Self {
            config,
            intent,
            ledger,
            diagnostics,
            names,
            alike: Alike::new(config, intent),
            fabric: Fabric::default(),
            blurred,
            read_errors,
            suggestions: SUGGESTIONS,
        }
    }

    /// `apic_system_id`.
    pub(crate) fn system(&self) -> &'a str {
        &self.config.ml2.system_id.value
    }

    /// Adds a finding.
    pub(crate) fn report(&mut self, finding: Diagnostic) {
        self.diagnostics.push(finding);
    }

    /// The id of a thing, by its kind (singular) and handle path.
    pub(crate) fn id(&mut self, kind: &str, path: &str, written: Option<&Spanned<Uuid>>) -> Uuid {
        self.ledger.id(self.system(), kind, path, written.map(|id| id.value))
    }

    /// One number for each key in the whole deployment, in the order of `keys`; 0 where none was left, which is reported.
    pub(crate) fn numbers(&mut self, kind: Kind, first: u32, keys: Vec<Wanted<u32>>) -> Vec<u32> {
        // 24 bits: a VNID has no more, and the other numbers need none.
        let range = first..=0x00ff_ffff;
        let numbers = self.ledger.numbers(kind, "", &keys, range, Choice::LowestFree, &mut self.diagnostics);
        (0..keys.len()).map(|at| numbers.get(at).copied().flatten().unwrap_or(0)).collect()
    }

    /// Whether what a reference names is written and could not be read, which was reported there.
    /// The candidates are kinds and handle paths; an id may be that of anything that could not be read.
    pub(crate) fn left_out(&self, reference: &str, candidates: &[(&str, &str)]) -> bool {
        let incomplete = &self.intent.incomplete;
        (!incomplete.is_empty() && super::reference::uuid(reference).is_some())
            || candidates.iter().any(|(kind, path)| incomplete.contains(kind, path))
    }

    /// Whether subnets of a network could not be read, so that an address outside the others may be right.
    pub(crate) fn blurred(&self, network: NetworkId) -> bool {
        if !self.read_errors && self.blurred.is_empty() && self.intent.incomplete.is_empty() {
            return false;
        }
        let row = &self.fabric.networks[network];
        let external = matches!(row.kind, NetworkKind::External(_));
        let path = if external { row.handle.clone() } else { format!("{}/{}", row.project, row.handle) };
        let kind = if external { "external_networks" } else { "networks" };
        let unread = self.read_errors && row.subnets.is_empty();
        unread || self.intent.incomplete.contains(kind, &path) || self.blurred.contains(&path)
    }

    /// Whether another finding may still get a "did you mean".
    pub(crate) fn suggesting(&self) -> bool {
        self.suggestions > 0
    }

    /// The candidate that is spelled most like `wanted`, if one is near and no other as near.
    pub(crate) fn nearest<'c>(
        &mut self,
        wanted: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        let (mut best, mut tied): (Option<(usize, &str)>, bool) = (None, false);
        let lower = wanted.to_lowercase();
        for candidate in candidates {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            let near = distance <= wanted.chars().count().max(3) / 3;
            if near && best.is_none_or(|(least, _)| distance < least) {
                (best, tied) = (Some((distance, candidate)), false);
            } else if near {
                tied |= best.is_some_and(|(least, known)| distance == least && known != candidate);
            }
        }
        best.filter(|_| !tied).map(|(_, candidate)| candidate)
    }
}

/// A key without an override.
pub(crate) fn wanted<T>(key: impl Into<String>, span: Option<Span>) -> Wanted<T> {
    Wanted { key: key.into(), fixed: None, span }
}

/// A written value, as its place or else another.
pub(crate) fn place<T>(written: Option<&Spanned<T>>, otherwise: Span) -> Span {
    written.map_or(otherwise, |value| value.span)
}
