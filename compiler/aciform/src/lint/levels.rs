//! `--select`, `--ignore`, `--deny`, `--warn`: which codes are looked for, and how much they matter.

use aciform_diagnostics::{Code, Diagnostic, Severity};
use aciform_rules::{Family, Rule, rules};
use aciform_site::codes::{MISSING_FILE, NO_SITE};

use crate::args::Lint;
use crate::codes;

/// What one word names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selector {
    All,
    Family(Family),
    Code(&'static Code),
}

impl Selector {
    fn parse(word: &str) -> Result<Self, String> {
        let folded = word.to_ascii_lowercase();
        if folded == "all" {
            return Ok(Self::All);
        }
        if let Some(family) = Family::ALL.iter().find(|family| family.name() == folded) {
            return Ok(Self::Family(*family));
        }
        let code =
            codes::find(&word.to_ascii_uppercase()).or_else(|| codes::all().into_iter().find(|c| c.name == folded));
        code.map(Self::Code).ok_or_else(|| unknown(word, &folded))
    }

    /// How exactly it names a code; `None`: it does not.
    fn exactness(self, code: &Code) -> Option<u8> {
        match self {
            Self::All => Some(1),
            Self::Family(family) => (Family::of(code) == family).then_some(2),
            Self::Code(other) => (other == code).then_some(3),
        }
    }
}

fn unknown(word: &str, folded: &str) -> String {
    let all = codes::all();
    let names = all.iter().map(|code| code.name).chain(Family::ALL.iter().map(|family| family.name()));
    match aciform_intent::ini::nearest(folded, names) {
        Some(near) => format!("`{word}` is no code, name or family; did you mean `{near}`?"),
        None => {
            let families: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
            format!("`{word}` is no code, name or family; families are {}", families.join(", "))
        }
    }
}

/// What is asked for, worked out per code.
#[derive(Debug)]
pub(crate) struct Levels {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    deny: Vec<Selector>,
    warn: Vec<Selector>,
}

impl Levels {
    /// Reads the words. `Err` says which is none.
    pub(crate) fn of(args: &Lint) -> Result<Self, String> {
        let read = |words: &[String]| -> Result<Vec<Selector>, String> {
            words.iter().map(|word| Selector::parse(word.trim())).collect()
        };
        Ok(Self {
            select: read(&args.select)?,
            ignore: read(&args.ignore)?,
            deny: read(&args.deny)?,
            warn: read(&args.warn)?,
        })
    }

    /// Whether a rule has to run.
    pub(crate) fn is_on(&self, rule: &Rule) -> bool {
        self.looks_for(rule.code)
    }

    /// Whether findings of a code are shown at all.
    pub(crate) fn looks_for(&self, code: &Code) -> bool {
        let asked = [&self.select, &self.deny, &self.warn].map(|words| exactness(words, code)).into_iter().max();
        let asked = asked.unwrap_or(0);
        let ignored = exactness(&self.ignore, code);
        if ignored > 0 && ignored >= asked {
            return false;
        }
        asked > 0 || self.select.is_empty() && is_default(code)
    }

    /// The finding with the severity it has here; `None`: it is left out.
    pub(crate) fn judge(&self, mut finding: Diagnostic) -> Option<Diagnostic> {
        if !self.looks_for(finding.code) && !keeps_from_reading(&finding) {
            return None;
        }
        let (deny, warn) = (exactness(&self.deny, finding.code), exactness(&self.warn, finding.code));
        if deny > 0 && deny >= warn {
            finding.severity = Severity::Error;
        } else if warn > 0 {
            finding.severity = Severity::Warning;
        }
        Some(finding)
    }
}

fn exactness(words: &[Selector], code: &Code) -> u8 {
    words.iter().filter_map(|word| word.exactness(code)).max().unwrap_or(0)
}

fn is_default(code: &Code) -> bool {
    rules().find(|rule| rule.code == code).is_none_or(|rule| rule.on)
}

/// What keeps a file from being read is said whatever was asked for: without it a clean run would mean nothing.
pub(crate) fn keeps_from_reading(finding: &Diagnostic) -> bool {
    let of_syntax = || aciform_syntax::CODES.iter().copied().flatten().any(|code| *code == finding.code);
    let of_files = [&MISSING_FILE, &NO_SITE].contains(&finding.code);
    finding.severity == Severity::Error && (of_files || of_syntax())
}
