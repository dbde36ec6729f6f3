//! Fixes that write a name which is taken: a line of it stands elsewhere, or another fix writes it too. Which of the two
//! values is meant only their author knows, so such a fix is applied on request alone.
//!
//! Whoever offers a fix knows its own line. What that line meets when it has its new name is looked at here, for all of
//! them: in its section, in every section that is read as the same one, in every file of the service.

mod effect;
mod names;

use std::collections::{HashMap, HashSet};

use aciform_diagnostics::{Applicability, Diagnostics, FileId};

use crate::Input;
use effect::{Effect, Files};
use names::{Name, Names};

/// Where a name comes from: a place of the text as it is now.
type Origin = (FileId, usize);

/// Makes the fixes unsafe that write a taken name.
pub(crate) fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let files = Files::new(input);
    let mut effects: Vec<(usize, Effect)> = Vec::new();
    let mut names = None;
    for (at, finding) in diagnostics.iter().enumerate() {
        let safe = finding.fix.as_deref().filter(|fix| fix.applicability == Applicability::Safe);
        let Some(regions) = safe.and_then(|fix| files.regions(&fix.edits)) else { continue };
        let names = names.get_or_insert_with(|| Names::of(input));
        effects.push((at, files.effect(regions, names)));
    }
    let Some(names) = names else { return };
    let mut origins: HashMap<&Name, HashSet<Origin>> = HashMap::new();
    for (_, effect) in &effects {
        for (name, origin) in &effect.made {
            origins.entry(name).or_default().insert(*origin);
        }
    }
    let is_taken = |effect: &Effect| {
        let lines = effect.made.iter().filter(|(name, _)| !matches!(name, Name::Header(_)));
        let contested = lines.into_iter().any(|(name, _)| origins[name].len() > 1);
        contested || names.is_taken(effect)
    };
    let taken: HashSet<usize> = effects.iter().filter(|(_, effect)| is_taken(effect)).map(|(at, _)| *at).collect();
    for (_, finding) in diagnostics.iter_mut().enumerate().filter(|(at, _)| taken.contains(at)) {
        if let Some(fix) = &mut finding.fix {
            fix.applicability = Applicability::Unsafe;
        }
    }
}
