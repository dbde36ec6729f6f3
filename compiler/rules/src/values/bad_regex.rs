#![doc = include_str!("bad_regex.md")]

use aciform_diagnostics::{Applicability, Code, Diagnostic, Diagnostics, Edit, Fix, Severity};

use crate::entries::{self, ITEM_LIMIT};
use crate::grammar::odd_character::is_odd;
use crate::reported::Reported;
use crate::{Input, Rule};

/// The rule.
pub(super) static RULE: Rule = Rule {
    code: &Code { id: "ACI215", name: "bad-regex", severity: Severity::Error, page: include_str!("bad_regex.md") },
    fix: Some(Applicability::Unsafe),
    on: true,
    check,
};

fn check(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    let Some(option) = input.ini.option("ml2_cisco_apic", "vrf_per_router_tenants") else { return };
    let reported = Reported::of(diagnostics);
    let bad = entries::items(&option).filter_map(|item| Some((problem(item.text)?, item)));
    for (problem, item) in bad.take(ITEM_LIMIT) {
        if is_odd(item.text) || reported.within(item.place()) {
            continue;
        }
        let message = format!("`{}` does not compile and is skipped: {problem}", item.text);
        let finding = Diagnostic::at(RULE.code, item.place(), message);
        // A shell pattern: the star stands for anything.
        let starred = item.text.starts_with('*');
        let better = format!(".{}", item.text);
        let fix = (starred && item.is_exact())
            .then(|| Fix::unsafe_(format!("write `{better}`"), vec![Edit::replace(item.place(), &better)]));
        let open = matches!(problem, Problem::OpenClass | Problem::OpenGroup) && option.items().len() > 1;
        let help = if starred {
            format!("write `{better}`")
        } else if open {
            "close it; a comma ends an item of the list, also inside brackets".to_owned()
        } else {
            "write a regular expression of Python; a backslash makes the next character a plain one".to_owned()
        };
        diagnostics.push(finding.help(help).maybe_fix(fix));
    }
}

/// Why Python's `re` refuses an expression, as far as it is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A quantifier with nothing in front of it.
    NothingToRepeat,
    /// A quantifier behind a quantifier.
    MultipleRepeat,
    /// `[` without `]`.
    OpenClass,
    /// `(` without `)`.
    OpenGroup,
    /// `)` without `(`.
    StrayClose,
    /// A backslash at the end.
    LastBackslash,
    /// `[z-a]`.
    ReversedRange,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NothingToRepeat => "there is nothing to repeat",
            Self::MultipleRepeat => "a `*` repeats a repetition",
            Self::OpenClass => "a `[` is not closed",
            Self::OpenGroup => "a `(` is not closed",
            Self::StrayClose => "a `)` closes nothing",
            Self::LastBackslash => "it ends in a backslash",
            Self::ReversedRange => "a range of characters is reversed",
        })
    }
}

/// Finds what every release of Python refuses. Groups with a meaning of their own (flags, comments, conditions) change
/// how the rest is read; where there is one nothing is said.
pub(crate) fn problem(expression: &str) -> Option<Problem> {
    const GROUPS: [&str; 5] = ["(?:", "(?=", "(?!", "(?<=", "(?<!"];
    let plain = |at: usize| GROUPS.iter().any(|open| expression[at..].starts_with(open));
    if expression.match_indices("(?").any(|(at, _)| !plain(at)) {
        return None;
    }
    let characters: Vec<char> = expression.chars().collect();
    scan(&characters).err()
}

/// What a quantifier would repeat.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Something,
    Quantifier,
    /// An anchor, an empty group, a lookaround: whether it can be repeated depends on the release.
    Unknown,
}

