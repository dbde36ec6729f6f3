//! The few lines of a file around some labels, as the renderer may print them.
//!
//! Built by the index of line starts, so that a label near the end of a large file costs as much as one at its start.
//! A line of megabytes is cut to windows around its labels, and characters that are no text are replaced.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{one_line, printable};
use crate::{Label, SourceFile};

/// Lines before and behind a label.
const AROUND: usize = 1;

/// A label over more lines is shown on its first.
const MOST_LINES: usize = 6;

/// Some lines of a file, and where in them the labels lie.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The file.
    pub(super) name: String,
    /// The lines one behind the other, each with a line end.
    pub(super) text: String,
    /// The labels in the order of the finding.
    pub(super) labels: Vec<Mark>,
    lines: Vec<Line>,
}

/// A label in an excerpt.
#[derive(Debug)]
pub(super) struct Mark {
    /// Where in the excerpt.
    pub(super) range: Range<usize>,
    /// The column in the file, from 1.
    pub(super) column: usize,
    /// What it says; may be empty.
    pub(super) text: String,
}

/// A line as it was taken over.
#[derive(Debug)]
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// Where it stands in the excerpt, with its line end.
    range: Range<usize>,
    /// What of the file was taken, and where each piece stands in the excerpt.
    pieces: Vec<(Range<usize>, usize)>,
}

/// Lines of an excerpt that follow each other in the file.
pub(super) struct Stretch {
    /// Where in the excerpt.
    pub(super) range: Range<usize>,
    /// The number in the file of the first, from 0.
    pub(super) first: usize,
    /// How many.
    pub(super) count: usize,
}

impl Excerpt {
    /// Cuts out the lines of `labels`, of which the first is the primary one. Lines longer than twice `width` are windowed.
    pub(super) fn new(file: &SourceFile, labels: &[&Label], width: usize) -> Self {
        let spans: Vec<Range<usize>> = labels.iter().map(|label| visible(file, label.span.range())).collect();
        let mut numbers = BTreeSet::new();
        for span in &spans {
            let (first, last) = (file.line_at(span.start), file.line_at(last_byte(span)));
            numbers.extend(first.saturating_sub(AROUND)..=last);
            // What stands behind the last line break is a line only to someone who wants to label it.
            let shown = |number: &usize| *number < file.line_count() && !file.line_range(*number).is_empty();
            numbers.extend((last + 1..=last + AROUND).filter(shown));
        }
        let mut excerpt =
            Self { name: one_line(&file.name), text: String::new(), lines: Vec::new(), labels: Vec::new() };
        for number in numbers {
            excerpt.take(file, number, &spans, width.max(40));
        }
        for (label, span) in labels.iter().zip(&spans) {
            let start = excerpt.map(file, span.start);
            let end = excerpt.map(file, span.end).max(start);
            let column = file.position(span.start).column;
            excerpt.labels.push(Mark { range: start..end, column, text: one_line(&label.text) });
        }
        excerpt
    }

    /// The lines of a range of the excerpt and so many around them as follow without a gap;
    /// none where the range goes over a gap, between two labels far apart.
    pub(super) fn stretch(&self, range: Range<usize>, before: usize, after: usize) -> Option<Stretch> {
        if range.end > self.text.len() || self.lines.is_empty() {
            return None;
        }
        let (mut first, mut last) = (self.line_at(range.start), self.line_at(last_byte(&range)));
        let follows = |line: usize| self.lines[line].number + 1 == self.lines[line + 1].number;
        if !(first..last).all(follows) {
            return None;
        }
        for _ in 0..before {
            if first > 0 && follows(first - 1) {
                first -= 1;
            }
        }
        for _ in 0..after {
            if last + 1 < self.lines.len() && follows(last) {
                last += 1;
            }
        }
        let range = self.lines[first].range.start..self.lines[last].range.end;
        Some(Stretch { range, first: self.lines[first].number, count: last - first + 1 })
    }

