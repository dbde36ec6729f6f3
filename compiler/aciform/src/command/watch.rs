//! `aciform watch [SITE]`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant, SystemTime};

use aciform_bundle::again::{Difference, Lowered};
use aciform_bundle::artifact::Content;
use aciform_bundle::frame::Frames;
use aciform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceFile};
use aciform_fabric::again::Resolved;
use aciform_plan::{Sides, report};
use aciform_site::{Follower, LOCK_FILE, Loaded, Reader, Round, SITE_FILE, absolute, follow, shown};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::args::Watch;
use crate::output::{self, Exit, Messages};
use crate::pipeline;
use crate::progress;
use crate::timings::Timings;

/// An editor saves in several steps. A save is over when nothing has happened for so long.
const SETTLED: Duration = Duration::from_millis(2);

/// Looked at all the same when things go on happening.
const LONGEST_SAVE: Duration = Duration::from_millis(50);

/// Some editors take a file away and write it anew; one that stays away for so long is gone.
const LONGEST_ABSENCE: Duration = Duration::from_millis(250);

/// Compiles in memory at each save, and prints what that changes. Ends when it is interrupted.
pub(crate) fn run(args: &Watch, messages: Messages) -> Exit {
    let (send, events) = channel();
    let look_again = send.clone();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A watcher that lost count says so by an error: everything is looked at then too.
        if event.is_ok_and(|event| changes_something(event.kind)) {
            let _ = send.send(());
        }
    });
    let watched = match watcher {
        Ok(watcher) => Watched { watcher, folders: BTreeSet::new() },
        Err(error) => return messages.trouble(&format!("cannot watch files: {error}")),
    };
    let mut site = Site {
        folder: &args.site,
        messages,
        events,
        look_again,
        watched,
        since: Instant::now(),
        timings: Timings::start(),
        show_timings: args.timings,
        lowered: Lowered::default(),
        differences: Vec::new(),
        told: Vec::new(),
        texts: None,
        end: None,
    };
    follow(&args.site, &mut site);
    site.end.unwrap_or(Exit::Done)
}

/// Waits for the end of a save.
fn settle(events: &Receiver<()>, since: Instant) {
    while since.elapsed() < LONGEST_SAVE {
        match events.recv_timeout(SETTLED) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Whether an event may stand for other content. Our own reading opens and closes files.
fn changes_something(kind: EventKind) -> bool {
    match kind {
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        EventKind::Access(_) | EventKind::Any | EventKind::Other => false,
    }
}

/// The folders that are looked at.
struct Watched {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    /// Looks at these folders too, and says whether one is new.
    fn add(&mut self, folders: BTreeSet<PathBuf>) -> bool {
        let before = self.folders.len();
        for folder in folders {
            // A folder that cannot be looked at, such as one that just went, brings no events; a later round tries again.
            if !self.folders.contains(&folder) && self.watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                self.folders.insert(folder);
            }
        }
        self.folders.len() > before
    }

    /// Looks at every folder anew: one that went and came again, however quickly, is another one by the same name.
    fn renew(&mut self) {
        let watcher = &mut self.watcher;
        self.folders.retain(|folder| watcher.watch(folder, RecursiveMode::NonRecursive).is_ok());
    }
}

/// What was read, by place.
type Texts = BTreeMap<PathBuf, Read>;

/// A file as it was read.
struct Read {
    text: Arc<SourceFile>,
    /// When it was changed last, and its length: of a file that cannot be read whole the text does not tell everything.
    stamp: Option<(SystemTime, u64)>,
}

/// The site between two saves.
struct Site<'a> {
    folder: &'a Path,
    messages: Messages,
    events: Receiver<()>,
    /// Asks for another round.
    look_again: Sender<()>,
    watched: Watched,
    /// When this round began.
    since: Instant,
    timings: Timings,
    show_timings: bool,
    lowered: Lowered,
    /// What this round changed.
    differences: Vec<Difference>,
    /// What was found last time.
    told: Vec<Diagnostic>,
    /// What was read last time, by place; nothing before the first round.
    texts: Option<Texts>,
    /// How the run ends, once it does.
    end: Option<Exit>,
}

