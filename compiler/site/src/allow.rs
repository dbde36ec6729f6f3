//! Findings that the site accepts: `allow:` in `aciform.yaml`, and `# aciform: allow CODE reason` alone on the line above.
//!
//! Warnings and infos can be accepted, errors cannot. An allowance needs a reason, and one that accepts nothing is reported.

use std::collections::{BTreeMap, HashMap};

use aciform_diagnostics::{
    Code, Diagnostic, Diagnostics, FileId, Severity, Silencer, SourceFile, SourceMap, Span, Suppressed,
};
use aciform_intent::model::Allow;

use crate::codes::UNUSED_ALLOWANCE;

/// What an allowance in a comment looks like.
const FORM: &str = "# aciform: allow CODE reason";

/// The allowances of a run.
pub struct Allowances<'a> {
    /// Those of `aciform.yaml`.
    pub site: &'a [Allow],
    /// The site's folder as it stands in front of file names, with its `/`; empty for bare files.
    pub prefix: &'a str,
    /// Finds a code by its id.
    pub known: &'a dyn Fn(&str) -> Option<&'static Code>,
    /// Whether findings of a code were looked for at all: what was not looked for cannot be accepted either.
    pub is_on: &'a dyn Fn(&Code) -> bool,
}

/// What became of the findings of a run.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Those that stand, with those about the allowances.
    pub kept: Diagnostics,
    /// Those that are accepted, each with the reason.
    pub suppressed: Vec<Suppressed>,
}

/// The allowances of one comment.
struct Comment {
    /// Codes or names, each with whether it accepted something.
    codes: Vec<(String, bool)>,
    reason: String,
    span: Span,
}

impl Allowances<'_> {
    /// Takes out what is accepted, and reports allowances that accept nothing.
    #[must_use]
    pub fn apply(&self, sources: &SourceMap, diagnostics: Diagnostics) -> Verdict {
        // By the file and the line, from 0, that they are about.
        let mut comments: BTreeMap<(FileId, usize), Vec<Comment>> = BTreeMap::new();
        for (id, file) in sources.files() {
            for (line, comment) in read_comments(id, file) {
                comments.entry((id, line)).or_default().push(comment);
            }
        }
        let mut site: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, allow) in self.site.iter().enumerate() {
            site.entry(allow.code.value.as_str()).or_default().push(at);
        }
        let mut used = vec![false; self.site.len()];
        let mut verdict = Verdict::default();
        for finding in diagnostics.iter() {
            let place = finding.primary().map(|span| (span.file, line(sources, span)));
            let external = self.accepting(finding, place, sources, &site);
            for at in &external {
                used[*at] = true;
            }
            let comment = place
                .filter(|_| finding.severity < Severity::Error)
                .and_then(|place| comments.get_mut(&place))
                .and_then(|comments| accepting_comment(comments, finding));
            if let Some(reason) = comment {
                verdict.suppressed.push(silenced(finding, Silencer::Comment, reason));
            } else if let Some(at) = external.first() {
                verdict.suppressed.push(silenced(finding, Silencer::Site, &self.site[*at].reason.value));
            } else {
                verdict.kept.push(finding.clone());
            }
        }
        for (allow, _) in self.site.iter().zip(used).filter(|(_, used)| !used) {
            verdict.kept.extend(self.unused(&allow.code.value, allow.code.span, true));
        }
        for comment in comments.values().flatten() {
            let unused = comment.codes.iter().filter(|(_, used)| !used);
            for (code, _) in unused {
                verdict.kept.extend(self.unused(code, comment.span, !comment.reason.is_empty()));
            }
        }
        verdict
    }

    /// The allowances of the site file that accept a finding.
    fn accepting(
        &self,
        finding: &Diagnostic,
        place: Option<(FileId, usize)>,
        sources: &SourceMap,
        by_code: &HashMap<&str, Vec<usize>>,
    ) -> Vec<usize> {
        if finding.severity == Severity::Error {
            return Vec::new();
        }
        let named = [finding.code.id, finding.code.name].map(|word| by_code.get(word));
        let of_code = named.into_iter().flatten().flatten().copied();
        of_code.filter(|at| self.covers(&self.site[*at], sources, place)).collect()
    }

    /// Whether an allowance of the site file is about a place: everywhere, in a file, or on a line of it.
    fn covers(&self, allow: &Allow, sources: &SourceMap, place: Option<(FileId, usize)>) -> bool {
        let Some(at) = &allow.at else { return true };
        let Some((file, line)) = place else { return false };
        let name = sources.file(file).name.as_str();
        let name = name.strip_prefix(self.prefix).unwrap_or(name);
        match at.value.rsplit_once(':').and_then(|(path, number)| Some((path, number.parse::<usize>().ok()?))) {
            Some((path, number)) => path == name && number == line + 1,
            None => at.value == name,
        }
    }

    fn unused(&self, id: &str, span: Span, has_reason: bool) -> Diagnostics {
        let mut found = Diagnostics::new();
        let (message, help) = match (self.known)(id) {
            None if id.is_empty() => ("an allowance names no code".to_owned(), format!("write `{FORM}`")),
            None => (format!("there is no code `{id}` to allow"), "`aciform explain` lists the codes".to_owned()),
            Some(_) if !has_reason => {
                (format!("`{id}` is allowed without a reason"), format!("write `{}`", FORM.replace("CODE", id)))
            }
            Some(code) if !(self.is_on)(code) => return found,
            Some(code) if code.severity == Severity::Error => {
                (format!("`{id}` is an error and cannot be allowed"), "mend what it is about".to_owned())
            }
            Some(_) => (format!("nothing here is accepted by allowing `{id}`"), "take the allowance out".to_owned()),
        };
        found.push(Diagnostic::at(&UNUSED_ALLOWANCE, span, message).help(help));
        found
    }
}

