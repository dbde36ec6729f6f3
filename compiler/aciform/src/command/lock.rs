//! `aciform lock compact [SITE]`

use aciform_diagnostics::Diagnostics;
use aciform_fabric::lock::Ledger;

use super::compile::write_lock;
use super::diff::report_folder_error;
use crate::args::Lock;
use crate::output::{self, Exit, Messages};
use aciform_site::{LOCK_FILE, Reader, SITE_FILE, shown};

/// Drops what is kept of hosts and networks that are gone.
pub(crate) fn run(action: &Lock, messages: Messages) -> Exit {
    let Lock::Compact { site } = action;
    let mut reader = Reader::default();
    let place = site.join(LOCK_FILE);
    if site.join(SITE_FILE).is_file() && !place.exists() {
        return output::result(&format!("{} is not there yet: `aciform compile` writes it\n", shown(&place)));
    }
    let Some(file) = reader.lock(&place) else {
        messages.print(&reader.sources, reader.diagnostics);
        return if reader.trouble { Exit::Trouble } else { Exit::Findings };
    };
    let mut diagnostics: Diagnostics = std::mem::take(&mut reader.diagnostics);
    let mut ledger = Ledger::parse(file, &reader.sources.file(file).text, &mut diagnostics);
    if messages.print(&reader.sources, diagnostics) {
        return Exit::Findings;
    }
    ledger.keep_all();
    let forgotten = ledger.compact();
    if forgotten > 0
        && let Err(error) = write_lock(&place, &ledger.render())
    {
        report_folder_error(&error, messages);
        return Exit::Trouble;
    }
    let addresses = if forgotten == 1 { "address" } else { "addresses" };
    output::result(&format!("{}: {forgotten} {addresses} forgotten\n", shown(&place)))
}
