//! The same files read by oslo.config and by the driver's library: equal values, and refused at the same line.
//!
//! What the library from PyPI (apicapi 1.0.14) does not read as later releases do, is compared with a model of ours
//! (`testkit/oracle/driver_model.py`): there the test shows that two readings of the same facts agree, not that these
//! are the driver's.
//!
//! Needs Python with the packages oslo.config and apicapi; `ACIFORM_ORACLE_PYTHON` names the interpreter (default
//! `python3`). Without it the tests fail: a proof that did not run is none.

mod corpus;
mod coverage;
mod mutate;
mod oracle;
mod random;
mod readers;
mod refused;
mod values;
mod words;

use aciform_diagnostics::{Diagnostics, FileId, SourceMap};
use aciform_intent::ini::shown;
use aciform_syntax::ini::IniFile;
use serde_json::Value;

use coverage::Coverage;
use oracle::Case;
use random::Random;
use refused::Reading;

/// Files that are mutated; read whole they have to be understood alike too.
const FILES: &[&str] = &[
    include_str!("../ini/lab.ini"),
    include_str!("../ini/production.ini"),
    include_str!("../ini/edge-nat.ini"),
    include_str!("../ini/vlan-domains.ini"),
    include_str!("../ini/aim.ini"),
    include_str!("../ini/aimctl.ini"),
    include_str!("../ini/unified.ini"),
    include_str!("../ini/broken.ini"),
    include_str!("../ini/types.ini"),
    include_str!("../ini/numbers.ini"),
    include_str!("../ini/references.ini"),
    include_str!("../ini/grammar.ini"),
    include_str!("../ini/sections.ini"),
    include_str!("../ini/sections-more.ini"),
];

const MUTANTS: usize = 5200;

#[test]
fn oslo_config_the_drivers_library_and_our_model_take_the_same_from_files_and_mutants() {
    let coverage = compare_all(&cases());
    // What is never reached proves nothing.
    let refused =
        |why: &str| coverage.refused_by.iter().find(|(known, _)| known.starts_with(why)).map_or(0, |(_, n)| *n);
    for (why, least) in [
        ("No ':' or '='", 150),
        ("Key cannot be empty", 25),
        ("Unexpected continuation", 100),
        ("Invalid section", 80),
        ("Empty section name", 10),
        ("Section must be started", 80),
        ("no UTF-8", 20),
    ] {
        assert!(refused(why) >= least, "{why}: {coverage:#?}");
    }
    for (what, count, least) in [
        ("templates", coverage.templates, 80),
        ("stopped", coverage.stopped, 700),
        ("read", coverage.read, 2800),
        ("values", coverage.values, 400_000),
        ("written", coverage.written, 30_000),
        ("refused values", coverage.refused_values, 3000),
        ("references", coverage.references, 1500),
        ("bad references", coverage.bad_references, 1500),
        ("lists", coverage.lists, 3000),
        ("dicts", coverage.dicts, 500),
        ("continued", coverage.continued, 1500),
        ("repeated sections", coverage.repeated_sections, 1000),
        ("several files", coverage.several_files, 400),
        ("order", coverage.order, 300),
        ("renamed across files", coverage.renamed_across, 10),
        ("named", coverage.named, 4500),
        ("modelled", coverage.modelled, 4500),
        ("links of pairs", coverage.pair_links, 2000),
        ("bundles", coverage.bundles, 1000),
        ("links of single switches", coverage.single_links, 1700),
        ("written interfaces", coverage.interfaces, 700),
        ("written pods", coverage.pods, 1400),
        ("kept out", coverage.kept_out, 15),
        ("tables that cannot be made", coverage.no_links, 100),
    ] {
        assert!(count >= least, "{what}: {coverage:#?}");
    }
    for prefix in
        ["apic_external_network", "apic_vmdom", "apic_physdom", "apic_physical_network", "apic_switch", "links"]
    {
        assert!(coverage.crashes.get(prefix).is_some_and(|count| *count >= 5), "{prefix}: {coverage:#?}");
    }
}

