//! Standard output and standard error; the only place that writes to either.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, SourceMap, render};

use crate::args::{Args, Color, MessageFormat};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// What is wrong stands in the input, or two things differ.
    Findings,
    /// It could not run.
    Trouble,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Trouble => Self::from(2),
        }
    }
}

/// How findings are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    format: MessageFormat,
    colour: bool,
    max: usize,
}

impl Messages {
    /// Takes the global options. A stream of JSON lines begins here, with its version.
    pub(crate) fn new(args: &Args) -> Self {
        let colour = match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stderr().is_terminal()
            }
        };
        if args.message_format == MessageFormat::Json {
            message(&render::json_version(env!("CARGO_PKG_VERSION")));
        }
        Self { format: args.message_format, colour, max: args.max_findings }
    }

    /// Prints findings to standard error and says whether any is an error.
    pub(crate) fn print(self, sources: &SourceMap, diagnostics: Diagnostics) -> bool {
        let findings = diagnostics.into_sorted();
        let errors = count(&findings, Severity::Error);
        let shown = if self.max == 0 { findings.len() } else { self.max.min(findings.len()) };
        // The worst first where not all are shown; else in reading order.
        let mut order: Vec<&Diagnostic> = findings.iter().collect();
        if shown < order.len() {
            order.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
            order.truncate(shown);
        }
        let picked: Vec<Diagnostic> = order.into_iter().cloned().collect();
        let text = match self.format {
            MessageFormat::Human => render::human(sources, &picked, self.style()),
            MessageFormat::Short => render::short(sources, &picked),
            MessageFormat::Json => render::json(sources, &picked),
        };
        message(&text);
        // A list that is cut says so in every format, or a program takes it for the whole.
        if !findings.is_empty() && (self.format == MessageFormat::Human || shown < findings.len()) {
            self.note(&format!("{}\n", totals(&findings, shown)));
        }
        errors > 0
    }

    /// Says something that is no finding, in the shape that the findings have.
    pub(crate) fn note(self, text: &str) {
        match self.format {
            MessageFormat::Human | MessageFormat::Short => message(text),
            MessageFormat::Json => {
                for line in text.lines() {
                    message(&format!("{}\n", serde_json::json!({"type": "note", "message": line})));
                }
            }
        }
    }

    /// Says why a command could not run.
    pub(crate) fn trouble(self, text: &str) -> Exit {
        match self.format {
            MessageFormat::Human | MessageFormat::Short => message(&format!("error: {text}\n")),
            MessageFormat::Json => message(&format!("{}\n", serde_json::json!({"type": "trouble", "message": text}))),
        }
        Exit::Trouble
    }

    fn style(self) -> render::Style {
        let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(100usize);
        render::Style { colour: self.colour, width: width.clamp(40, 200), unicode: true }
    }
}

/// `2 errors, 1 warning (40 not shown, see --max-findings)`.
fn totals(findings: &[Diagnostic], shown: usize) -> String {
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let number = count(findings, severity);
        if number > 0 {
            let plural = if number == 1 || severity == Severity::Info { "" } else { "s" };
            parts.push(format!("{number} {}{plural}", severity.word()));
        }
    }
    let hidden = findings.len() - shown;
    let rest = if hidden > 0 { format!(" ({hidden} not shown, see --max-findings)") } else { String::new() };
    format!("{}{rest}", parts.join(", "))
}

fn count(findings: &[Diagnostic], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// Writes a result. A reader that went away is no trouble.
pub(crate) fn result(text: &str) -> Exit {
    bytes(text.as_bytes())
}

/// Writes a result that may be no text, as a patch of somebody's file.
pub(crate) fn bytes(result: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(result).and_then(|()| out.flush()) {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            message(&format!("error: cannot write the result: {error}\n"));
            Exit::Trouble
        }
    }
}

/// Writes a message.
pub(crate) fn message(text: &str) {
    // Nobody can be told when standard error itself is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
