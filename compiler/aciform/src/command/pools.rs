//! `aciform pools [SITE]`

use std::path::Path;

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, Spanned};
use aciform_fabric::codes::{NOT_SUPPORTED_YET, POOL_TOO_SMALL};
use aciform_intent::model::Increase;
use aciform_rules::Family;
use aciform_rules::pools::report;
use aciform_rules::pools::usage::{Measured, measure};

use crate::args::ShowFormat;
use crate::output::{self, Exit, Messages};
use crate::pipeline::{self, LockUse, Request};
use crate::timings::Timings;

/// Shows the pools of a site.
pub(crate) fn run(site: &Path, hosts: Option<u32>, format: ShowFormat, messages: Messages) -> Exit {
    let request = Request { selection: Default::default(), lock: LockUse::Writes, parity: false };
    let (mut reader, loaded, fabric, ledger) = match pipeline::resolve(site, &request, messages, &mut Timings::start())
    {
        Ok(resolved) => resolved,
        Err(exit) => return exit,
    };
    let mut diagnostics = Diagnostics::new();
    for finding in std::mem::take(&mut reader.diagnostics).into_sorted() {
        // What cannot be compiled yet can be counted.
        let severity = if *finding.code == NOT_SUPPORTED_YET { Severity::Info } else { finding.severity };
        diagnostics.push(Diagnostic { severity, ..finding });
    }
    // A pool that is full is what the table is for; anything else that is wrong makes its figures wrong.
    let mut wrong = diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
    let countable = !reader.trouble && wrong.all(of_pools);
    let errors = messages.print(&reader.sources, diagnostics);
    if !countable {
        return if reader.trouble { Exit::Trouble } else { Exit::Findings };
    }
    if loaded.lock.is_some() && ledger.changed() {
        messages.note("aciform.lock is not up to date; the figures are those after the next `aciform compile`\n");
    }
    let config = loaded.config(&mut Diagnostics::new());
    let mut growth = loaded.site.growth.clone();
    if let Some(hosts) = hosts {
        growth.compute_hosts = Some(Spanned::new(Increase::Total(hosts), loaded.site.span));
    }
    let pools = measure(Measured { config: &config, intent: &loaded.intent, fabric: &fabric, growth: &growth });
    let shown = match format {
        ShowFormat::Human => output::result(&report::human(&pools, &reader.sources)),
        ShowFormat::Json => output::result(&report::json(&pools, &reader.sources)),
    };
    if errors { Exit::Findings } else { shown }
}

fn of_pools(finding: &Diagnostic) -> bool {
    Family::of(finding.code) == Family::Pools || *finding.code == POOL_TOO_SMALL
}