fn silenced(finding: &Diagnostic, by: Silencer, reason: &str) -> Suppressed {
    Suppressed { finding: finding.clone(), by, reason: reason.to_owned() }
}

/// The reason of the comment that accepts a finding.
fn accepting_comment<'c>(comments: &'c mut [Comment], finding: &Diagnostic) -> Option<&'c str> {
    let names = |word: &str| word.eq_ignore_ascii_case(finding.code.id) || word == finding.code.name;
    for comment in comments.iter_mut().filter(|comment| !comment.reason.is_empty()) {
        if let Some((_, used)) = comment.codes.iter_mut().find(|(word, _)| names(word)) {
            *used = true;
            return Some(&comment.reason);
        }
    }
    None
}

/// The allowances of a file's comments, each with the line that it is about: the next one that is no allowance itself.
fn read_comments(id: FileId, file: &SourceFile) -> Vec<(usize, Comment)> {
    let mut found: Vec<(usize, Comment)> = Vec::new();
    // A site has megabytes of text and hardly any of these.
    for at in memchr::memmem::find_iter(file.text.as_bytes(), "aciform:") {
        let line = file.line_at(at);
        let range = file.line_range(line);
        let text = file.text[range.clone()].trim_end();
        let Some((codes, reason)) = allowance(text) else { continue };
        let start = range.start + (text.len() - text.trim_start().len());
        let span = Span::new(id, start, range.start + text.len());
        found.push((line, Comment { codes, reason, span }));
    }
    found.dedup_by_key(|(line, _)| *line);
    let mut below: Option<(usize, usize)> = None;
    for (line, _) in found.iter_mut().rev() {
        let own = *line;
        let about = below.filter(|(next, _)| *next == own + 1).map_or(own + 1, |(_, about)| about);
        below = Some((own, about));
        *line = about;
    }
    found
}

/// The codes and the reason of a line that is an allowance and nothing else: behind a value it would be a part of it in
/// an ini. Several codes are separated by commas.
fn allowance(line: &str) -> Option<(Vec<(String, bool)>, String)> {
    let comment = line.trim_start().strip_prefix(['#', ';'])?.trim_start();
    let words = comment.strip_prefix("aciform:")?.trim_start().strip_prefix("allow")?;
    if !words.is_empty() && !words.starts_with(char::is_whitespace) {
        return None;
    }
    let mut rest = words.trim_start();
    let mut codes = Vec::new();
    loop {
        let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
        codes.push((rest[..end].to_owned(), false));
        rest = rest[end..].trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return Some((codes, rest.to_owned())),
        }
    }
}

fn line(sources: &SourceMap, span: Span) -> usize {
    sources.file(span.file).line_at(span.start as usize)
}
