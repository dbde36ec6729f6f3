//! Ini texts to findings, for tables of cases.
#![allow(dead_code, reason = "each test binary uses a part")]

use aciform_diagnostics::{Applicability, Diagnostic, Diagnostics, FileId, SourceMap, fix};
use aciform_intent::ini;
use aciform_rules::{Input, Nothing, Rule, Surroundings};
use aciform_syntax::ini::{IniFile, parse};

/// One input and what is found in it, as `line code` or, in files behind the first, `file:line code`.
pub(crate) type Case<'a> = (&'a [&'a str], &'a [&'a str]);

/// The findings of the reader and of the rules that are on or asked for; files are called `a`, `b`, `c`.
pub(crate) fn found(texts: &[&str], more: &[&str], surroundings: &dyn Surroundings) -> (SourceMap, Vec<Diagnostic>) {
    let names: Vec<(&str, &str)> = ["a", "b", "c"].into_iter().zip(texts.iter().copied()).collect();
    found_in(&names, more, surroundings)
}

/// The same for files with names.
pub(crate) fn found_in(
    texts: &[(&str, &str)],
    more: &[&str],
    surroundings: &dyn Surroundings,
) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let mut parsed: Vec<(FileId, IniFile)> = Vec::new();
    for (name, text) in texts {
        let file = sources.add(*name, *text);
        parsed.push((file, parse(file, text, &mut diagnostics)));
    }
    let files: Vec<(FileId, &IniFile)> = parsed.iter().map(|(file, parsed)| (*file, parsed)).collect();
    let (config, reading) = ini::read(&files, &mut diagnostics);
    let input = Input { sources: &sources, ini: &reading, config: &config, site: None, agents: &[], surroundings };
    let is_on = |rule: &Rule| rule.on || more.contains(&rule.code.id);
    aciform_rules::check(&input, &is_on, &mut diagnostics);
    let findings = diagnostics.into_sorted();
    (sources, findings)
}

/// Places and codes, without those that a small example brings along and those of families that other tests are about.
pub(crate) fn shown(sources: &SourceMap, findings: &[Diagnostic], prefixes: &[&str]) -> Vec<String> {
    let ours = findings.iter().filter(|finding| prefixes.iter().any(|prefix| finding.code.id.starts_with(prefix)));
    let place = |finding: &Diagnostic| {
        let place = sources.place(finding.primary().expect("a place"));
        let line = place.rsplit_once(':').expect("a column").0.to_owned();
        format!("{} {}", line.strip_prefix("a:").unwrap_or(&line), finding.code.id)
    };
    ours.map(place).collect()
}

/// Checks a table: the findings of the three families of this test, in order.
pub(crate) fn assert_cases(more: &[&str], cases: &[Case<'_>]) {
    for (texts, expected) in cases {
        let (sources, findings) = found(texts, more, &Nothing);
        assert_eq!(shown(&sources, &findings, &["ACI0", "ACI1", "ACI2"]), *expected, "{texts:#?}");
        assert_fixed(texts, more);
    }
}

/// Whatever the fixes do to a text: they end, and what parsed still parses.
pub(crate) fn assert_fixed(texts: &[&str], more: &[&str]) {
    let fatal = |findings: &[Diagnostic]| {
        let codes = ["ACI002", "ACI003", "ACI004", "ACI005", "ACI006", "ACI007"];
        findings.iter().filter(|finding| codes.contains(&finding.code.id)).count()
    };
    let mut texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    let (mut before, mut last) = (None, Vec::new());
    for round in 0.. {
        let given: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (sources, findings) = found(&given, more, &Nothing);
        let count = fatal(&findings);
        assert!(before.is_none_or(|before| count <= before), "a fix of {last:#?} broke {texts:#?}");
        assert!(round < 10, "the fixes do not come to an end: {texts:#?}");
        before = Some(count);
        let fixed = fix::apply(&sources, &findings, Applicability::Unsafe);
        last = findings.iter().filter_map(|finding| Some((finding.code.id, finding.fix.clone()?))).collect();
        if fixed.texts.is_empty() {
            break;
        }
        for (file, text) in fixed.texts {
            texts[file.0 as usize] = text;
        }
    }
}

/// The texts after one round of fixes up to an applicability.
pub(crate) fn fixed(text: &str, more: &[&str], up_to: Applicability) -> String {
    let (sources, findings) = found(&[text], more, &Nothing);
    let mut fixed = fix::apply(&sources, &findings, up_to).texts;
    fixed.remove(&FileId(0)).unwrap_or_else(|| text.to_owned())
}