    fn take(&mut self, file: &SourceFile, number: usize, spans: &[Range<usize>], width: usize) {
        let line = text_of(file, number);
        let start = self.text.len();
        let mut pieces = Vec::new();
        let windows = windows(&file.text, &line, spans, width);
        for (at, window) in windows.iter().enumerate() {
            if at > 0 || window.start > line.start {
                self.text.push('…');
            }
            pieces.push((window.clone(), self.text.len()));
            self.text.extend(file.text[window.clone()].chars().map(as_shown));
        }
        if windows.last().is_some_and(|window| window.end < line.end) {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(Line { number, range: start..self.text.len(), pieces });
    }

    /// The place in the excerpt of a byte of the file; of one that was cut away, the nearest before it.
    fn map(&self, file: &SourceFile, offset: usize) -> usize {
        let number = file.line_at(offset);
        let mut place = 0;
        // An offset behind a line break belongs to the next line, which may not be shown: its line's end stands for it.
        for line in self.lines.iter().filter(|line| line.number <= number) {
            for (taken, at) in &line.pieces {
                if taken.start <= offset {
                    let end = offset.min(taken.end);
                    place = at + file.text[taken.start..end].chars().map(|c| as_shown(c).len_utf8()).sum::<usize>();
                }
            }
        }
        place
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.range.start <= offset).saturating_sub(1)
    }
}

/// The part of a span that is shown: inside the file, on whole characters, and on one line if it goes over many.
fn visible(file: &SourceFile, span: Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(file.text.len())).rev().find(|at| file.text.is_char_boundary(*at)).unwrap_or(0);
    let (start, end) = (floor(span.start), floor(span.end));
    let line = file.line_at(start);
    let text = text_of(file, line);
    if file.line_at(last_byte(&(start..end))) - line >= MOST_LINES {
        return start..text.end.max(start);
    }
    // A span on one line may hold its line end, which is not shown.
    if end <= file.line_range(line).end {
        start.min(text.end)..end.min(text.end).max(start.min(text.end))
    } else {
        start..end
    }
}

fn last_byte(span: &Range<usize>) -> usize {
    span.end.max(span.start + 1) - 1
}

/// A line without its line end.
fn text_of(file: &SourceFile, number: usize) -> Range<usize> {
    let line = file.line_range(number);
    let text = file.text[line.clone()].trim_end_matches('\n').trim_end_matches('\r');
    line.start..line.start + text.len()
}

/// What of a line is shown: all of it, or what lies around the labels on it, or its beginning.
fn windows(text: &str, line: &Range<usize>, spans: &[Range<usize>], width: usize) -> Vec<Range<usize>> {
    if line.len() <= 2 * width {
        return vec![line.clone()];
    }
    let beside = width / 3;
    let mut wanted: Vec<Range<usize>> = spans
        .iter()
        .filter(|span| span.start >= line.start && span.start <= line.end)
        .map(|span| {
            let end = span.end.min(line.end).min(span.start + width);
            cut(text, line, span.start.saturating_sub(beside), end + beside)
        })
        .collect();
    if wanted.is_empty() {
        return vec![cut(text, line, line.start, line.start + width)];
    }
    wanted.sort_by_key(|window| window.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(wanted.len());
    for window in wanted {
        match merged.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            Some(_) | None => merged.push(window),
        }
    }
    merged
}

/// A range narrowed to a line and widened to whole characters.
fn cut(text: &str, line: &Range<usize>, start: usize, end: usize) -> Range<usize> {
    let mut window = start.max(line.start)..end.min(line.end);
    while !text.is_char_boundary(window.start) {
        window.start -= 1;
    }
    while !text.is_char_boundary(window.end) {
        window.end += 1;
    }
    window
}

/// A character of a source as it is printed; the renderer lays out tabs itself.
fn as_shown(character: char) -> char {
    if character == '\t' { '\t' } else { printable(character) }
}
