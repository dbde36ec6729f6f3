//! What a person reads of every mistake in an ini file or in one object of the intent, as reviewed: of the bad examples
//! of the pages, and of amounts that no page can hold.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use aciform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use aciform_intent::{codes, decode, ini};
use aciform_syntax::yaml::{self, Tree};
use aciform_testkit::pages::{Files, Kind, assert_reviewed, examples, rendered};

#[test]
fn what_a_person_reads_of_a_bad_example_is_as_reviewed() {
    let mut made = BTreeMap::new();
    for code in codes::DECODE.iter().chain(ini::CODES) {
        let mut inputs = examples(code.page);
        inputs.extend(amounts(code.id));
        assert!(inputs.iter().any(|(kind, _)| *kind == Kind::Good), "{} has no good example", code.id);
        let mut texts = Vec::new();
        for (kind, files) in inputs {
            let (sources, found) = look(&files);
            if kind == Kind::Bad {
                texts.push(rendered(code, &sources, &found));
            } else {
                assert!(found.iter().all(|finding| finding.code != *code), "{} in a {kind:?} example", code.id);
            }
        }
        made.insert(code.id, texts.join("\n"));
    }
    assert_reviewed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendered"), &made);
}

/// Inputs of the codes about amounts.
fn amounts(code: &str) -> Vec<(Kind, Files)> {
    let intent = |name: &str, text: String| (name.to_owned(), text);
    match code {
        "ACI1028" => {
            let files = |copies| (0..3).map(|n| intent(&format!("{n}.yaml"), aliases(n, copies))).collect();
            vec![(Kind::Bad, files(400)), (Kind::Good, files(1))]
        }
        "ACI1029" => {
            let file = |count| Files::from([intent("intent.yaml", instances(count))]);
            vec![(Kind::Bad, file(20_000)), (Kind::Good, file(1))]
        }
        _ => Vec::new(),
    }
}

/// A project of a hundred instances and projects that repeat it: each file stays below the reader's own limit.
fn aliases(project: usize, copies: usize) -> String {
    let mut text = format!("projects:\n  p{project}:\n    instances: &i\n");
    for vm in 0..100 {
        let _ = writeln!(text, "      vm-{vm}: {{host: h, ports: {{a: {{network: n, fixed_ips: [10.0.0.1]}}}}}}");
    }
    for copy in 0..copies {
        let _ = writeln!(text, "  p{project}-{copy}: {{instances: *i}}");
    }
    text
}

/// Instances with a key that the language does not have.
fn instances(count: usize) -> String {
    let lines = (0..count).map(|n| format!("      vm-{n}: {{hots: node-1}}\n"));
    format!("projects:\n  p:\n    instances:\n{}", lines.collect::<String>())
}

fn look(files: &Files) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let mut diagnostics = Diagnostics::new();
    let (mut inis, mut trees): (Vec<_>, Vec<Tree>) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let file = sources.add(name.as_str(), text.as_str());
        if name.ends_with(".ini") {
            ini::secret_spans(file, text).into_iter().for_each(|secret| sources.hide(secret));
            inis.push((file, aciform_syntax::ini::parse(file, text, &mut diagnostics)));
            continue;
        }
        let tree = yaml::parse(file, text, &mut diagnostics);
        if name == "aciform.yaml" {
            decode::secret_spans(file, text).into_iter().for_each(|secret| sources.hide(secret));
            decode::site(&tree, Span::start_of(file), &mut diagnostics);
        } else {
            trees.push(tree);
        }
    }
    if !inis.is_empty() {
        ini::load(&inis.iter().map(|(file, parsed)| (*file, parsed)).collect::<Vec<_>>(), &mut diagnostics);
    }
    if !trees.is_empty() {
        let _ = decode::intent(&trees.iter().collect::<Vec<_>>(), &mut diagnostics);
    }
    (sources, diagnostics.into_sorted())
}
