//! `aciform lint [PATH]…`

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Report, Severity, Suppressed};
use aciform_rules::Family;
use aciform_site::{Fixed, Options, Reader, Subject, mend};

use crate::args::{FailLevel, Lint, LintFormat, MessageFormat};
use crate::codes;
use crate::lint::levels::Levels;
use crate::lint::{known, patch, report, subjects};
use crate::output::{self, Exit, Messages};
use crate::pipeline::Timings;
use crate::writing;

/// Lints what the paths name.
pub(crate) fn run(args: &Lint, messages: Messages) -> Exit {
    let timings = RefCell::new(Timings::start());
    let exit = carry_out(args, messages, &timings);
    if args.timings {
        messages.note(&timings.borrow().table());
    }
    exit
}

fn carry_out(args: &Lint, messages: Messages, timings: &RefCell<Timings>) -> Exit {
    let prepared = Levels::of(args).and_then(|levels| Ok((levels, subjects::find(args)?)));
    let (levels, subjects) = match prepared {
        Ok(prepared) => prepared,
        Err(why) => return messages.trouble(&why),
    };
    let up_to = match (args.fix || args.diff, args.unsafe_fixes) {
        (false, true) => return messages.trouble("--unsafe-fixes needs --fix or --diff"),
        (false, false) => None,
        (true, false) => Some(Applicability::Safe),
        (true, true) => Some(Applicability::Unsafe),
    };
    let baseline = args.baseline.as_deref();
    let mut suppressed = Vec::new();
    let mut lint = |buffers: &BTreeMap<PathBuf, String>| {
        let (mut reader, findings, accepted) = look(&subjects, &levels, buffers, timings);
        let (findings, accepted) = known::leave_out(&mut reader, baseline, &levels, findings, accepted);
        suppressed = accepted;
        (reader, findings)
    };
    let (reader, findings, fixed) = match up_to {
        Some(up_to) => mend(up_to, &mut lint),
        None => {
            let (reader, findings) = lint(&BTreeMap::new());
            (reader, findings, Fixed::default())
        }
    };
    if args.diff {
        let shown = output::result(&patch::patch(&fixed));
        return if fixed.files.is_empty() || shown != Exit::Done { shown } else { Exit::Findings };
    }
    if let Some(place) = &args.write_baseline {
        return known::write(&reader, place, &findings, &suppressed, messages);
    }
    let from_standard_input = subjects.iter().any(|subject| matches!(subject, Subject::Text(..)));
    let rules: Vec<&'static Code> = codes::all().into_iter().filter(|code| levels.looks_for(code)).collect();
    let troubles: Vec<String> = if reader.trouble { vec!["a file could not be opened".to_owned()] } else { Vec::new() };
    let automation_id = format!("aciform/{}/", args.environment);
    let told = Report {
        sources: &reader.sources,
        findings: &findings,
        suppressed: &suppressed,
        rules: &rules,
        category: |code| Family::of(code).name(),
        tool_version: env!("CARGO_PKG_VERSION"),
        fail_level: least(args.fail_level),
        automation_id: &automation_id,
        troubles: &troubles,
        links: None,
    };
    let written = if args.fix && from_standard_input {
        // The text is the result; the findings go beside it.
        let text = reader.sources.files().next().map_or("", |(_, file)| file.text.as_str());
        output::message(&report::text(&told, fixed.applied, format(args, messages), messages));
        output::result(text)
    } else {
        for (path, change) in &fixed.files {
            if let Err(error) = writing::replace(path, &change.after) {
                return messages.trouble(&format!("`{}` cannot be written: {error}", change.name));
            }
        }
        output::result(&report::text(&told, fixed.applied, format(args, messages), messages))
    };
    timings.borrow_mut().stage("print");
    if written != Exit::Done {
        return written;
    }
    match () {
        () if reader.trouble => Exit::Trouble,
        () if args.exit_zero => Exit::Done,
        () if findings.iter().any(|finding| finding.severity >= least(args.fail_level)) => Exit::Findings,
        () => Exit::Done,
    }
}

/// Reads and lints every subject; returns the findings that count, sorted, and what is accepted.
fn look(
    subjects: &[Subject],
    levels: &Levels,
    buffers: &BTreeMap<PathBuf, String>,
    timings: &RefCell<Timings>,
) -> (Reader, Vec<Diagnostic>, Vec<Suppressed>) {
    let mut reader = Reader::over(buffers.clone());
    reader.given = subjects.iter().flat_map(Subject::inis).cloned().collect();
    let mut findings = Diagnostics::new();
    let mut accepted = Vec::new();
    let options = Options {
        is_on: &|rule| levels.is_on(rule),
        is_looked_for: &|code| levels.looks_for(code),
        known: &|id| codes::find(id),
        stage: &|name| timings.borrow_mut().stage(name),
    };
    for subject in subjects {
        let verdict = aciform_site::lint(&mut reader, subject, options).verdict;
        accepted.extend(verdict.suppressed.into_iter().filter(|silent| levels.looks_for(silent.finding.code)));
        for finding in verdict.kept.iter().cloned().filter_map(|finding| levels.judge(finding)) {
            findings.push(finding);
        }
    }
    (reader, findings.into_sorted(), accepted)
}

/// What was asked for; in a job of GitHub Actions its commands, where nothing was.
fn format(args: &Lint, messages: Messages) -> LintFormat {
    let in_action = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    args.format.unwrap_or(match messages.format() {
        MessageFormat::Human if in_action => LintFormat::Github,
        MessageFormat::Human => LintFormat::Human,
        MessageFormat::Short => LintFormat::Short,
        MessageFormat::Json => LintFormat::Json,
    })
}

fn least(level: FailLevel) -> Severity {
    match level {
        FailLevel::Error => Severity::Error,
        FailLevel::Warning => Severity::Warning,
        FailLevel::Info => Severity::Info,
    }
}
