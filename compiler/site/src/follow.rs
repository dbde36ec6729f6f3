//! A site that is read and resolved again at each change, as much of it as the change reaches.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceFile, Span};
use aciform_fabric::again::{Extent, Resolved, Standing};

use crate::memory::Memory;
use crate::reader::{Loaded, Reader, shown};

/// Who follows a site.
pub trait Follower {
    /// Waits until the site may say something else. The reader takes it in; `None` ends.
    fn wait(&mut self) -> Option<Reader>;

    /// The site was read.
    fn read(&mut self) {}

    /// Makes something of what a site without errors resolves to. It is asked twice in one round where the places of what it
    /// finds have to be looked up anew.
    fn make(&mut self, resolved: &Resolved, loaded: &Loaded, diagnostics: &mut Diagnostics);

    /// The end of a round. Everything that was found is in the reader; without a site, or with errors, nothing was resolved.
    fn tell(&mut self, round: Round<'_>);
}

/// What came of a round.
#[derive(Debug)]
pub struct Round<'r> {
    /// The texts, and what was found.
    pub reader: &'r mut Reader,
    /// The files as they were read; `None`: there is no site.
    pub loaded: Option<&'r Loaded>,
    /// What it resolves to; `None`: there are errors.
    pub resolved: Option<&'r Resolved>,
    /// How much was resolved.
    pub extent: Extent,
}

/// Follows the site of a folder until the follower ends it.
pub fn follow(folder: &Path, follower: &mut impl Follower) {
    let mut memory = Memory::default();
    let mut next = read(folder, follower, &mut memory);
    while let Some((reader, loaded)) = next {
        next = match loaded {
            Some(loaded) => {
                // Whatever it is built on, it is not what was resolved last.
                let loaded = anew(loaded, &mut memory);
                follow_from(folder, follower, &mut memory, reader, loaded)
            }
            None => {
                let mut reader = reader;
                follower.tell(Round { reader: &mut reader, loaded: None, resolved: None, extent: Extent::Whole });
                read(folder, follower, &mut memory)
            }
        };
    }
}

/// A reading: the reader, and the site if there is one.
type Reading = (Reader, Option<Loaded>);

fn read(folder: &Path, follower: &mut impl Follower, memory: &mut Memory) -> Option<Reading> {
    let mut reader = follower.wait()?;
    reader.memory = Some(std::mem::take(memory));
    let loaded = reader.site(folder);
    *memory = reader.memory.take().unwrap_or_default();
    follower.read();
    Some((reader, loaded))
}

/// Resolves a site as a whole, and follows it as long as its edits can be built on that. Returns the first reading that
/// cannot.
fn follow_from(
    folder: &Path,
    follower: &mut impl Follower,
    memory: &mut Memory,
    mut reader: Reader,
    mut loaded: Loaded,
) -> Option<Reading> {
    let config = loaded.config(&mut reader.diagnostics);
    let ledger = std::mem::take(&mut loaded.ledger);
    // As seen from the site: what is compiled does not depend on where it is compiled.
    let prefix = format!("{}/", shown(folder).trim_end_matches('/'));
    let texts = reader.sources.shared().to_vec();
    let name_of = |span: Span| {
        let name = &texts[span.file.0 as usize].name;
        name.strip_prefix(&prefix).unwrap_or(name).to_owned()
    };
    let diagnostics = &mut reader.diagnostics;
    let standing = Standing::new(&loaded.site, &config, &loaded.intent, ledger, &name_of, diagnostics);
    let resolved = standing.as_ref().map_or_else(|resolved| resolved, Standing::last);
    let mut is_sound = !reader.diagnostics.has_errors() && !reader.trouble;
    if is_sound {
        follower.make(resolved, &loaded, &mut reader.diagnostics);
        is_sound = !reader.diagnostics.has_errors();
    }
    let resolved = is_sound.then_some(resolved);
    follower.tell(Round { reader: &mut reader, loaded: Some(&loaded), resolved, extent: Extent::Whole });
    if let Some(file) = loaded.lock {
        let ledger = standing.as_ref().map_or_else(|resolved| &resolved.ledger, |standing| &standing.last().ledger);
        memory.keep_ledger(file, &reader.sources, ledger.clone());
    }
    let next = match standing {
        Ok(mut standing) if is_sound => {
            let next = follow_edits(folder, follower, memory, &mut standing, &texts);
            give_back(standing.remains());
            next
        }
        Ok(_) | Err(_) => read(folder, follower, memory),
    };
    give_back(loaded);
    next
}

/// Follows a site through the edits that can be built on its ground.
fn follow_edits(
    folder: &Path,
    follower: &mut impl Follower,
    memory: &mut Memory,
    standing: &mut Standing<'_>,
    texts: &[Arc<SourceFile>],
) -> Option<Reading> {
    let mut edited = BTreeSet::new();
    loop {
        standing.prepare();
        let (mut reader, now) = read(folder, follower, memory)?;
        let Some(now) = now else { return Some((reader, None)) };
        let again = now.reach.clone().filter(|_| !reader.trouble).and_then(|reach| {
            edited.extend(changed(texts, reader.sources.shared()));
            let mut found = Diagnostics::new();
            let done = standing.again(&now.intent, &reach, &mut found)?;
            (!found.has_errors() && !speaks_of(&found, &edited)).then_some((done, found))
        });
        let Some(((extent, before), found)) = again else { return Some((reader, Some(now))) };
        let read_so_far = reader.diagnostics.clone();
        let _ = now.config(&mut reader.diagnostics);
        reader.diagnostics.extend(found);
        let mut made = Diagnostics::new();
        follower.make(standing.last(), &now, &mut made);
        if speaks_of(&made, &edited) {
            reader.diagnostics = read_so_far;
            return Some((reader, Some(now)));
        }
        reader.diagnostics.extend(made);
        let resolved = (!reader.diagnostics.has_errors()).then(|| standing.last());
        follower.tell(Round { reader: &mut reader, loaded: Some(&now), resolved, extent });
        give_back(before);
        if let Some(file) = now.lock {
            memory.keep_ledger(file, &reader.sources, now.ledger);
        }
    }
}

/// A reading with the places of its own texts throughout.
fn anew(mut loaded: Loaded, memory: &mut Memory) -> Loaded {
    if loaded.reach.take().is_some()
        && let Some(intent) = memory.intent_anew()
    {
        loaded.intent = intent;
    }
    loaded
}

/// A million small pieces of memory are given back while the next thing is done.
fn give_back(rest: impl Send + 'static) {
    drop(std::thread::Builder::new().name("giving back".to_owned()).spawn(move || drop(rest)));
}

/// The files that are not what they were when the ground was resolved.
fn changed<'t>(then: &'t [Arc<SourceFile>], now: &'t [Arc<SourceFile>]) -> impl Iterator<Item = FileId> {
    let pairs = then.iter().zip(now).zip(0..);
    pairs.filter(|((then, now), _)| !Arc::ptr_eq(then, now) && then.text != now.text).map(|(_, at)| FileId(at))
}

/// Whether a finding points into one of these files, where its place may be of another text.
fn speaks_of(findings: &Diagnostics, files: &BTreeSet<FileId>) -> bool {
    findings.iter().any(|finding| spans(finding).any(|span| files.contains(&span.file)))
}

fn spans(finding: &Diagnostic) -> impl Iterator<Item = Span> {
    let edits = finding.fix.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
    finding.labels.iter().map(|label| label.span).chain(edits)
}
