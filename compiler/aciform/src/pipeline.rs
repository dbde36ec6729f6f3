//! The stages one after the other.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use aciform_bundle::folder::Ahead;
use aciform_bundle::frame::Frames;
use aciform_bundle::manifest::Manifest;
use aciform_bundle::{Selection, Sink, assemble_into};
use aciform_diagnostics::{Diagnostic, Span};
use aciform_fabric::lock::Ledger;
use aciform_fabric::model::Fabric;

use crate::output::{Exit, Messages};
use crate::progress;
use crate::timings::Timings;
use aciform_site::codes::LOCK_WOULD_CHANGE;
use aciform_site::{Allowances, Loaded, Reader, shown};

/// What one compile makes beside its artifacts.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// What was read.
    pub(crate) loaded: Loaded,
    /// The lock after this compile.
    pub(crate) ledger: Ledger,
    /// What was made.
    pub(crate) manifest: Manifest,
}

/// Whether the lock may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockUse {
    /// New entries are made.
    Writes,
    /// A lock that would change is an error.
    Locked,
}

/// What a compile is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Which part.
    pub(crate) selection: Selection,
    /// Whether the lock may change.
    pub(crate) lock: LockUse,
    /// Whether upstream's quirks are emitted too.
    pub(crate) parity: bool,
}

/// Reads and resolves a site. `Err` carries the exit code; everything found was printed.
pub(crate) fn resolve(
    site: &Path,
    request: &Request,
    messages: Messages,
    timings: &mut Timings,
) -> Result<(Reader, Loaded, Fabric, Ledger), Exit> {
    let mut reader = Reader::default();
    progress::stage("reading the site");
    let Some(mut loaded) = reader.site(site) else {
        messages.print(&reader.sources, std::mem::take(&mut reader.diagnostics));
        return Err(if reader.trouble { Exit::Trouble } else { Exit::Findings });
    };
    let config = loaded.config(&mut reader.diagnostics);
    let mut ledger = std::mem::take(&mut loaded.ledger);
    timings.stage("read");
    progress::stage("resolving");
    // As seen from the site: what is compiled does not depend on where it is compiled.
    let prefix = format!("{}/", shown(site).trim_end_matches('/'));
    let name_of = |span: Span| {
        let name = &reader.sources.file(span.file).name;
        name.strip_prefix(&prefix).unwrap_or(name).to_owned()
    };
    let mut fabric =
        aciform_fabric::resolve(&loaded.site, &config, &loaded.intent, &mut ledger, &name_of, &mut reader.diagnostics);
    fabric.system.parity = request.parity;
    timings.stage("resolve");
    if request.lock == LockUse::Locked && ledger.changed() && !reader.diagnostics.has_errors() {
        let finding = Diagnostic::new(&LOCK_WOULD_CHANGE, "`aciform.lock` is not up to date with the intent");
        reader.diagnostics.push(finding.help("run `aciform compile` without --locked, and review and commit the lock"));
    }
    Ok((reader, loaded, fabric, ledger))
}

/// Compiles a site into what `open` gives for it. `Err` carries the exit code; everything found was printed.
/// What lies where the bundle goes is read by threads that have nothing else to do until then.
pub(crate) fn compile<S: Sink>(
    site: &Path,
    request: &Request,
    messages: Messages,
    timings: &mut Timings,
    mut ahead: Option<Ahead>,
    open: impl FnOnce(&Loaded, Option<Ahead>) -> Result<S, Exit>,
) -> Result<(Compiled, S), Exit> {
    let is_over = AtomicBool::new(false);
    let resolve = || {
        let resolved = resolve(site, request, messages, timings);
        is_over.store(true, Ordering::Relaxed);
        resolved
    };
    let (resolved, _) = rayon::join(resolve, || ahead.as_mut().map(|ahead| ahead.read(&is_over)));
    let (mut reader, mut loaded, fabric, ledger) = resolved?;
    let mut failed = reader.diagnostics.has_errors() || reader.trouble;
    let mut made = None;
    if !failed {
        let sink = open(&loaded, ahead)?;
        progress::stage("writing site and hosts");
        let frames = Frames::new(std::mem::take(&mut loaded.templates));
        let manifest = assemble_into(&fabric, &frames, &request.selection, &sink, &mut reader.diagnostics);
        made = Some((manifest, sink));
        timings.stage("assemble");
        failed = reader.diagnostics.has_errors();
    }
    // Options are no part of the input: a host that is not there is a mistake of the command line.
    let selection_of_nothing = |finding: &Diagnostic| *finding.code == aciform_bundle::codes::UNKNOWN_SELECTION;
    reader.trouble |= reader.diagnostics.iter().any(selection_of_nothing);
    print(site, &loaded, &mut reader, messages);
    // A million small pieces of memory: the end of the process gives them back at once.
    std::mem::forget((reader.sources, fabric));
    match made {
        Some((manifest, sink)) if !failed => Ok((Compiled { loaded, ledger, manifest }, sink)),
        Some(_) | None => Err(if reader.trouble { Exit::Trouble } else { Exit::Findings }),
    }
}

/// Prints what was found, without what the site accepts.
pub(crate) fn print(site: &Path, loaded: &Loaded, reader: &mut Reader, messages: Messages) {
    let prefix = format!("{}/", shown(site).trim_end_matches('/'));
    let allowances = Allowances {
        site: &loaded.site.allow,
        prefix: &prefix,
        known: &|id| crate::codes::find(id),
        // A compile does not run the rules of the linter.
        is_on: &|code| !aciform_rules::codes().any(|of_rules| of_rules == code),
    };
    let verdict = allowances.apply(&reader.sources, std::mem::take(&mut reader.diagnostics));
    messages.print(&reader.sources, verdict.kept);
}
