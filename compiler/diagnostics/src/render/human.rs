//! Findings for people: the message, the lines it is about, and the help.
//!
//! The only module that knows miette, which draws the lines and their marks; what is drawn is decided here.

use std::fmt::{self, Write as _};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters, ThemeStyles,
};

use super::excerpt::Excerpt;
use super::one_line;
use crate::{Diagnostic, FileId, Label, Severity, SourceMap};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to write terminal colour codes.
    pub colour: bool,
    /// Columns that a line may take; help is wrapped at it, source lines of more than twice the width are cut.
    pub width: usize,
    /// Whether to draw with characters outside ASCII.
    pub unicode: bool,
}

/// Renders findings with the source lines they are about, a blank line between two findings.
///
/// A finding starts with `severity[code]: message`; each file it has labels in follows as a frame headed by
/// `file:line:column`, the file of the first label first; then the help.
#[must_use]
pub fn human(sources: &SourceMap, findings: &[Diagnostic], style: Style) -> String {
    let mut out = String::new();
    for (at, finding) in findings.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        render(sources, finding, style, &mut out);
    }
    out
}

fn render(sources: &SourceMap, finding: &Diagnostic, style: Style, out: &mut String) {
    let kind = format!("{}[{}]", finding.severity.word(), finding.code.id);
    let message = one_line(&finding.message);
    if style.colour {
        let colour = match finding.severity {
            Severity::Error => 31,
            Severity::Warning => 33,
            Severity::Info => 36,
        };
        let _ = writeln!(out, "\u{1b}[1;{colour}m{kind}\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m");
    } else {
        let _ = writeln!(out, "{kind}: {message}");
    }
    let mut files: Vec<FileId> = Vec::new();
    for label in &finding.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for id in files {
        let labels: Vec<&Label> = finding.labels.iter().filter(|label| label.span.file == id).collect();
        let excerpt = Excerpt::new(sources.file(id), &labels, style.width);
        draw(&Frame { excerpt: Some(excerpt), help: None }, style, out);
    }
    if let Some(help) = &finding.help {
        draw(
            &Frame { excerpt: None, help: Some(help.lines().map(one_line).collect::<Vec<_>>().join("\n")) },
            style,
            out,
        );
    }
}

fn draw(frame: &Frame, style: Style, out: &mut String) {
    let theme = GraphicalTheme {
        characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_break_words(false)
        .with_links(false)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    // Writing to a string cannot go wrong, and the places were made to lie inside the excerpt.
    if handler.render_report(&mut drawn, frame).is_ok() {
        // The first line is miette's message, and ours stands above.
        for line in drawn.lines().skip(1) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// What miette draws at once: the labels in one file, or the help.
#[derive(Debug)]
struct Frame {
    excerpt: Option<Excerpt>,
    help: Option<String>,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one line")
    }
}

impl std::error::Error for Frame {}

impl miette::Diagnostic for Frame {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let marks = self.excerpt.as_ref()?.labels.iter().enumerate();
        Some(Box::new(marks.map(|(at, mark)| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            let place = SourceSpan::from(mark.range.clone());
            match at {
                0 => LabeledSpan::new_primary_with_span(text, place),
                _ => LabeledSpan::new_with_span(text, place),
            }
        })))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let range = span.offset()..span.offset() + span.len();
        let column = self.labels.iter().find(|mark| mark.range.start == range.start).map_or(0, |mark| mark.column - 1);
        let stretch = self.stretch(range, before, after).ok_or(MietteError::OutOfBounds)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            &self.text.as_bytes()[stretch.range.clone()],
            SourceSpan::from(stretch.range),
            stretch.first,
            column,
            stretch.count,
        )))
    }
}
