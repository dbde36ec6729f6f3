//! Every rule's page does what it says: its bad examples fire the rule and no other, its good ones nothing, and its fix
//! makes of the bad example what the page shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aciform_diagnostics::render::{self, Style};
use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap, fix};
use aciform_rules::{Rule, codes, rules};
use aciform_site::{Options, Reader, Subject};

/// Findings that any small example brings along; a page shows them only where it is about them.
const BACKGROUND: &[&str] = &["ACI606", "ACI701", "ACI704", "ACI709", "ACI1520", "ACI1601"];

/// Rules about the machine that the files lie on, which no example can show to be wrong; other tests do.
const ABOUT_MACHINES: &[&str] = &["ACI218", "ACI705"];

/// What stands in for the files of a site that an example does not show.
const SITE: &str = "aciform: 1\n";
const INI: &str = "[DEFAULT]\napic_system_id = cloud-a\n";

/// Files by name.
type Files = BTreeMap<String, String>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Bad,
    Good,
    Fixed,
}

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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered");
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    for rule in own() {
        let bad = examples(rule.code.page).into_iter().filter(|(kind, _)| *kind == Kind::Bad);
        let texts = bad.map(|(_, files)| {
            let (sources, found) = lint(rule, &files);
            let own: Vec<Diagnostic> = found.into_iter().filter(|finding| finding.code == rule.code).collect();
            render::human(&sources, &own, Style { colour: false, width: 100, unicode: true })
        });
        made.insert(format!("{}.txt", rule.code.id), texts.collect::<Vec<_>>().join("\n"));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        // What is no rule any more goes.
        let _: std::io::Result<()> = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in &made {
            fs::write(folder.join(name), text).expect("a file");
        }
    }
    let entries = fs::read_dir(&folder).expect("the reviewed texts");
    let reviewed: BTreeMap<String, String> = entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let text = fs::read_to_string(entry.path()).expect("a text");
            (entry.file_name().to_string_lossy().into_owned(), text)
        })
        .collect();
    for (name, text) in &made {
        assert_eq!(reviewed.get(name), Some(text), "{name}; UPDATE_EXPECT=1 writes it");
    }
    assert!(reviewed.keys().eq(made.keys()), "a reviewed text belongs to no rule");
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

/// The examples of a page: the fenced blocks below each heading, as files. A block's info says its kind and, if it is
/// not the usual file of that kind, its name: ```` ```yaml aciform.yaml ````.
fn examples(page: &str) -> Vec<(Kind, Files)> {
    let mut found: Vec<(Kind, Files)> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in page.lines() {
        match (line, &mut block) {
            ("Not allowed:", None) => found.push((Kind::Bad, Files::new())),
            ("Allowed:", None) => found.push((Kind::Good, Files::new())),
            ("Fixed:", None) => found.push((Kind::Fixed, Files::new())),
            ("```", Some(_)) => {
                let (name, text) = block.take().expect("an open block");
                let (_, files) = found.last_mut().expect("a heading above the block");
                files.insert(name, text);
            }
            // A carriage return is shown as its picture.
            (line, Some((_, text))) => *text += &format!("{}\n", line.replace('␍', "\r")),
            (line, None) => {
                let info = line.strip_prefix("```").map(|info| info.split_once(' ').unwrap_or((info, "")));
                let name = match info {
                    Some(("ini", "")) => "ml2_conf_cisco_apic.ini",
                    Some(("yaml", "")) => "intent.yaml",
                    Some(("ini" | "yaml" | "json", name)) => name,
                    Some(_) | None => continue,
                };
                block = Some((name.to_owned(), String::new()));
            }
        }
    }
    found
}
