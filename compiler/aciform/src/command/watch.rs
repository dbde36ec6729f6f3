//! `aciform watch [SITE]`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use aciform_bundle::again::{Difference, Lowered};
use aciform_bundle::artifact::Content;
use aciform_bundle::frame::Frames;
use aciform_diagnostics::FileId;
use aciform_plan::{Sides, report};
use aciform_site::{LOCK_FILE, Memory, Reader, absolute, shown};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::args::Watch;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, LockUse, Request};
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
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // A watcher that lost count says so by an error: everything is looked at then too.
        if event.is_ok_and(|event| changes_something(event.kind)) {
            let _ = send.send(());
        }
    });
    let mut watched = match watcher {
        Ok(watcher) => Watched { watcher, folders: BTreeSet::new() },
        Err(error) => return messages.trouble(&format!("cannot watch files: {error}")),
    };
    let mut site = Site::new(&args.site, messages);
    let since = Instant::now();
    if let Some(exit) = site.first(since, &mut watched) {
        return exit;
    }
    loop {
        if events.recv().is_err() {
            return messages.trouble("the system no longer tells what changes");
        }
        let since = Instant::now();
        settle(&events, since);
        site.wait_for_the_missing(since);
        if site.again(since, args.timings, &mut watched) != Exit::Done {
            return Exit::Trouble;
        }
    }
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
    /// Looks at these folders too. One that went and came again is looked at anew.
    fn add(&mut self, folders: BTreeSet<PathBuf>) {
        self.folders.retain(|folder| folder.is_dir());
        for folder in folders {
            // A folder that cannot be looked at, such as one that just went, brings no events; a later round tries again.
            if !self.folders.contains(&folder) && self.watcher.watch(&folder, RecursiveMode::NonRecursive).is_ok() {
                self.folders.insert(folder);
            }
        }
    }
}

/// The site between two saves.
struct Site<'a> {
    folder: &'a Path,
    messages: Messages,
    memory: Memory,
    lowered: Lowered,
    /// What was read last time, by place.
    texts: BTreeMap<PathBuf, String>,
}

impl<'a> Site<'a> {
    fn new(folder: &'a Path, messages: Messages) -> Self {
        Self { folder, messages, memory: Memory::default(), lowered: Lowered::default(), texts: BTreeMap::new() }
    }

    /// The first compile: everything that is found is told, and nothing is compared. A folder that is no site ends the run.
    fn first(&mut self, since: Instant, watched: &mut Watched) -> Option<Exit> {
        if !self.folder.join(aciform_site::SITE_FILE).is_file() {
            let mut reader = Reader::default();
            let _ = reader.site(self.folder);
            self.messages.print(&reader.sources, reader.diagnostics);
            return Some(Exit::Trouble);
        }
        let compiled = self.compile(&mut Timings::start(), watched).is_some();
        let took = milliseconds(since);
        let (_, parts) = self.lowered.made();
        let what = match compiled {
            true => {
                let artifacts = output::counted(self.lowered.artifacts().len(), "artifact");
                format!("{artifacts} in {}", output::counted(parts, "part"))
            }
            false => "errors".to_owned(),
        };
        self.messages.note(&format!("watching {}: {what} ({took} ms)\n", shown(self.folder)));
        None
    }

    /// Waits for a file that was there last time and is not there now.
    fn wait_for_the_missing(&self, since: Instant) {
        while since.elapsed() < LONGEST_ABSENCE && !self.texts.keys().all(|place| place.exists()) {
            std::thread::sleep(SETTLED);
        }
    }

    /// Compiles again, and prints what that changed.
    fn again(&mut self, since: Instant, show_timings: bool, watched: &mut Watched) -> Exit {
        let mut timings = Timings::round();
        let before = std::mem::take(&mut self.texts);
        let differences = self.compile(&mut timings, watched);
        let saved: Vec<String> = changed(&before, &self.texts).into_iter().map(shown).collect();
        if saved.is_empty() {
            return Exit::Done;
        }
        let took = milliseconds(since);
        let exit = match differences {
            Some(differences) => {
                let (made, all) = self.lowered.made();
                let report = report::human(&aciform_plan::compare_sides(differences.iter().map(sides).collect()));
                let all = output::counted(all, "part");
                output::result(&format!("{}: {report}({took} ms, {made} of {all})

", saved.join(", ")))
            }
            None => output::result(&format!("{}: errors, nothing compiled ({took} ms)\n\n", saved.join(", "))),
        };
        if show_timings {
            self.messages.note(&timings.table());
        }
        exit
    }

    /// `None`: there are errors, which were printed.
    fn compile(&mut self, timings: &mut Timings, watched: &mut Watched) -> Option<Vec<Difference>> {
        let mut reader = Reader::default();
        reader.memory = Some(std::mem::take(&mut self.memory));
        let request = Request { selection: Default::default(), lock: LockUse::Writes, parity: false };
        let lowered = &mut self.lowered;
        let follow =
            |fabric: &_, templates, diagnostics: &mut _| lowered.follow(fabric, &Frames::new(templates), diagnostics);
        let (reader, resolved) = pipeline::resolve_and(reader, self.folder, &request, self.messages, timings, follow);
        progress::end();
        self.memory = reader.memory.unwrap_or_default();
        let text_of = |file: &FileId| reader.sources.file(*file).text.clone();
        self.texts = reader.places.iter().map(|(file, place)| (place.clone(), text_of(file))).collect();
        watched.add(folders(self.folder, reader.places.values()));
        let resolved = resolved?;
        if resolved.ledger.changed() {
            let lock = shown(&self.folder.join(LOCK_FILE));
            self.messages.note(&format!("{lock} would change: `aciform compile` writes it\n"));
        }
        if let Some(file) = resolved.lock {
            self.memory.keep_ledger(file, &reader.sources.file(file).text, resolved.ledger);
        }
        Some(resolved.result)
    }
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

/// The files that are not what they were.
fn changed<'p>(before: &'p BTreeMap<PathBuf, String>, after: &'p BTreeMap<PathBuf, String>) -> Vec<&'p Path> {
    let gone = before.keys().filter(|place| !after.contains_key(*place));
    let other = after.iter().filter(|(place, text)| before.get(*place) != Some(text)).map(|(place, _)| place);
    gone.chain(other).map(PathBuf::as_path).collect()
}

/// A difference for the eyes of the comparison, which copies nothing.
fn sides(difference: &Difference) -> Sides<'_> {
    Sides { path: &difference.path, old: difference.old.as_ref().map(pieces), new: difference.new.as_ref().map(pieces) }
}

fn pieces(content: &Content) -> Vec<&[u8]> {
    content.pieces().map(str::as_bytes).collect()
}

fn milliseconds(since: Instant) -> u128 {
    since.elapsed().as_millis()
}