impl Follower for Site<'_> {
    fn wait(&mut self) -> Option<Reader> {
        if self.end.is_some() {
            return None;
        }
        if self.texts.is_some() {
            if self.events.recv().is_err() {
                self.end = Some(self.messages.trouble("the system no longer tells what changes"));
                return None;
            }
            self.since = Instant::now();
            settle(&self.events, self.since);
            self.wait_for_the_missing();
            // Before anything is read: what is saved from now on is told.
            self.watched.renew();
            self.timings = Timings::round();
        }
        progress::stage("reading the site");
        Some(Reader::default())
    }

    fn read(&mut self) {
        self.timings.stage("read");
        progress::stage("resolving");
    }

    fn make(&mut self, resolved: &Resolved, loaded: &Loaded, diagnostics: &mut Diagnostics) {
        self.timings.stage("resolve");
        let frames = Frames::new(loaded.templates.clone());
        self.differences.extend(self.lowered.follow(&resolved.fabric, &frames, diagnostics));
        self.timings.stage("assemble");
    }

    fn tell(&mut self, round: Round<'_>) {
        progress::end();
        let Round { reader, loaded, resolved, .. } = round;
        let texts: Texts =
            reader.places.iter().map(|(file, place)| (place.clone(), read(reader, *file, place))).collect();
        let before = self.texts.take();
        let compiled = resolved.is_some();
        let saved = before.as_ref().map(|before| changed(before, &texts, compiled));
        // A round in which no file is another and nothing else is found was for nothing: what is found was told. A link that
        // leads nowhere is found and is no file.
        let found: Vec<Diagnostic> = reader.diagnostics.iter().cloned().collect();
        if saved.as_ref().is_none_or(|saved| !saved.is_empty()) || found != self.told {
            match loaded {
                Some(loaded) => pipeline::print(self.folder, loaded, reader, self.messages),
                None => drop(self.messages.print(&reader.sources, std::mem::take(&mut reader.diagnostics))),
            }
            if resolved.is_some_and(|resolved| resolved.ledger.changed()) {
                let lock = shown(&self.folder.join(LOCK_FILE));
                self.messages.note(&format!("{lock} would change: `aciform compile` writes it\n"));
            }
        }
        // Before anything is told: who reads it may save at once.
        let is_new = self.watched.add(folders(self.folder, reader.places.values()));
        match saved {
            // A folder that is no site ends the run before it begins.
            None if !self.folder.join(SITE_FILE).is_file() => self.end = Some(Exit::Trouble),
            None => self.tell_first(compiled),
            Some(saved) => {
                if is_new {
                    // It may have been written into between the reading and now.
                    let _ = self.look_again.send(());
                }
                self.tell_again(&saved, compiled);
            }
        }
        self.differences.clear();
        self.told = found;
        self.texts = Some(texts);
    }
}

impl Site<'_> {
    /// Waits for a file that was there last time and is not there now.
    fn wait_for_the_missing(&self) {
        let is_whole = || self.texts.iter().flat_map(BTreeMap::keys).all(|place| place.exists());
        while self.since.elapsed() < LONGEST_ABSENCE && !is_whole() {
            std::thread::sleep(SETTLED);
        }
    }

    /// The first round: everything that is found is told, and nothing is compared.
    fn tell_first(&self, compiled: bool) {
        let (_, parts) = self.lowered.made();
        let what = match compiled {
            true => {
                let artifacts = output::counted(self.lowered.artifacts().len(), "artifact");
                format!("{artifacts} in {}", output::counted(parts, "part"))
            }
            false => "errors".to_owned(),
        };
        self.messages.note(&format!("watching {}: {what} ({} ms)\n", shown(self.folder), milliseconds(self.since)));
    }

    /// What a save has changed.
    fn tell_again(&mut self, saved: &[PathBuf], compiled: bool) {
        if saved.is_empty() {
            return;
        }
        let saved: Vec<String> = saved.iter().map(|place| shown(place)).collect();
        let saved = saved.join(", ");
        let report = if compiled {
            let (made, all) = self.lowered.made();
            let all = output::counted(all, "part");
            let report = report::human(&aciform_plan::compare_sides(self.differences.iter().map(sides).collect()));
            format!("{saved}: {report}({} ms, {made} of {all})\n\n", milliseconds(self.since))
        } else {
            format!("{saved}: errors, nothing compiled ({} ms)\n\n", milliseconds(self.since))
        };
        if output::result(&report) != Exit::Done {
            self.end = Some(Exit::Trouble);
        }
        if self.show_timings {
            self.messages.note(&self.timings.table());
        }
    }
}

fn read(reader: &Reader, file: FileId, place: &Path) -> Read {
    let stamp = fs::metadata(place).and_then(|facts| Ok((facts.modified()?, facts.len()))).ok();
    Read { text: Arc::clone(&reader.sources.shared()[file.0 as usize]), stamp }
}

/// The folders in which a save may change what the site is: its own, those below `intent` and `templates`, and those of
/// every file that was read.
fn folders<'p>(site: &Path, read: impl Iterator<Item = &'p PathBuf>) -> BTreeSet<PathBuf> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for place in read {
        // A file may be a link: what it leads to is saved elsewhere.
        let places = [absolute(place), place.canonicalize().ok()];
        folders.extend(places.into_iter().flatten().filter_map(|place| Some(place.parent()?.to_owned())));
    }
    folders.extend(absolute(site));
    for below in ["intent", "templates"] {
        let walk = walkdir::WalkDir::new(site.join(below)).into_iter().filter_map(Result::ok);
        folders.extend(walk.filter(|entry| entry.file_type().is_dir()).filter_map(|entry| absolute(entry.path())));
    }
    folders
}

/// The files that are not what they were. Where nothing is compiled, also those that were saved with the same text: there
/// may be more in them than was read.
fn changed(before: &Texts, after: &Texts, compiled: bool) -> Vec<PathBuf> {
    let gone = before.keys().filter(|place| !after.contains_key(*place));
    let same = |old: &Read, new: &Read| {
        let same_text = Arc::ptr_eq(&old.text, &new.text) || old.text.text == new.text.text;
        same_text && (compiled || old.stamp == new.stamp)
    };
    let other = after.iter().filter(|(place, read)| !before.get(*place).is_some_and(|old| same(old, read)));
    gone.chain(other.map(|(place, _)| place)).cloned().collect()
}

/// A difference for the eyes of the comparison, which copies nothing.
fn sides(difference: &Difference) -> Sides<'_> {
    Sides {
        path: &difference.path,
        old: difference.old.as_deref().map(pieces),
        new: difference.new.as_deref().map(pieces),
    }
}

fn pieces(content: &Content) -> Vec<&[u8]> {
    content.pieces().map(str::as_bytes).collect()
}

fn milliseconds(since: Instant) -> u128 {
    since.elapsed().as_millis()
}
