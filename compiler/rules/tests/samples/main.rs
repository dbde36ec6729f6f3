//! The samples of the field's catalogue: what each works out to, and every finding about it, no more and no less.
//!
//! The tables stand here whole. A finding whose code no rule has yet is skipped, so that the test tightens by itself.

mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aciform_diagnostics::{Diagnostics, SourceMap};
use aciform_rules::{Family, Rule, rules};
use aciform_site::{Options, Reader, Subject};
use aciform_syntax::ini::parse;
use serde_json::Value;

use tables::{NOT_YET, SAMPLES, Sample};

#[test]
fn the_findings_of_each_sample_are_those_of_its_table() {
    let mut wrong = String::new();
    for sample in SAMPLES {
        for (what, intent) in [("bare", None)].into_iter().chain(sample.intent.map(|text| ("in its site", Some(text))))
        {
            if intent.is_none() && sample.only_in_site {
                continue;
            }
            let found = findings(sample, &[], intent);
            wrong += &difference(&format!("{} {what}", sample.name), &counted(sample.findings), &found);
        }
        for (code, further) in sample.switched_on {
            let expected = counted(&format!("{}\n{further}", sample.findings));
            let found = findings(sample, &[code], sample.intent.filter(|_| sample.only_in_site));
            wrong += &difference(&format!("{} with {code}", sample.name), &expected, &found);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_sample_works_out_to_what_its_table_says() {
    let mut wrong = Vec::new();
    for sample in SAMPLES {
        let shown = shown(sample);
        for (name, expected) in sample.effective {
            let expected: Value = serde_json::from_str(expected).expect("JSON");
            let found = value(&shown, name);
            if found != Some(&expected) {
                wrong.push(format!("{}: `{name}` is {found:?} and not {expected}", sample.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_there_yet_is_a_finding_of_a_table() {
    let all: String = SAMPLES.iter().map(|sample| sample.findings).collect();
    for finding in NOT_YET {
        assert!(all.lines().any(|line| line.trim() == *finding), "{finding} is in no table");
    }
}

/// How often each `file:line code` is found.
type Counted = BTreeMap<String, usize>;

fn counted(table: &str) -> Counted {
    let mut counted = Counted::new();
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        *counted.entry(line.to_owned()).or_default() += 1;
    }
    counted
}

/// What is found beyond the table, and what of it is missing although its code is there.
fn difference(title: &str, expected: &Counted, found: &Counted) -> String {
    let codes = aciform_syntax::ini::CODES
        .iter()
        .chain(aciform_intent::ini::CODES)
        .chain(aciform_fabric::CODES.iter().copied().flatten())
        .copied();
    let known: BTreeSet<&str> = codes.chain(rules().map(|rule| rule.code)).map(|code| code.id).collect();
    let mut out = String::new();
    for line in expected.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        let (wanted, there) = (expected.get(line).copied().unwrap_or(0), found.get(line).copied().unwrap_or(0));
        let code = line.rsplit(' ').next().unwrap_or_default();
        let awaited = there < wanted && (!known.contains(code) || NOT_YET.contains(&line.as_str()));
        if there != wanted && !awaited {
            out += &format!("{title}: {line} is found {there} times and not {wanted}\n");
        }
    }
    out
}

/// Lints the ini files of a sample, bare or in a site with an intent; findings in other files are left out.
fn findings(sample: &Sample, switched_on: &[&str], intent: Option<&str>) -> Counted {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    for (name, text) in sample.files {
        write(name, text);
    }
    let subject = match intent {
        None => Subject::Inis(sample.files.iter().map(|(name, _)| folder.path().join(name)).collect()),
        Some(intent) => {
            let names: Vec<&str> = sample.files.iter().map(|(name, _)| *name).collect();
            write("aciform.yaml", &format!("aciform: 1\nini: [{}]\n", names.join(", ")));
            write("intent.yaml", &expanded(intent));
            Subject::Site(folder.path().to_owned())
        }
    };
    let mut reader = Reader::default();
    let options = Options {
        is_on: &|rule: &Rule| rule.on || switched_on.contains(&rule.code.id),
        is_looked_for: &|_| true,
        known: &|_| None,
        stage: &|_| {},
    };
    let linted = aciform_site::lint(&mut reader, &subject, options);
    let mut counted = Counted::new();
    for finding in linted.verdict.kept.into_sorted() {
        let Some(span) = finding.primary() else { continue };
        let file = reader.sources.file(span.file);
        let name = Path::new(&file.name).file_name().expect("a name").to_string_lossy();
        // What is not compiled yet is no finding about a configuration.
        if name.ends_with(".ini") && Family::of(finding.code) != Family::Bundle {
            let line = file.position(span.range().start).line;
            *counted.entry(format!("{name}:{line} {}", finding.code.id)).or_default() += 1;
        }
    }
    counted
}

/// An intent with its hosts written out: `@hosts NAME COUNT` stands for so many.
fn expanded(intent: &str) -> String {
    let mut out = String::new();
    for line in intent.lines() {
        match line.trim().strip_prefix("@hosts ").and_then(|rest| rest.split_once(' ')) {
            None => out += &format!("{line}\n"),
            Some((name, count)) => {
                let count: usize = count.parse().expect("a count");
                out.extend((1..=count).map(|number| format!("  {name}{number:03}:\n")));
            }
        }
    }
    out
}

fn shown(sample: &Sample) -> Value {
    let mut sources = SourceMap::new();
    let mut files = Vec::new();
    for (name, text) in sample.files {
        let file = sources.add(*name, *text);
        files.push((file, parse(file, text, &mut Diagnostics::new())));
    }
    let files: Vec<_> = files.iter().map(|(file, parsed)| (*file, parsed)).collect();
    aciform_intent::ini::shown(&sources, &files, &mut Diagnostics::new()).json(&sources)
}

/// The value of `[group] option`, or of a key of a named section: `[prefix:NAME] key`.
fn value<'v>(shown: &'v Value, name: &str) -> Option<&'v Value> {
    let (section, key) = name.strip_prefix('[')?.split_once("] ")?;
    if section.contains(':') {
        let sections = shown["sections"].as_array()?;
        let keys = sections.iter().find(|known| known["section"] == section)?["keys"].as_array()?;
        return Some(&keys.iter().find(|known| known["name"] == key)?["value"]);
    }
    let options = shown["options"].as_array()?;
    Some(&options.iter().find(|known| known["group"] == section && known["name"] == key)?["value"])
}