/// Compares every case; fails with the first differences, if there are any.
fn compare_all(cases: &[Case]) -> Coverage {
    let mut coverage = Coverage::default();
    let mut differences = Vec::new();
    let mut empty = Value::Null;
    // What no file changes has the value of the empty file.
    let first = Case { files: vec![Vec::new()], whole: true };
    let cases: Vec<Case> = std::iter::once(first).chain(cases.iter().cloned()).collect();
    oracle::ask(&cases, |case, answer| {
        if empty.is_null() {
            empty = answer["values"].clone();
        }
        if let Err(difference) = compare(case, answer, &empty, &mut coverage) {
            differences.push(format!("{difference}\nin the files\n{}", case.text()));
        }
    });
    let count = differences.len();
    differences.truncate(3);
    assert!(differences.is_empty(), "{count} cases differ; the first:\n{}", differences.join("\n========\n"));
    coverage
}

fn compare(case: &Case, answer: &Value, empty: &Value, coverage: &mut Coverage) -> Result<(), String> {
    let mut sources = SourceMap::new();
    let mut parsed: Vec<(FileId, IniFile)> = Vec::new();
    let mut whole = true;
    for (number, bytes) in case.files.iter().enumerate() {
        let theirs = &answer["files"][number];
        match refused::compare(&mut sources, number, bytes, theirs, coverage)? {
            (file, Reading::Read(ini)) => {
                if values::sections(&ini) != theirs["sections"] {
                    return Err(format!("file {number}: {}\nagainst\n{theirs}", values::sections(&ini)));
                }
                parsed.push((file, ini));
            }
            (_, Reading::Refused) => {
                if answer["error"].is_null() {
                    return Err("oslo.config starts with a file that it cannot read".to_owned());
                }
                whole = false;
            }
            (_, Reading::Template) => whole = false,
        }
    }
    if !whole {
        coverage.stopped += 1;
        return Ok(());
    }
    if !answer["error"].is_null() {
        return Err(format!("oslo.config's start: {}", answer["error"]));
    }
    let inis: Vec<&IniFile> = parsed.iter().map(|(_, ini)| ini).collect();
    coverage.of_files(&inis);
    let files: Vec<(FileId, &IniFile)> = parsed.iter().map(|(file, ini)| (*file, ini)).collect();
    let shown = shown(&sources, &files, &mut Diagnostics::new());
    values::compare(&sources, &shown, &answer["values"], empty, coverage)?;
    readers::compare(&inis, &shown, &answer["driver"], coverage)
}

/// Every file alone, pairs of them as several `--config-file` in both orders, and mutants.
fn cases() -> Vec<Case> {
    let whole =
        |files: &[&str]| Case { files: files.iter().map(|text| text.as_bytes().to_vec()).collect(), whole: true };
    let mut cases: Vec<Case> = FILES.iter().map(|text| whole(&[text])).collect();
    for pair in FILES.windows(2) {
        cases.push(whole(pair));
        cases.push(whole(&[pair[1], pair[0]]));
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    cases.extend((0..MUTANTS).map(|_| mutant(FILES, &mut random)));
    cases
}

/// One to three files out of some, with one to three changes each.
fn mutant(texts: &[&str], random: &mut Random) -> Case {
    let count = [1, 1, 1, 1, 1, 1, 2, 3][random.below(8)];
    let several = random.one_in(6);
    let mut files = Vec::new();
    for _ in 0..count {
        let mut text = if several {
            let picked: Vec<&str> = (0..2 + random.below(2)).map(|_| random.of(texts)).collect();
            mutate::merged(&picked, random)
        } else {
            random.of(texts).to_owned()
        };
        for _ in 0..=random.below(3) {
            text = mutate::text(&text, random);
        }
        let mut bytes = text.into_bytes();
        if random.one_in(8) {
            mutate::bytes(&mut bytes, random);
        }
        files.push(bytes);
    }
    Case { files, whole: false }
}
