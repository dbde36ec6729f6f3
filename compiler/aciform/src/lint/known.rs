//! `--baseline` and `--write-baseline`: the findings that an old deployment lives with.

use std::path::Path;

use aciform_diagnostics::{Diagnostic, Diagnostics, Suppressed, baseline};
use aciform_site::{Reader, shown};

use super::levels::Levels;
use crate::codes;
use crate::output::{self, Exit, Messages};
use crate::writing;

/// Takes out what the baseline knows, and adds what is to be said about the baseline itself.
pub(crate) fn leave_out(
    reader: &mut Reader,
    place: Option<&Path>,
    levels: &Levels,
    findings: Vec<Diagnostic>,
    suppressed: Vec<Suppressed>,
) -> (Vec<Diagnostic>, Vec<Suppressed>) {
    let Some(place) = place else { return (findings, suppressed) };
    let Some(file) = reader.plain(place) else {
        let mut all = findings;
        all.extend(std::mem::take(&mut reader.diagnostics).into_sorted());
        return (all, suppressed);
    };
    let mut said = Diagnostics::new();
    let known = baseline::read(&reader.sources, file, &mut said);
    let applied = baseline::apply(&known, &reader.sources, findings, suppressed);
    for finding in applied.findings {
        said.push(finding);
    }
    // What was not looked for is not gone.
    let looked_for = |entry: &baseline::Entry| codes::find(&entry.code).is_none_or(|code| levels.looks_for(code));
    let stale: Vec<baseline::Entry> = applied.stale.into_iter().filter(looked_for).collect();
    for finding in baseline::stale(&stale).into_iter().filter_map(|finding| levels.judge(finding)) {
        said.push(finding);
    }
    (said.into_sorted(), applied.suppressed)
}

/// Writes a baseline that knows all findings of this run.
pub(crate) fn write(
    reader: &Reader,
    place: &Path,
    findings: &[Diagnostic],
    suppressed: &[Suppressed],
    messages: Messages,
) -> Exit {
    if reader.trouble {
        messages.print_list(&reader.sources, findings);
        return Exit::Trouble;
    }
    let known = baseline::of(&reader.sources, findings, suppressed);
    match writing::write(place, &baseline::write(&known)) {
        Ok(()) => output::result(&format!("{}: {}\n", shown(place), output::counted(known.entries.len(), "finding"))),
        Err(error) => messages.trouble(&format!("`{}` cannot be written: {error}", shown(place))),
    }
}
