//! `aciform compile [SITE]`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use aciform_bundle::folder::{self, FolderError, Written};
use aciform_bundle::{Bundle, Selection};

use super::diff::report_folder_error;
use crate::args::Compile;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, LockUse, Request, Timings};
use crate::site::{LOCK_FILE, shown};

/// Compiles, writes the lock, then the bundle.
pub(crate) fn run(args: &Compile, messages: Messages) -> Exit {
    let mut timings = Timings::start();
    let exit = carry_out(args, messages, &mut timings);
    if args.timings {
        output::message(&timings.table());
    }
    exit
}

fn carry_out(args: &Compile, messages: Messages, timings: &mut Timings) -> Exit {
    let request = Request {
        selection: Selection { host: args.host.clone(), target: args.target.clone() },
        lock: if args.locked { LockUse::Locked } else { LockUse::Writes },
        parity: args.parity,
    };
    let compiled = match pipeline::compile(&args.site, &request, messages, timings) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let out = args.out.clone().unwrap_or_else(|| args.site.join("bundle"));
    let lock = args.site.join(LOCK_FILE);
    let written = folder::check(&out)
        .and_then(|()| if compiled.ledger.changed() { write_lock(&lock, &compiled.ledger.render()) } else { Ok(()) })
        .and_then(|()| folder::write(&out, &compiled.bundle, &request.selection));
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            report_folder_error(&error, messages);
            return Exit::Trouble;
        }
    };
    timings.stage("write");
    let exit = output::result(&summary(&compiled.bundle, &out, written));
    if compiled.ledger.changed() {
        output::message(&format!("{} changed: review and commit it\n", shown(&lock)));
    }
    exit
}

/// Writes the lock beside its place and renames it.
pub(crate) fn write_lock(place: &Path, text: &str) -> Result<(), FolderError> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        // A temporary file is made for its owner alone; the lock is for everybody who reads the repository.
        #[cfg(unix)]
        fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.persist(place).map_err(|error| error.error)
    });
    written.map(|_| ()).map_err(|source| FolderError::Io { action: "write", path: place.to_owned(), source })
}

/// What came out: the totals, and a line per root and host.
fn summary(bundle: &Bundle, out: &Path, written: Written) -> String {
    let mut text = format!(
        "{}: {} artifacts ({} new, {} changed, {} unchanged, {} removed)\n",
        shown(out),
        bundle.artifacts.len(),
        written.created,
        written.changed,
        written.unchanged,
        written.removed
    );
    let mut places: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (path, artifact) in &bundle.artifacts {
        let mut parts = path.split('/');
        let place = match (parts.next(), parts.next()) {
            (Some("hosts"), Some(host)) => format!("hosts/{host}"),
            (Some(first), _) => first.to_owned(),
            (None, _) => continue,
        };
        let total = places.entry(place).or_default();
        total.0 += 1;
        total.1 += artifact.content.len();
    }
    let more = places.len().saturating_sub(20);
    for (place, (files, bytes)) in places.iter().take(20) {
        let _ = writeln!(text, "  {place:<28} {files:>5} files {:>9.1} kB", *bytes as f64 / 1000.0);
    }
    if more > 0 {
        let _ = writeln!(text, "  and {more} more");
    }
    text
}
