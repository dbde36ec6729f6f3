//! Findings that the site accepts: `allow:` in `aciform.yaml`, and `# aciform: allow CODE reason` alone on the line above.
//!
//! Warnings and infos can be accepted, errors cannot. An allowance needs a reason, and one that accepts nothing is reported.

use std::collections::{BTreeMap, HashMap};

use aciform_diagnostics::{
    Code, Diagnostic, Diagnostics, FileId, Severity, Silencer, SourceFile, SourceMap, Span, Suppressed,
};
use aciform_intent::model::Allow;

use crate::codes::UNUSED_ALLOWANCE;

/// What starts an allowance in a comment.
const MARK: &str = "# aciform: allow ";

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

/// One allowance of a comment.
struct Comment {
    code: String,
    reason: String,
    span: Span,
    used: bool,
}

impl Allowances<'_> {
    /// Takes out what is accepted, and reports allowances that accept nothing.
    #[must_use]
    pub fn apply(&self, sources: &SourceMap, diagnostics: Diagnostics) -> Verdict {
        // By the file and the line, from 0, that they are about.
        let mut comments: BTreeMap<(FileId, usize), Comment> = BTreeMap::new();
        for (id, file) in sources.files() {
            comments.extend(read_comments(id, file));
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
                .filter(|comment| comment.code == finding.code.id && !comment.reason.is_empty());
            if let Some(comment) = comment {
                comment.used = true;
                verdict.suppressed.push(silenced(finding, Silencer::Comment, &comment.reason));
            } else if let Some(at) = external.first() {
                verdict.suppressed.push(silenced(finding, Silencer::Site, &self.site[*at].reason.value));
            } else {
                verdict.kept.push(finding.clone());
            }
        }
        for (allow, _) in self.site.iter().zip(used).filter(|(_, used)| !used) {
            verdict.kept.extend(self.unused(&allow.code.value, allow.code.span, true));
        }
        for comment in comments.values().filter(|comment| !comment.used) {
            verdict.kept.extend(self.unused(&comment.code, comment.span, !comment.reason.is_empty()));
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
        let of_code = by_code.get(finding.code.id).into_iter().flatten().copied();
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
            None => (format!("there is no code `{id}` to allow"), "`aciform explain` lists the codes".to_owned()),
            Some(_) if !has_reason => {
                (format!("`{id}` is allowed without a reason"), format!("write `{MARK}{id} <why>`"))
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

/// The allowances of a file's comments, by the line below them.
fn read_comments(id: FileId, file: &SourceFile) -> Vec<((FileId, usize), Comment)> {
    let mut found = Vec::new();
    for (start, _) in file.text.match_indices(MARK) {
        let line = file.line_at(start);
        let range = file.line_range(line);
        // Alone on its line: behind a value it would be a part of it in an ini.
        if !file.text[range.start..start].chars().all(char::is_whitespace) {
            continue;
        }
        let rest = file.text[start + MARK.len()..range.end].trim_end();
        let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let comment = Comment {
            code: code.to_owned(),
            reason: reason.trim().to_owned(),
            span: Span::new(id, start, start + MARK.len() + rest.len()),
            used: false,
        };
        found.push(((id, line + 1), comment));
    }
    found
}

fn line(sources: &SourceMap, span: Span) -> usize {
    sources.file(span.file).line_at(span.start as usize)
}
