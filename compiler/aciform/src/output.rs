//! Standard output and standard error; the only place that writes to either.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use aciform_diagnostics::{Diagnostic, Diagnostics, Severity, SourceMap, mask_secrets, render};

use crate::args::{Args, Color, MessageFormat};
use crate::progress;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// What is wrong stands in the input, or two things differ.
    Findings,
    /// It could not run.
    Trouble,
    /// Somebody stopped it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Trouble => Self::from(2),
            Exit::Interrupted => Self::from(130),
        }
    }
}

/// How findings are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    asked: Option<MessageFormat>,
    colour: bool,
    result_colour: bool,
    max: usize,
}

/// Whether the terminal's user, or the terminal itself, takes plain text alone: <https://no-color.org>, `TERM=dumb`.
pub(crate) fn wants_plain_text() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

impl Messages {
    /// Takes the global options. A stream of JSON lines begins here, with its version.
    pub(crate) fn new(args: &Args) -> Self {
        let plain = wants_plain_text();
        let colour = |is_terminal: bool| match args.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !plain && is_terminal,
        };
        let (colour, result_colour) = (colour(io::stderr().is_terminal()), colour(io::stdout().is_terminal()));
        if args.message_format == Some(MessageFormat::Json) {
            message(&render::json_version(env!("CARGO_PKG_VERSION")));
        }
        Self { asked: args.message_format, colour, result_colour, max: args.max_findings }
    }

    /// Prints findings to standard error and says whether any is an error.
    pub(crate) fn print(self, sources: &SourceMap, diagnostics: Diagnostics) -> bool {
        let findings = diagnostics.into_sorted();
        self.print_list(sources, &findings);
        count(&findings, Severity::Error) > 0
    }

    /// Prints sorted findings to standard error.
    pub(crate) fn print_list(self, sources: &SourceMap, findings: &[Diagnostic]) {
        let (mut picked, hidden) = self.picked(findings);
        mask_secrets(sources, &mut picked);
        let text = match self.format() {
            MessageFormat::Human => render::human(sources, &picked, self.style()),
            MessageFormat::Short => render::short(sources, &picked),
            MessageFormat::Json => render::json(sources, &picked),
        };
        message(&text);
        // A list that is cut says so in every format, or a program takes it for the whole.
        if !findings.is_empty() && (self.format() == MessageFormat::Human || hidden > 0) {
            self.note(&format!("{}\n", totals(findings, hidden)));
        }
    }

    /// The findings that are printed, in their order, and how many are not: the worst where not all are.
    pub(crate) fn picked(self, findings: &[Diagnostic]) -> (Vec<Diagnostic>, usize) {
        let shown = if self.max == 0 { findings.len() } else { self.max.min(findings.len()) };
        let mut order: Vec<(usize, &Diagnostic)> = findings.iter().enumerate().collect();
        if shown < order.len() {
            order.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
            order.truncate(shown);
            order.sort_by_key(|(at, _)| *at);
        }
        (order.into_iter().map(|(_, finding)| finding.clone()).collect(), findings.len() - shown)
    }

    /// How messages are to be written, where that was asked for.
    pub(crate) fn asked(self) -> Option<MessageFormat> {
        self.asked
    }

    fn format(self) -> MessageFormat {
        self.asked.unwrap_or(MessageFormat::Human)
    }

    /// How findings look that are the result: colour goes by standard output.
    pub(crate) fn result_style(self) -> render::Style {
        render::Style { colour: self.result_colour, ..self.style() }
    }

    /// Says something that is no finding, in the shape that the findings have.
    pub(crate) fn note(self, text: &str) {
        match self.format() {
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
        match self.format() {
            MessageFormat::Human | MessageFormat::Short => message(&format!("error: {text}\n")),
            MessageFormat::Json => message(&format!("{}\n", serde_json::json!({"type": "trouble", "message": text}))),
        }
        Exit::Trouble
    }

    /// Says that the run was stopped before it changed anything.
    pub(crate) fn interrupted(self) -> Exit {
        self.note("interrupted; nothing was changed\n");
        Exit::Interrupted
    }

    fn style(self) -> render::Style {
        let width = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).unwrap_or(100usize);
        render::Style { colour: self.colour, width: width.clamp(40, 200), unicode: true }
    }
}

/// `2 errors, 1 warning (40 not shown, see --max-findings)`.
pub(crate) fn totals(findings: &[Diagnostic], hidden: usize) -> String {
    let mut parts = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let number = count(findings, severity);
        if number > 0 {
            let plural = if number == 1 || severity == Severity::Info { "" } else { "s" };
            parts.push(format!("{number} {}{plural}", severity.word()));
        }
    }
    let said = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    let rest = if hidden > 0 { format!(" ({hidden} not shown, see --max-findings)") } else { String::new() };
    format!("{said}{rest}")
}

/// `1 host`, `2 hosts`.
pub(crate) fn counted<N: std::fmt::Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let ending = if number == 1.into() { "" } else { "s" };
    format!("{number} {noun}{ending}")
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
    followed_by(result, &mut io::empty())
}

/// Writes a result and behind it all that is still to be read.
pub(crate) fn followed_by(result: &[u8], rest: &mut dyn io::Read) -> Exit {
    progress::end();
    let mut out = io::stdout().lock();
    match out.write_all(result).and_then(|()| io::copy(rest, &mut out)).and_then(|_| out.flush()) {
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
    progress::clear();
    // Nobody can be told when standard error itself is gone.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
