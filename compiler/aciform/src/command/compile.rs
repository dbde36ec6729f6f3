//! `aciform compile [SITE]`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use aciform_bundle::Selection;
use aciform_bundle::folder::{Ahead, FolderError, Staging, State, Watch, Written, WrittenFile};
use aciform_fabric::lock::Ledger;

use super::diff::report_folder_error;
use crate::args::Compile;
use crate::interrupt;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, Compiled, LockUse, Request};
use crate::progress;
use crate::timings::Timings;
use crate::writing;
use aciform_site::{LOCK_FILE, Loaded, shown};

/// So many roots and hosts are listed.
const MAX_PLACES: usize = 20;

/// Compiles, writes the lock, then the bundle.
pub(crate) fn run(args: &Compile, messages: Messages) -> Exit {
    let mut timings = Timings::start();
    let exit = carry_out(args, messages, &mut timings);
    if args.timings {
        messages.note(&timings.table());
    }
    exit
}

fn carry_out(args: &Compile, messages: Messages, timings: &mut Timings) -> Exit {
    let request = Request {
        selection: Selection { host: args.host.clone(), target: args.target.clone() },
        lock: if args.locked { LockUse::Locked } else { LockUse::Writes },
        parity: args.parity,
    };
    let out = args.out.clone().unwrap_or_else(|| args.site.join("bundle"));
    let ahead = Some(Ahead::of(&out, &request.selection));
    let open = |_: &Loaded, ahead| open(&out, ahead, messages);
    let compiled = pipeline::compile(&args.site, &request, messages, timings, ahead, open);
    let (Compiled { loaded, ledger, manifest }, staging) = match compiled {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let lock = args.site.join(LOCK_FILE);
    if interrupt::came() {
        return messages.interrupted();
    }
    progress::stage("putting files into place");
    let (staged, lock_changed) = rayon::join(|| staging.finish(manifest, &request.selection), || ledger.changed());
    // Whatever refuses the bundle refuses it here, before the lock is touched.
    let written = staged.and_then(|staged| {
        if lock_changed {
            write_lock(&lock, &ledger.render())?;
        }
        staged.commit()
    });
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            report_folder_error(&error, messages);
            return Exit::Trouble;
        }
    };
    timings.stage("write");
    let exit = output::result(&summary(&out, &written));
    if lock_changed {
        messages.note(&lock_summary(&ledger, &lock));
    }
    // Its memory is given back at once by the end of the process, and not piece by piece.
    std::mem::forget((loaded, ledger));
    exit
}

/// Opens a folder for a bundle. From here on an interrupt waits until what was written beside it is cleared away.
pub(super) fn open(folder: &Path, ahead: Option<Ahead>, messages: Messages) -> Result<Staging, Exit> {
    interrupt::hold();
    Staging::begin(folder, ahead, Watch { stop: interrupt::came, part_done: progress::part_done }).map_err(|error| {
        report_folder_error(&error, messages);
        Exit::Trouble
    })
}

/// Writes the lock whole or not at all.
pub(crate) fn write_lock(place: &Path, text: &str) -> Result<(), FolderError> {
    writing::write(place, text).map_err(|source| FolderError::Io { action: "write", path: place.to_owned(), source })
}

/// What came out: the totals, then a line per root and host, those that changed first.
fn summary(out: &Path, written: &Written) -> String {
    let mut total = Tally { removed: written.removed.len(), ..Tally::default() };
    let mut places: BTreeMap<&str, Tally> = BTreeMap::new();
    // The files of one place follow on each other.
    for files in written.files.chunk_by(|a, b| place(&a.path) == place(&b.path)) {
        let tally = places.entry(place(&files[0].path)).or_default();
        for file in files {
            total.add(file);
            tally.add(file);
        }
    }
    for path in &written.removed {
        places.entry(place(path)).or_default().removed += 1;
    }
    let unchanged = written.count(State::Unchanged);
    let all = output::counted(written.files.len(), "artifact");
    let mut text = format!("{}: {all} ({})\n", shown(out), total.words(unchanged));
    // Into an empty folder everything is new, which the totals say already.
    let fresh = total.created == written.files.len() && total.removed == 0;
    let mut listed: Vec<(&&str, &Tally)> = places.iter().collect();
    if listed.len() > MAX_PLACES && !fresh {
        listed.sort_by_key(|(_, tally)| tally.is_quiet());
    }
    for (name, tally) in listed.iter().take(MAX_PLACES) {
        let noun = if tally.files == 1 { "file " } else { "files" };
        let _ = write!(text, "  {name:<28} {:>5} {noun} {:>9.1} kB", tally.files, tally.bytes as f64 / 1000.0);
        if !fresh && !tally.is_quiet() {
            let _ = write!(text, "  {}", tally.words(0));
        }
        text.push('\n');
    }
    if let Some(more) = listed.len().checked_sub(MAX_PLACES).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more");
    }
    text
}

/// The root or host that an artifact belongs to.
fn place(path: &str) -> &str {
    let mut ends = path.match_indices('/').map(|(at, _)| at);
    let first = ends.next().unwrap_or(path.len());
    match &path[..first] {
        "hosts" => &path[..ends.next().unwrap_or(path.len())],
        root => root,
    }
}

/// What happened at one place.
#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    created: usize,
    changed: usize,
    removed: usize,
}

impl Tally {
    fn add(&mut self, file: &WrittenFile) {
        self.files += 1;
        self.bytes += file.bytes;
        match file.state {
            State::Created => self.created += 1,
            State::Changed => self.changed += 1,
            State::Unchanged => {}
        }
    }

    fn is_quiet(&self) -> bool {
        self.created + self.changed + self.removed == 0
    }

    /// `2 new, 1 changed`; what there is none of is left out.
    fn words(&self, unchanged: usize) -> String {
        let parts =
            [(self.created, "new"), (self.changed, "changed"), (unchanged, "unchanged"), (self.removed, "removed")];
        let said: Vec<String> =
            parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if said.is_empty() { "none".to_owned() } else { said.join(", ") }
    }
}

/// What became of the lock, and whether that looks like a rename that nobody announced.
fn lock_summary(ledger: &Ledger, place: &Path) -> String {
    let changes = ledger.changes();
    let count = |came: bool, went: bool| {
        changes.iter().filter(|change| (change.before.is_none(), change.after.is_none()) == (came, went)).count()
    };
    let parts = [(count(true, false), "added"), (count(false, false), "changed"), (count(false, true), "removed")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let said = if said.is_empty() { "renamed entries".to_owned() } else { said.join(", ") };
    let mut text = format!("{}: {said}; review and commit it\n", shown(place));
    for hint in ledger.rename_hints().iter().take(MAX_PLACES) {
        let (kind, from, to) = (hint.kind, &hint.from, &hint.to);
        let _ = writeln!(text, "`{from}` is gone and `{to}` is new, with other ids and addresses;");
        let _ =
            writeln!(text, "  if it was renamed, restore the lock and write `renamed: {{{kind}: {{{from}: {to}}}}}`");
    }
    text
}
