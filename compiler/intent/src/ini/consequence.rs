//! One finding for one cause: where a line is not what it looks like, what follows from that is not said again.
//!
//! The grammar of the line comes first (an unclosed header, a swallowed line, a comment in a value, a character that
//! only looks like another), then a reference that stays as it is written. Whatever else points to the same text was
//! made of the wrong text. It is taken out, and the cause weighs as much as the worst of what it leads to.

use aciform_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Severity};

use super::codes;

/// The numbers of the grammar go up to this one. What is behind them is about lines that are read as they look.
const LAST_OF_GRAMMAR: u32 = 13;

/// So many causes that begin in front of a finding are looked at for the one that it follows from.
const MOST_NEAR: usize = 64;

/// Takes out what follows from a cause at the same place, and shows characters that cannot be seen.
pub fn settle(diagnostics: &mut Diagnostics) {
    let mut findings = std::mem::take(diagnostics).into_sorted();
    let reach = Reach::of(&findings);
    if !reach.places.is_empty() {
        let causes: Vec<Option<usize>> = findings.iter().map(|finding| reach.cause(finding)).collect();
        for (at, cause) in causes.iter().enumerate() {
            if let Some(cause) = cause {
                let severity = findings[at].severity;
                let cause = &mut findings[*cause];
                cause.severity = heavier(cause.severity, severity);
            }
        }
        let mut follows = causes.into_iter().map(|cause| cause.is_some());
        findings.retain(|_| !follows.next().unwrap_or_default());
    }
    for finding in &mut findings {
        show(&mut finding.message);
        finding.help.iter_mut().for_each(show);
        finding.fix.iter_mut().for_each(|fix| show(&mut fix.title));
    }
    *diagnostics = findings.into_iter().collect();
}

/// The places of the causes, by file and start.
struct Reach {
    places: Vec<Place>,
}

/// A place of one cause.
struct Place {
    start: (FileId, u32),
    end: u32,
    /// The end of the place that reaches farthest of this and those in front of it in the file.
    farthest: u32,
    finding: usize,
}

impl Reach {
    fn of(findings: &[Diagnostic]) -> Self {
        let mut places = Vec::new();
        for (number, finding) in findings.iter().enumerate().filter(|(_, finding)| is_cause(finding.code)) {
            // What the fix writes anew is wrong as well: every character of a kind, of which the first is pointed to.
            let mended = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            for span in finding.primary().into_iter().chain(mended).filter(|span| span.start < span.end) {
                places.push(Place { start: (span.file, span.start), end: span.end, farthest: 0, finding: number });
            }
        }
        places.sort_by_key(|place| (place.start, place.end, place.finding));
        let mut before: Option<(FileId, u32)> = None;
        for place in &mut places {
            let farthest = before.filter(|(file, _)| *file == place.start.0).map_or(0, |(_, end)| end);
            place.farthest = farthest.max(place.end);
            before = Some((place.start.0, place.farthest));
        }
        Self { places }
    }

    /// The number of the finding that another one follows from.
    fn cause(&self, finding: &Diagnostic) -> Option<usize> {
        if is_cause(finding.code) || stands_alone(finding.code) {
            return None;
        }
        let span = finding.primary()?;
        let end = span.end.max(span.start + 1);
        let behind = self.places.partition_point(|place| place.start < (span.file, end));
        let near = self.places[..behind].iter().rev().take(MOST_NEAR);
        let mut near = near.take_while(|place| place.start.0 == span.file && place.farthest > span.start);
        near.find(|place| place.end > span.start).map(|place| place.finding)
    }
}

/// Whether findings of a code say that a text is not what it looks like.
#[must_use]
pub fn is_cause(code: &Code) -> bool {
    number(code).is_some_and(|number| number <= LAST_OF_GRAMMAR) || *code == codes::REFERENCE_NOT_EXPANDED
}

/// Whether findings of a code are about something else than what the text says: how a secret is kept.
fn stands_alone(code: &Code) -> bool {
    number(code).is_some_and(|number| (700..800).contains(&number))
}

/// The number of a code, which for those about ini files has three digits.
fn number(code: &Code) -> Option<u32> {
    code.id.strip_prefix("ACI").filter(|number| number.len() == 3)?.parse().ok()
}

fn heavier(one: Severity, two: Severity) -> Severity {
    let weight = |severity| match severity {
        Severity::Error => 2,
        Severity::Warning => 1,
        Severity::Info => 0,
    };
    if weight(two) > weight(one) { two } else { one }
}

/// Writes characters that nobody sees by their number.
fn show(text: &mut String) {
    if !text.is_ascii() && text.chars().any(is_invisible) {
        let shown = text.chars().map(|c| if is_invisible(c) { format!("<U+{:04X}>", u32::from(c)) } else { c.into() });
        *text = shown.collect();
    }
}

/// Whether a character has no width, turns the writing round, or is a blank that looks like another.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{2069}'
            | '\u{3000}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use aciform_diagnostics::{Code, Diagnostic, Diagnostics, Edit, FileId, Fix, Severity, Span};

    use super::settle;
    use crate::ini::codes::{INLINE_COMMENT, RANGE_SYNTAX};

    fn at(code: &'static Code, start: usize, end: usize) -> Diagnostic {
        Diagnostic::at(code, Span::new(FileId(0), start, end), "what")
    }

    fn settled(findings: Vec<Diagnostic>) -> Vec<(&'static str, u32, Severity)> {
        let mut diagnostics: Diagnostics = findings.into_iter().collect();
        settle(&mut diagnostics);
        let place = |finding: &Diagnostic| finding.primary().map(|span| span.start).unwrap_or_default();
        diagnostics.iter().map(|finding| (finding.code.id, place(finding), finding.severity)).collect()
    }

    #[test]
    fn what_points_to_the_text_of_a_cause_follows_from_it() {
        let found = settled(vec![at(&INLINE_COMMENT, 14, 15), at(&RANGE_SYNTAX, 10, 20), at(&RANGE_SYNTAX, 20, 30)]);
        assert_eq!(found, [(INLINE_COMMENT.id, 14, Severity::Error), (RANGE_SYNTAX.id, 20, Severity::Error)]);
    }

    #[test]
    fn a_cause_reaches_as_far_as_its_fix() {
        let edits = vec![Edit::delete(Span::new(FileId(0), 14, 15)), Edit::delete(Span::new(FileId(0), 40, 41))];
        let found =
            settled(vec![at(&INLINE_COMMENT, 14, 15).fix(Fix::unsafe_("mend", edits)), at(&RANGE_SYNTAX, 38, 44)]);
        assert_eq!(found, [(INLINE_COMMENT.id, 14, Severity::Error)]);
    }

    #[test]
    fn what_cannot_be_seen_is_shown_by_its_number() {
        let mut diagnostics: Diagnostics =
            [Diagnostic::new(&RANGE_SYNTAX, "`10\u{200b}` is no number").help("write `10\u{a0}`")]
                .into_iter()
                .collect();
        settle(&mut diagnostics);
        let finding = diagnostics.iter().next().expect("one");
        assert_eq!(finding.message, "`10<U+200B>` is no number");
        assert_eq!(finding.help.as_deref(), Some("write `10<U+00A0>`"));
    }
}
