//! Every rule's page does what it says: its bad examples fire the rule and no other, its good ones nothing, and its fix
//! makes of the bad example what the page shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap, fix};
use aciform_rules::{Rule, codes, rules};
use aciform_site::{Options, Reader, Subject};
use aciform_testkit::pages::{Files, Kind, assert_reviewed, examples, rendered};

/// Findings that any small example brings along; a page shows them only where it is about them.
const BACKGROUND: &[&str] = &["ACI606", "ACI701", "ACI704", "ACI709", "ACI1520", "ACI1601"];

/// Rules about the machine that the files lie on, which no example can show to be wrong; other tests do.
const ABOUT_MACHINES: &[&str] = &["ACI218", "ACI705"];

/// What stands in for the files of a site that an example does not show.
const SITE: &str = "aciform: 1\n";
const INI: &str = "[DEFAULT]\napic_system_id = cloud-a\n";

#[test]
fn bad_examples_fire_their_rule_alone_and_good_examples_nothing() {
    let mut wrong = Vec::new();
    for rule in own() {
        let examples = examples(rule.code.page);
        for wanted in [Kind::Bad, Kind::Good] {
            if !examples.iter().any(|(kind, _)| *kind == wanted) {
                wrong.push(format!("the page of {} has no {wanted:?} example", rule.code.id));
            }
        }
        for (kind, files) in &examples {
            let (_, found) = lint(rule, files);
            let ids: BTreeSet<&str> = found.iter().map(|finding| finding.code.id).collect();
            let silent = *kind != Kind::Bad || ABOUT_MACHINES.contains(&rule.code.id);
            let expected: BTreeSet<&str> = if silent { [].into() } else { [rule.code.id].into() };
            let background = |id: &&str| BACKGROUND.contains(id) && *id != rule.code.id;
            let ids: BTreeSet<&str> = ids.into_iter().filter(|id| !background(id)).collect();
            // What is left to do after a fix may be something else.
            let fits = if *kind == Kind::Fixed { !ids.contains(rule.code.id) } else { ids == expected };
            if !fits {
                let messages: Vec<String> = found.iter().map(|f| format!("{} {}", f.code.id, f.message)).collect();
                wrong.push(format!("{}: a {kind:?} example gives {messages:#?} for\n{files:#?}", rule.code.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fix_makes_of_the_bad_example_what_the_page_shows() {
    let mut wrong = Vec::new();
    for rule in own() {
        let examples = examples(rule.code.page);
        let shown = examples.iter().filter(|(kind, _)| *kind == Kind::Fixed).count();
        if rule.fix.is_some() != (shown > 0) {
            wrong.push(format!("{}: the table says fix {:?}, the page shows {shown}", rule.code.id, rule.fix));
        }
        for pair in examples.windows(2).filter(|pair| pair[1].0 == Kind::Fixed) {
            let (sources, found) = lint(rule, &pair[0].1);
            let own: Vec<Diagnostic> = found.into_iter().filter(|finding| finding.code == rule.code).collect();
            let best = own.iter().filter_map(|finding| finding.fix.as_deref()).map(|fix| fix.applicability).min();
            if best != rule.fix {
                wrong.push(format!("{}: the table says fix {:?}, the finding has {best:?}", rule.code.id, rule.fix));
            }
            let fixed = fix::apply(&sources, &own, rule.fix.expect("a rule with a fix"));
            let mut after = pair[0].1.clone();
            for (file, text) in fixed.texts {
                after.insert(sources.file(file).name.clone(), text);
            }
            if after != pair[1].1 {
                wrong.push(format!("{}: fixed\n{after:#?}\nand not\n{:#?}", rule.code.id, pair[1].1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_stand_in_the_order_of_their_codes() {
    let ids: Vec<(usize, &str)> = rules().map(|rule| (rule.code.id.len(), rule.code.id)).collect();
    assert!(ids.is_sorted(), "{ids:?}");
}

#[test]
fn what_a_person_reads_of_a_bad_example_is_as_reviewed() {
    let made: BTreeMap<&str, String> = own()
        .filter(|rule| !ABOUT_MACHINES.contains(&rule.code.id))
        .map(|rule| {
            let bad = examples(rule.code.page).into_iter().filter(|(kind, _)| *kind == Kind::Bad);
            let texts = bad.map(|(_, files)| {
                let (sources, found) = lint(rule, &files);
                rendered(rule.code, &sources, &found)
            });
            (rule.code.id, texts.collect::<Vec<_>>().join("\n"))
        })
        .collect();
    assert_reviewed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered"), &made);
}

/// The rules with pages of their own: those under a code of a stage are tested by cases, and the stage tests the page.
fn own() -> impl Iterator<Item = &'static Rule> {
    rules().filter(|rule| codes().any(|code| code == rule.code))
}

/// Lints an example with every rule that is on, and the rule itself.
fn lint(rule: &Rule, files: &Files) -> (SourceMap, Vec<Diagnostic>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let place = folder.path().join(name);
        fs::create_dir_all(place.parent().expect("a folder above")).expect("a folder");
        fs::write(place, text).expect("a file");
    }
    let subject = if files.keys().any(|name| is_yaml(name)) {
        for (name, text) in [("aciform.yaml", SITE), ("ml2_conf_cisco_apic.ini", INI)] {
            let place = folder.path().join(name);
            // A site file of its own names its ini files.
            let own = name.ends_with(".ini") && files.contains_key("aciform.yaml");
            if !place.exists() && !own {
                fs::write(place, text).expect("a file");
            }
        }
        Subject::Site(folder.path().to_owned())
    } else {
        Subject::Inis(files.keys().map(|name| folder.path().join(name)).collect())
    };
    let mut reader = Reader::default();
    let options = Options {
        is_on: &|other: &Rule| other.on || other.code == rule.code,
        is_looked_for: &|_| true,
        known: &|_| None,
        stage: &|_| {},
    };
    let linted = aciform_site::lint(&mut reader, &subject, options);
    (renamed(reader.sources, folder.path()), sorted(linted.verdict.kept))
}

/// The same texts under the names that the page gives them.
fn renamed(sources: SourceMap, folder: &Path) -> SourceMap {
    let mut plain = SourceMap::new();
    let prefix = format!("{}/", folder.display());
    for (_, file) in sources.files() {
        let id = plain.add(file.name.strip_prefix(&prefix).unwrap_or(&file.name), file.text.as_str());
        if !is_yaml(&file.name) {
            aciform_intent::ini::secret_spans(id, &file.text).into_iter().for_each(|secret| plain.hide(secret));
        }
    }
    plain
}

fn sorted(findings: Diagnostics) -> Vec<Diagnostic> {
    findings.into_sorted()
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml")
}