fn scan(characters: &[char]) -> Result<(), Problem> {
    let (mut at, mut open) = (0, 0_usize);
    let mut before = Before::Nothing;
    while let Some(c) = characters.get(at) {
        at += 1;
        before = match c {
            '\\' => {
                at += 1;
                if at > characters.len() { return Err(Problem::LastBackslash) } else { Before::Unknown }
            }
            '[' => {
                at = behind_class(characters, at)?;
                Before::Something
            }
            '(' => {
                open += 1;
                // The mark of a group is no quantifier.
                if characters.get(at) == Some(&'?') {
                    at += if characters.get(at + 1) == Some(&'<') { 3 } else { 2 };
                }
                Before::Nothing
            }
            ')' => {
                open = open.checked_sub(1).ok_or(Problem::StrayClose)?;
                Before::Unknown
            }
            '|' => Before::Nothing,
            '^' | '$' => Before::Unknown,
            '*' | '+' | '?' => match before {
                Before::Nothing => return Err(Problem::NothingToRepeat),
                // Behind a quantifier `?` and `+` say how it repeats.
                Before::Quantifier if *c == '*' => return Err(Problem::MultipleRepeat),
                Before::Quantifier | Before::Unknown => Before::Unknown,
                Before::Something => Before::Quantifier,
            },
            // May begin a quantifier, and may be a brace.
            '{' | '}' => Before::Unknown,
            _ => Before::Something,
        };
    }
    if open > 0 { Err(Problem::OpenGroup) } else { Ok(()) }
}

/// Where a class ends that starts at `at`, behind its bracket.
fn behind_class(characters: &[char], at: usize) -> Result<usize, Problem> {
    let mut next = at + usize::from(characters.get(at) == Some(&'^'));
    let first = next;
    let mut reversed = false;
    loop {
        match characters.get(next) {
            None => return Err(Problem::OpenClass),
            // In front of anything else a bracket is a character of the class.
            Some(']') if next > first => break,
            Some('\\') => next += 2,
            Some(from) => {
                let to = characters.get(next + 2).filter(|_| characters.get(next + 1) == Some(&'-'));
                let plain = |c: &char| c.is_ascii_alphanumeric();
                match to {
                    Some(to) if plain(from) && plain(to) => {
                        reversed |= to < from;
                        next += 3;
                    }
                    Some(_) | None => next += 1,
                }
            }
        }
    }
    if reversed { Err(Problem::ReversedRange) } else { Ok(next + 1) }
}

#[cfg(test)]
mod tests {
    use super::{Problem, problem};

    #[test]
    fn what_python_refuses_is_found() {
        for (expression, expected) in [
            ("*web", Problem::NothingToRepeat),
            ("a|+b", Problem::NothingToRepeat),
            ("(?:*)", Problem::NothingToRepeat),
            ("a**", Problem::MultipleRepeat),
            ("[abc", Problem::OpenClass),
            ("[]", Problem::OpenClass),
            ("[^]a", Problem::OpenClass),
            ("[a\\]", Problem::OpenClass),
            ("a(b", Problem::OpenGroup),
            ("ab)", Problem::StrayClose),
            ("web\\", Problem::LastBackslash),
            ("[z-a]", Problem::ReversedRange),
        ] {
            assert_eq!(problem(expression), Some(expected), "{expression}");
        }
    }

    #[test]
    fn what_is_not_certainly_wrong_is_let_pass() {
        for expression in [
            "",
            "^lab_",
            "^retail-.*",
            "a*?",
            "a++",
            "a??",
            "[]a]",
            "[^]]",
            "[-a]",
            "[a-]",
            "(a|b)*",
            "a{2}",
            "a{",
            "\\*web",
            "[*]",
            "[(]",
            "(?i)*",
            "(?P<n>a)",
            "(?#[)",
            "(?<=a)b",
            "(?<!a)b",
            "\\\\",
            "[\\]]",
            "^*",
            "()",
            "(|a)",
            "a|",
            "{",
            "[a-z0-9]+",
            "[é-ü]",
        ] {
            assert_eq!(problem(expression), None, "{expression}");
        }
    }
}
