//! `aciform show ini|fabric|lock`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::Ledger;
use aciform_intent::ini;

use crate::args::{Show, ShowFormat};
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, LockUse, Request};
use crate::timings::Timings;
use aciform_site::{LOCK_FILE, Reader, SITE_FILE, shown};

/// Shows a part of a site.
pub(crate) fn run(what: &Show, messages: Messages) -> Exit {
    match what {
        Show::Ini { paths, format } => show_ini(paths, *format, messages),
        Show::Fabric { site, format } => show_fabric(site, *format, messages),
        Show::Lock { site, format } => show_lock(site, *format, messages),
    }
}

fn show_ini(paths: &[PathBuf], format: ShowFormat, messages: Messages) -> Exit {
    let mut reader = Reader::default();
    let files = match paths {
        [site] if site.is_dir() => reader.inis_of_site(site),
        files => reader.inis(files),
    };
    let parsed: Vec<_> = files.iter().map(|(file, parsed)| (*file, parsed)).collect();
    let mut diagnostics = std::mem::take(&mut reader.diagnostics);
    let shown = ini::shown(&reader.sources, &parsed, &mut diagnostics);
    let errors = messages.print(&reader.sources, diagnostics);
    if reader.trouble {
        return Exit::Trouble;
    }
    let exit = match format {
        ShowFormat::Human => output::result(&shown.human(&reader.sources)),
        ShowFormat::Json => output::result(&pretty(&shown.json(&reader.sources))),
    };
    if errors { Exit::Findings } else { exit }
}

fn show_fabric(site: &Path, format: ShowFormat, messages: Messages) -> Exit {
    let request = Request { selection: Default::default(), lock: LockUse::Locked, parity: false };
    let (reader, _, fabric, _) = match pipeline::resolve(site, &request, messages, &mut Timings::start()) {
        Ok(resolved) => resolved,
        Err(exit) => return exit,
    };
    let trouble = reader.trouble;
    if messages.print(&reader.sources, reader.diagnostics) {
        return if trouble { Exit::Trouble } else { Exit::Findings };
    }
    match format {
        ShowFormat::Human => output::result(&aciform_fabric::dump(&fabric)),
        ShowFormat::Json => output::result(&pretty(&aciform_fabric::to_json(&fabric))),
    }
}

fn show_lock(site: &Path, format: ShowFormat, messages: Messages) -> Exit {
    let place = if site.is_dir() { site.join(LOCK_FILE) } else { site.to_owned() };
    if site.is_dir() && site.join(SITE_FILE).is_file() && !place.exists() {
        // A result that is empty; for a program an empty map, not a sentence.
        messages.note(&format!("{} is not there yet: `aciform compile` writes it\n", shown(&place)));
        return if format == ShowFormat::Json { output::result("{}\n") } else { Exit::Done };
    }
    let mut reader = Reader::default();
    let Some(file) = reader.lock(&place) else {
        messages.print(&reader.sources, reader.diagnostics);
        return if reader.trouble { Exit::Trouble } else { Exit::Findings };
    };
    let mut diagnostics: Diagnostics = std::mem::take(&mut reader.diagnostics);
    let ledger = Ledger::parse(file, &reader.sources.file(file).text, &mut diagnostics);
    if messages.print(&reader.sources, diagnostics) {
        return Exit::Findings;
    }
    let mut table = String::new();
    match format {
        ShowFormat::Json => output::result(&pretty(&serde_json::json!(ledger.entries()))),
        ShowFormat::Human => {
            for (kind, entries) in ledger.entries() {
                let _ = writeln!(table, "{kind}: {}", entries.len());
                for (key, value) in entries {
                    let _ = writeln!(table, "  {key}: {value}");
                }
            }
            output::result(&table)
        }
    }
}

/// Indented, with a newline at the end.
fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
