//! `aciform lint [PATH]…`

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Report, Severity, Suppressed};
use aciform_rules::Family;
use aciform_site::{Fixed, Options, Reader, Subject, mend};

use crate::args::{FailLevel, Lint, LintFormat, MessageFormat};
use crate::codes;
use crate::lint::levels::{Levels, keeps_from_reading};
use crate::lint::{known, patch, report, subjects};
use crate::output::{self, Exit, Messages};
use crate::progress;
use crate::timings::Timings;
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
        return diff(args, &fixed, lint, (reader, findings), messages);
    }
    if let Some(place) = &args.write_baseline {
        return known::write(&reader, place, &findings, &suppressed, messages);
    }
    let piped = subjects::piped(&subjects).filter(|_| args.fix);
    let unwritten = if piped.is_none() { write(&fixed) } else { Unwritten::default() };
    let (reader, findings, mended) = if unwritten.troubles.is_empty() {
        (reader, findings, fixed.applied)
    } else {
        unwritten.tell(messages);
        let (reader, findings) = lint(&unwritten.texts);
        (reader, findings, 0)
    };
    let rules: Vec<&'static Code> = codes::all().into_iter().filter(|code| levels.looks_for(code)).collect();
    let mut troubles = unwritten.troubles;
    troubles.extend(reader.trouble.then(|| "a file could not be opened".to_owned()));
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
    let report = report::text(&told, mended, format(args, messages), messages);
    let written = match piped {
        // The text is the result; the findings go beside it.
        Some((bytes, is_cut)) => {
            output::message(&report);
            match fixed.files.values().next() {
                _ if is_cut => output::followed_by(bytes, &mut io::stdin().lock()),
                Some(change) => output::result(&change.after),
                None => output::bytes(bytes),
            }
        }
        None => output::result(&report),
    };
    timings.borrow_mut().stage("print");
    if written != Exit::Done {
        return written;
    }
    match () {
        () if !troubles.is_empty() => Exit::Trouble,
        () if args.exit_zero => Exit::Done,
        () if findings.iter().any(|finding| finding.severity >= least(args.fail_level)) => Exit::Findings,
        () => Exit::Done,
    }
}

/// Shows what the fixes change, and beside it what kept a file from being looked at.
fn diff(
    args: &Lint,
    fixed: &Fixed,
    mut lint: impl FnMut(&BTreeMap<PathBuf, String>) -> (Reader, Vec<Diagnostic>),
    mended: (Reader, Vec<Diagnostic>),
    messages: Messages,
) -> Exit {
    let (mut reader, mut findings) = mended;
    let is_read = !findings.iter().any(keeps_from_reading);
    if !is_read {
        // The lines are those of the file as it is, not as it would be.
        let before = fixed.files.iter().map(|(path, change)| (path.clone(), change.before.clone()));
        (reader, findings) = lint(&before.collect());
        findings.retain(keeps_from_reading);
        messages.print_list(&reader.sources, &findings);
    }
    match output::result(&patch::patch(fixed)) {
        Exit::Done if reader.trouble => Exit::Trouble,
        Exit::Done if args.exit_zero || is_read && fixed.files.is_empty() => Exit::Done,
        Exit::Done => Exit::Findings,
        trouble @ (Exit::Findings | Exit::Trouble | Exit::Interrupted) => trouble,
    }
}

/// What is to be told where not every file could be written.
#[derive(Default)]
struct Unwritten {
    /// Which file could not, and why.
    troubles: Vec<String>,
    /// The names of those that could.
    written: Vec<String>,
    /// What lies in each file now.
    texts: BTreeMap<PathBuf, String>,
}

impl Unwritten {
    fn tell(&self, messages: Messages) {
        for trouble in &self.troubles {
            let _: Exit = messages.trouble(trouble);
        }
        for name in &self.written {
            messages.note(&format!("`{name}` was mended\n"));
        }
    }
}

/// Writes every file that changed; one that cannot be written does not keep the others from it.
fn write(fixed: &Fixed) -> Unwritten {
    let mut unwritten = Unwritten::default();
    for (path, change) in &fixed.files {
        let text = match writing::replace(path, &change.after) {
            Ok(()) => {
                unwritten.written.push(change.name.clone());
                &change.after
            }
            Err(error) => {
                unwritten.troubles.push(format!("`{}` cannot be written: {error}", change.name));
                &change.before
            }
        };
        unwritten.texts.insert(path.clone(), text.clone());
    }
    unwritten
}

/// Reads and lints every subject; returns the findings that count, sorted, and what is accepted.
fn look(
    subjects: &[Subject],
    levels: &Levels,
    buffers: &BTreeMap<PathBuf, String>,
    timings: &RefCell<Timings>,
) -> (Reader, Vec<Diagnostic>, Vec<Suppressed>) {
    progress::stage("reading");
    let mut reader = Reader::over(buffers.clone());
    reader.given = subjects.iter().flat_map(Subject::inis).cloned().collect();
    let mut findings = Diagnostics::new();
    let mut accepted = Vec::new();
    let options = Options {
        is_on: &|rule| levels.is_on(rule),
        is_looked_for: &|code| levels.looks_for(code),
        known: &|id| codes::find(id),
        stage: &|name| {
            timings.borrow_mut().stage(name);
            progress::stage(if name == "read" { "resolving" } else { "linting" });
        },
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
    args.format.unwrap_or(match messages.asked() {
        None if in_action => LintFormat::Github,
        None | Some(MessageFormat::Human) => LintFormat::Human,
        Some(MessageFormat::Short) => LintFormat::Short,
        Some(MessageFormat::Json) => LintFormat::Json,
    })
}

fn least(level: FailLevel) -> Severity {
    match level {
        FailLevel::Error => Severity::Error,
        FailLevel::Warning => Severity::Warning,
        FailLevel::Info => Severity::Info,
    }
}
